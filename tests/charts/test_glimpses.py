"""The home page's pictures as files: pixels where they belong, and few bytes."""

from __future__ import annotations

import base64
import io
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from PIL import Image

from explorer.charts import palette
from explorer.charts.glimpses import BETWEEN, GAP, drawn, film_strip, ink_grid
from explorer.lessons.course import COURSE
from explorer.lessons.glimpses import (
    Cells,
    Falling,
    Film,
    Glimpse,
    Inked,
    Leap,
    Maps,
    Planes,
    Sayings,
    Waist,
    glimpse,
    training_film,
)

MOST_BYTES = 32_000  # of one picture
MOST_BYTES_TOGETHER = 150_000  # of the page
SVG = "{http://www.w3.org/2000/svg}"


def content(uri: str) -> bytes:
    return base64.b64decode(uri.partition(",")[2])


def elements(found: Glimpse, tag: str) -> list[dict[str, str]]:
    root = ElementTree.fromstring(content(drawn(found)))
    return [element.attrib for element in root.iter(f"{SVG}{tag}")]


def pixels(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.asarray(Image.open(io.BytesIO(data)))


def test_ink_is_black_on_white_paper_with_nothing_between() -> None:
    rows = [np.array([[255, 0, 0, 51], [0, 0, 0, 0]], np.uint8), np.full((1, 4), 255, np.uint8)]
    grid = pixels(ink_grid(rows, 2, 2))
    assert grid.shape == (5, 5, 2)
    assert grid[:2, :2, 0].tolist() == [[0, 255], [255, 204]]
    assert (grid[:2, 3:, 0] == 255).all()
    assert (grid[3:, :2, 0] == 0).all()
    opaque = grid[..., 1] == 255
    assert opaque.sum() == 3 * 4  # three pictures
    assert not opaque[2].any()
    assert not opaque[:, 2].any()


def test_a_film_strip_has_a_frame_for_each_moment() -> None:
    originals = Inked((np.zeros((3, 4), np.uint8),), 2, 2)
    moments = tuple(np.full((3, 4), level, np.uint8) for level in (0, 100, 255))
    strip = pixels(content(film_strip(Film(originals, moments, (0, 1, 2), 4, 1))))
    assert strip.shape[:2] == (3 * (2 + GAP) - GAP, 3 * (2 + GAP) - GAP)
    assert strip[:: 2 + GAP, 0, 0].tolist() == [255, 155, 0]


def test_a_photo_stands_beside_its_planes() -> None:
    photo = np.zeros((190, 190, 3), np.uint8)
    photo[...] = (200, 120, 40)
    sheet = Image.open(io.BytesIO(content(drawn(Planes(photo))))).convert("RGB")
    seen = np.asarray(sheet, np.float64)[95]
    middles = [seen[round(len(seen) * share)] for share in (0.12, 0.38, 0.63, 0.88)]
    wanted = [(200, 120, 40), (200, 0, 0), (0, 120, 0), (0, 0, 40)]
    assert np.abs(np.subtract(middles, wanted)).max() <= 12  # it travels as WebP


def test_the_leap_lands_on_the_other_side_of_the_target() -> None:
    here, there = elements(Leap(1, 2, 6), "circle")
    assert there["fill"] == palette.ZONE_HUES["diverges"]
    target = next(path for path in elements(Leap(1, 2, 6), "path") if "dash" in str(path))
    middle = float(target["d"][1:].split()[0])
    assert float(here["cx"]) < middle < float(there["cx"])
    assert (float(there["cx"]) - middle) / (middle - float(here["cx"])) == pytest.approx(4, abs=0.1)


def test_a_narrower_layer_has_a_shorter_bar() -> None:
    bars = elements(Waist((64, 8, 2, 8, 64)), "rect")
    heights = [float(bar["height"]) for bar in bars]
    assert heights == heights[::-1]
    assert heights[0] > heights[1] > heights[2]
    assert bars[2]["fill"] == palette.CODE


def test_a_point_has_the_colour_of_its_group() -> None:
    points = np.array([[0, 0], [1, 1], [2, 0]], np.float32)
    groups = np.array([3, 0, 3])
    discs = elements(Maps((points,), (groups,)), "circle")
    assert [disc["fill"] for disc in discs] == [palette.CLASSES[group] for group in groups]
    meanings = Maps((points,), (np.array([0, 1, 1]),), languages=True)
    shapes = [*elements(meanings, "circle"), *elements(meanings, "path")]
    assert [shape["stroke"] for shape in shapes] == [
        palette.ENGLISH,
        palette.KOREAN,
        palette.KOREAN,
    ]


def test_maps_side_by_side_keep_apart() -> None:
    points = np.array([[0, 0], [1, 1]], np.float32)
    groups = np.array([0, 1])
    across = [float(disc["cx"]) for disc in elements(Maps((points,) * 2, (groups,) * 2), "circle")]
    assert across[2] - across[1] > BETWEEN


def test_a_share_that_falls_is_drawn_lower() -> None:
    discs = elements(Falling((1.0, 0.5, 0.0)), "circle")
    heights = [float(disc["cy"]) for disc in discs]
    assert heights[1] == pytest.approx((heights[0] + heights[2]) / 2, abs=0.1)
    assert heights[0] < heights[2]


def test_cells_are_as_strong_as_their_shares() -> None:
    frame, *cells = elements(Cells(np.array([[1.0, 0.0], [0.25, 0.75]], np.float32)), "rect")
    assert frame["fill"] == "none"
    assert [cell["fill-opacity"] for cell in cells] == ["1.00", "0.25", "0.75"]


def test_words_are_no_picture() -> None:
    with pytest.raises(TypeError, match="Sayings"):
        drawn(Sayings((("one", "하나"),)))


def test_all_pictures_together_are_small() -> None:
    found = [glimpse(lesson.slug) for lesson in COURSE]
    sizes = [
        len(drawn(each)) for each in found if each is not None and not isinstance(each, Sayings)
    ]
    film = training_film()
    assert film is not None
    assert max(sizes) < MOST_BYTES
    assert sum(sizes) + len(film_strip(film)) < MOST_BYTES_TOGETHER
