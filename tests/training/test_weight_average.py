"""The mean of the newest weights."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from explorer.training.weight_average import WARM_UP, WeightAverage


def scalar(value: float) -> nn.Linear:
    layer = nn.Linear(1, 1, bias=False)
    nn.init.constant_(layer.weight, value)
    return layer


def set_to(layer: nn.Linear, value: float) -> None:
    with torch.no_grad():
        layer.weight.fill_(value)


def test_before_the_first_step_it_is_the_model() -> None:
    assert WeightAverage(scalar(3.0), 100).model.weight.item() == 3.0


def test_the_first_means_by_hand() -> None:
    model = scalar(0.0)
    average = WeightAverage(model, 100)
    set_to(model, 11.0)
    average.update()
    first = 11.0 * WARM_UP / (WARM_UP + 1)
    assert average.model.weight.item() == pytest.approx(first)
    average.update()
    share = WARM_UP / (WARM_UP + 2)
    assert average.model.weight.item() == pytest.approx(first + share * (11.0 - first))


def test_later_each_step_counts_one_in_so_many() -> None:
    model = scalar(1.0)
    average = WeightAverage(model, 20)
    for _ in range(1000):
        average.update()
    set_to(model, 2.0)
    average.update()
    assert average.model.weight.item() == pytest.approx(1.05)
    for _ in range(400):
        average.update()
    assert average.model.weight.item() == pytest.approx(2.0, abs=1e-4)


def test_the_jitter_is_gone() -> None:
    model, generator = scalar(0.0), torch.Generator().manual_seed(0)
    average = WeightAverage(model, 100)
    seen = []
    for _ in range(1000):
        set_to(model, 5 + torch.randn(1, generator=generator).item())
        average.update()
        seen.append(average.model.weight.item())
    late = torch.tensor(seen[500:])
    assert late.mean().item() == pytest.approx(5, abs=0.1)
    assert late.std().item() < 0.15  # one over √200 is 0.07


def test_the_model_itself_is_left_alone_and_the_mean_has_no_gradient() -> None:
    model = scalar(1.0)
    average = WeightAverage(model, 10)
    average.update()
    assert model.weight.item() == 1.0
    assert model.weight.requires_grad
    assert not average.model.weight.requires_grad


def test_its_weights_are_the_mean_and_can_be_taken_over() -> None:
    model = scalar(0.0)
    average = WeightAverage(model, 100)
    set_to(model, 11.0)
    average.update()
    weights = average.weights()
    assert weights["weight"].item() == average.model.weight.item() != model.weight.item()
    assert not weights["weight"].requires_grad
    other = WeightAverage(scalar(5.0), 100)
    other.load(weights)
    assert other.model.weight.item() == other.source.weight.item() == weights["weight"].item()
    assert other.source.weight.requires_grad
    assert not other.model.weight.requires_grad
