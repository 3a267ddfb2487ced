"""Boards: every clue of a scene as one square, the pixels as a picture and the noise beside it."""

from __future__ import annotations

import base64
import io
import math

import numpy as np
import numpy.typing as npt
from PIL import Image

from explorer.charts import palette

Floats = npt.NDArray[np.float64]

GAP = 1  # column between pixels and noise, of which only the middle is drawn
SQUARE = 8  # pixels of the PNG for a clue
RAIL = (128, 128, 128, 255)


def columns(clues: int, height: int, width: int) -> int:
    """How many squares a board is wide."""
    return width + GAP + math.ceil((clues - height * width) / height)


def scene_board(clues: npt.NDArray[np.floating], height: int, width: int) -> str:
    """(clues,) in 0…1, the pixels first → a data URI; black is 1 on white paper."""
    grey = 1 - np.clip(clues, 0, 1)
    return _board(np.repeat(255 * grey[:, None], 3, axis=1), height, width)


def norm_board(norms: Floats, inked: npt.NDArray[np.bool_], height: int, width: int) -> str:
    """How long each clue's weights are: white is 0, the full colour of its kind the longest.

    `inked` (pixels,) tells informative pixels from those that are always blank.
    """
    kinds = [palette.CLUES["informative" if each else "blank"] for each in inked]
    kinds += [palette.CLUES["noise"]] * (len(norms) - len(inked))
    longest = norms.max()
    return _board(_shaded(norms / longest if longest else norms, kinds), height, width)


def voice_board(voices: Floats, loudest: float, height: int, width: int) -> str:
    """What each clue says for or against a culprit: white is nothing, full colour is `loudest`."""
    sides = [palette.FOR if voice > 0 else palette.AGAINST for voice in voices]
    shares = np.abs(voices) / loudest if loudest else np.zeros_like(voices)
    return _board(_shaded(np.minimum(shares, 1), sides), height, width)


def levels(pictures: npt.NDArray[np.floating]) -> npt.NDArray[np.uint8]:
    """Grey levels 0…255 of pixels in 0…1; what lies outside is clipped."""
    grey: npt.NDArray[np.uint8] = (255 * np.clip(pictures, 0, 1)).round().astype(np.uint8)
    return grey


def _shaded(shares: Floats, colours: list[str]) -> Floats:
    """(n,) in 0…1 and n colours → (n, 3): from white to the colour."""
    full = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in colours])
    shaded: Floats = 255 + (full - 255) * shares[:, None]
    return shaded


def _board(colours: Floats, height: int, width: int) -> str:
    """(clues, 3) → a PNG of one square a clue; noise stands in columns to the right of a rail."""
    pixels = height * width
    squares = np.zeros((height, columns(len(colours), height, width), 4), dtype=np.uint8)
    opaque = np.column_stack([colours.round(), np.full(len(colours), 255)]).astype(np.uint8)
    squares[:, :width] = opaque[:pixels].reshape(height, width, 4)
    for i, noise in enumerate(opaque[pixels:]):
        squares[i % height, width + GAP + i // height] = noise
    drawn = squares.repeat(SQUARE, axis=0).repeat(SQUARE, axis=1)
    middle = width * SQUARE + SQUARE // 2
    drawn[:, middle - 1 : middle + 1] = RAIL
    buffer = io.BytesIO()
    Image.fromarray(drawn).save(buffer, "PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
