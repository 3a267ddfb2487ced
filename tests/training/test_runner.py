"""One runner for thirty students: it shares, deals fairly, forgets, and never takes all down."""

from __future__ import annotations

import logging
import random
import signal
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import groupby
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import ClassVar, get_args

import numpy as np
import pytest
import torch
from torch import Tensor

from explorer.data.pictures import load_pictures
from explorer.errors import BusyError, DataError
from explorer.lessons.course import begin
from explorer.lessons.course import snapshots as lesson_snapshots
from explorer.specs import AnatomySpec, Spec
from explorer.text import LANGUAGES
from explorer.training import runner as runner_module
from explorer.training.devices import on_device
from explorer.training.loop import Clock, EverySteps, Snapshot, train
from explorer.training.runner import Handle, Limits, Program, Runner
from explorer.training.runs import Run, State

REPOSITORY = Path(__file__).parents[2]
LONG = 200_000  # steps that no test waits for


# A lesson that costs nothing ----------------------------------------------------------------------


class Sleeper:
    """An experiment that sleeps a millisecond a step; those alive can be counted."""

    alive: ClassVar[weakref.WeakSet[Sleeper]] = weakref.WeakSet()

    def __init__(self, nbytes: int = 0) -> None:
        self.nbytes = nbytes
        self.alive.add(self)

    def step(self) -> None:
        sleep(0.001)

    def observe(self, step: int, seconds: float) -> Snapshot:
        return Snapshot(step, seconds, {"test_mse": 1.0}, {"x": np.zeros(self.nbytes, np.uint8)})

    def weights(self) -> dict[str, Tensor]:
        return {}

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        raise AssertionError("the runner has no business with weights")


class Lessons:
    """A program of Sleepers that counts how often each spec was begun."""

    def __init__(self, nbytes: int = 0) -> None:
        self.nbytes = nbytes
        self.begun: list[Spec] = []

    def __call__(self, spec: Spec, clock: Clock) -> Iterator[Snapshot]:
        self.begun.append(spec)
        yield from train(Sleeper(self.nbytes), spec.budget, clock)


class Blocked:
    """A program whose steps wait until they are let through; `arrived` when one waits.

    Only runs with an odd seed are blocked.
    """

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.arrived, self.open = Event(), Event()

    def __call__(self, spec: Spec, clock: Clock) -> Iterator[Snapshot]:
        experiment = self.Experiment(self) if spec.seed % 2 else Sleeper()
        return train(experiment, spec.budget, clock)

    class Experiment(Sleeper):
        def __init__(self, gate: Blocked) -> None:
            super().__init__()
            self.gate = gate

        def step(self) -> None:
            self.gate.arrived.set()
            assert self.gate.open.wait(10)
            if self.gate.error is not None:
                raise self.gate.error
            super().step()


def spec(seed: int = 0, steps: int = LONG) -> AnatomySpec:
    return AnatomySpec(seed=seed, steps=steps)


@pytest.fixture
def lessons() -> Lessons:
    return Lessons()


