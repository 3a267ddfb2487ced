"""The memory game in a real Chromium: a list flashes, goes by itself, is typed back and scored."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from explorer.text import catalogue
from tests.browser.conftest import Server, wait_until_it_scrolls_down_only

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
SAY = catalogue("en")
STEM = "copying_and_constraints"
LISTS = "copying-and-constraints?experiment=patterns&length=4"  # four numbers, 3.2 seconds


def show(page: Page) -> list[str]:
    """Asks for a random list; the numbers that flash."""
    page.get_by_role("button", name=SAY(f"{STEM}.game.show")).last.click()
    flash = page.locator(".flash b")
    expect(flash).to_be_visible()
    return flash.inner_text().split()


def test_a_list_flashes_goes_and_is_scored(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/{LISTS}")
    numbers = show(page)
    assert len(numbers) == 4
    expect(page.locator(".flash b")).to_be_hidden(timeout=6000)
    answer = page.get_by_label(SAY(f"{STEM}.game.type"))
    answer.fill(" ".join(numbers))
    answer.press("Enter")
    expect(page.get_by_text("4 of 4", exact=True)).to_be_visible()
    expect(page.get_by_text("you 4 of 4, the net")).to_be_visible()


def test_who_wants_no_motion_sees_none(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/{LISTS}")
    page.emulate_media(reduced_motion="reduce")
    show(page)
    expect(page.locator(".flash i")).to_be_hidden()
    expect(page.locator(".flash b")).to_be_hidden(timeout=6000)


def test_the_net_recalls_the_readers_own_list(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/copying-and-constraints?experiment=patterns")
    field = page.get_by_label(SAY(f"{STEM}.own"), exact=True)
    field.fill("7 31 7 31 7 31 7 31")
    field.press("Enter")
    expect(page.get_by_text(SAY(f"{STEM}.own_trained"))).to_be_visible()
    line = page.locator(".lists .row").filter(has_text="net").first
    expect(line).to_contain_text("731731731")


def test_a_narrow_page_scrolls_down_only(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/copying-and-constraints?experiment=patterns", width=400)
    page.locator(".lists").last.wait_for()
    wait_until_it_scrolls_down_only(page)
