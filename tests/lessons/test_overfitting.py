"""Overfitting: the same start and pictures for all, each remedy alone, and what is never learnt."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.analysis.overfitting import MEASURES
from explorer.data.pictures import load_pictures
from explorer.lessons.overfitting import (
    BATCH,
    LOOK,
    PIXEL_SHARE,
    VALIDATION,
    Kept,
    Labelled,
    OverfittingExperiment,
    draw_pictures,
    repeat_nets,
    squared_weights,
    trained_arms,
)
from explorer.models.side_by_side import SideBySide
from explorer.specs import GradientSpec
from explorer.training.loop import EverySteps, Snapshot, train

DIGITS = load_pictures("digits")
SMALL = GradientSpec(draws=3, hidden_dim=16, more_pictures=300, steps=30)
OFF = {"early_stopping": False, "weight_decay": 0, "dropout": 0, "more_pictures": 0}


def ran(spec: GradientSpec) -> OverfittingExperiment:
    experiment = OverfittingExperiment(spec, DIGITS)
    for _ in range(spec.steps or 0):
        experiment.step()
    return experiment


def weights_of(nets: SideBySide, layer: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Weight and bias of a layer of all nets."""
    state = nets.state_dict()
    return state[f"layers.{layer}.weight"], state[f"layers.{layer}.bias"]


# What is compared ---------------------------------------------------------------------------------


def test_each_remedy_has_nets_of_its_own_and_one_has_them_all() -> None:
    arms = {arm.name: arm[1:] for arm in trained_arms(SMALL)}
    assert arms == {
        "plain": (100, 0, 0, True),
        "weight_decay": (100, 0.003, 0, False),
        "dropout": (100, 0, 0.5, False),
        "more_pictures": (400, 0, 0, False),
        "together": (400, 0.003, 0.5, True),
    }
    assert [arm[:] for arm in trained_arms(SMALL.but(**OFF))] == [("plain", 100, 0, 0, False)]
    only = {arm.name: arm.stops for arm in trained_arms(SMALL.but(**OFF | {"dropout": 0.2}))}
    assert only == {"plain": False, "dropout": False}


def test_all_pictures_of_a_draw_are_different_ones() -> None:
    everything = Labelled(torch.arange(700)[:, None], torch.arange(700))
    generator = torch.Generator().manual_seed(0)
    own, validation = draw_pictures(everything, 4, 600, generator)
    assert own.x.shape == (4, 600, 1)
    assert validation.x.shape == (4, VALIDATION, 1)
    for draw in range(4):
        seen = torch.cat([own.labels[draw], validation.labels[draw]])
        assert sorted(seen.tolist()) == list(range(700))
        assert torch.equal(own.x[draw, :, 0], own.labels[draw])
    assert not torch.equal(own.labels[0], own.labels[1])
    few, _ = draw_pictures(everything, 4, 20, generator.manual_seed(0))
    assert torch.equal(few.labels, own.labels[:, :20])


def test_there_are_pictures_enough_for_the_largest_settings() -> None:
    largest = GradientSpec(pictures=500, more_pictures=800, draws=2, hidden_dim=2)
    OverfittingExperiment(largest, DIGITS).step()


def test_all_nets_of_a_draw_begin_with_the_same_weights() -> None:
    experiment = OverfittingExperiment(SMALL, DIGITS)
    for weight in experiment.nets.parameters():
        assert weight.shape[:2] == (5, 3)
        assert torch.equal(weight, weight[:1].expand_as(weight))
        assert weight.requires_grad
    first = weights_of(experiment.nets, 0)[0]
    assert not torch.equal(first[0, 0], first[0, 1])


def test_a_remedy_that_is_switched_off_changes_nothing_for_the_others() -> None:
    with_all, without = ran(SMALL), ran(SMALL.but(**OFF | {"weight_decay": 0.003}))
    some, few = (experiment.observe(30, 0.0).metrics for experiment in (with_all, without))
    for arm in ("plain", "weight_decay"):
        for measure in ("train_loss", "test_loss"):
            assert few[f"{arm}.{measure}"] == pytest.approx(some[f"{arm}.{measure}"], rel=1e-4)
    assert "together.test_loss" not in few


