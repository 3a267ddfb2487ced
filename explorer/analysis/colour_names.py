"""What a colour is called."""

from __future__ import annotations

from colorsys import rgb_to_hsv

import numpy as np
import numpy.typing as npt

HUES = ("red", "yellow", "green", "cyan", "blue", "magenta")  # 60° apart
DARK, PALE = 0.15, 0.2  # below this brightness it is black, below this saturation it is grey


def colour_name(levels: npt.ArrayLike) -> str:
    """Of red, green and blue, each 0…255: the nearest of HUES, or `black`, `grey` or `white`."""
    red, green, blue = np.asarray(levels, float) / 255
    hue, saturation, brightness = rgb_to_hsv(float(red), float(green), float(blue))
    if brightness < DARK:
        return "black"
    if saturation < PALE:
        return "white" if brightness > 1 - DARK else "grey"
    return HUES[round(hue * len(HUES)) % len(HUES)]
