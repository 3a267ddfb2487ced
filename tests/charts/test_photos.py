"""Photos for the page: data URIs, and the part that is shown enlarged."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from explorer.charts.photos import CLOSE_UP, close_up, jpeg_uri
from explorer.data.photos import as_jpeg, photo


def test_a_data_uri_holds_the_file() -> None:
    content = as_jpeg(photo("china"))
    head, _, body = jpeg_uri(content).partition(",")
    assert head == "data:image/jpeg;base64"
    assert base64.b64decode(body) == content.tobytes()


@pytest.mark.parametrize(
    ("place", "top", "left"), [((0, 0), 0, 0), ((1, 1), 52, 136), ((0.5, 0.25), 26, 34)]
)
def test_a_close_up_is_a_part_of_the_photo(place: tuple[float, float], top: int, left: int) -> None:
    pixels = np.arange(100 * 200 * 3, dtype=np.uint32).reshape(100, 200, 3).astype(np.uint8)
    height, width = CLOSE_UP
    expected = pixels[top : top + height, left : left + width]
    np.testing.assert_array_equal(close_up(pixels, place), expected)
    assert expected.shape == (*CLOSE_UP, 3)


def test_of_a_small_photo_it_is_all_there_is() -> None:
    pixels = np.zeros((8, 100, 3), np.uint8)
    assert close_up(pixels, (0.5, 1)).shape == (8, 64, 3)
