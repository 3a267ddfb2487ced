"""Colour photos as data URIs, which travel inside the page, so that nothing flickers."""

from __future__ import annotations

import base64

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]

CLOSE_UP = (48, 64)  # pixels: height, width


def jpeg_uri(content: Bytes) -> str:
    """The bytes of a JPEG file as a data URI."""
    return "data:image/jpeg;base64," + base64.b64encode(content.tobytes()).decode("ascii")


def close_up(pixels: Bytes, place: tuple[float, float]) -> Bytes:
    """(H, W, 3) → at most (*CLOSE_UP, 3): the part about a place, each way 0…1 of the photo."""
    starts = [
        round(share * max(0, whole - part))
        for share, whole, part in zip(place, pixels.shape, CLOSE_UP, strict=False)
    ]
    (top, left), (height, width) = starts, CLOSE_UP
    return pixels[top : top + height, left : left + width]
