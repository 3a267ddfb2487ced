"""Which pixels spoke for a class and which against it: integrated gradients, from blank paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import torch
from torch import Tensor, nn

from explorer.models.classifier import Classifier

SHORTEST = 1e-3  # a secant over less would be made of rounding


def mean_slope(f: Callable[[Tensor], Tensor], start: Tensor, end: Tensor) -> Tensor:
    """The mean derivative of f between two places: that of its secant.

    Places closer together than SHORTEST are moved that far apart around their middle.
    """
    middle = (start + end) / 2
    half = ((end - start).abs() / 2).clamp_min(SHORTEST / 2)
    return (f(middle + half) - f(middle - half)) / (2 * half)


def pixel_votes(model: Classifier, x: Tensor, classes: Tensor) -> Tensor:
    """(B, pixels) pictures, (B,) classes → (B, pixels): what each pixel adds to its class's score.

    Integrated gradients (Sundararajan, Taly & Yan 2017) along the straight way from blank paper to
    the picture. With one hidden layer the integral has a closed form: on that way the input z of a
    hidden neuron moves in a line from its bias to its value, so the mean of its activation's
    derivative is the slope of a secant. Hence they add up to score(x) − score(blank paper)
    (completeness), for any activation, and a pixel without ink has 0.
    """
    hidden, last = (cast(nn.Linear, layer) for layer in model.layers)  # one hidden layer
    blank = hidden.bias.expand(len(x), -1)
    slopes = mean_slope(model.activation, blank, hidden(x))  # (B, H)
    return x * ((last.weight[classes] * slopes) @ hidden.weight)  # (B, H) @ (H, P) → (B, P)


def swayed_by_rubbing_out(
    model: Classifier, x: Tensor, share: float, generator: torch.Generator
) -> tuple[float, float]:
    """Of the pictures x (B, pixels), the shares which get another class when a `share` of their
    inked pixels, but at least one, is rubbed out: those that spoke loudest for the class they had,
    and as many at random, drawn from `generator`. Pictures without ink are never swayed.
    """
    guesses = model(x).argmax(dim=1)
    inked = x > 0
    count = (share * inked.sum(dim=1, keepdim=True)).round().clamp_min(1)  # (B, 1)
    chance = torch.rand(x.shape, generator=generator, device=generator.device).to(x.device)

    def swayed(loudness: Tensor) -> float:
        order = loudness.masked_fill(~inked, -torch.inf).argsort(dim=1, descending=True)
        place = order.argsort(dim=1)  # of each pixel in that order
        left = x.masked_fill(place < count, 0)
        changed: Tensor = model(left).argmax(dim=1) != guesses
        return changed.double().mean().item()

    return swayed(pixel_votes(model, x, guesses)), swayed(chance)
