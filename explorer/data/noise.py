"""Noise by name: what may happen to a picture before a net sees it.

Every noise is called alike, `(x, strength, generator, height, width) → (N, pixels)`, draws from the
generator that it is given (which must live on x's device) and leaves x as it was. The strength is
0 … 1, and 0 changes nothing. Pixels stay in 0…1: what a sensor would push beyond black or white is
black or white.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

BLOCK_GRID = 4  # blocks a side: 2×2 pixels of an 8×8 picture, 7×7 of a 28×28 one

Corruption = Callable[[Tensor, float, torch.Generator, int, int], Tensor]


def gaussian(
    x: Tensor, strength: float, generator: torch.Generator, _height: int, _width: int
) -> Tensor:
    """Adds σ·N(0, 1) to each pixel, σ = strength, and clips to 0…1."""
    noise = torch.randn(x.shape, generator=generator, device=x.device)
    return (x + strength * noise).clamp(0, 1)


def salt_and_pepper(
    x: Tensor, strength: float, generator: torch.Generator, _height: int, _width: int
) -> Tensor:
    """Turns each pixel into 0 or 1, which are equally likely, with probability `strength`."""
    dice = torch.rand(x.shape, generator=generator, device=x.device)
    black = (dice < strength / 2).to(x.dtype)
    return torch.where(dice < strength, black, x)


def masking(
    x: Tensor, strength: float, generator: torch.Generator, _height: int, _width: int
) -> Tensor:
    """Sets each pixel to 0 with probability `strength` (Vincent et al. 2008)."""
    dice = torch.rand(x.shape, generator=generator, device=x.device)
    return x * (dice >= strength)


def blocks(
    x: Tensor, strength: float, generator: torch.Generator, height: int, width: int
) -> Tensor:
    """Sets squares to 0, `strength` of the area on average.

    A grid of BLOCK_GRID × BLOCK_GRID squares is laid over each picture at a place of its own, and
    each square goes with probability `strength`; one that leaves at an edge comes in at the other.
    """
    dice = torch.rand((len(x), BLOCK_GRID**2), generator=generator, device=x.device)
    rows, columns = (
        (torch.arange(side, device=x.device) + _shifts(len(x), side, generator)) % side
        for side in (height, width)
    )
    row_blocks = rows * BLOCK_GRID // height  # (N, height), 0 … BLOCK_GRID-1
    column_blocks = columns * BLOCK_GRID // width  # (N, width)
    block = row_blocks[:, :, None] * BLOCK_GRID + column_blocks[:, None, :]  # (N, height, width)
    return x * (dice >= strength).gather(1, block.flatten(1))


def _shifts(count: int, side: int, generator: torch.Generator) -> Tensor:
    """(count, 1): how far each picture's grid is moved, 0 … side-1 pixels."""
    return torch.randint(side, (count, 1), generator=generator, device=generator.device)


NOISES: dict[str, Corruption] = {
    "gaussian": gaussian,
    "salt-and-pepper": salt_and_pepper,
    "masking": masking,
    "blocks": blocks,
}