# The step -----------------------------------------------------------------------------------------


def standalone(experiment: OverfittingExperiment, arm: int, draw: int) -> nn.Sequential:
    """torch.nn's own layers with the weights of one net."""
    linear: list[nn.Module] = []
    for index in range(len(experiment.nets.layers)):
        weight, bias = weights_of(experiment.nets, index)
        one = nn.Linear(weight.shape[-1], weight.shape[-2])
        one.weight.data = weight[arm, draw].clone()
        one.bias.data = bias[arm, draw, 0].clone()
        linear += [one, nn.ReLU()]
    return nn.Sequential(*linear[:-1])


@pytest.mark.parametrize(("arm", "decay"), [(0, 0.0), (1, 0.05), (2, 0.0)])
def test_a_step_is_that_of_one_net_by_itself(arm: int, decay: float) -> None:
    """Plain, weight decay and more pictures against torch.nn and torch.optim."""
    spec = SMALL.but(dropout=0, early_stopping=False, weight_decay=0.05)
    experiment, draw = OverfittingExperiment(spec, DIGITS), 1
    net = standalone(experiment, arm, draw)
    optimizer = torch.optim.Adam(net.parameters(), lr=spec.learning_rate)
    dice = torch.Generator()
    dice.set_state(experiment.generator.get_state())
    for _ in range(12):
        drawn = torch.rand((3, BATCH), generator=dice, dtype=torch.float64)[draw]
        rows = (drawn * (400 if arm == 2 else 100)).long()
        loss = F.cross_entropy(net(experiment.own.x[draw, rows]), experiment.own.labels[draw, rows])
        squares = [p.square().sum() for name, p in net.named_parameters() if "weight" in name]
        optimizer.zero_grad()
        (loss + decay / 2 * torch.stack(squares).sum()).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        experiment.step()
    twin = standalone(experiment, arm, draw)
    for mine, theirs in zip(twin.parameters(), net.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-3, atol=1e-5)


def test_dropout_silences_pixels_and_units_of_its_own_nets_only() -> None:
    spec = SMALL.but(**OFF | {"dropout": 0.9, "steps": 1})
    experiment = OverfittingExperiment(spec, DIGITS)
    seen: list[torch.Tensor] = []
    experiment.nets.layers[0].register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    experiment.nets.layers[1].register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    experiment.step()
    pixels, units = seen
    inked = pixels[0] > 0
    assert (pixels[1][inked] == 0).float().mean() == pytest.approx(PIXEL_SHARE * 0.9, abs=0.03)
    silent = (units == 0).float().mean((1, 2, 3))
    assert silent[0] < 0.7
    assert silent[1] > 0.9


def test_repeating_nets_and_squaring_their_weights() -> None:
    nets = SideBySide((3, 2), "relu", torch.Generator().manual_seed(0), (2,))
    before = {name: value.clone() for name, value in nets.state_dict().items()}
    with torch.no_grad():
        weights_of(nets, 0)[0].copy_(
            torch.tensor([[[1.0, 2, 3], [0, 0, 1]], [[0, 0, 0], [0, 0, 2]]])
        )
    assert squared_weights(nets).tolist() == [15, 4]
    repeat_nets(nets, 3)
    assert squared_weights(nets).tolist() == [[15, 4]] * 3
    assert nets.state_dict().keys() == before.keys()
    assert nets(torch.ones(5, 3)).shape == (3, 2, 5, 2)


# Early stopping -----------------------------------------------------------------------------------


