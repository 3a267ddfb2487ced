"""A map of an encoder's states, on which the way of one sentence can be drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class StatePlane:
    """The two directions in which the states of many sentences differ most, by PCA."""

    mean: Floats  # (H,)
    axes: Floats  # (2, H), each of length 1, at right angles
    explained: tuple[float, float]  # of the variance, 0…1 each
    cloud: Floats  # (N, 2): the states that it was made from

    def place(self, hidden: Floats) -> Floats:
        """(…, H) → (…, 2)."""
        placed: Floats = ((hidden - self.mean) @ self.axes.T).astype(np.float32)
        return placed


def state_plane(hidden: Tensor, mask: Tensor) -> StatePlane:
    """The plane of the states (B, S, H) at all positions of `mask` (B, S), at least two of them.

    The sign of each axis is that of its largest entry, so that two fits of one model agree.
    """
    states = hidden[mask].double()  # (N, H)
    mean = states.mean(dim=0)
    _, strengths, directions = torch.linalg.svd(states - mean, full_matrices=False)
    axes = directions[:2]
    largest = axes.abs().argmax(dim=1, keepdim=True)
    axes = axes * axes.gather(1, largest).sign()
    variance = strengths**2
    total = float(variance.sum()) or 1.0
    first, second = (float(part) / total for part in variance[:2])
    cloud = (states - mean) @ axes.T
    return StatePlane(
        mean.float().numpy(), axes.float().numpy(), (first, second), cloud.float().numpy()
    )
