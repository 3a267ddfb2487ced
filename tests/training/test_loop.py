"""The loop takes the steps it is told to, says why it ended, and minds no watchers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import FrozenInstanceError
from itertools import islice

import numpy as np
import pytest
import torch
from torch import Tensor

from explorer.data.pictures import PictureSet, load_pictures
from explorer.errors import ExplorerError
from explorer.lessons.course import begin, material
from explorer.specs import AnatomySpec, Budget, LatentsSpec, Spec
from explorer.training import loop
from explorer.training.devices import CPU
from explorer.training.loop import Clock, EverySeconds, EverySteps, Snapshot, train

# Small, and every kind of experiment is among them.
SMALL: list[Spec] = [
    AnatomySpec(hidden_widths=(16,), batch_size=32),
    AnatomySpec(hidden_widths=(16,), batch_size=32, tied=True, optimizer="rmsprop", noise=0.0),
    LatentsSpec(hidden_widths=(16,), latent_dim=3),
    LatentsSpec(hidden_widths=(8,), experiment="sizes"),
]
EVERY_EXPERIMENT = pytest.mark.parametrize(
    "spec", SMALL, ids=["untied", "tied and without noise", "map", "sizes"]
)


class Time:
    """A clock that stands still unless somebody moves it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    clock = Time()
    monkeypatch.setattr(loop, "perf_counter", clock)
    return clock


class Halving:
    """An experiment whose error halves with each step; a step takes 0.25 s, a look 5 s."""

    def __init__(self, time: Time, look: float = 5.0) -> None:
        self.time = time
        self.look = look
        self.mse = 1.0
        self.steps = 0
        self.looks = 0

    def step(self) -> None:
        self.time.now += 0.25
        self.steps += 1
        self.mse /= 2

    def observe(self, step: int, seconds: float) -> Snapshot:
        self.time.now += self.look
        self.looks += 1
        return Snapshot(step, seconds, {"test_mse": self.mse})

    def weights(self) -> dict[str, Tensor]:
        return {}

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        raise AssertionError("the loop has no business with weights")


class Asked:
    """A clock that is due at certain steps and writes down when it was asked."""

    def __init__(self, *due: int) -> None:
        self.times = due
        self.asked: list[int] = []

    def due(self, step: int) -> bool:
        self.asked.append(step)
        return step in self.times


# Steps, endings, clocks ---------------------------------------------------------------------------


def test_nothing_happens_before_it_is_asked_for(time: Time) -> None:
    experiment = Halving(time)
    snapshots = train(experiment, Budget(steps=5), EverySteps(1))
    assert (experiment.steps, experiment.looks) == (0, 0)
    assert next(snapshots).step == 0
    assert (experiment.steps, experiment.looks) == (0, 1)
    assert next(snapshots).step == 1
    assert (experiment.steps, experiment.looks) == (1, 2)


def test_snapshots_at_0_when_due_and_at_the_end(time: Time) -> None:
    experiment = Halving(time)
    snapshots = list(train(experiment, Budget(steps=10), EverySteps(4)))
    assert [snapshot.step for snapshot in snapshots] == [0, 4, 8, 10]
    assert [snapshot.ending for snapshot in snapshots] == [None, None, None, "steps"]
    assert experiment.steps == 10
    assert experiment.looks == 4


def test_an_end_that_is_due_is_one_snapshot(time: Time) -> None:
    snapshots = list(train(Halving(time), Budget(steps=8), EverySteps(4)))
    assert [snapshot.step for snapshot in snapshots] == [0, 4, 8]


def test_a_clock_that_is_never_due_sees_both_ends(time: Time) -> None:
    snapshots = list(train(Halving(time), Budget(steps=7), Asked()))
    assert [snapshot.step for snapshot in snapshots] == [0, 7]


def test_the_clock_is_asked_after_every_step_but_the_last(time: Time) -> None:
    clock = Asked(3, 4)
    snapshots = list(train(Halving(time), Budget(steps=7), clock))
    assert [snapshot.step for snapshot in snapshots] == [0, 3, 4, 7]
    assert clock.asked == [1, 2, 3, 4, 5, 6]


def test_seconds_are_those_of_steps_and_not_of_looks_or_pauses(time: Time) -> None:
    seen = []
    for snapshot in train(Halving(time), Budget(seconds=2), EverySteps(3)):
        time.now += 100  # the caller takes a break
        seen.append((snapshot.step, snapshot.seconds, snapshot.ending))
    assert seen == [(0, 0, None), (3, 0.75, None), (6, 1.5, None), (8, 2, "seconds")]


