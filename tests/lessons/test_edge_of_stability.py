"""Three learning rates from one start, under PyTorch's own plain gradient descent."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)
from torch.optim import SGD

from explorer.data.pictures import PictureSet, load_pictures
from explorer.lessons.edge_of_stability import (
    FACTORS,
    EdgeExperiment,
    edge_nets,
    learning_rates,
    squared_errors,
)
from explorer.lessons.gradient_descent import examine_gradient, gradient_experiment
from explorer.models.side_by_side import SideBySide
from explorer.specs import GradientSpec
from explorer.training.loop import EverySteps, train

SPEC = GradientSpec(experiment="edge", pictures=20, steps=6, seed=3)
PER_NET = ("loss", "sharpness", "edge_limit", "edge_ratio", "test_accuracy")


@pytest.fixture(scope="module")
def digits() -> PictureSet:
    return load_pictures("digits")


def begun(digits: PictureSet, spec: GradientSpec = SPEC) -> EdgeExperiment:
    experiment = gradient_experiment(spec, digits)
    assert isinstance(experiment, EdgeExperiment)
    return experiment


def test_the_rates_are_half_and_twice_the_middle_one() -> None:
    spec = GradientSpec(edge_rate=0.1)
    assert learning_rates(spec) == {"small": 0.05, "middle": 0.1, "large": 0.2}


def test_all_nets_begin_alike() -> None:
    nets = edge_nets(10, 64, torch.Generator().manual_seed(0))
    for weight in nets.parameters():
        assert len(weight) == len(FACTORS)
        assert (weight == weight[:1]).all()


def test_each_net_goes_the_way_that_sgd_goes_with_its_rate(digits: PictureSet) -> None:
    experiment = begun(digits)
    start = experiment.weights()
    alone = []
    for i, rate in enumerate(learning_rates(SPEC).values()):
        net = SideBySide((64, 64, 64, 10), "tanh", torch.Generator(), (1,))
        net.load_state_dict({name: value[i : i + 1].clone() for name, value in start.items()})
        optimizer = SGD(net.parameters(), lr=rate)
        for _ in range(5):
            loss = F.mse_loss(net(experiment.x)[0], experiment.answers, reduction="sum") / 40
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        alone.append(net.state_dict())
    for _ in range(5):
        experiment.step()
    for name, value in experiment.weights().items():
        expected = torch.cat([net[name] for net in alone])
        torch.testing.assert_close(value, expected, rtol=1e-5, atol=1e-6)


def test_the_loss_is_half_the_squared_error_of_an_image() -> None:
    outputs = torch.tensor([[[1.0, 2.0], [0.0, 1.0]], [[0.0, 0.0], [1.0, 0.0]]])  # (2, 2, 2)
    answers = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    assert squared_errors(outputs, answers).tolist() == [1.0, 0.75]


def test_what_is_seen_of_a_moment(digits: PictureSet) -> None:
    *_, last = train(begun(digits), SPEC.budget, EverySteps(3))
    names = {f"{metric}.{net}" for metric in PER_NET for net in FACTORS}
    assert last.metrics.keys() == names | {"test_loss"}
    for net, rate in learning_rates(SPEC).items():
        limit = last.metrics[f"edge_limit.{net}"]
        assert limit == pytest.approx(2 / rate)
        ratio = last.metrics[f"sharpness.{net}"] / limit
        assert last.metrics[f"edge_ratio.{net}"] == pytest.approx(ratio)
    assert last.arrays["rises"].shape == (3,)


def test_looking_changes_nothing(digits: PictureSet) -> None:
    seen, unseen = begun(digits), begun(digits)
    for _ in range(3):
        seen.observe(0, 0.0)
        seen.step()
        unseen.step()
    for name, value in seen.weights().items():
        assert torch.equal(value, unseen.weights()[name])


def test_weights_tell_all_that_is_measured(digits: PictureSet) -> None:
    first, other = begun(digits), begun(digits)
    for _ in range(4):
        first.step()
    other.load_weights(first.weights())
    assert dict(other.observe(4, 0.0).metrics) == dict(first.observe(4, 0.0).metrics)


def test_a_step_that_is_too_long_raises_the_loss_and_is_counted(digits: PictureSet) -> None:
    """Behind 2 / λ the loss must rise at the first step; a short step lets it fall."""
    experiment = begun(digits)
    experiment.rates = torch.tensor([0.01, 0.1, 1.0])
    for _ in range(2):
        experiment.step()
    assert experiment.rises.tolist() == [0, 0, 1]


def test_the_newest_step_is_counted_when_it_is_seen(digits: PictureSet) -> None:
    experiment = begun(digits)
    experiment.rates = torch.tensor([0.01, 0.1, 1.0])
    assert experiment.observe(0, 0.0).arrays["rises"].tolist() == [0, 0, 0]
    experiment.step()
    for _ in range(2):  # to look changes nothing
        assert experiment.observe(1, 0.0).arrays["rises"].tolist() == [0, 0, 1]
    assert experiment.rises.tolist() == [0, 0, 0]


def test_few_pictures_bring_the_curvature_to_the_edge(digits: PictureSet) -> None:
    """The lesson's claim in small: from below its limit up to it, and the loss still falls."""
    spec = SPEC.but(steps=160, edge_rate=0.2, seed=0)
    history = list(train(begun(digits, spec), spec.budget, EverySteps(20)))
    ratios = [snapshot.metrics["edge_ratio.middle"] for snapshot in history]
    assert ratios[0] < 0.7
    assert all(0.85 < ratio < 1.35 for ratio in ratios[-2:])
    assert history[-1].metrics["loss.middle"] < 0.2 * history[0].metrics["loss.middle"]
    assert history[-1].arrays["rises"][1] > 5


def test_a_run_ends_with_the_measured_limit_of_the_bowl(digits: PictureSet) -> None:
    final = begun(digits).observe(0, 0.0)
    found = examine_gradient(SPEC.but(curvature=4), final)
    assert found["limit.predicted"] == 0.5
    assert found["limit.ratio"] == pytest.approx(1, abs=0.01)
