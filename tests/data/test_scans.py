"""A reader's scan becomes a picture of the set, whichever of paper and ink is the darker."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from explorer.data.drawings import as_picture
from explorer.data.pictures import PictureSet, load_pictures
from explorer.data.scans import ink_of, scanned
from explorer.errors import UploadError
from explorer.text import LANGUAGES

Bytes = npt.NDArray[np.uint8]


@pytest.fixture(scope="module")
def digits() -> PictureSet:
    return load_pictures("digits")


def bar(paper: int, ink: int, side: int = 90) -> Bytes:
    """A vertical bar, as on a photo."""
    rgb = np.full((side, side + 20, 3), paper, np.uint8)
    rgb[20:70, 50:60] = ink
    return rgb


@pytest.mark.parametrize(("paper", "ink"), [(255, 0), (0, 255), (200, 90), (40, 120)])
def test_light_on_dark_is_the_same_as_dark_on_light(paper: int, ink: int) -> None:
    expected = np.zeros((90, 110), np.float32)
    expected[20:70, 50:60] = 1
    np.testing.assert_allclose(ink_of(bar(paper, ink)), expected, atol=1e-5)


def test_the_shade_of_the_paper_is_no_ink(digits: PictureSet) -> None:
    shaded = bar(230, 20)
    shaded[:, 80:] = 190  # a shadow: 40 of 210 levels
    np.testing.assert_array_equal(ink_of(shaded)[:, 80:], 0)
    np.testing.assert_allclose(scanned(shaded, digits), scanned(bar(230, 20), digits), atol=0.01)


def test_a_colour_counts_by_its_luminance() -> None:
    rgb = np.full((30, 30, 3), 255, np.uint8)
    rgb[5:10, 5:10] = (255, 255, 0)  # yellow: 0.886
    rgb[15:20, 15:20] = (0, 0, 255)  # blue: 0.114
    ink = ink_of(rgb)
    assert ink[17, 17] == 1
    assert ink[7, 7] == 0  # 0.114 / 0.886 is less than the shade of paper


def test_a_scan_is_fitted_as_a_drawing_is(digits: PictureSet) -> None:
    own = scanned(bar(250, 10), digits)
    assert own.shape == (64,)
    assert own.dtype == np.float32
    assert 0 <= own.min() < own.max() <= 1
    np.testing.assert_array_equal(own, as_picture(ink_of(bar(250, 10)), digits))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("level", [0, 128, 255])
def test_an_even_surface_is_refused_with_a_sentence(level: int, language: str) -> None:
    faint = bar(level, max(level - 20, 0))
    with pytest.raises(UploadError) as refused:
        ink_of(faint)
    assert refused.value.key == "upload.blank"
    assert len(refused.value.sentence(language)) > 30