def test_a_budget_shorter_than_a_step_is_one_step(time: Time) -> None:
    snapshots = list(train(Halving(time), Budget(seconds=0.01), EverySteps(100)))
    assert [(snapshot.step, snapshot.ending) for snapshot in snapshots] == [
        (0, None),
        (1, "seconds"),
    ]


@pytest.mark.parametrize(
    ("budget", "step", "ending"),
    [
        (Budget(steps=3, seconds=1), 3, "steps"),
        (Budget(steps=5, seconds=1), 4, "seconds"),
        (Budget(steps=5, target_mse=1 / 8), 3, "target"),
        (Budget(steps=2, target_mse=1 / 8), 2, "steps"),
        (Budget(seconds=9, target_mse=1 / 8), 3, "target"),
    ],
)
def test_the_first_bound_reached_ends_the_run(
    budget: Budget, step: int, ending: str, time: Time
) -> None:
    *_, last = train(Halving(time), budget, EverySteps(1))
    assert (last.step, last.ending) == (step, ending)


def test_the_target_is_tested_where_somebody_looks(time: Time) -> None:
    *_, last = train(Halving(time), Budget(steps=100, target_mse=1 / 8), EverySteps(5))
    assert (last.step, last.ending) == (5, "target")


def test_a_target_that_is_reached_already_takes_no_step(time: Time) -> None:
    experiment = Halving(time)
    (only,) = train(experiment, Budget(steps=100, target_mse=1), EverySteps(1))
    assert (only.step, only.ending) == (0, "target")
    assert experiment.steps == 0


def test_every_seconds_is_due_once_an_interval(time: Time) -> None:
    clock = EverySeconds(1.0)
    due = []
    for step in range(1, 13):
        time.now += 0.25
        if clock.due(step):
            due.append(step)
    assert due == [4, 8, 12]


def test_every_seconds_sees_the_steps_of_its_time(time: Time) -> None:
    snapshots = list(train(Halving(time, look=0), Budget(steps=10), EverySeconds(1.0)))
    assert [snapshot.step for snapshot in snapshots] == [0, 4, 8, 10]


# Snapshots ----------------------------------------------------------------------------------------


def test_a_snapshot_is_frozen_and_weighs_its_arrays() -> None:
    snapshot = Snapshot(1, 0.5, {}, {"a": np.zeros((3, 4), np.float32), "b": np.zeros(5, np.uint8)})
    assert snapshot.nbytes == 3 * 4 * 4 + 5
    with pytest.raises(FrozenInstanceError):
        snapshot.step = 2  # type: ignore[misc]


@EVERY_EXPERIMENT
def test_nothing_of_torch_leaves_the_loop(spec: Spec) -> None:
    snapshots = watched(spec, EverySteps(2), steps=4)
    for snapshot in snapshots:
        assert all(type(value) is float for value in snapshot.metrics.values())
        assert all(type(array) is np.ndarray for array in snapshot.arrays.values())
        assert np.isfinite(list(snapshot.metrics.values())).all()
    first, *_, last = snapshots
    for name, array in first.arrays.items():  # a snapshot must not change afterwards
        shared = np.shares_memory(array, last.arrays[name])
        assert not shared or name.startswith("pca_")


# Same spec, same numbers --------------------------------------------------------------------------


def watched(spec: Spec, clock: Clock, steps: int) -> list[Snapshot]:
    return list(train(begin(spec, material(spec, None, CPU)), Budget(steps=steps), clock))


@EVERY_EXPERIMENT
def test_the_same_spec_gives_the_same_snapshots_to_the_bit(spec: Spec) -> None:
    runs = [watched(spec, EverySteps(5), steps=15) for _ in range(2)]
    for first, second in zip(*runs, strict=True):
        assert first.step == second.step
        assert first.metrics == second.metrics
        assert first.arrays.keys() == second.arrays.keys()
        for name, array in first.arrays.items():
            assert np.array_equal(array, second.arrays[name])


@EVERY_EXPERIMENT
def test_another_seed_gives_other_numbers(spec: Spec) -> None:
    one, other = (watched(spec.but(seed=seed), EverySteps(5), steps=5)[-1] for seed in (0, 1))
    assert one.metrics[spec.watched] != other.metrics[spec.watched]


@EVERY_EXPERIMENT
def test_watching_does_not_change_what_is_learnt(spec: Spec) -> None:
    often, rarely = (weights_after(spec, EverySteps(interval), 20) for interval in (1, 20))
    assert often.keys() == rarely.keys()
    for name, weight in often.items():
        assert torch.equal(weight, rarely[name]), name


