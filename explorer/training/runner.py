"""One runner a server: it shares equal runs, deals out time, and forgets what nobody watches.

The door is narrow: `submit` a spec, then follow the `Handle`. Nothing else of a run leaves here but
its snapshots, so that runs could live in another process one day.

A run goes on as long as *anyone* who watches it wants that. A reader who pauses a run which others
let go on keeps the moment at which they paused, and steps through the snapshots that came since.
"""

from __future__ import annotations

import atexit
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf
from threading import Condition, Thread
from time import monotonic

import torch

from explorer.errors import BusyError, ExplorerError
from explorer.specs import Spec
from explorer.training.loop import Clock, Snapshot
from explorer.training.runs import Courtesy, Run, Slice, State, Watcher
from explorer.training.timeline import Timeline

Program = Callable[[Spec, Clock], Iterator[Snapshot]]

log = logging.getLogger(__name__)

SNAPSHOT_SECONDS = 0.25  # one run alone shows four snapshots a second
SHORTEST_SLICE = 0.04  # of thirty runs, each moves about every 1.5 s
MOMENTS = 46  # of a run too short for that: enough to be replayed, and as many as a checkpoint has


@dataclass(frozen=True)
class Limits:
    """What one server may hold."""

    active: int = 64  # runs that train or are paused
    remembered: int = 96  # runs in all
    nbytes: int = 256 * 2**20  # of snapshots in all
    patience: float = 30.0  # seconds that a run goes on although nobody watches


@dataclass(frozen=True)
class Handle:
    """One watcher's door to one run."""

    runner: Runner
    run: Run
    watcher: Watcher

    @property
    def spec(self) -> Spec:
        return self.run.spec

    @property
    def timeline(self) -> Timeline:
        return self.run.timeline

    @property
    def error(self) -> ExplorerError | None:
        """Why the run failed, as a sentence for the reader."""
        return self.run.error

    @property
    def state(self) -> State:
        """The run's state as this watcher wants it: paused may mean that others go on."""
        if self.run.active and self.watcher in self.run.frozen:
            return "paused"
        return self.run.state

    @property
    def live(self) -> bool:
        """Whether new snapshots will come without anybody pressing a button."""
        return self.state == "running" or self.run.frozen.get(self.watcher, self) is None

    @property
    def watched(self) -> bool:
        """Whether this watcher still watches the run; not after `reset` or `release`."""
        return self.watcher in self.run.watchers

    @property
    def others(self) -> int:
        """How many others watch the same run."""
        return len(self.run.watchers - {self.watcher})

    @property
    def view(self) -> Snapshot | None:
        """The moment to show: the newest, or the one at which this watcher paused."""
        return self.run.frozen.get(self.watcher) or self.run.timeline.newest

    def pause(self) -> None:
        self.runner.pause(self.run, self.watcher)

    def resume(self) -> None:
        self.runner.resume(self.run, self.watcher)

    def step(self) -> None:
        self.runner.step(self.run, self.watcher)

    def cancel(self) -> None:
        self.runner.cancel(self.run)

    def reset(self) -> None:
        """Starts anew: the run is forgotten unless others watch it."""
        self.runner.leave(self.run, self.watcher)

    def release(self) -> None:
        """Stops watching; a run that nobody watches ends after the limits' patience."""
        self.runner.release(self.run, self.watcher)


