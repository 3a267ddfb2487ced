"""What the units of a stack want to see, and how local and how telling that is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from explorer.data.pictures import PictureSet
from explorer.data.remembered import remembered
from explorer.models.stack import Stack

Bytes = npt.NDArray[np.uint8]

UNITS_SHOWN = 12  # of each layer, the first ones: so that a unit keeps its place while it learns
UNITS_MEASURED = 32  # of each layer, whose patterns are sought: a mean over 12 would waver
FAVOURITES = 2  # pictures a unit
ASCENT_ROUNDS = 8  # after these a unit's activation grows by less than 3 % more


class Surroundings(NamedTuple):
    """Where the pictures of a set lie: about their mean, each pixel within its own spread."""

    mean: Tensor  # (pixels,)
    spread: Tensor  # (pixels,): the standard deviation of each pixel
    radius: float  # how far a picture usually lies from the mean, in these spreads


@remembered
def surroundings(pictures: PictureSet) -> Surroundings:
    """Of the training pictures; computed once a set. A pixel that is always blank has no spread."""
    return surroundings_of(pictures.train)


def surroundings_of(x: Tensor) -> Surroundings:
    """Of the rows of x (N, pixels)."""
    mean, spread = x.mean(0), x.std(0)
    away = (x - mean) / spread.clamp(min=1e-6)
    return Surroundings(mean, spread, away.norm(dim=1).mean().item())


def preferred_patterns(stack: Stack, about: Surroundings, units: int) -> list[Tensor]:
    """For each layer (units, pixels): what to add to the mean picture to excite each unit most.

    Gradient ascent on the input, within a norm (Erhan et al. 2009): the pattern, in spreads of each
    pixel, is as long as a usual picture lies from the mean. What is maximised is the unit before
    its activation, which saturates or dies. It starts at the mean picture, so that the answer
    depends on the weights alone. A layer of fewer units shows all it has; a unit that no input
    moves has a pattern of zeros. Leaves the gradients of the stack as they were.
    """
    counts = [min(units, width) for width in stack.widths[1:]]
    pattern = torch.zeros(sum(counts), len(about.mean), device=about.mean.device)
    for _ in range(ASCENT_ROUNDS):
        pattern.requires_grad_()
        total = _excitement(stack, about.mean + about.spread * pattern, counts)
        (uphill,) = torch.autograd.grad(total, pattern)
        ahead = pattern.detach() + about.radius / 2 * _unit_length(uphill)
        pattern = about.radius * _unit_length(ahead)
    return list(torch.split(about.spread * pattern, counts))


def _excitement(stack: Stack, x: Tensor, counts: Sequence[int]) -> Tensor:
    """The sum over all rows of x of the unit that each belongs to: layer by layer, unit by unit."""
    total, start = torch.zeros((), device=x.device), 0
    for encoder, count in zip(stack.encoders, counts, strict=True):
        before = encoder(x)
        total = total + before[start : start + count, :count].diagonal().sum()
        x, start = stack.activation(before), start + count
    return total


def _unit_length(rows: Tensor) -> Tensor:
    lengths: Tensor = torch.linalg.vector_norm(rows, dim=1, keepdim=True)
    return rows / lengths.clamp(min=1e-12)


def pattern_share(patterns: Tensor) -> Tensor:
    """(N, pixels) → (N,): over which share of the pixels a pattern's energy is spread, 0…1.

    The participation ratio (Σp²)² / Σp⁴ over the number of pixels: 1 for a pattern that is equally
    strong everywhere, k / pixels for one of k equally strong pixels; 0 where there is no pattern.
    """
    energy = patterns.double() ** 2
    spread = energy.sum(1) ** 2 / (energy**2).sum(1).clamp(min=1e-30)
    return (spread / patterns.shape[1]).float()


def class_share(activations: Tensor, labels: Tensor) -> Tensor:
    """(N, units), (N,) → (units,): which share of a unit's variance lies between the classes, 0…1.

    The correlation ratio η² (Pearson 1905): 1 for a unit that tells the class by itself, about
    (classes - 1) / N for one that is blind to it; 0 for a unit that never changes.
    """
    away = activations.double() - activations.double().mean(0)
    members = torch.nn.functional.one_hot(labels).to(away)  # (N, classes)
    sums = members.T @ away  # (classes, units)
    between = (sums**2 / members.sum(0).clamp(min=1)[:, None]).sum(0)
    return (between / (away**2).sum(0).clamp(min=1e-20)).float()


def favourites(activations: Tensor, count: int) -> Tensor:
    """(N, units) → (units, count): the rows that excite each unit most, most of all first."""
    return activations.topk(count, dim=0).indices.T


def as_signed_bytes(patterns: Tensor) -> Bytes:
    """(N, pixels) of any sign → 0…255, each row scaled by its largest value; 128 is nothing."""
    largest = patterns.abs().amax(dim=1, keepdim=True).clamp(min=1e-12)
    levels: Bytes = (128 + 127 * patterns / largest).round().to(torch.uint8).cpu().numpy()
    return levels


class LayerMean(NamedTuple):
    """A measure of the units of one layer: mean, standard deviation, and over how many units."""

    mean: float
    spread: float
    n: int


def layer_mean(metrics: Mapping[str, float], layer: int, measure: str, width: int) -> LayerMean:
    """The `class_share` (of all units) or `pattern_share` of a layer, counted from 1."""
    name = f"layers.{layer}.{measure}"
    n = width if measure == "class_share" else min(width, UNITS_MEASURED)
    return LayerMean(metrics[name], metrics[f"{name}_spread"], n)


def trend(low: LayerMean, high: LayerMean) -> Literal["rises", "same", "falls"]:
    """Where a measure goes from one layer to another; `same` within two standard errors."""
    error = math.hypot(low.spread / math.sqrt(low.n), high.spread / math.sqrt(high.n))
    change = high.mean - low.mean
    return "same" if abs(change) <= 2 * error else "rises" if change > 0 else "falls"
