"""The classifier: logits of the right shape, the right number of parameters, no hidden dice."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch
from torch import nn

from explorer.models.classifier import Classifier


def classifier(widths: Sequence[int], seed: int = 0) -> Classifier:
    return Classifier(widths, "relu", torch.Generator().manual_seed(seed))


def linears(model: nn.Module) -> list[nn.Linear]:
    return [layer for layer in model.modules() if isinstance(layer, nn.Linear)]


def pictures(count: int, pixels: int) -> torch.Tensor:
    return torch.rand(count, pixels, generator=torch.Generator().manual_seed(2))


@pytest.mark.parametrize(
    ("widths", "count"),
    [((4, 3), 15), ((64, 128, 10), 64 * 128 + 128 + 1280 + 10), ((6, 5, 4, 3), 35 + 24 + 15)],
)
def test_parameter_count_and_shape(widths: Sequence[int], count: int) -> None:
    model = classifier(widths)
    assert sum(parameter.numel() for parameter in model.parameters()) == count
    assert model(pictures(7, widths[0])).shape == (7, widths[-1])


def test_logits_are_neither_squashed_nor_bent() -> None:
    model = classifier((2, 3))
    layer = linears(model)[0]
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[1.0, 0.0], [0.0, -5.0], [2.0, 2.0]]))
        layer.bias.copy_(torch.tensor([0.0, 0.0, 1.0]))
    assert model(torch.tensor([[3.0, 2.0]])).tolist() == [[3.0, -10.0, 11.0]]


def test_hidden_layers_are_bent() -> None:
    model = classifier((3, 8, 2))
    x = pictures(5, 3)
    first, second = linears(model)
    torch.testing.assert_close(model(x), second(first(x).clamp(min=0)))


def test_the_weights_are_those_of_the_generator() -> None:
    one, twin, other = (classifier((4, 3, 2), seed).state_dict() for seed in (0, 0, 1))
    assert all(torch.equal(one[name], twin[name]) for name in one)
    assert not torch.equal(one["layers.0.weight"], other["layers.0.weight"])
