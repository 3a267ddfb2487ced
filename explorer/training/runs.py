"""One training as the runner keeps it, and the clock that cuts it into slices."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock
from time import monotonic, perf_counter
from typing import Literal

from explorer.errors import ExplorerError
from explorer.specs import Spec
from explorer.training.loop import Snapshot
from explorer.training.timeline import Timeline

State = Literal["running", "paused", "finished", "cancelled", "failed"]
Watcher = Hashable


class Courtesy:
    """Lets the worker give way while a page is being drawn, so that readers are answered soon.

    Bounded, so that many readers cannot stop the training: it waits at most `PATIENCE` seconds and
    then not again before `PAUSE` seconds have passed.
    """

    PATIENCE = 0.05
    PAUSE = 0.2

    def __init__(self) -> None:
        self._lock = Lock()
        self._drawing = 0
        self._nobody = Event()
        self._nobody.set()
        self._again = 0.0

    @contextmanager
    def asked(self) -> Iterator[None]:
        """While a page is being drawn."""
        with self._lock:
            self._drawing += 1
            self._nobody.clear()
        try:
            yield
        finally:
            with self._lock:
                self._drawing -= 1
                if self._drawing == 0:
                    self._nobody.set()

    def give_way(self) -> None:
        """Called by the worker between two steps."""
        if not self._nobody.is_set() and perf_counter() >= self._again:
            self._nobody.wait(self.PATIENCE)
            self._again = perf_counter() + self.PAUSE


class Slice:
    """The runner's clock: due when the slice is over, when its steps are taken, or on a call."""

    def __init__(self, courtesy: Courtesy) -> None:
        self.courtesy = courtesy
        self.interrupted = Event()
        self._deadline = 0.0
        self._steps_left: int | None = None

    def begin(self, seconds: float, steps: int | None) -> None:
        self.interrupted.clear()
        self._deadline = perf_counter() + seconds
        self._steps_left = steps

    def due(self, step: int) -> bool:
        self.courtesy.give_way()
        if self._steps_left is not None:
            self._steps_left -= 1
            return self._steps_left <= 0
        return perf_counter() >= self._deadline or self.interrupted.is_set()


@dataclass(eq=False)
class Run:
    """The runner's own record of one training; guarded by the runner's condition."""

    spec: Spec
    snapshots: Iterator[Snapshot]
    slice: Slice
    state: State = "running"
    error: ExplorerError | None = None
    timeline: Timeline = field(default_factory=Timeline)
    watchers: set[Watcher] = field(default_factory=set)
    # What each paused watcher looks at; None until the slice in which they paused has ended.
    frozen: dict[Watcher, Snapshot | None] = field(default_factory=dict)
    single_steps: int = 0
    in_hand: bool = False  # its slice has begun; the snapshot is on the way
    unwatched_since: float = field(default_factory=monotonic)

    @property
    def active(self) -> bool:
        return self.state in ("running", "paused")

    @property
    def runnable(self) -> bool:
        """Whether there is something to do: a run that waits has at least shown its beginning."""
        waited_for = self.single_steps > 0 or not len(self.timeline)
        return self.state == "running" or (self.state == "paused" and waited_for)
