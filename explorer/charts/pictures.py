"""Rows of small pictures as one PNG that travels inside the page, so that nothing flickers."""

from __future__ import annotations

import base64
import io

import numpy as np
import numpy.typing as npt
from PIL import Image

from explorer.charts import palette

Bytes = npt.NDArray[np.uint8]

GAP = 1  # transparent pixels between two pictures
DARKER = (213, 94, 0)  # too dark: vermilion
LIGHTER = (0, 114, 178)  # too light: blue


def ink_row(pictures: Bytes, height: int, width: int) -> str:
    """(n, height·width) grey levels, 255 is ink → a data URI: black ink on white paper."""
    grey = 255 - pictures.reshape(-1, height, width)
    return _row(np.repeat(grey[..., None], 3, axis=-1))


def error_row(originals: Bytes, reconstructions: Bytes, height: int, width: int) -> str:
    """Where a row went wrong: white is right, vermilion is too much ink, blue is too little."""
    excess = reconstructions.astype(np.float32) - originals.astype(np.float32)
    share = (np.abs(excess) / 255).reshape(-1, height, width, 1)
    colour = np.where(excess.reshape(-1, height, width, 1) > 0, DARKER, LIGHTER)
    return _row((255 * (1 - share) + colour * share).astype(np.uint8))


def answer_picture(answers: npt.NDArray[np.floating]) -> str:
    """(height, width) answers in 0…1 → a data URI: white is ½, full colour a firm yes or no."""
    firmness = np.abs(2 * answers - 1)[..., None]
    full = np.where(answers[..., None] > 0.5, levels_of(palette.FOR), levels_of(palette.AGAINST))
    return _row((255 * (1 - firmness) + full * firmness).round().astype(np.uint8)[None])


def levels_of(colour: str) -> tuple[int, ...]:
    """#RRGGBB → 0…255 of red, green and blue."""
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def _row(pictures: Bytes) -> str:
    """(n, height, width, 3) → one PNG of n pictures side by side, as a data URI."""
    count, height, width, _ = pictures.shape
    canvas = np.zeros((height, count * (width + GAP) - GAP, 4), dtype=np.uint8)
    for i, picture in enumerate(pictures):
        left = i * (width + GAP)
        canvas[:, left : left + width, :3] = picture
        canvas[:, left : left + width, 3] = 255
    buffer = io.BytesIO()
    Image.fromarray(canvas).save(buffer, "PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
