"""Colours are called by the names that everybody gives them."""

from __future__ import annotations

import pytest

from explorer.analysis.colour_names import colour_name


@pytest.mark.parametrize(
    ("levels", "name"),
    [
        ((0, 0, 0), "black"),
        ((30, 0, 0), "black"),
        ((128, 128, 128), "grey"),
        ((120, 110, 115), "grey"),
        ((255, 250, 255), "white"),
        ((255, 0, 0), "red"),
        ((255, 0, 40), "red"),  # from the other side of the circle
        ((200, 220, 0), "yellow"),
        ((40, 120, 30), "green"),
        ((0, 200, 210), "cyan"),
        ((60, 60, 250), "blue"),
        ((200, 0, 220), "magenta"),
    ],
)
def test_names(levels: tuple[int, int, int], name: str) -> None:
    assert colour_name(levels) == name
