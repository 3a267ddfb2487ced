"""Drawings become pictures as their data set's were made; what is no drawing is refused."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from explorer.data.drawings import (
    DRAWING_SIDE,
    STYLES,
    as_picture,
    like_mnist,
    like_the_digits,
    received,
)
from explorer.data.pictures import DATASETS, PictureSet, load_pictures
from explorer.errors import DataError
from explorer.text import LANGUAGES
from tests.lessons.test_scripts import MNIST, needs_mnist

Floats = npt.NDArray[np.float32]


def sheet(*rectangles: tuple[slice, slice], ink: float = 1.0) -> Floats:
    """A drawing of rectangles, given by their rows and columns."""
    drawing = np.zeros((DRAWING_SIDE, DRAWING_SIDE), np.float32)
    for rectangle in rectangles:
        drawing[rectangle] = ink
    return drawing


def sent(drawing: Floats) -> str:
    """A drawing as the pad sends it."""
    return base64.b64encode((drawing * 255).astype(np.uint8).tobytes()).decode()


def blank(height: int, width: int) -> PictureSet:
    nothing, labels = torch.zeros(1, height * width), torch.zeros(1, dtype=torch.int64)
    return PictureSet("blank", nothing, nothing, labels, labels, height, width, ("a",))


# What the browser sends -------------------------------------------------------------------------


def test_what_the_pad_sends_comes_in_as_it_was_drawn() -> None:
    drawing = sheet((slice(3, 9), slice(20, 40)))
    drawing[50, 7] = 51 / 255
    ink = received(sent(drawing))
    assert ink is not None
    assert ink.dtype == np.float32
    np.testing.assert_array_equal(ink, drawing)


@pytest.mark.parametrize(
    "payload", [None, "", sent(sheet()), sent(sheet((slice(9), slice(9)), ink=0.4))]
)
def test_a_blank_sheet_is_no_drawing_and_no_error(payload: object) -> None:
    assert received(payload) is None


@pytest.mark.parametrize(
    "payload",
    [
        float("nan"),
        7,
        True,
        [0.5] * DRAWING_SIDE**2,
        {"ink": sent(sheet())},
        b"\0" * DRAWING_SIDE**2,
        sent(sheet())[:-4],
        sent(sheet()) + "AAAA",
        "A" * 10_000_000,
        "A" * len(sent(sheet())),  # of the right length, but two bytes too many
        "é" + sent(sheet())[1:],
        "*" + sent(sheet())[1:],
        "<script>alert(1)</script>",
    ],
    ids=lambda payload: f"{type(payload).__name__} {str(payload)[:12]}",
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_no_drawing_is_refused_with_a_sentence(payload: object, language: str) -> None:
    with pytest.raises(DataError) as caught:
        received(payload)
    assert f"{DRAWING_SIDE}×{DRAWING_SIDE}" in caught.value.sentence(language)


@pytest.mark.parametrize(
    "ink",
    [
        np.full((9, 9), np.nan, np.float32),
        np.full((9, 9), np.inf, np.float32),
        np.full((9, 9), 1.5, np.float32),
        np.array([[1, -0.1]], np.float32),
        np.ones(64, np.float32),
        np.ones((3, 8, 8), np.float32),
        np.zeros((8, 8), np.float32),
        np.zeros((0, 0), np.float32),
    ],
    ids=["nan", "infinite", "too dark", "negative", "flat", "colour", "blank", "nothing"],
)
def test_what_is_no_bitmap_with_ink_is_refused(ink: Floats) -> None:
    with pytest.raises(DataError):
        as_picture(ink, blank(8, 8))


# 8×8: blocks of 4×4 dots, counted -----------------------------------------------------------------


def test_a_bar_fills_the_height_and_its_dots_are_counted() -> None:
    """40×10 → 32×8, stretched twofold to 32×16: columns 8 to 23 of 32, which are 2 to 5 of 8."""
    expected = np.zeros((8, 8))
    expected[:, 2:6] = 1
    picture = like_the_digits(sheet((slice(5, 45), slice(30, 40))))
    np.testing.assert_array_equal(picture, expected)


def test_a_square_is_brought_to_twenty_columns_of_thirty_two() -> None:
    """Columns 6 to 25: of the blocks of four, 1 has two, 2 to 5 all four, and 6 two."""
    picture = like_the_digits(sheet((slice(10, 42), slice(20, 52))))
    np.testing.assert_array_equal(picture, np.tile([0, 0.5, 1, 1, 1, 1, 0.5, 0], (8, 1)))


def test_a_figure_that_leans_is_set_upright() -> None:
    rows = np.arange(DRAWING_SIDE)
    leaning = sheet()
    for row in rows[8:56]:
        leaning[row, 44 - row // 2 : 52 - row // 2] = 1
    upright = like_the_digits(sheet((slice(8, 56), slice(28, 36))))
    np.testing.assert_allclose(like_the_digits(leaning), upright, atol=0.26)
    assert np.abs(upright - like_the_digits(leaning)).mean() < 0.04


def test_where_and_how_large_a_digit_is_drawn_does_not_matter() -> None:
    hook = [(slice(0, 8), slice(0, 16)), (slice(8, 32), slice(8, 16))]
    small = sheet(*hook)
    moved = np.roll(small, (20, 31), axis=(0, 1))
    np.testing.assert_array_equal(like_the_digits(moved), like_the_digits(small))
    np.testing.assert_array_equal(like_mnist(moved), like_mnist(small))
    large = np.kron(small[:32, :32], np.ones((2, 2), np.float32))
    np.testing.assert_allclose(like_mnist(large), like_mnist(small), atol=1e-6)


# 28×28: into 20×20, and the centre of ink in the middle -------------------------------------------


def test_a_bar_keeps_its_proportions() -> None:
    """40×20 → 20×10. Its centre lies 9.5 rows and 4.5 columns in, and comes within half a pixel
    of (14, 14)."""
    picture = like_mnist(sheet((slice(5, 45), slice(30, 50))))
    assert picture.shape == (28, 28)
    rows, columns = picture.nonzero()
    assert (rows.max() - rows.min() + 1, columns.max() - columns.min() + 1) == (20, 10)
    assert (rows.mean(), columns.mean()) == pytest.approx((14, 14), abs=0.5)
    assert set(picture[rows, columns]) == {1}


def test_grey_is_the_share_that_is_inked() -> None:
    """A comb of lines one row of 64 thick, every other row: half of each of the 20 rows."""
    comb = sheet(*((slice(row, row + 1), slice(12, 52)) for row in range(12, 51, 2)))
    comb[51, 12:52] = 1  # so that the figure is 40 rows high
    picture = like_mnist(comb)
    inked = picture[picture > 0]
    assert len(inked) == 400
    assert np.count_nonzero(inked == 0.5) == 380
    assert np.count_nonzero(inked == 1) == 20


def test_the_centre_of_ink_and_not_of_the_frame_is_in_the_middle() -> None:
    """A foot of 10×40 under a stem of 30×12 has its centre 12.3 rows down of 20: it begins at 2.

    Under a stem of 30×4 it would have to begin above the frame, and begins at 0.
    """
    for stem, top in ((slice(14, 26), 2), (slice(18, 22), 0)):
        picture = like_mnist(sheet((slice(0, 30), stem), (slice(30, 40), slice(0, 40))))
        assert picture.sum(axis=1).nonzero()[0].tolist() == list(range(top, top + 20))


@needs_mnist
def test_mnists_own_pictures_come_back_as_they_are() -> None:
    """Each already fills 20×20 with its centre at (14, 14), so only soft edges are cut."""
    pictures = load_pictures("mnist", MNIST)
    originals = pictures.test[:100].numpy()
    drawn = [np.kron(each.reshape(28, 28), np.ones((4, 4), np.float32)) for each in originals]
    again = np.array([as_picture(each, pictures) for each in drawn])
    errors = ((again - originals) ** 2).mean(axis=1)
    assert np.median(errors) < 0.02  # two different digits are about 0.1 apart


@needs_mnist
def test_drawn_digits_look_like_the_embedded_ones() -> None:
    """A classifier of the 8×8 digits knows MNIST's digits as if they had been drawn."""
    from sklearn.linear_model import LogisticRegression

    digits, mnist = load_pictures("digits"), load_pictures("mnist", MNIST)
    classifier = LogisticRegression(max_iter=500).fit(digits.train, digits.train_labels)
    drawn = [
        np.kron(each.reshape(28, 28), np.ones((4, 4), np.float32))
        for each in mnist.test[:500].numpy()
    ]
    seen = np.array([as_picture(each, digits) for each in drawn])
    assert classifier.score(seen, mnist.test_labels[:500]) > 0.72


# Every set ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DATASETS)
def test_every_set_has_a_style(name: str) -> None:
    source = DATASETS[name]
    assert (source.height, source.width) in STYLES


@given(
    arrays(np.float32, (16, 16), elements=st.floats(0, 1, width=32)),
    st.sampled_from(sorted(STYLES)),
)
def test_whatever_is_drawn_becomes_a_picture(ink: Floats, size: Any) -> None:
    if ink.max() <= 0.5:
        ink[3, 4] = 1
    picture = as_picture(ink, blank(*size))
    assert picture.dtype == np.float32
    assert picture.shape == (size[0] * size[1],)
    assert picture.min() >= 0
    assert 0 < picture.max() <= 1
