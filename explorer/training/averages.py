"""A running average of the weights, which stands stiller and nearer to the goal than they do."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

LEAST_SHARE = 0.01  # of the newest weights, so the average reaches about 100 steps back
EARLY_STEPS = 10  # and in the beginning over about a tenth of all steps so far


def follow(averages: Iterable[Tensor], weights: Iterable[Tensor], step: int) -> None:
    """Moves each average towards its weight, in place, after optimisation step `step` = 1, 2, …

    An exponential form of averaging along the path (Polyak & Juditsky 1992): with a constant
    learning rate the weights circle around a minimum, and their average lies nearer to it.
    """
    share = max(LEAST_SHARE, EARLY_STEPS / (step + EARLY_STEPS))
    with torch.no_grad():
        for average, weight in zip(averages, weights, strict=True):
            average.lerp_(weight, share)
