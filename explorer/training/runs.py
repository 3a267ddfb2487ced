"""One training as the runner keeps it, and the clock that cuts it into slices."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf
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
    """The runner's clock: due when the slice is over, when its steps are taken, or on a call.

    It is also due as often as a short run needs for a story: each time `interval` steps were taken,
    as long as they took `PATIENT` times as long as the last look, so that looking costs a bounded
    share. What is left of the slice then, `left`, is still the run's: whoever is looked at often
    must not get less time than others.
    """

    PATIENT = 4

    def __init__(self, courtesy: Courtesy, interval: float = inf) -> None:
        self.courtesy = courtesy
        self.interval = interval
        self.interrupted = Event()
        self._deadline = 0.0
        self._steps_left: int | None = None
        self._began, self._taken = 0.0, 0  # since the last moment
        self._due_at: float | None = None
        self._look = 0.0  # seconds that the last one took; the first is not told from the setup
        self._early = False  # whether the last moment came before the slice was over

    def begin(self, seconds: float, steps: int | None) -> None:
        self.interrupted.clear()
        self._deadline = perf_counter() + seconds
        self._steps_left = steps
        self.go_on()

    def go_on(self) -> None:
        """The next steps are of the same slice."""
        self._early = False
        self._began, self._taken = perf_counter(), 0

    @property
    def left(self) -> bool:
        """Whether the run may go on after a moment: its slice is not over."""
        return self._early and not self.interrupted.is_set() and perf_counter() < self._deadline

    def due(self, step: int) -> bool:
        self.courtesy.give_way()
        self._taken += 1
        if self._steps_left is not None:
            self._steps_left -= 1
            return self._steps_left <= 0
        now = perf_counter()
        over = now >= self._deadline or self.interrupted.is_set()
        worth_it = self._taken >= self.interval and now - self._began >= self.PATIENT * self._look
        self._early = worth_it and not over
        self._due_at = now
        return over or worth_it

    def looked(self) -> None:
        """The moment that was due has been seen."""
        if self._due_at is not None:
            self._look, self._due_at = perf_counter() - self._due_at, None


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