def weights_after(spec: Spec, clock: Clock, steps: int) -> dict[str, Tensor]:
    experiment = begin(spec, material(spec, None, CPU))
    for _ in train(experiment, Budget(steps=steps), clock):
        pass
    return experiment.weights()


@EVERY_EXPERIMENT
def test_the_global_streams_are_left_alone(spec: Spec) -> None:
    of_torch, of_numpy = torch.get_rng_state(), np.random.get_state()[1].copy()  # type: ignore[index]
    watched(spec, EverySteps(2), steps=4)
    assert torch.equal(torch.get_rng_state(), of_torch)
    assert np.array_equal(np.random.get_state()[1], of_numpy)  # type: ignore[index]


def test_two_runs_in_turn_are_as_each_alone() -> None:
    """What the runner does: the steps of one run between those of another."""
    spec, other = AnatomySpec(hidden_widths=(16,)), AnatomySpec(hidden_widths=(16,), seed=1)
    pictures = load_pictures("digits")
    runs = [train(begin(each, pictures), Budget(steps=9), EverySteps(3)) for each in (spec, other)]
    mixed = [first for first, _ in zip(*runs, strict=True)]
    alone = watched(spec, EverySteps(3), steps=9)
    assert [snapshot.metrics for snapshot in mixed] == [snapshot.metrics for snapshot in alone]


# Learning -----------------------------------------------------------------------------------------


def few_pictures(count: int) -> PictureSet:
    """The first digits, over and over: as many rows as a batch needs, no more pictures to learn."""
    digits = load_pictures("digits")
    pictures, labels = digits.train[:count], digits.train_labels[:count]
    return PictureSet(
        name="few digits",
        train=pictures.repeat(64 // count, 1),
        test=pictures,
        train_labels=labels.repeat(64 // count),
        test_labels=labels,
        height=8,
        width=8,
        classes=digits.classes,
    )


@pytest.mark.parametrize("tied", [False, True], ids=["untied", "tied"])
def test_a_tiny_batch_is_overfitted(tied: bool) -> None:
    spec = AnatomySpec(latent_dim=8, hidden_widths=(64,), noise=0.0, tied=tied, batch_size=64)
    *_, last = train(begin(spec, few_pictures(8)), Budget(steps=400), EverySteps(400))
    assert last.metrics["test_mse"] < 1e-3
    assert last.metrics["train_mse"] < 1e-3


@pytest.mark.parametrize("optimizer", AnatomySpec.choices("optimizer"))
@pytest.mark.parametrize("activation", AnatomySpec.choices("activation"))
def test_every_activation_learns_with_every_optimizer(activation: str, optimizer: str) -> None:
    spec = AnatomySpec.build(
        {
            "activation": activation,
            "optimizer": optimizer,
            "hidden_widths": (16,),
            "noise": 0,
            "batch_size": 4096,
        }
    )
    errors = [snapshot.metrics["train_mse"] for snapshot in islice(steps_of(spec), 11)]
    assert np.isfinite(errors).all()
    assert len(set(errors)) == len(errors)
    assert errors[-1] < errors[0]


def steps_of(spec: Spec) -> Iterator[Snapshot]:
    return train(begin(spec, material(spec, None, CPU)), Budget(steps=100), EverySteps(1))


def test_a_run_whose_error_is_no_number_any_more_ends_with_a_sentence() -> None:
    class Diverging:
        """Finite until its third step."""

        taken = 0

        def step(self) -> None:
            self.taken += 1

        def observe(self, step: int, seconds: float) -> Snapshot:
            return Snapshot(step, seconds, {"test_mse": math.inf if self.taken > 2 else 0.5})

        def weights(self) -> dict[str, Tensor]:
            return {}

        def load_weights(self, weights: Mapping[str, Tensor]) -> None:
            assert not weights

    seen: list[Snapshot] = []
    with pytest.raises(ExplorerError) as raised:
        seen.extend(train(Diverging(), Budget(steps=100), EverySteps(1)))
    assert raised.value.key == "run.diverged"
    assert "3" in str(raised.value)
    assert "3" in raised.value.sentence("ko")


def test_a_snapshot_carries_a_copy_of_the_weights_it_was_seen_through() -> None:
    experiment = begin(SMALL[0], load_pictures("digits"))
    first, second = train(experiment, Budget(steps=1), EverySteps(1))
    assert first.weights.keys() == second.weights.keys() == experiment.weights().keys()
    for name, weight in experiment.weights().items():
        assert np.array_equal(second.weights[name], weight.numpy())
        assert not np.array_equal(first.weights[name], second.weights[name])