Start = Callable[..., Runner]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Makes runners with short slices, and closes them after the test."""
    monkeypatch.setattr(runner_module, "SNAPSHOT_SECONDS", 0.02)
    monkeypatch.setattr(runner_module, "SHORTEST_SLICE", 0.004)
    made: list[Runner] = []

    def make(program: Program, **limits: float) -> Runner:
        made.append(Runner(program, Limits(**limits)))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for runner in made:
        runner.close()


def until(condition: Callable[[], object], seconds: float = 5.0) -> None:
    """Waits for the condition; fails if it does not come true."""
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, "waited in vain"
        sleep(0.002)


def newest(handle: Handle) -> int:
    moment = handle.timeline.newest
    return -1 if moment is None else moment.step


def shown(handle: Handle) -> int:
    return -1 if handle.view is None else handle.view.step


def stands_still(handle: Handle) -> bool:
    """Whether no step is taken for as long as several slices last."""
    before = newest(handle)
    sleep(0.1)
    return newest(handle) == before


# Equal specs are one run --------------------------------------------------------------------------


def test_thirty_who_ask_for_the_same_train_it_once(start: Start, lessons: Lessons) -> None:
    runner = start(lessons)
    with ThreadPoolExecutor(30) as pool:
        handles = list(pool.map(lambda n: runner.submit(spec(steps=50), n), range(30)))
    until(lambda: all(handle.state == "finished" for handle in handles))
    assert lessons.begun == [spec(steps=50)]
    assert {newest(handle) for handle in handles} == {50}
    assert {handle.others for handle in handles} == {29}
    assert len(runner.runs()) == 1


def test_a_finished_run_is_shown_and_not_trained_again(start: Start, lessons: Lessons) -> None:
    runner = start(lessons)
    until(lambda: runner.submit(spec(steps=3), "early").state == "finished")
    late = runner.submit(spec(steps=3), "late")
    assert (late.state, shown(late), late.live) == ("finished", 3, False)
    assert len(lessons.begun) == 1


def test_the_runner_changes_no_number() -> None:
    settings = AnatomySpec(hidden_widths=(16,), steps=120, seed=3)
    runner = Runner(lesson_snapshots)
    handles = [runner.submit(settings.but(seed=seed), "me") for seed in (3, 4, 5)]
    until(lambda: all(handle.state == "finished" for handle in handles), 20)
    runner.close()
    *_, alone = train(begin(settings, load_pictures("digits")), settings.budget, EverySteps(7))
    together = handles[0].view
    assert together is not None
    assert together.metrics == alone.metrics
    for name, array in alone.arrays.items():
        assert np.array_equal(together.arrays[name], array)


# Everyone moves -----------------------------------------------------------------------------------


def test_thirty_runs_all_show_progress_within_3_s_and_all_finish() -> None:
    """Real trainings, the slices of a real server."""
    runner = Runner(lesson_snapshots)
    tiny = AnatomySpec(hidden_widths=(16,), steps=200)
    until(lambda: runner.submit(tiny, "the first loads sklearn").state == "finished", 20)
    began = monotonic()
    handles = [runner.submit(tiny.but(seed=seed), seed) for seed in range(1, 31)]
    until(lambda: all(newest(handle) > 0 for handle in handles), began + 3 - monotonic())
    until(lambda: all(handle.state == "finished" for handle in handles), 30)
    runner.close()
    assert {newest(handle) for handle in handles} == {200}


def test_turns_go_round(start: Start, lessons: Lessons) -> None:
    runner = start(lessons)
    handles = [runner.submit(spec(seed), "me") for seed in range(5)]
    until(lambda: all(len(handle.timeline) > 5 for handle in handles))
    for handle in handles:
        handle.pause()
    lengths = [len(handle.timeline) for handle in handles]
    assert max(lengths) - min(lengths) <= 2


def test_a_run_of_half_a_second_leaves_a_story_to_replay(
    start: Start, lessons: Lessons, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = start(lessons)
    monkeypatch.setattr(runner_module, "SNAPSHOT_SECONDS", 60)
    handle = runner.submit(spec(steps=460), "me")
    until(lambda: handle.state == "finished")
    assert [moment.step for moment in handle.timeline] == list(range(0, 461, 10))


def test_a_run_that_is_looked_at_often_gets_no_less_time(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A moment every second step of the one, none before the long one's slice of 10 ms is over."""
    now, order = [1000.0], []
    monkeypatch.setattr("explorer.training.runs.perf_counter", lambda: now[0])
    both = Event()

    def program(asked: Spec, clock: Clock) -> Iterator[Snapshot]:
        assert both.wait(5)
        for step in range(1, asked.steps or 0):
            now[0] += 0.001
            order.append(asked.seed)
            if clock.due(step):
                yield Snapshot(step, 0, {"test_mse": 1.0})

    runner = start(program)
    short, _long = (runner.submit(spec(seed, steps), "me") for seed, steps in ((0, 92), (1, LONG)))
    both.set()
    until(lambda: short.state == "finished")
    assert len(short.timeline) > 40
    turns = [len(list(steps)) for _, steps in groupby(order)]
    assert set(turns[1:8]) <= {9, 10, 11}


def test_one_thread_trains_them_all(start: Start) -> None:
    threads: set[int] = set()

    def program(asked: Spec, clock: Clock) -> Iterator[Snapshot]:
        for snapshot in Lessons()(asked, clock):
            threads.add(torch.get_num_threads())
            yield snapshot

    runner = start(program)
    handles = [runner.submit(spec(seed, steps=5), "me") for seed in range(4)]
    until(lambda: all(handle.state == "finished" for handle in handles))
    assert threads == {1}


