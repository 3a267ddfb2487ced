"""Thirty students, one server: thirty runs at once, and one run asked for thirty times."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter, sleep

from benchmarks.figures import Figure
from explorer.lessons.course import snapshots
from explorer.specs import AnatomySpec, Spec
from explorer.training.loop import Clock, Snapshot
from explorer.training.runner import Runner

ROUNDS = 5
STUDENTS = 30
STEPS = 100


class Diary:
    """The app's own program for the runner, which notes when each run did what."""

    def __init__(self) -> None:
        self.began = perf_counter()
        self.started: list[Spec] = []
        self.progressed: dict[Spec, float] = {}  # seconds until the first snapshot after a step
        self.finished: dict[Spec, float] = {}

    def program(self, spec: Spec, clock: Clock) -> Iterator[Snapshot]:
        self.started.append(spec)
        for snapshot in snapshots(spec, clock, device="cpu"):
            now = perf_counter() - self.began
            if snapshot.step > 0:
                self.progressed.setdefault(spec, now)
            if snapshot.ending is not None:
                self.finished[spec] = now
            yield snapshot


def all_at_once(specs: list[AnatomySpec]) -> Diary:
    """The diary of a class in which each student submits one of `specs`."""
    diary = Diary()
    runner = Runner(diary.program)
    handles = [runner.submit(spec, student) for student, spec in enumerate(specs)]
    while any(handle.live for handle in handles):
        sleep(0.05)
    runner.close()
    return diary


def class_figures() -> Iterator[Figure]:
    """Different seeds, then the same spec for all."""
    own = [AnatomySpec(seed=seed, steps=STEPS) for seed in range(STUDENTS)]
    diaries = [all_at_once(own) for _ in range(ROUNDS)]
    yield Figure(
        f"{STUDENTS} runs at once: until each has shown progress",
        "s",
        tuple(max(diary.progressed.values()) for diary in diaries),
        wanted="≤ 3",
        quoted=True,
    )
    yield Figure(
        f"{STUDENTS} runs at once: until all have taken their {STEPS} steps",
        "s",
        tuple(max(diary.finished.values()) for diary in diaries),
    )
    yield Figure(
        f"{STUDENTS} runs at once: runs that finished",
        "",
        tuple(float(len(diary.finished)) for diary in diaries),
        wanted=f"{STUDENTS}",
    )
    shared = [AnatomySpec(steps=STEPS)] * STUDENTS
    yield Figure(
        f"one spec asked for {STUDENTS} times: trainings",
        "",
        tuple(float(len(all_at_once(shared).started)) for _ in range(ROUNDS)),
        wanted="1",
        quoted=True,
    )
