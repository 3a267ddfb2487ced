"""Two languages in a real Chromium: a number crosses, the map names it, and the phone has room."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from explorer.text import catalogue
from tests.browser.conftest import Server, wait_until_it_scrolls_down_only

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
SAY = catalogue("en")
STEM, PAGE = "shared_meaning", "shared-meaning"


def type_number(page: Page, text: str) -> None:
    field = page.get_by_label(SAY(f"{STEM}.own"), exact=True)
    field.fill(text)
    field.press("Enter")


def test_a_korean_number_crosses_into_english(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/{PAGE}")
    type_number(page, "사천오백육십칠")
    first = page.locator(".crossing").first
    expect(first.locator(".token").first).to_have_text("사")
    expect(first).to_contain_text("four thousand, five hundred and sixty-seven")
    expect(first.locator(".strip")).to_have_count(2)
    expect(first.locator(".strip").first.locator("i")).to_have_count(64)


def test_what_is_no_number_gets_a_sentence(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/{PAGE}")
    type_number(page, "<b>umpteen</b>")
    expect(page.get_by_test_id("stAlertContentWarning")).to_contain_text("<b>umpteen</b>")
    expect(page.locator(".crossing")).to_have_count(0)


def test_without_the_pull_nothing_arrives(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/{PAGE}?pull=0")
    expect(page.locator(".crossing .wrong")).to_have_count(2)
    expect(page.locator(".crossing .right")).to_have_count(4)


def test_the_map_names_the_number_under_the_pointer(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/{PAGE}")
    signs = page.locator("[data-testid=stVegaLiteChart]").first.locator("canvas, svg").first
    signs.scroll_into_view_if_needed()
    box = signs.bounding_box()
    assert box is not None
    tooltip = page.locator("#vg-tooltip-element")
    for down in range(8, 60):  # a net of points: somewhere one lies under the pointer
        for across in range(2, 40):
            page.mouse.move(
                box["x"] + box["width"] * across / 42, box["y"] + box["height"] * down / 62
            )
            if tooltip.is_visible():
                expect(tooltip).to_contain_text("·")
                return
    raise AssertionError("no point of the map answers to the pointer")


def test_a_run_moves_the_map_and_ends(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/{PAGE}?steps=40&hidden_dim=16&batch_size=32")
    page.get_by_role("button", name=SAY("common.start")).click()
    expect(page.get_by_text("Finished")).to_be_visible(timeout=60_000)
    expect(page.get_by_text(SAY(f"{STEM}.run_shown")).first).to_be_visible()


@pytest.mark.parametrize(("language", "dark"), [("ko", False), ("ko", True), ("en", False)])
def test_a_narrow_page_scrolls_down_only(
    server: Server, visit: Visit, language: str, dark: bool
) -> None:
    page = visit(f"{server.url}/{PAGE}?paired=0.05&lang={language}", width=400, dark=dark)
    page.locator(".st-key-meaning-table-runs table").wait_for()
    page.get_by_role("heading", name=catalogue(language)("common.script")).wait_for()
    wait_until_it_scrolls_down_only(page)
