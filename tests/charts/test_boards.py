"""Boards: one square a clue, the pixels as a picture, the noise in columns beside it."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from explorer.charts import palette
from explorer.charts.boards import (
    SQUARE,
    columns,
    levels,
    norm_board,
    scene_board,
    voice_board,
)

WHITE = (255, 255, 255)


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def squares(uri: str) -> npt.NDArray[np.uint8]:
    """(rows, columns, 4): the corner of each square; all of a square has one colour."""
    kind, body = uri.split(",", 1)
    assert kind == "data:image/png;base64"
    drawn = np.asarray(Image.open(io.BytesIO(base64.b64decode(body))))
    return drawn[::SQUARE, ::SQUARE]


def colours(uri: str) -> list[list[Any]]:
    """Each square's colour; None where there is nothing."""
    return [
        [tuple(map(int, square[:3])) if square[3] else None for square in row]
        for row in squares(uri)
    ]


def test_the_scene_is_ink_on_paper_and_noise_fills_columns_from_the_top() -> None:
    clues = np.array([0, 1, 0.5, 0, 1, 0, 1])  # 2×2 pixels, three noise clues
    black, grey = (0, 0, 0), (128, 128, 128)
    assert columns(7, 2, 2) == 5
    assert colours(scene_board(clues, 2, 2)) == [
        [WHITE, black, None, black, black],
        [grey, WHITE, None, WHITE, None],
    ]


def test_norms_have_the_colour_of_their_kind_and_the_longest_is_full() -> None:
    inked = np.array([True, False])
    drawn = colours(norm_board(np.array([4.0, 4.0, 0.0, 2.0]), inked, 1, 2))
    informative, blank, noise = map(
        rgb, (palette.CLUES[kind] for kind in ("informative", "blank", "noise"))
    )
    half = tuple(round(255 + (value - 255) / 2) for value in noise)
    assert drawn[0][:2] == [informative, blank]
    assert drawn[0][3] == WHITE
    assert drawn[0][4] == pytest.approx(half, abs=1)


def test_voices_are_for_or_against_on_the_scale_that_is_given() -> None:
    (row,) = colours(voice_board(np.array([2.0, -2.0, 0.0, 9.0]), 2.0, 1, 3))
    assert row == [rgb(palette.FOR), rgb(palette.AGAINST), WHITE, None, rgb(palette.FOR)]


def test_silence_is_white() -> None:
    for uri in (
        voice_board(np.zeros(3), 0.0, 1, 2),
        norm_board(np.zeros(3), np.ones(2, bool), 1, 2),
    ):
        assert colours(uri) == [[WHITE, WHITE, None, WHITE]]


def test_levels_are_clipped() -> None:
    assert levels(np.array([-1, 0, 0.5, 1, 7])).tolist() == [0, 0, 128, 255, 255]
