"""Pictures of a kind that a net was never shown: noise, negatives, pixels in another order."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

FOREIGN_SEED = 0  # the same noise and the same order of pixels for every run

KINDS: dict[str, Callable[[Tensor, torch.Generator], Tensor]] = {
    "digits": lambda x, _generator: x,
    "noise": lambda x, generator: torch.rand(x.shape, generator=generator).to(x.device),
    "inverted": lambda x, _generator: 1 - x,
    "shuffled": lambda x, generator: x[:, torch.randperm(x.shape[1], generator=generator)],
}
"""What becomes of pictures x (N, pixels): `digits` are x, the others are foreign.

`shuffled` keeps every picture's ink and puts the pixels of all into one and the same new order.
"""
FOREIGN = tuple(kind for kind in KINDS if kind != "digits")


def inputs_of_each_kind(x: Tensor) -> dict[str, Tensor]:
    """(N, pixels) pictures, by kind: x itself and what KINDS makes of it, on x's device."""
    return {
        kind: make(x, torch.Generator().manual_seed(FOREIGN_SEED)) for kind, make in KINDS.items()
    }