# Pause, step, resume: one watcher -----------------------------------------------------------------


def test_a_paused_run_stands_still_where_it_is_shown(start: Start, lessons: Lessons) -> None:
    handle = start(lessons).submit(spec(), "me")
    until(lambda: newest(handle) > 0)
    assert (handle.state, handle.live) == ("running", True)
    handle.pause()
    assert handle.state == "paused"
    until(lambda: not handle.live)
    assert stands_still(handle)
    assert shown(handle) == newest(handle)


def test_a_pause_takes_hold_in_the_middle_of_a_slice(
    start: Start, lessons: Lessons, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_module, "SNAPSHOT_SECONDS", 60)
    handle = start(lessons).submit(spec(), "me")
    until(lambda: newest(handle) == 0)
    handle.pause()
    until(lambda: not handle.live, 1)
    assert 0 <= newest(handle) < 500


def test_a_single_step_is_one_step(start: Start, lessons: Lessons) -> None:
    handle = start(lessons).submit(spec(), "me")
    until(lambda: newest(handle) > 0)
    handle.pause()
    until(lambda: not handle.live)
    before = newest(handle)
    for step in range(1, 4):
        handle.step()
        until(lambda: not handle.live)
        assert shown(handle) == newest(handle) == before + step
        assert handle.state == "paused"
    assert stands_still(handle)


def test_steps_pressed_in_a_hurry_are_all_taken(start: Start, lessons: Lessons) -> None:
    handle = start(lessons).submit(spec(), "me")
    until(lambda: newest(handle) > 0)
    handle.pause()
    until(lambda: not handle.live)
    before = newest(handle)
    for _ in range(5):
        handle.step()
    assert handle.live
    until(lambda: not handle.live)
    assert shown(handle) == newest(handle) == before + 5
    assert stands_still(handle)


def test_a_step_right_after_the_pause_is_taken(start: Start) -> None:
    gate = Blocked()
    handle = start(gate).submit(spec(1), "me")
    assert gate.arrived.wait(5)  # the first step is being taken
    handle.pause()
    handle.step()
    gate.open.set()
    until(lambda: not handle.live)
    assert [moment.step for moment in handle.timeline] == [0, 1, 2]
    assert shown(handle) == 2


def test_resume_goes_on_to_the_end(start: Start, lessons: Lessons) -> None:
    handle = start(lessons).submit(spec(steps=60), "me")
    until(lambda: newest(handle) > 0)
    handle.pause()
    until(lambda: not handle.live)
    handle.resume()
    assert (handle.state, handle.live) == ("running", True)
    until(lambda: handle.state == "finished")
    assert (newest(handle), shown(handle), handle.live) == (60, 60, False)
    assert lessons.begun == [handle.spec]


def test_submitting_again_resumes(start: Start, lessons: Lessons) -> None:
    runner = start(lessons)
    handle = runner.submit(spec(), "me")
    handle.pause()
    assert runner.submit(spec(), "me").state == "running"
    assert handle.state == "running"


def test_a_run_can_begin_paused_with_its_first_moment(start: Start, lessons: Lessons) -> None:
    handle = start(lessons).submit(spec(), "me", paused=True)
    assert (handle.state, handle.live) == ("paused", True)
    until(lambda: not handle.live)
    assert shown(handle) == newest(handle) == 0
    assert stands_still(handle)
    handle.step()
    until(lambda: not handle.live)
    assert shown(handle) == newest(handle) == 1


def test_a_step_before_the_first_moment_is_taken_too(start: Start) -> None:
    gate = Blocked()
    runner = start(gate)
    runner.submit(spec(1), "somebody else")
    assert gate.arrived.wait(5)
    handle = runner.submit(spec(2), "me", paused=True)
    handle.step()
    gate.open.set()
    until(lambda: not handle.live)
    assert shown(handle) == newest(handle) == 1


