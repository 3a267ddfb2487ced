"""The largest step that still arrives: measured on bowls by running PyTorch's own SGD."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import sqrt

import torch
from torch.optim import SGD

START, TARGET = 1.0, 2.0
STEPS = 100  # a run that has not decided itself before is judged after so many
DECIDED = 10.0  # so many times nearer or farther than at the start a run is decided
PRECISION = 1e-3  # the interval is halved until its ends are apart by this share


def arrives(curvatures: Sequence[float], learning_rate: float) -> bool:
    """Whether plain gradient descent on a bowl ends nearer to its lowest point than it began.

    The bowl is Σ λᵢ/2 · (xᵢ − TARGET)² with a `curvature` λᵢ in each direction, the start START
    in all of them. `torch.optim.SGD` takes the steps, in float64.
    """
    bend = torch.tensor(curvatures, dtype=torch.float64)
    x = torch.full_like(bend, START, requires_grad=True)
    optimizer = SGD([x], lr=learning_rate)
    begin = away = _away(x)
    for _ in range(STEPS):
        optimizer.zero_grad()
        (bend / 2 * (x - TARGET) ** 2).sum().backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        away = _away(x)
        if not begin / DECIDED < away < begin * DECIDED:
            break
    return away < begin


def _away(x: torch.Tensor) -> float:
    """How far x is from the lowest point, in the direction in which that is farthest."""
    return (x.detach() - TARGET).abs().max().item()


@lru_cache(maxsize=64)
def largest_rate(*curvatures: float) -> float:
    """The largest learning rate that arrives on the bowl with these curvatures, to 0.1 %.

    Found by doubling or halving a rate of 1 until the limit lies between two, and then by halving
    what is between them; that it should be 2 / λ is not used.
    """
    low = high = 1.0
    while arrives(curvatures, high):
        low, high = high, 2 * high
    while not arrives(curvatures, low):
        low, high = low / 2, low
    while high > low * (1 + PRECISION):
        middle = sqrt(low * high)
        low, high = (middle, high) if arrives(curvatures, middle) else (low, middle)
    return sqrt(low * high)


def limit_metrics(curvature: float) -> dict[str, float]:
    """limit.curvature λ, limit.predicted 2 / λ, limit.measured, limit.ratio of the two."""
    predicted, measured = 2 / curvature, largest_rate(curvature)
    return {
        "limit.curvature": curvature,
        "limit.predicted": predicted,
        "limit.measured": measured,
        "limit.ratio": measured / predicted,
    }
