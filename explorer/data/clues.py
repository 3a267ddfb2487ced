"""Clues: the pixels of a picture, and things that merely lay around."""

from __future__ import annotations

import torch
from torch import Tensor

from explorer.data.pictures import PictureSet
from explorer.data.remembered import remembered

TRAINING = 0
TEST = 1
ELSEWHERE = 2
DRAWS = 1000


def lying_around(scenes: int, noise_features: int, seed: int, draw: int) -> Tensor:
    """(scenes, noise_features) uniform in 0…1, as pixels are, and independent of everything.

    Fixed for each scene by `seed` and `draw`: TRAINING, TEST, or from ELSEWHERE on below DRAWS any
    other. What lay around at a scene of the training is the same each time that it is looked at,
    so it can be learnt by heart. Drawn on the CPU, so that it is the same on every device.
    """
    generator = torch.Generator().manual_seed(DRAWS * seed + draw)
    return torch.rand(scenes, noise_features, generator=generator)


def with_noise(pictures: Tensor, noise: Tensor) -> Tensor:
    """(B, pixels) and (B, noise_features) → (B, pixels + noise_features), on the pictures' device.

    The pixels come first.
    """
    return torch.cat([pictures, noise.to(pictures.device)], dim=1)


@remembered
def ever_inked(pictures: PictureSet) -> Tensor:
    """(pixels,) whether a pixel is not blank in at least one training picture."""
    return (pictures.train > 0).any(dim=0)