def test_a_run_paused_before_its_first_turn_still_shows_its_beginning(start: Start) -> None:
    gate = Blocked()
    runner = start(gate)
    runner.submit(spec(1), "somebody else")
    assert gate.arrived.wait(5)
    handle = runner.submit(spec(2), "me")
    handle.pause()
    assert shown(handle) == -1
    gate.open.set()
    until(lambda: not handle.live)
    assert shown(handle) == newest(handle) == 0


def test_a_run_paused_while_it_waits_for_its_turn_shows_its_newest_moment(start: Start) -> None:
    gate = Blocked()
    runner = start(gate)
    handle = runner.submit(spec(2), "me")
    until(lambda: newest(handle) > 0)
    runner.submit(spec(1), "somebody else")
    assert gate.arrived.wait(5)
    handle.pause()
    assert not handle.live  # nothing more will come
    assert shown(handle) == newest(handle)
    gate.open.set()
    assert stands_still(handle)


def test_a_single_step_can_be_the_last(start: Start, lessons: Lessons) -> None:
    handle = start(lessons).submit(spec(steps=1), "me", paused=True)
    until(lambda: not handle.live)
    handle.step()
    until(lambda: handle.state == "finished")
    assert shown(handle) == 1
    handle.step()
    handle.pause()
    handle.resume()
    assert (handle.state, shown(handle), handle.live) == ("finished", 1, False)


# Pause, step, resume: two watchers ----------------------------------------------------------------


class Two:
    """Two watchers of one run that is under way."""

    def __init__(self, runner: Runner, steps: int = LONG) -> None:
        self.a = runner.submit(spec(steps=steps), "a")
        self.b = runner.submit(spec(steps=steps), "b")
        self.go_on()

    def go_on(self) -> None:
        before = len(self.b.timeline)
        until(lambda: len(self.b.timeline) >= before + 3)


def test_one_pauses_and_the_other_goes_on(start: Start, lessons: Lessons) -> None:
    two = Two(start(lessons))
    two.a.pause()
    until(lambda: not two.a.live)
    moment = shown(two.a)
    two.go_on()
    assert (two.a.state, shown(two.a)) == ("paused", moment)
    assert (two.b.state, two.b.live) == ("running", True)
    assert shown(two.b) == newest(two.b) > moment
    two.a.pause()  # once more changes nothing
    assert shown(two.a) == moment


def test_whoever_paused_steps_through_what_the_others_saw(start: Start, lessons: Lessons) -> None:
    two = Two(start(lessons))
    two.a.pause()
    until(lambda: not two.a.live)
    moment = shown(two.a)
    two.go_on()
    two.b.pause()  # now nothing trains, and yet there are moments to step through
    until(lambda: not two.b.live)
    later = [snapshot.step for snapshot in two.b.timeline if snapshot.step > moment]
    assert len(later) >= 3
    for step in later:
        two.a.step()
        assert (shown(two.a), two.a.live) == (step, False)
    assert newest(two.b) == later[-1]
    two.a.step()  # and from here on, steps are taken
    until(lambda: not two.a.live)
    assert shown(two.a) == newest(two.b) == later[-1] + 1
    assert shown(two.b) == later[-1]
    two.b.step()
    assert shown(two.b) == later[-1] + 1
    assert stands_still(two.a)


def test_nothing_is_trained_ahead_for_one_who_paused_at_the_newest(start: Start) -> None:
    gate = Blocked()
    runner = start(gate)
    a, b = runner.submit(spec(1), "a"), runner.submit(spec(1), "b")
    assert gate.arrived.wait(5)
    a.pause()
    a.step()  # there is no later moment yet, and b lets the run go on
    assert (a.state, b.state) == ("paused", "running")
    gate.open.set()
    until(lambda: newest(b) > 20)
    assert shown(a) < newest(b)


def test_one_who_goes_on_is_enough(start: Start, lessons: Lessons) -> None:
    two = Two(start(lessons))
    two.a.pause()
    two.b.pause()
    until(lambda: not two.a.live and not two.b.live)
    assert stands_still(two.a)
    moment = shown(two.b)
    two.a.resume()
    two.go_on()
    assert (two.a.state, two.b.state) == ("running", "paused")
    assert shown(two.b) == moment


