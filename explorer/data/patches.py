"""Photos as patches: cut out, disturbed, and laid together again where they overlap.

A patch is a row of 3·PATCH² numbers: its red pixels line by line, then the green, then the blue.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.data.noise import NOISES

PATCH = 8  # pixels a side
CHANNELS = 3
PATCH_PIXELS = CHANNELS * PATCH**2


def patches(planes: Tensor, stride: int) -> Tensor:
    """(3, H, W) → (N, PATCH_PIXELS): one every `stride` pixels, both ways.

    The last ones of a row or column may reach beyond the photo, whose edge is repeated there. H and
    W are at least PATCH.
    """
    _, height, width = planes.shape
    rim = 0, _missing(width, stride), 0, _missing(height, stride)
    padded = F.pad(planes[None], rim, mode="replicate")
    return F.unfold(padded, PATCH, stride=stride)[0].T


def stitched(rows: Tensor, height: int, width: int, stride: int) -> Tensor:
    """What `patches` cut, together again: (N, PATCH_PIXELS) → (3, height, width).

    Where patches overlap, each pixel is the mean of all that say something about it.
    """
    size = height + _missing(height, stride), width + _missing(width, stride)
    total = F.fold(rows.T[None], size, PATCH, stride=stride)
    count = F.fold(torch.ones_like(rows.T[None]), size, PATCH, stride=stride)
    return (total / count)[0, :, :height, :width]


def _missing(side: int, stride: int) -> int:
    """How many pixels a side lacks for the last patch to end where it does."""
    return -(side - PATCH) % stride


def disturbed(rows: Tensor, noise: str, strength: float, generator: torch.Generator) -> Tensor:
    """Patches with one of NOISES on them, (N, PATCH_PIXELS) → the same.

    Each colour channel is disturbed on its own, as a grey picture of PATCH×PATCH pixels.
    """
    planes = rows.reshape(-1, PATCH**2)  # (N·3, PATCH²)
    return NOISES[noise](planes, strength, generator, PATCH, PATCH).view_as(rows)


def disturbed_photo(
    planes: Tensor, noise: str, strength: float, generator: torch.Generator
) -> Tensor:
    """(3, H, W) with noise on it: that of its patches which lie side by side."""
    _, height, width = planes.shape
    rows = disturbed(patches(planes, PATCH), noise, strength, generator)
    return stitched(rows, height, width, PATCH)


def example_patches(planes: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """(count, PATCH_PIXELS): patches from anywhere in a photo, each in one of 96 guises.

    It may be mirrored and turned (8 ways), have its colours swapped (6) and be a negative (2): a
    net that knows one photo only would take its colours and its light for those of all photos.
    """
    _, height, width = planes.shape

    def dice(sides: int) -> Tensor:
        return torch.randint(sides, (count, 1, 1), generator=generator)

    rows, columns = dice(height - PATCH + 1), dice(width - PATCH + 1)
    down, across = torch.arange(PATCH).view(1, PATCH, 1), torch.arange(PATCH).view(1, 1, PATCH)
    turned, upended, mirrored, negative = (dice(2) for _ in range(4))
    down, across = torch.where(turned == 1, across, down), torch.where(turned == 1, down, across)
    down = torch.where(upended == 1, PATCH - 1 - down, down)  # (count, PATCH, PATCH)
    across = torch.where(mirrored == 1, PATCH - 1 - across, across)
    colours = torch.rand((count, CHANNELS), generator=generator).argsort(1)  # (count, 3)
    chosen = planes[
        colours[:, :, None, None], (rows + down)[:, None], (columns + across)[:, None]
    ]  # (count, 3, PATCH, PATCH)
    chosen = torch.where(negative[:, None] == 1, 1 - chosen, chosen)
    return chosen.flatten(1)
