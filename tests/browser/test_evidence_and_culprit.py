"""Drawing a digit in a real Chromium: the net names it, the ink stays, the noise is forgotten."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from explorer.text import catalogue
from tests.browser.conftest import Server

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
EN, KO = catalogue("en"), catalogue("ko")
LESSON = "evidence-and-culprit"
STEM = "evidence_and_culprit"

DARK = """canvas => {
  const ink = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return ink.filter((value, i) => i % 4 === 3 && value > 127).length;
}"""


def ink(page: Page) -> int:
    """How many pixels of the sheet are inked."""
    return int(page.locator("canvas").evaluate(DARK))


def stroke(page: Page, *places: tuple[float, float]) -> None:
    """A line through places on the sheet, given as shares of its side."""
    sheet = page.locator(".pad canvas")
    sheet.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    box = sheet.bounding_box()
    assert box is not None
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=5)
    page.mouse.up()


def test_a_drawn_digit_is_named_and_the_ink_stays(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/{LESSON}")
    page.get_by_text(EN(f"{STEM}.case.drawn"), exact=True).click()
    waiting = page.get_by_text(EN(f"{STEM}.case.draw_first"))
    expect(waiting).to_be_visible()
    clear = page.get_by_role("button", name=EN("drawing.clear"))
    expect(clear).to_be_disabled()

    stroke(page, (0.5, 0.15), (0.5, 0.85))
    expect(waiting).to_be_hidden()
    expect(page.get_by_text(EN(f"{STEM}.case.evidence", suspect="1"))).to_be_visible()
    drawn = ink(page)
    assert drawn > 2000

    page.get_by_role("button", name=EN(f"{STEM}.case.other_noise")).click()
    page.get_by_test_id("stButtonGroup").last.get_by_text("8", exact=True).click()
    expect(page.get_by_text(EN(f"{STEM}.case.evidence", suspect="8"))).to_be_visible()
    assert ink(page) == drawn

    page.get_by_text(EN(f"{STEM}.case.test"), exact=True).click()
    expect(page.locator("canvas")).to_have_count(0)
    page.get_by_text(EN(f"{STEM}.case.drawn"), exact=True).click()
    expect(waiting).to_be_hidden()
    assert ink(page) == drawn

    clear.focus()
    page.keyboard.press("Enter")
    expect(waiting).to_be_visible()
    assert ink(page) == 0


def test_a_finger_draws_and_the_page_does_not_scroll(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/{LESSON}", locale="ko-KR", dark=True, width=400)
    page.get_by_text(KO(f"{STEM}.case.drawn"), exact=True).click()
    sheet = page.locator("canvas")
    sheet.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = sheet.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 400
    touch = page.context.new_cdp_session(page)

    def put(kind: str, *share: float) -> None:
        x, y = box["x"] + share[0] * box["width"], box["y"] + share[1] * box["height"]
        places = [{"x": x, "y": y}]
        touch.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": places if share[2:] else []}
        )

    put("touchStart", 0.5, 0.15, 1)
    for y in (0.3, 0.45, 0.6, 0.75, 0.85):
        put("touchMove", 0.5, y, 1)
    put("touchEnd", 0, 0)
    expect(page.get_by_text(KO(f"{STEM}.case.evidence", suspect="1"))).to_be_visible()
    assert ink(page) > 2000
    after = sheet.bounding_box()
    assert after is not None
    assert after["y"] == pytest.approx(box["y"], abs=2)


def test_a_class_watches_the_noise_being_forgotten(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/{LESSON}?steps=1500&seed=7")
    page.get_by_text(EN(f"{STEM}.prediction.shrink")).click()
    page.get_by_role("button", name=re.compile(f"{EN('common.start')}$")).click()
    expect(page.get_by_text(EN("common.state.running"))).to_be_visible()
    expect(page.get_by_text(EN("common.state.finished"))).to_be_visible(timeout=60_000)
    held = EN("common.prediction_held", truth=EN(f"{STEM}.prediction.shrink"))
    expect(page.get_by_text(held)).to_be_visible()