def test_the_lowest_validation_loss_is_kept_net_by_net() -> None:
    def weights(value: float) -> dict[str, torch.Tensor]:
        return {"w": torch.full((1, 2, 1, 1), value)}

    kept = Kept(weights(0.0))
    for step, losses in enumerate(([0.5, 0.9], [0.4, 1.0], [0.6, 0.8]), start=1):
        kept.look(weights(float(step)), torch.tensor([losses]), step)
    assert kept.steps.tolist() == [[2, 3]]
    assert kept.weights["w"].flatten().tolist() == [2, 3]


def test_early_stopping_is_the_plain_net_at_its_best_step() -> None:
    spec = SMALL.but(**OFF | {"early_stopping": True, "learning_rate": 0.02, "steps": 120})
    experiment, seen = OverfittingExperiment(spec, DIGITS), {}
    for step in range(1, 121):
        experiment.step()
        if step % LOOK == 0:
            net = standalone(experiment, 0, 2)
            x, labels = (part[2] for part in experiment.validation)
            with torch.no_grad():
                seen[step] = (
                    F.cross_entropy(net(x), labels).item(),
                    weights_of(experiment.nets, 0)[0][0, 2].clone(),
                )
    best = min(seen, key=lambda step: seen[step][0])
    assert best < 120, "the test should see a net that has got worse"
    assert experiment.kept.steps[0, 2] == best
    shown = experiment.weights()["layers.0.weight"]  # of (plain, early stopping)
    assert torch.equal(shown[1, 2], seen[best][1])
    assert torch.equal(shown[0, 2], weights_of(experiment.nets, 0)[0][0, 2])


# The run ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def run() -> list[Snapshot]:
    spec = GradientSpec(draws=3, steps=350)
    return list(train(OverfittingExperiment(spec, DIGITS), spec.budget, EverySteps(50)))


def test_few_pictures_are_learnt_by_heart_and_the_test_loss_turns(run: list[Snapshot]) -> None:
    losses = [snapshot.metrics["plain.test_loss"] for snapshot in run]
    last = run[-1].metrics
    assert last["train_loss"] < 0.02
    assert last["train_test_gap"] > 0.3
    assert last["train_test_gap"] == pytest.approx(last["test_loss"] - last["train_loss"])
    assert losses[-1] > 1.05 * min(losses)
    assert last["early_stopping.stopped_at"] < 300


def test_each_remedy_narrows_the_gap(run: list[Snapshot]) -> None:
    last = run[-1].metrics
    for arm in ("early_stopping", "weight_decay", "dropout", "more_pictures", "together"):
        assert last[f"{arm}.change.train_test_gap"] < 0, arm
    assert last["more_pictures.change.test_accuracy"] > 0.03


def test_the_runs_own_numbers_are_those_of_the_nets_left_alone(run: list[Snapshot]) -> None:
    last = run[-1].metrics
    for measure in MEASURES:
        assert last[measure] == last[f"plain.{measure}"]


def test_looking_changes_nothing() -> None:
    watched, left_alone = OverfittingExperiment(SMALL, DIGITS), OverfittingExperiment(SMALL, DIGITS)
    for step in range(12):
        watched.observe(step, 0.0)
        watched.step()
        left_alone.step()
    for name, weight in watched.weights().items():
        assert torch.equal(weight, left_alone.weights()[name]), name


def test_weights_go_out_and_come_back() -> None:
    experiment = ran(SMALL)
    other = OverfittingExperiment(SMALL, DIGITS)
    assert other.observe(0, 0.0).metrics != experiment.observe(30, 0.0).metrics
    other.load_weights(experiment.weights())
    assert other.observe(30, 0.0).metrics == experiment.observe(30, 0.0).metrics


def test_test_pictures_are_never_trained_on() -> None:
    blank = replace(DIGITS, test=torch.zeros(40, 64), test_labels=torch.arange(40) % 10)
    other = OverfittingExperiment(SMALL, blank)
    for _ in range(20):
        other.step()
    for name, weight in ran(SMALL.but(steps=20)).weights().items():
        assert torch.equal(weight, other.weights()[name]), name