class Runner:
    """Trains every submitted run in turn, in one worker thread of its own.

    `program` makes the snapshots of a spec; it is a generator, so that all its work is done in the
    worker. `limits` bound what is held. Close it (or let the process exit) and the worker ends
    after its current step.
    """

    def __init__(self, program: Program, limits: Limits | None = None) -> None:
        self._program = program
        self._limits = limits or Limits()
        self.courtesy = Courtesy()
        self._runs: OrderedDict[Spec, Run] = OrderedDict()  # least recently asked for first
        self._turns: list[Run] = []  # active runs, next in turn first
        self._changed = Condition()
        self._closing = False
        self._worker: Thread | None = None

    # What a page may do -------------------------------------------------------------------------

    def submit(self, spec: Spec, watcher: Watcher, *, paused: bool = False) -> Handle:
        """Joins the run of `spec`, starting it if nobody has; raises BusyError at the limit.

        A run that failed or was cancelled starts again. With `paused` a new run shows its first
        snapshot, of the untrained models, and waits for single steps.
        """
        with self._changed:
            run = self._runs.get(spec)
            if run is None or run.state in ("failed", "cancelled"):
                if len(self._turns) >= self._limits.active:
                    raise BusyError("run.busy", limit=self._limits.active)
                clock = Slice(self.courtesy, spec.steps / MOMENTS if spec.steps else inf)
                run = Run(spec, self._program(spec, clock), clock)
                self._runs[spec] = run
                self._turns.append(run)
                self._forget()
            self._join(run, watcher)
            if paused and not len(run.timeline):
                run.frozen[watcher] = None
            else:
                run.frozen.pop(watcher, None)
            self._settle(run)
            self._work()
            return Handle(self, run, watcher)

    def find(self, spec: Spec, watcher: Watcher) -> Handle | None:
        """Joins the run of `spec` if there is one, without starting or resuming anything.

        One that ended because everybody had left is not there for those who come later.
        """
        with self._changed:
            run = self._runs.get(spec)
            if run is None or (run.state == "cancelled" and not run.watchers):
                return None
            if watcher not in run.watchers and run.state == "paused":
                run.frozen[watcher] = run.timeline.newest
            self._join(run, watcher)
            return Handle(self, run, watcher)

    def depart(self, watcher: Watcher) -> None:
        """The watcher is gone; runs that nobody else watches end after the limits' patience."""
        with self._changed:
            for run in self._runs.values():
                self._part(run, watcher)

    def runs(self) -> list[Run]:
        """All remembered runs, least recently asked for first."""
        with self._changed:
            return list(self._runs.values())

    def close(self) -> None:
        """Ends the worker after its current step and waits for it."""
        with self._changed:
            self._closing = True
            for run in self._turns:
                run.slice.interrupted.set()
            self._changed.notify_all()
            worker = self._worker
        if worker is not None:
            worker.join()

    # What a handle may do -----------------------------------------------------------------------

    def pause(self, run: Run, watcher: Watcher) -> None:
        with self._changed:
            if run.state == "running":
                run.frozen.setdefault(watcher, None if run.in_hand else run.timeline.newest)
                self._settle(run)

    def resume(self, run: Run, watcher: Watcher) -> None:
        with self._changed:
            run.frozen.pop(watcher, None)
            self._settle(run)

    def step(self, run: Run, watcher: Watcher) -> None:
        """The next snapshot that others saw; where there is none and all wait, one more step."""
        with self._changed:
            seen = run.frozen.get(watcher)
            later = [moment for moment in run.timeline if seen and moment.step > seen.step]
            if later:
                run.frozen[watcher] = later[0]
            elif run.state == "paused":
                run.single_steps += 1
                run.frozen[watcher] = None
                self._work()

    def cancel(self, run: Run) -> None:
        with self._changed:
            if run.active:
                self._end(run, "cancelled")

    def release(self, run: Run, watcher: Watcher) -> None:
        with self._changed:
            self._part(run, watcher)

    def leave(self, run: Run, watcher: Watcher) -> None:
        """The watcher starts anew: a run that nobody else watches ends and is forgotten."""
        with self._changed:
            self._part(run, watcher)
            if not run.watchers:
                if run.active:
                    self._end(run, "cancelled")
                if self._runs.get(run.spec) is run:
                    del self._runs[run.spec]

    # The worker ---------------------------------------------------------------------------------

    def _work(self) -> None:
        if self._worker is None and not self._closing:
            self._worker = Thread(target=self._deal, name="explorer-runner", daemon=True)
            # A process that exits while torch computes in a daemon thread aborts.
            atexit.register(self.close)
            self._worker.start()
        self._changed.notify_all()

    def _deal(self) -> None:
        # Two intra-op threads collapse as soon as anything else runs on the machine.
        torch.set_num_threads(1)
        while (run := self._next_turn()) is not None:
            self._take(run)

    def _next_turn(self) -> Run | None:
        """The run whose turn it is, with its slice begun; None when closing."""
        with self._changed:
            while not self._closing:
                self._retire_unwatched()
                ready = [run for run in self._turns if run.runnable]
                if ready:
                    run = self._chosen(ready)
                    run.in_hand = True
                    return run
                self._changed.wait(timeout=1.0)
            return None

    def _chosen(self, ready: list[Run]) -> Run:
        """The run that has some of its slice left or, where none has, the next with a new one."""
        run = self._turns[-1]
        if run.state == "running" and run.slice.left:
            run.slice.go_on()
            return run
        run = ready[0]
        self._turns.remove(run)
        self._turns.append(run)
        seconds = max(SHORTEST_SLICE, SNAPSHOT_SECONDS / len(ready))
        run.slice.begin(seconds, steps=1 if run.state == "paused" else None)
        if run.state == "paused" and len(run.timeline):
            run.single_steps -= 1
        return run

    def _take(self, run: Run) -> None:
        try:
            snapshot = next(run.snapshots)
            run.slice.looked()
        except StopIteration:
            self._stop(run)
        except ExplorerError as error:
            error.__cause__ = error.__context__ = None
            self._fail(run, error.with_traceback(None))  # a traceback would hold the models
        except Exception as error:
            log.exception("The run %r failed", run.spec)
            self._fail(run, ExplorerError("run.crashed", reason=f"{type(error).__name__}: {error}"))
        else:
            self._show(run, snapshot)

    def _show(self, run: Run, snapshot: Snapshot) -> None:
        with self._changed:
            run.timeline.append(snapshot)
            run.in_hand = False
            waiting = [watcher for watcher, seen in run.frozen.items() if seen is None]
            if run.single_steps == 0:  # else they asked for a later moment than this
                run.frozen |= dict.fromkeys(waiting, snapshot)
            if snapshot.ending is not None and run.active:
                self._end(run, "finished")
            self._forget()

    def _stop(self, run: Run) -> None:
        """The snapshots are over: cancelled since its turn was dealt, or without a last word."""
        with self._changed:
            if run.active:
                self._end(run, "finished")

    def _fail(self, run: Run, error: ExplorerError) -> None:
        with self._changed:
            if run.active:
                run.error = error
                self._end(run, "failed")

    # Book-keeping, with the condition held ------------------------------------------------------

    def _join(self, run: Run, watcher: Watcher) -> None:
        run.watchers.add(watcher)
        self._runs.move_to_end(run.spec)

    def _part(self, run: Run, watcher: Watcher) -> None:
        if watcher in run.watchers:
            run.watchers.remove(watcher)
            run.frozen.pop(watcher, None)
            run.unwatched_since = monotonic()
            self._settle(run)

    def _settle(self, run: Run) -> None:
        """Paused is a run whose watchers have all paused; with none left it stays as it was."""
        if run.active and run.watchers:
            run.state = "paused" if run.watchers <= run.frozen.keys() else "running"
            if run.state == "paused":
                run.slice.interrupted.set()
            else:
                run.single_steps = 0
            self._changed.notify_all()

    def _end(self, run: Run, state: State) -> None:
        run.state = state
        run.frozen.clear()
        run.snapshots = iter(())  # lets go of the models and the data
        run.slice.interrupted.set()
        self._turns.remove(run)

    def _retire_unwatched(self) -> None:
        now = monotonic()
        for run in list(self._turns):
            if not run.watchers and now - run.unwatched_since > self._limits.patience:
                self._end(run, "cancelled")

    def _forget(self) -> None:
        """Drops ended runs, unwatched and least recently asked for first, down to the limits."""
        ended = [run for run in self._runs.values() if not run.active]
        ended.sort(key=lambda run: bool(run.watchers))
        held = sum(run.timeline.nbytes for run in self._runs.values())
        for run in ended:
            if len(self._runs) <= self._limits.remembered and held <= self._limits.nbytes:
                break
            held -= run.timeline.nbytes
            del self._runs[run.spec]