def test_a_run_pauses_when_the_last_who_wanted_it_leaves(start: Start, lessons: Lessons) -> None:
    two = Two(start(lessons))
    two.a.pause()
    two.b.release()
    until(lambda: not two.a.live)
    assert stands_still(two.a)
    assert two.a.state == two.b.state == "paused"
    assert two.a.others == 0


def test_the_end_is_shown_to_all(start: Start, lessons: Lessons) -> None:
    two = Two(start(lessons), steps=150)
    two.a.pause()
    until(lambda: two.b.state == "finished")
    assert (two.a.state, shown(two.a), two.a.live) == ("finished", 150, False)


def test_a_newcomer_finds_a_paused_run_as_it_is(start: Start, lessons: Lessons) -> None:
    runner = start(lessons)
    host = runner.submit(spec(), "host")
    until(lambda: newest(host) > 0)
    host.pause()
    until(lambda: not host.live)
    guest = runner.find(spec(), "guest")
    assert guest is not None
    assert (guest.state, guest.live, shown(guest)) == ("paused", False, shown(host))
    passer_by = runner.find(spec(), "passer-by")
    assert passer_by is not None
    passer_by.release()
    assert stands_still(host)
    guest.resume()
    until(lambda: newest(host) > shown(host))
    assert (host.state, guest.state) == ("paused", "running")


def test_a_newcomer_does_not_take_a_run_that_is_wanted(start: Start) -> None:
    """`paused` is for a run of one's own."""
    gate = Blocked()
    runner = start(gate)
    runner.submit(spec(1), "somebody else")
    assert gate.arrived.wait(5)
    host = runner.submit(spec(2), "host")
    guest = runner.submit(spec(2), "guest", paused=True)
    gate.open.set()
    until(lambda: newest(host) > 0)
    assert (host.state, guest.state) == ("running", "paused")
    assert shown(guest) == 0


def test_find_starts_nothing(start: Start, lessons: Lessons) -> None:
    runner = start(lessons)
    assert runner.find(spec(), "me") is None
    assert runner.runs() == []
    assert lessons.begun == []


# Cancel, reset, release ---------------------------------------------------------------------------


def test_cancel_ends_the_run_and_keeps_what_was_seen(start: Start, lessons: Lessons) -> None:
    runner = start(lessons)
    handle = runner.submit(spec(), "me")
    until(lambda: newest(handle) > 0)
    handle.cancel()
    assert (handle.state, handle.live, handle.error) == ("cancelled", False, None)
    assert shown(handle) > 0
    until(lambda: stands_still(handle))
    again = runner.submit(spec(), "me")
    until(lambda: newest(again) > 0)
    assert again.state == "running"
    assert lessons.begun == [spec(), spec()]


