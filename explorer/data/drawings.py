"""Drawings from the browser: checked, then made into pictures as their data set's were made."""

from __future__ import annotations

import base64
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image

from explorer.data.pictures import PictureSet
from explorer.errors import DataError

Floats = npt.NDArray[np.float32]

DRAWING_SIDE = 64  # pixels of the square that the drawing pad sends
FAINTEST_INK = 0.5  # what is lighter than this is the soft edge of a stroke

DIGITS_BITMAP = 32  # the bitmaps whose blocks of 4×4 were counted into 8×8 pixels
DIGITS_WIDTH = 20  # the width to which NIST's programs brought a digit in them
MOST_STRETCHING = 2.0  # so that a bare bar stays narrow
MOST_SLANT = 1.0  # columns a row; a drawing that leans more is not writing

MNIST_SIDE = 28
MNIST_BOX = 20


def received(payload: object) -> Floats | None:
    """(DRAWING_SIDE, DRAWING_SIDE) ink in 0…1 of what the drawing pad sent; None if it is blank.

    The pad sends one byte a pixel (0 is paper, 255 is ink), row by row, as base64; nothing, or an
    empty text, before anything is drawn. Raises DataError for everything else: a browser may send
    what it likes.
    """
    if payload is None or payload == "":
        return None
    pixels = DRAWING_SIDE**2
    if not isinstance(payload, str) or len(payload) != 4 * -(-pixels // 3):
        raise DataError("data.no_drawing", side=DRAWING_SIDE)
    try:
        ink = base64.b64decode(payload, validate=True)
    except ValueError as error:  # not base64, or not even ASCII
        raise DataError("data.no_drawing", side=DRAWING_SIDE) from error
    if len(ink) != pixels:
        raise DataError("data.no_drawing", side=DRAWING_SIDE)
    drawing: Floats = np.frombuffer(ink, np.uint8).astype(np.float32) / np.float32(255)
    return drawing.reshape(DRAWING_SIDE, DRAWING_SIDE) if drawing.max() > FAINTEST_INK else None


def as_picture(ink: Floats, pictures: PictureSet) -> Floats:
    """(pixels,) in 0…1: a drawing as `pictures` would hold it.

    `ink` is (height, width) in 0…1 of any size. Raises DataError if it is no such drawing, holds
    what is no number, or is blank.
    """
    # What is no number is not within the bounds either.
    whole = ink.ndim == 2 and ink.size > 0 and bool(((ink >= 0) & (ink <= 1)).all())
    if not whole or ink.max() <= FAINTEST_INK:
        raise DataError("data.no_drawing", side=DRAWING_SIDE)
    return STYLES[pictures.height, pictures.width](ink.astype(np.float32)).reshape(-1)


def like_the_digits(ink: Floats) -> Floats:
    """(8, 8) in sixteenths: set upright, brought to 20×32 in a 32×32 bitmap, its dots counted.

    As scikit-learn's digits were made (Alpaydin & Kaynak 1998) behind NIST's programs, which take
    the slant out and bring every digit to one size (Garris et al. 1994). MNIST's test pictures, led
    through here, are told apart by a classifier of the digits in 79 % of cases; with their slant
    and their own proportions in 55 %.
    """
    figure = _cropped(_upright(ink))
    height, width = figure.shape
    wide = min(DIGITS_WIDTH, MOST_STRETCHING * width * DIGITS_BITMAP / height)
    dots = _inked(_resized(figure, DIGITS_BITMAP, max(1, round(wide))))
    bitmap = np.zeros((DIGITS_BITMAP, DIGITS_BITMAP), dtype=np.float32)
    left = (DIGITS_BITMAP - dots.shape[1]) // 2
    bitmap[:, left : left + dots.shape[1]] = dots
    blocks = bitmap.reshape(8, 4, 8, 4)
    counted: Floats = blocks.sum(axis=(1, 3)) / 16
    return counted


def like_mnist(ink: Floats) -> Floats:
    """(28, 28): fitted into 20×20 with its proportions, the centre of its ink at pixel (14, 14).

    As MNIST was made (LeCun et al. 1998); there too the centre is met to half a pixel.
    """
    figure = _cropped(ink)
    scale = MNIST_BOX / max(figure.shape)
    height, width = (max(1, round(scale * side)) for side in figure.shape)
    small = _resized(figure, height, width)
    picture = np.zeros((MNIST_SIDE, MNIST_SIDE), dtype=np.float32)
    top, left = (_centred(small.sum(axis=1 - axis)) for axis in (0, 1))
    picture[top : top + height, left : left + width] = small
    return picture


STYLES: dict[tuple[int, int], Callable[[Floats], Floats]] = {
    (8, 8): like_the_digits,
    (MNIST_SIDE, MNIST_SIDE): like_mnist,
}
"""How a drawing becomes a picture, by the height and width of the set's pictures."""


def _cropped(ink: Floats) -> Floats:
    """The smallest rectangle that holds all ink."""
    rows, columns = (np.flatnonzero(_inked(ink).any(axis=axis)) for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _inked(ink: Floats) -> npt.NDArray[np.bool_]:
    """Where there is more than the soft edge of a stroke, beside the darkest ink there is."""
    dark: npt.NDArray[np.bool_] = ink > FAINTEST_INK * ink.max()
    return dark


def _resized(figure: Floats, height: int, width: int) -> Floats:
    """Each pixel the mean of those which it covers."""
    image = Image.fromarray(figure).resize((width, height), Image.Resampling.BOX)
    return np.asarray(image, dtype=np.float32)


def _centred(ink: Floats) -> int:
    """Where a line of ink begins so that its centre comes to pixel 14, as far as there is room."""
    centre = float(ink @ np.arange(len(ink), dtype=np.float32) / ink.sum())
    return min(max(0, round(MNIST_SIDE / 2 - centre)), MNIST_SIDE - len(ink))


def _upright(ink: Floats) -> Floats:
    """The drawing sheared so that rows and columns of its ink no longer go together."""
    height, width = ink.shape
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    rows -= (rows * ink).sum() / ink.sum()
    columns -= (columns * ink).sum() / ink.sum()
    spread = float((rows**2 * ink).sum())
    slant = float((rows * columns * ink).sum()) / spread if spread > 0 else 0.0
    slant = min(max(slant, -MOST_SLANT), MOST_SLANT)
    # Room on both sides for what the shear moves out.
    wide = np.pad(ink, ((0, 0), (height, height)))
    middle = float(-rows[0, 0])
    # Pillow asks for the column that it reads at (column, row) of the result.
    shear = (1, slant, -slant * (middle + 0.5), 0, 1, 0)
    image = Image.fromarray(wide)
    sheared = image.transform(image.size, Image.Transform.AFFINE, shear, Image.Resampling.BILINEAR)
    return np.asarray(sheared, dtype=np.float32)
