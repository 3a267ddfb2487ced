"""The loop: a generator of snapshots. It takes steps; whoever calls it owns the clock.

>>> for snapshot in train(experiment, Budget(steps=1000), EverySteps(100)):
...     print(snapshot.step, snapshot.metrics["test_mse"])
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from time import perf_counter
from typing import Any, Literal, Protocol

import numpy.typing as npt
from torch import Tensor

from explorer.errors import ExplorerError
from explorer.specs import Budget

Ending = Literal["steps", "seconds", "target"]
Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What leaves the loop: everything that a page draws of one moment, and nothing of torch.

    A metric's name may hold dots: `recall.4` and `recall.8` are one object, `recall`, in a report.
    """

    step: int
    seconds: float  # spent in steps so far
    metrics: Mapping[str, float]  # by name; errors are per pixel unless the name says otherwise
    arrays: Mapping[str, Array] = field(default_factory=dict)
    ending: Ending | None = None  # why the run ended here; None while it goes on
    notice: str | None = None  # key of a sentence that the page should show
    # The parameters by name. A timeline keeps those of its newest moment only.
    weights: Mapping[str, Array] = field(default_factory=dict)

    @property
    def nbytes(self) -> int:
        return sum(array.nbytes for array in self.arrays.values())


class Experiment(Protocol):
    """What a lesson trains: its models, its data, and the eye that looks at them."""

    def step(self) -> None:
        """One optimisation step of every model in the experiment, on equal terms."""

    def observe(self, step: int, seconds: float) -> Snapshot:
        """What can be seen now. Must not change what the next step does."""

    def weights(self) -> dict[str, Tensor]:
        """All parameters by name, detached, for a checkpoint."""

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        """Takes over the `weights()` of an equal spec, for `observe`: optimisers start anew."""


class Clock(Protocol):
    """Says when the caller wants its next snapshot."""

    def due(self, step: int) -> bool:
        """Asked before each step but the first after a snapshot: is it time?"""


class EverySteps:
    """A snapshot each time the step is a multiple of `interval`."""

    def __init__(self, interval: int) -> None:
        self.interval = interval

    def due(self, step: int) -> bool:
        return step % self.interval == 0


class EverySeconds:
    """A snapshot each time `interval` seconds have passed since the last one was due."""

    def __init__(self, interval: float) -> None:
        self.interval = interval
        self.last = perf_counter()

    def due(self, step: int) -> bool:
        now = perf_counter()
        if now - self.last < self.interval:
            return False
        self.last = now
        return True


def train(experiment: Experiment, budget: Budget, clock: Clock) -> Iterator[Snapshot]:
    """Snapshots at step 0, whenever `clock` says so, and at the end, with the reason for it.

    At least one step is taken between two snapshots. The target is tested on the snapshots'
    `test_mse`, so a run may pass it by as many steps as lie between two of them. Raises
    ExplorerError when a metric is no longer a finite number.
    """
    step, seconds = 0, 0.0
    snapshot = _observed(experiment, step, seconds)
    while (ending := _ending(budget, snapshot)) is None:
        yield snapshot
        last_step = budget.steps if budget.steps is not None else float("inf")
        began = perf_counter()
        deadline = began + (budget.seconds - seconds if budget.seconds else float("inf"))
        while True:
            experiment.step()
            step += 1
            if step >= last_step or clock.due(step) or perf_counter() >= deadline:
                break
        seconds += perf_counter() - began
        snapshot = _observed(experiment, step, seconds)
        if not all(map(isfinite, snapshot.metrics.values())):
            raise ExplorerError("run.diverged", step=step)
    yield replace(snapshot, ending=ending)


def _observed(experiment: Experiment, step: int, seconds: float) -> Snapshot:
    """What can be seen now, with a copy of the weights that it was seen through."""
    weights = {name: value.cpu().numpy().copy() for name, value in experiment.weights().items()}
    return replace(experiment.observe(step, seconds), weights=weights)


def _ending(budget: Budget, snapshot: Snapshot) -> Ending | None:
    if budget.target_mse is not None and snapshot.metrics["test_mse"] <= budget.target_mse:
        return "target"
    if budget.steps is not None and snapshot.step >= budget.steps:
        return "steps"
    if budget.seconds is not None and snapshot.seconds >= budget.seconds:
        return "seconds"
    return None
