"""The test pictures that a page shows: at most a thousand points, and one example of each class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from explorer.data.pictures import PictureSet
from explorer.data.remembered import remembered

MOST_POINTS = 1000  # a map of more points is not read better, and every snapshot pays for them


@dataclass(frozen=True, eq=False)
class Exhibit:
    """The first test pictures, on the set's device, and once more as numpy arrays."""

    x: torch.Tensor  # (M, pixels) float32 in 0…1, M ≤ MOST_POINTS
    pictures: npt.NDArray[np.float32]  # (M, pixels)
    labels: npt.NDArray[np.int64]  # (M,)
    examples: npt.NDArray[np.int64]  # (classes,): the row of the first picture of each class


@remembered
def exhibit(pictures: PictureSet) -> Exhibit:
    """The exhibit of a picture set; the same for every run, so that runs can be compared."""
    x = pictures.test[:MOST_POINTS]
    labels = pictures.test_labels[:MOST_POINTS].cpu().numpy()
    _, examples = np.unique(labels, return_index=True)
    return Exhibit(x, x.cpu().numpy(), labels, examples)


def as_bytes(pictures: torch.Tensor) -> npt.NDArray[np.uint8]:
    """Grey levels 0…255 of pixels in 0…1, for the screen; what lies outside is clipped."""
    levels: npt.NDArray[np.uint8] = (
        pictures.clamp(0, 1).mul(255).round().to(torch.uint8).cpu().numpy()
    )
    return levels
