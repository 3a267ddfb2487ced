"""A photo or a scan of something written or drawn, as a picture set would hold it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from explorer.data.drawings import as_picture
from explorer.data.pictures import PictureSet
from explorer.errors import UploadError

Floats = npt.NDArray[np.float32]

LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)  # of red, green, blue (Rec. 601)
LEAST_CONTRAST = 0.1  # between paper and ink, of the way from black to white
SHADE = 0.3  # of the strongest ink; what is fainter is the paper's own shade


def ink_of(rgb: npt.NDArray[np.uint8]) -> Floats:
    """(H, W, 3) → (H, W) ink in 0…1, of 1 at the strongest.

    The rim shows what the paper is, light or dark, and ink is what differs from it. UploadError if
    nothing does.
    """
    grey = rgb.astype(np.float32) @ LUMINANCE / 255
    rim = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    ink: Floats = np.abs(grey - np.median(rim))
    strongest = float(ink.max())
    if strongest < LEAST_CONTRAST:
        raise UploadError("upload.blank")
    ink /= strongest
    return np.where(ink < SHADE, np.float32(0), ink)


def scanned(rgb: npt.NDArray[np.uint8], pictures: PictureSet) -> Floats:
    """(H, W, 3) → (pixels,) in 0…1: grey, cropped to its ink and fitted as drawings are."""
    return as_picture(ink_of(rgb), pictures)