def test_a_run_cancelled_just_before_its_turn_has_not_failed(
    start: Start, lessons: Lessons, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = start(lessons)
    take = runner._take

    def cancel_and_take(run: Run) -> None:
        runner.cancel(run)
        take(run)

    monkeypatch.setattr(runner, "_take", cancel_and_take)
    handle = runner.submit(spec(), "me")
    until(lambda: handle.state == "cancelled")
    sleep(0.02)
    assert (handle.state, handle.error) == ("cancelled", None)


def test_a_run_that_breaks_after_it_was_cancelled_has_not_failed(start: Start) -> None:
    gate = Blocked(absent())
    runner = start(gate)
    handle = runner.submit(spec(1), "me")
    assert gate.arrived.wait(5)
    handle.cancel()
    gate.open.set()
    other = runner.submit(spec(2, steps=1), "me")
    until(lambda: other.state == "finished")
    assert (handle.state, handle.error) == ("cancelled", None)


def test_a_program_without_a_last_word_is_finished(start: Start) -> None:
    def program(asked: Spec, clock: Clock) -> Iterator[Snapshot]:
        yield Snapshot(0, 0.0, {})

    handle = start(program).submit(spec(), "me")
    until(lambda: handle.state == "finished")
    assert (shown(handle), handle.error) == (0, None)


def test_reset_forgets_a_run_of_ones_own(start: Start, lessons: Lessons) -> None:
    runner = start(lessons)
    handle = runner.submit(spec(), "me")
    until(lambda: newest(handle) > 0)
    handle.reset()
    assert not handle.watched
    assert runner.find(spec(), "me") is None
    until(lambda: stands_still(handle))
    fresh = runner.submit(spec(), "me", paused=True)
    until(lambda: not fresh.live)
    assert shown(fresh) == 0


def test_reset_leaves_a_run_to_the_others(start: Start, lessons: Lessons) -> None:
    two = Two(start(lessons))
    two.a.reset()
    two.go_on()
    assert (two.b.state, two.b.others) == ("running", 0)
    assert not two.a.watched
    two.a.reset()  # once more changes nothing
    assert two.b.state == "running"


def test_reset_forgets_a_finished_run_too(start: Start, lessons: Lessons) -> None:
    runner = start(lessons)
    handle = runner.submit(spec(steps=2), "me")
    until(lambda: handle.state == "finished")
    handle.reset()
    assert runner.runs() == []


# A crash is one run's own -------------------------------------------------------------------------


def absent() -> DataError:
    return DataError("data.absent", name="mnist", folder="/nowhere")


def crashing(error: Callable[[], Exception]) -> Program:
    """A program of Sleepers, but the run with the seed 13 raises in its first step."""

    class Crashing(Sleeper):
        def step(self) -> None:
            raise error()

    def program(asked: Spec, clock: Clock) -> Iterator[Snapshot]:
        return train(Crashing() if asked.seed == 13 else Sleeper(), asked.budget, clock)

    return program


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_crash_is_said_and_the_others_go_on(
    start: Start, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    runner = start(crashing(lambda: ZeroDivisionError("by hand")))
    handles = [runner.submit(spec(seed, steps=30), "me") for seed in range(10, 16)]
    until(lambda: not any(handle.live for handle in handles))
    assert [handle.state for handle in handles] == [
        "failed" if handle.spec.seed == 13 else "finished" for handle in handles
    ]
    error = handles[3].error
    assert error is not None
    assert "ZeroDivisionError: by hand" in error.sentence(language)
    assert shown(handles[3]) == 0
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None


def test_a_sentence_for_the_reader_is_shown_as_it_is(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    handle = start(crashing(absent)).submit(spec(13), "me")
    until(lambda: handle.state == "failed")
    assert isinstance(handle.error, DataError)
    assert str(handle.error) == str(absent())
    assert caplog.records == []


def test_a_failed_run_starts_again_when_asked_for(start: Start) -> None:
    runner = start(crashing(absent))
    first = runner.submit(spec(13), "me")
    until(lambda: first.state == "failed")
    second = runner.submit(spec(13), "me")
    assert second.run is not first.run
    assert second.error is None
    until(lambda: second.state == "failed")


def test_absent_data_is_a_sentence_and_no_crash(start: Start, tmp_path: Path) -> None:
    def program(asked: Spec, clock: Clock) -> Iterator[Snapshot]:
        return lesson_snapshots(asked, clock, device="cpu", data_dir=tmp_path)

    handle = start(program).submit(AnatomySpec(dataset="mnist"), "me")
    until(lambda: handle.state == "failed")
    assert handle.error is not None
    assert "mnist" in handle.error.sentence()


# Limits -------------------------------------------------------------------------------------------


def test_only_so_many_train_at_once(start: Start, lessons: Lessons) -> None:
    runner = start(lessons, active=3)
    handles = [runner.submit(spec(seed), "me") for seed in range(3)]
    handles[0].pause()  # a paused run keeps its place
    with pytest.raises(BusyError, match="3"):
        runner.submit(spec(3), "me")
    assert runner.submit(spec(1), "you").others == 1  # a run that exists can always be joined
    handles[2].cancel()
    assert runner.submit(spec(3), "me").state == "running"


def test_the_least_recently_asked_for_is_forgotten_first(start: Start, lessons: Lessons) -> None:
    runner = start(lessons, remembered=3)
    for seed in range(3):
        runner.submit(spec(seed, steps=1), "me").release()
    until(lambda: all(run.state == "finished" for run in runner.runs()))
    runner.submit(spec(0, steps=1), "me").release()
    runner.submit(spec(3, steps=1), "me").release()
    assert [run.spec.seed for run in runner.runs()] == [2, 0, 3]


def test_runs_that_are_watched_are_forgotten_last(start: Start, lessons: Lessons) -> None:
    runner = start(lessons, remembered=2)
    watched = runner.submit(spec(0, steps=1), "me")
    runner.submit(spec(1, steps=1), "you").release()
    until(lambda: all(run.state == "finished" for run in runner.runs()))
    runner.submit(spec(2), "you")
    assert [run.spec.seed for run in runner.runs()] == [0, 2]
    runner.submit(spec(3), "you")
    assert [run.spec.seed for run in runner.runs()] == [2, 3]  # these train, and stay
    assert shown(watched) == 1  # whoever holds it still sees it


def test_bytes_are_bounded(start: Start) -> None:
    runner = start(Lessons(nbytes=1000), nbytes=4500)
    for seed in range(6):
        handle = runner.submit(spec(seed, steps=1), "me")  # snapshots at 0 and 1: 2,000 bytes
        until(lambda: handle.state == "finished")  # noqa: B023
    assert [run.spec.seed for run in runner.runs()] == [4, 5]


def test_bytes_of_finished_runs_make_room_for_one_that_trains(start: Start) -> None:
    runner = start(Lessons(nbytes=1000), nbytes=4500)
    until(lambda: runner.submit(spec(0, steps=1), "me").state == "finished")
    handle = runner.submit(spec(1), "me")
    until(lambda: handle.timeline.nbytes > 4500)
    assert [run.spec.seed for run in runner.runs()] == [1]


# Nobody watches -----------------------------------------------------------------------------------


def test_a_run_that_nobody_watches_ends_after_some_patience(start: Start, lessons: Lessons) -> None:
    runner = start(lessons, patience=0.3)
    gone, kept = runner.submit(spec(0), "me"), runner.submit(spec(1), "you")
    until(lambda: newest(gone) > 0)
    left = monotonic()
    runner.depart("me")
    assert (gone.state, gone.watched) == ("running", False)
    until(lambda: gone.state == "cancelled")
    assert 0.3 <= monotonic() - left < 2
    assert kept.state == "running"


def test_a_paused_run_that_nobody_watches_ends_too(start: Start, lessons: Lessons) -> None:
    runner = start(lessons, patience=0.1)
    handle = runner.submit(spec(), "me")
    handle.pause()
    runner.depart("me")
    until(lambda: handle.state == "cancelled")


def test_whoever_comes_back_in_time_finds_the_run(start: Start, lessons: Lessons) -> None:
    runner = start(lessons, patience=0.3)
    handle = runner.submit(spec(), "me")
    runner.depart("me")
    sleep(0.1)
    back = runner.find(spec(), "me")
    assert back is not None
    sleep(0.4)
    before = newest(back)
    until(lambda: newest(back) > before)
    assert (back.state, handle.state) == ("running", "running")
    assert lessons.begun == [spec()]


def test_whoever_comes_too_late_finds_nothing_half_done(start: Start, lessons: Lessons) -> None:
    runner = start(lessons, patience=0.05)
    handle = runner.submit(spec(), "me")
    until(lambda: newest(handle) > 0)
    runner.depart("me")
    until(lambda: handle.state == "cancelled")
    assert runner.find(spec(), "you") is None
    again = runner.submit(spec(), "you")
    until(lambda: newest(again) > 0)
    assert (again.state, lessons.begun) == ("running", [spec(), spec()])


def test_whoever_comes_back_to_a_paused_run_finds_it_paused(start: Start, lessons: Lessons) -> None:
    runner = start(lessons)
    handle = runner.submit(spec(), "me")
    until(lambda: newest(handle) > 0)
    handle.pause()
    until(lambda: not handle.live)
    runner.depart("me")
    assert stands_still(handle)
    back = runner.find(spec(), "me")
    assert back is not None
    assert (back.state, shown(back), back.live) == ("paused", newest(handle), False)


# Letting go ---------------------------------------------------------------------------------------


def how_it_ends() -> dict[str, tuple[Program, int, Callable[[Handle], None]]]:
    def nothing(handle: Handle) -> None:
        pass

    def on_a_gpu(asked: Spec, clock: Clock) -> Iterator[Snapshot]:
        return on_device("cuda", lambda _: crashing(torch.OutOfMemoryError)(asked, clock))

    return {
        "finished": (Lessons(), 3, nothing),
        "cancelled": (Lessons(), LONG, Handle.cancel),
        "reset": (Lessons(), LONG, Handle.reset),
        "released": (Lessons(), LONG, Handle.release),
        "failed": (crashing(absent), LONG, nothing),
        "out of memory": (on_a_gpu, LONG, nothing),
    }


@pytest.mark.parametrize("ending", how_it_ends())
def test_an_ended_run_lets_go_of_its_models(
    start: Start, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "NVIDIA T4")
    program, steps, end = how_it_ends()[ending]
    others = set(Sleeper.alive)
    handle = start(program, patience=0.05).submit(spec(13, steps), "me")
    until(lambda: newest(handle) >= 0)
    end(handle)
    until(lambda: not handle.run.active)
    until(lambda: not set(Sleeper.alive) - others)  # without the garbage collector's help
    assert shown(handle) >= 0


def test_close_waits_for_the_step_that_is_being_taken(start: Start) -> None:
    gate = Blocked()
    runner = start(gate)
    handle = runner.submit(spec(1), "me")
    assert gate.arrived.wait(5)
    closing = Thread(target=runner.close)
    closing.start()
    sleep(0.05)
    assert closing.is_alive()
    gate.open.set()
    closing.join(5)
    assert not closing.is_alive()
    assert newest(handle) == 1
    assert stands_still(handle)
    runner.close()  # once more changes nothing


TRAINING = """
import os, signal, sys, time
import torch
from explorer.models.autoencoder import Autoencoder
from explorer.specs import AnatomySpec
from explorer.training.loop import Snapshot, train
from explorer.training.runner import Runner

class Training:
    def __init__(self):
        self.x = torch.rand(512, 64)
        self.model = Autoencoder((64, 512, 2), "silu", tied=False, generator=torch.Generator())
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1, fused=True)
    def step(self):
        (self.model(self.x).reconstruction - self.x).square().mean().backward()
        self.optimizer.step()
    def observe(self, step, seconds):
        return Snapshot(step, seconds, {})
    def weights(self):
        return {}

spec = AnatomySpec(steps=None, seconds=600)
handle = Runner(lambda spec, clock: train(Training(), spec.budget, clock)).submit(spec, "me")
while handle.view is None or handle.view.step == 0:
    time.sleep(0.01)
"""


@pytest.mark.parametrize(
    ("end", "code"),
    [("sys.exit()", 0), ("os.kill(os.getpid(), signal.SIGINT)", -signal.SIGINT)],
    ids=["exit", "interrupt"],
)
def test_a_process_can_end_in_the_middle_of_a_training(end: str, code: int) -> None:
    """Torch aborts (code 134) when the interpreter goes while a thread computes."""
    command = [sys.executable, "-c", TRAINING + end]
    ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60)
    assert ended.returncode == code, ended.stderr
    assert "terminate called" not in ended.stderr


# Everything at once -------------------------------------------------------------------------------


def test_many_threads_pressing_every_button_do_not_lock_up(start: Start) -> None:
    runner = start(crashing(absent), patience=0.1)
    over = monotonic() + 1.5
    broken: list[BaseException] = []

    def press(watcher: int) -> None:
        chance = random.Random(watcher)
        try:
            while monotonic() < over:
                handle = runner.submit(spec(chance.randrange(10, 15), steps=200), watcher)
                buttons: list[Callable[[], object]] = [
                    *(handle.pause, handle.resume, handle.step),
                    *(handle.cancel, handle.reset, handle.release),
                    partial(runner.depart, watcher),
                    partial(runner.find, spec(chance.randrange(10, 15), steps=200), watcher),
                ]
                for button in chance.choices(buttons, k=chance.randrange(8)):
                    button()
                    assert handle.state in get_args(State)
                    assert handle.live in (True, False)
                    assert handle.others >= 0
                    assert len(handle.timeline) >= 0
                    assert shown(handle) <= 200
        except BaseException as error:
            broken.append(error)

    threads = [Thread(target=press, args=(watcher,), daemon=True) for watcher in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert not any(thread.is_alive() for thread in threads)
    assert broken == []
    for watcher in range(12):
        runner.depart(watcher)
    fresh = runner.submit(spec(77, steps=20), "me")
    until(lambda: fresh.state == "finished")
    until(lambda: not any(run.active for run in runner.runs()))
