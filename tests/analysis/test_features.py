"""What units want to see is what excites them most; how local and how telling it is."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from sklearn.feature_selection import f_classif

from explorer.analysis.features import (
    UNITS_MEASURED,
    LayerMean,
    as_signed_bytes,
    class_share,
    favourites,
    layer_mean,
    pattern_share,
    preferred_patterns,
    surroundings,
    surroundings_of,
    trend,
)
from explorer.data.pictures import load_pictures
from explorer.models.stack import Stack

DIGITS = load_pictures("digits")


def stack(activation: str = "sigmoid", widths: tuple[int, ...] = (64, 20, 16, 3)) -> Stack:
    return Stack(widths, activation, "xavier", torch.Generator().manual_seed(0))


# Preferred patterns -------------------------------------------------------------------------------


def test_surroundings_by_hand() -> None:
    about = surroundings_of(torch.tensor([[0.0, 1.0, 4.0], [0.0, 3.0, 0.0], [0.0, 2.0, 2.0]]))
    assert about.mean.tolist() == [0, 2, 2]
    assert about.spread.tolist() == [0, 1, 2]
    assert about.radius == pytest.approx((math.sqrt(2) + math.sqrt(2) + 0) / 3)
    assert surroundings(DIGITS) is surroundings(DIGITS)


def test_the_lowest_units_want_their_own_weights() -> None:
    """On a linear unit the best pattern of a given length is known: its weights, in spreads."""
    net, about = stack(), surroundings(DIGITS)
    patterns = preferred_patterns(net, about, 12)[0]
    steered = net.state_dict()["encoders.0.weight"][:12] * about.spread
    best = about.radius * steered / steered.norm(dim=1, keepdim=True)
    torch.testing.assert_close(patterns, about.spread * best, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "tanh"])
def test_no_random_pattern_of_that_length_excites_a_unit_more(activation: str) -> None:
    net, about = stack(activation), surroundings(DIGITS)
    generator = torch.Generator().manual_seed(1)
    random = torch.randn(500, 64, generator=generator)
    random = about.radius * random / random.norm(dim=1, keepdim=True)
    for layer, patterns in enumerate(preferred_patterns(net, about, 12)):
        unit_count = len(patterns)
        assert unit_count == min(12, net.widths[layer + 1])
        with torch.no_grad():
            wanted, by_chance = (
                net.encoders[layer](net.below(about.mean + extra, layer))[:, :unit_count]
                for extra in (patterns, about.spread * random)
            )
        assert (wanted.diagonal() > by_chance.max(0).values).all()


def test_patterns_have_the_length_of_a_usual_picture_and_spare_blank_pixels() -> None:
    about = surroundings(DIGITS)
    blank = about.spread == 0
    assert blank.any()
    for patterns in preferred_patterns(stack(), about, 5):
        assert (patterns[:, blank] == 0).all()
        in_spreads = patterns[:, ~blank] / about.spread[~blank]
        torch.testing.assert_close(
            in_spreads.norm(dim=1), torch.full((len(patterns),), about.radius), rtol=1e-4, atol=0
        )


def test_looking_for_patterns_leaves_no_trace_and_finds_the_same_again() -> None:
    net = stack()
    net(DIGITS.test[:5]).sum().backward()
    gradients = [weight.grad.clone() for weight in net.parameters() if weight.grad is not None]
    first = preferred_patterns(net, surroundings(DIGITS), 12)
    second = preferred_patterns(net, surroundings(DIGITS), 12)
    for one, other in zip(first, second, strict=True):
        assert torch.equal(one, other)
        assert not one.requires_grad
    after = [weight.grad for weight in net.parameters() if weight.grad is not None]
    assert all(torch.equal(a, b) for a, b in zip(gradients, after, strict=True))


def test_a_unit_that_nothing_moves_has_no_pattern() -> None:
    net = stack()
    net.state_dict()["encoders.0.weight"][4] = 0
    lowest = preferred_patterns(net, surroundings(DIGITS), 12)[0]
    assert lowest[4].abs().max() == 0
    assert pattern_share(lowest)[4] == 0


# Measures -----------------------------------------------------------------------------------------


def test_the_share_of_a_pattern_by_hand() -> None:
    patterns = torch.tensor([[1.0, -1, 1, 1], [0, 3, 0, 0], [0, 2, -2, 0], [2, 1, 0, 0]])
    assert pattern_share(patterns).tolist() == pytest.approx([1, 0.25, 0.5, 25 / 17 / 4])


def test_class_share_by_hand() -> None:
    labels = torch.tensor([0, 0, 1, 1])
    activations = torch.tensor([[0.0, 0, 5, 0], [0, 1, 5, 1], [1, 0, 5, 2], [1, 1, 5, 3]])
    assert class_share(activations, labels).tolist() == pytest.approx([1, 0, 0, 4 / 5])


def test_class_share_agrees_with_the_f_test_of_scikit_learn() -> None:
    with torch.no_grad():
        activations = stack().below(DIGITS.test, 2)
    f, _ = f_classif(activations.numpy(), DIGITS.test_labels.numpy())
    n, k = len(activations), 10
    expected = f * (k - 1) / (f * (k - 1) + n - k)
    np.testing.assert_allclose(class_share(activations, DIGITS.test_labels), expected, rtol=1e-3)


def test_favourites_come_in_order() -> None:
    activations = torch.tensor([[0.1, 9.0], [0.9, 7.0], [0.5, 8.0]])
    assert favourites(activations, 2).tolist() == [[1, 2], [0, 2]]


def test_signed_bytes() -> None:
    levels = as_signed_bytes(torch.tensor([[2.0, -2, 0, 1], [0, 0, 0, 0]]))
    assert levels.tolist() == [[255, 1, 128, 192], [128, 128, 128, 128]]
    assert levels.dtype == np.uint8


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (LayerMean(0.2, 0.1, 100), LayerMean(0.3, 0.1, 100), "rises"),
        (LayerMean(0.3, 0.1, 100), LayerMean(0.2, 0.1, 100), "falls"),
        (LayerMean(0.2, 0.1, 4), LayerMean(0.3, 0.1, 4), "same"),  # 2·√(2/4)·0.1 = 0.14
        (LayerMean(0.2, 0.1, 100), LayerMean(0.22, 0.1, 100), "same"),
        (LayerMean(0.2, 0.0, 1), LayerMean(0.2, 0.0, 1), "same"),
    ],
)
def test_a_trend_must_exceed_its_error(low: LayerMean, high: LayerMean, word: str) -> None:
    assert trend(low, high) == word


def test_means_know_over_how_many_units_they_are() -> None:
    metrics = {f"layers.2.{name}": 0.5 for name in ("class_share", "pattern_share")}
    metrics |= {f"{name}_spread": 0.1 for name in metrics}
    assert layer_mean(metrics, 2, "class_share", 128) == (0.5, 0.1, 128)
    assert layer_mean(metrics, 2, "pattern_share", 128) == (0.5, 0.1, UNITS_MEASURED)
    assert layer_mean(metrics, 2, "pattern_share", 5) == (0.5, 0.1, 5)
