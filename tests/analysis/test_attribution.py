"""Which pixels spoke: they add up to the score, and are integrated gradients."""

from __future__ import annotations

from typing import cast

import pytest
import torch
from torch import Tensor, nn

from explorer.analysis.attribution import mean_slope, pixel_votes, swayed_by_rubbing_out
from explorer.models.classifier import Classifier
from explorer.models.layers import ACTIVATIONS

PIXELS, HIDDEN, CLASSES = 12, 7, 4


def net(activation: str = "tanh", hidden: int = HIDDEN) -> Classifier:
    """In double precision, with biases, so that blank paper has scores of its own."""
    generator = torch.Generator().manual_seed(5)
    model = Classifier((PIXELS, hidden, CLASSES), activation, generator).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator, dtype=torch.double))
    return model


def layers(model: Classifier) -> tuple[nn.Linear, ...]:
    return tuple(cast(nn.Linear, layer) for layer in model.layers)


def pictures(count: int = 6) -> Tensor:
    x = torch.rand(count, PIXELS, generator=torch.Generator().manual_seed(6), dtype=torch.double)
    return x * (x > 0.3)


CHOSEN = torch.arange(6) % CLASSES


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_they_add_up_to_what_the_picture_changes_in_the_score(activation: str) -> None:
    model, x = net(activation), pictures()
    with torch.no_grad():
        votes = pixel_votes(model, x, CHOSEN)
        gained = model(x) - model(torch.zeros_like(x))
    torch.testing.assert_close(votes.sum(dim=1), gained[torch.arange(6), CHOSEN])


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_they_are_the_gradients_on_the_way_from_blank_paper(activation: str) -> None:
    """The definition: the mean gradient at many places of the straight way, times the way."""
    model, x, places = net(activation), pictures(), 4000
    shares = (torch.arange(places, dtype=torch.double) + 0.5) / places
    for picture, chosen, votes in zip(x, CHOSEN, pixel_votes(model, x, CHOSEN), strict=True):
        way = (shares[:, None] * picture).requires_grad_()
        (gradient,) = torch.autograd.grad(model(way)[:, chosen].sum(), way)
        torch.testing.assert_close(votes, picture * gradient.mean(dim=0), atol=2e-3, rtol=1e-3)


def test_of_a_linear_net_they_are_weight_times_ink() -> None:
    model, x = net("identity"), pictures()
    first, last = (layer.weight for layer in layers(model))
    torch.testing.assert_close(pixel_votes(model, x, CHOSEN), x * (last @ first)[CHOSEN])


def test_where_there_is_no_ink_there_is_no_vote() -> None:
    x = pictures()
    votes = pixel_votes(net("relu"), x, CHOSEN)
    assert (x == 0).any()
    assert (votes[x == 0] == 0).all()
    assert (votes[x > 0] != 0).any()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_slope_over_nothing_is_the_derivative(activation: str) -> None:
    f, places = ACTIVATIONS[activation], torch.linspace(-3, 3, 9, dtype=torch.double) + 0.01
    at = places.clone().requires_grad_()
    (derivative,) = torch.autograd.grad(f(at).sum(), at)
    torch.testing.assert_close(mean_slope(f, places, places), derivative, atol=1e-6, rtol=1e-6)
    torch.testing.assert_close(mean_slope(f, places, places + 1e-9), derivative, atol=1e-6, rtol=0)


def test_a_slope_has_no_direction() -> None:
    a, b = torch.tensor([-1.0, 0.3]), torch.tensor([2.0, -0.2])
    expected = (torch.tanh(b) - torch.tanh(a)) / (b - a)
    for one, other in ((a, b), (b, a)):
        torch.testing.assert_close(mean_slope(torch.tanh, one, other), expected)


def two_classes() -> Classifier:
    """Says 1 if the first pixel has more than half as much ink as the others have together."""
    model = Classifier((4, 1, 2), "identity", torch.Generator())
    with torch.no_grad():
        first, last = layers(model)
        first.weight.copy_(torch.tensor([[2.0, -1, -1, -1]]))
        last.weight.copy_(torch.tensor([[0.0], [1]]))
    return model


def test_rubbing_out_what_spoke_loudest_changes_the_answer() -> None:
    """Of the ink of the first picture only the first pixel speaks for class 1; a third of three
    inked pixels is one. The second has no ink; the third no evidence but one pixel, which counts
    as at least one."""
    x = torch.tensor([[1.0, 0.5, 0.5, 0], [0, 0, 0, 0], [1.0, 0, 0, 0]])
    model = two_classes()
    with torch.no_grad():
        assert model(x).argmax(dim=1).tolist() == [1, 0, 1]
        loudest, chance = swayed_by_rubbing_out(model, x, 1 / 3, torch.Generator().manual_seed(0))
        everything, all_too = swayed_by_rubbing_out(model, x, 1, torch.Generator())
    assert loudest == pytest.approx(2 / 3)
    assert chance in (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert everything == all_too == pytest.approx(2 / 3)


def test_pixels_at_random_are_drawn_from_the_generator() -> None:
    x = torch.ones(200, 4) * torch.tensor([1.0, 0.1, 0.1, 0.1])
    model = two_classes()
    with torch.no_grad():
        first, again = (
            swayed_by_rubbing_out(model, x, 0.25, torch.Generator().manual_seed(3)) for _ in "ab"
        )
    assert first == again
    assert first[0] == 1
    assert 0.15 < first[1] < 0.35  # one pixel of four
