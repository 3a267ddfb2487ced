"""Turning looks in a real Chromium: by mouse and by keyboard, and letting go."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from explorer.text import catalogue
from tests.browser.conftest import Server, wait_until_it_scrolls_down_only

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
SAY = catalogue("en")


def the_map(page: Page, sentence: str) -> Locator:
    """The map of looks for a sentence that is typed."""
    field = page.get_by_label(SAY("attention.own.label"), exact=True)
    field.fill(sentence)
    field.press("Enter")
    table = page.locator("table[role=grid]")
    expect(table.locator("thead th")).to_have_count(len(sentence.split()) + 1)
    return table


def said(table: Locator) -> list[str]:
    return table.locator("tbody th").all_inner_texts()


def test_a_click_turns_a_look_and_another_lets_it_go(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/attention")
    table = the_map(page, "cat dog elk fox")
    assert said(table) == ["fox", "elk", "dog", "cat", SAY("attention.own.end")]
    cell = table.locator("tbody tr").nth(1).locator("td").nth(0)
    cell.click()
    expect(table.locator("td.turned")).to_have_count(1)
    expect(cell).to_have_text("100")
    assert said(table)[0] == "fox"
    assert said(table)[1] != "elk"
    expect(page.get_by_text("Looks turned: 1.")).to_be_visible()
    table.locator("td.turned").click()
    expect(table.locator("td.turned")).to_have_count(0)
    expect(table.locator("tbody th").nth(1)).to_have_text("elk")


def test_arrow_keys_move_and_enter_turns(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/attention")
    table = the_map(page, "cat dog elk fox")
    first = table.locator("tbody tr").nth(0).locator("td").nth(0)
    first.focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    turned = table.locator("td.turned")
    expect(turned).to_have_count(1)
    label = turned.get_attribute("aria-label") or ""
    assert label.startswith("1. ")
    assert "2. dog: 100 %" in label
    assert SAY("attention.own.turned") in label
    expect(turned).to_be_focused()  # so that the next key goes on from there
    page.get_by_role("button", name=SAY("attention.own.reset")).last.click()
    expect(turned).to_have_count(0)


def test_a_phone_shows_the_whole_map_and_says_of_a_longer_one_that_it_scrolls(
    server: Server, visit: Visit
) -> None:
    page = visit(f"{server.url}/attention", width=400)
    box = page.locator("div:has(> table[role=grid])")
    expect(box.locator("table.tight")).to_have_count(1)
    assert box.evaluate("node => node.scrollWidth <= node.clientWidth")
    the_map(page, " ".join("abcdefghijklmnopabcdefgh"))
    expect(box).to_have_class("more")
    box.evaluate("node => { node.scrollLeft = node.scrollWidth }")
    expect(box).not_to_have_class("more")
    the_map(page, "a b c")
    expect(box.locator("table.tight")).to_have_count(0)


def test_a_narrow_page_scrolls_down_only(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/attention", width=400)
    page.locator("table[role=grid]").wait_for()
    wait_until_it_scrolls_down_only(page)
