"""The two colour photos that lie inside scikit-learn, small enough to be denoised live."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from sklearn.datasets import load_sample_image

Bytes = npt.NDArray[np.uint8]

PHOTO_SIDE = 320  # pixels of the longer side
JPEG_QUALITY = 88  # with colours at full size: the eye sees no difference


def sample_photo(name: str) -> Bytes:
    """`china.jpg` or `flower.jpg` of scikit-learn (427, 640, 3), at half its size (213, 320, 3)."""
    picture = Image.fromarray(load_sample_image(name))
    scale = PHOTO_SIDE / max(picture.size)
    size = int(picture.width * scale), int(picture.height * scale)
    return np.asarray(picture.resize(size, Image.Resampling.LANCZOS))


PHOTOS: dict[str, Callable[[], Bytes]] = {
    "china": lambda: sample_photo("china.jpg"),
    "flower": lambda: sample_photo("flower.jpg"),
}


@lru_cache
def photo(name: str) -> Bytes:
    """(H, W, 3) RGB of the entry `name` of PHOTOS; shared by all who ask, and read-only."""
    pixels = PHOTOS[name]()
    pixels.flags.writeable = False
    return pixels


def as_planes(pixels: Bytes) -> torch.Tensor:
    """(H, W, 3) bytes → (3, H, W) float32 in 0…1."""
    return torch.from_numpy(pixels.transpose(2, 0, 1) / np.float32(255))


def as_pixels(planes: torch.Tensor) -> Bytes:
    """(3, H, W) in 0…1 → (H, W, 3) bytes; what lies outside is clipped."""
    levels = planes.clamp(0, 1).mul(255).round().to(torch.uint8)
    return levels.permute(1, 2, 0).cpu().numpy()


def as_jpeg(pixels: Bytes, quality: int = JPEG_QUALITY) -> Bytes:
    """(H, W, 3) → the bytes of a JPEG file: a tenth of the pixels, so a run can keep many."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=quality, subsampling=0)
    return np.frombuffer(buffer.getvalue(), np.uint8)


def from_jpeg(content: Bytes) -> Bytes:
    """The photo that `as_jpeg` wrote, nearly: (H, W, 3). For files of our own, not for uploads."""
    with Image.open(io.BytesIO(content.tobytes()), formats=("JPEG",)) as picture:
        return np.asarray(picture)
