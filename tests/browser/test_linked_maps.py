"""Four maps under one brush, in a real Chromium: they reflow, light up together, show pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Page

from explorer.charts.palette import METHODS
from tests.browser.conftest import Server

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
LESSON = "latents-and-pca"
DIGITS_SHOWN = 360

CIRCLES = """marks => [...marks.querySelectorAll('.mark-symbol.role-mark path')].map(path => {
  const box = path.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2, +path.getAttribute('opacity')];
})"""


class Circle(NamedTuple):
    """A point on the screen, in pixels of the window."""

    x: float
    y: float
    opacity: float


class Frame(NamedTuple):
    """The frame of a map, in pixels of the window."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, circle: Circle) -> bool:
        return self.left < circle.x < self.right and self.top < circle.y < self.bottom


def linked_maps(page: Page) -> Locator:
    """The drawing in which all four methods have their colour."""
    chart = page.locator("svg.marks")
    for colour in METHODS.values():
        chart = chart.filter(has=page.locator(f'path[stroke="{colour}"]'))
    chart.wait_for()
    page.wait_for_timeout(500)  # Streamlit sizes a new chart twice
    chart.scroll_into_view_if_needed()
    return chart


def frames(chart: Locator) -> dict[str, Frame]:
    found = {}
    for method, colour in METHODS.items():
        box = chart.locator(f'path[stroke="{colour}"]').bounding_box()
        assert box is not None
        found[method] = Frame(box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"])
    return found


def lit(chart: Locator, frame: Frame) -> list[Circle]:
    """The points in a map that are not faint."""
    circles = [Circle(*values) for values in chart.evaluate(CIRCLES)]
    return [circle for circle in circles if frame.holds(circle) and circle.opacity > 0.5]


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=8)
    page.mouse.up()
    page.wait_for_timeout(300)


def brush_lower_half(page: Page, frame: Frame) -> int:
    """Drags over the lower half of a map; how many points should be lit by that."""
    middle = (frame.top + frame.bottom) / 2
    below = frame._replace(top=middle)
    expected = len(lit(linked_maps(page), below))
    drag(page, (frame.left + 6, middle), (frame.right - 6, frame.bottom - 6))
    return expected


def test_the_maps_stand_in_a_row_or_two_by_two_as_there_is_room(
    server: Server, visit: Visit
) -> None:
    wide = frames(linked_maps(visit(f"{server.url}/{LESSON}")))
    assert len({frame.top for frame in wide.values()}) == 1
    narrow = frames(linked_maps(visit(f"{server.url}/{LESSON}", width=400)))
    assert narrow["pca"].top == narrow["linear"].top < narrow["deep"].top == narrow["rbm"].top
    assert narrow["pca"].left == narrow["deep"].left < narrow["linear"].left
    assert max(frame.right for frame in narrow.values()) <= 400


def test_a_brush_lights_the_same_points_in_all_maps_and_a_click_lets_go(
    server: Server, visit: Visit
) -> None:
    page = visit(f"{server.url}/{LESSON}")
    chart = linked_maps(page)
    before = frames(chart)
    assert {m: len(lit(chart, frame)) for m, frame in before.items()} == dict.fromkeys(
        METHODS, DIGITS_SHOWN
    )
    expected = brush_lower_half(page, before["pca"])
    assert 0 < expected < DIGITS_SHOWN
    for method, frame in before.items():
        assert len(lit(chart, frame)) == pytest.approx(expected, abs=2), method
    page.mouse.click(before["rbm"].left + 40, before["rbm"].top + 60)
    page.wait_for_timeout(300)
    assert len(lit(chart, before["deep"])) == DIGITS_SHOWN


def test_a_click_on_the_legend_lights_one_class(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/{LESSON}")
    chart = linked_maps(page)
    maps = frames(chart)
    chart.locator(".role-legend-symbol path").first.click()
    page.wait_for_timeout(300)
    counts = {len(lit(chart, frame)) for frame in maps.values()}
    assert len(counts) == 1
    assert 20 < counts.pop() < 50  # about a tenth of the pictures
    page.mouse.click(maps["rbm"].left + 40, maps["rbm"].top + 60)
    page.wait_for_timeout(300)
    assert {len(lit(chart, frame)) for frame in maps.values()} == {DIGITS_SHOWN}


def test_the_brush_lives_through_new_data(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/{LESSON}")
    chart = linked_maps(page)
    maps = frames(chart)
    expected = brush_lower_half(page, maps["pca"])
    chart.evaluate("marks => { marks.dataset.drawn = 'once' }")
    places = lit(chart, maps["deep"])
    page.get_by_role("slider", name="Time machine").last.press("Home")
    for _ in range(50):
        page.wait_for_timeout(100)
        if lit(chart, maps["deep"]) != places:
            break
    assert lit(chart, maps["deep"]) != places, "the replay shows an earlier code"
    assert chart.get_attribute("data-drawn") == "once", "the chart was torn down"
    for method, frame in maps.items():
        assert len(lit(chart, frame)) == pytest.approx(expected, abs=2), method


def test_hovering_shows_the_picture_even_under_the_brush(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/{LESSON}")
    chart = linked_maps(page)
    maps = frames(chart)
    brush_lower_half(page, maps["pca"])
    point = lit(chart, maps["pca"])[0]
    page.mouse.move(point.x + 1, point.y, steps=4)
    picture = page.locator("#vg-tooltip-element.visible img")
    picture.wait_for()
    page.wait_for_function("() => document.querySelector('#vg-tooltip-element img').complete")
    assert picture.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [96, 96]
    assert page.locator("#vg-tooltip-element h2").inner_text().split()[-1].isdecimal()
