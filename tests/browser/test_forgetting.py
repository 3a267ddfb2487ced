"""Forgetting in a real Chromium: a net forgets live, a sentence fades, a word is exchanged."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from explorer.text import catalogue
from tests.browser.conftest import Server, wait_until_it_scrolls_down_only

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
SAY = catalogue("en")
# Short sentences and a small net: measured within a second or two.
SMALL = "forgetting?max_length=6&hidden_dim=16&batch_size=64"


def said(key: str, **values: object) -> str:
    """A text of the lesson, as the page shows it."""
    return SAY(f"forgetting.{key}", **values).replace("*", "")


def sentence(page: Page, words: str) -> None:
    field = page.get_by_label(said("own_label"), exact=True)
    expect(field).to_be_visible(timeout=60_000)
    field.fill(words)
    field.press("Enter")


def test_a_net_trains_and_is_looked_into_when_it_stands_still(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/{SMALL}&steps=200&seed=4")
    page.get_by_text(said("prediction.last"), exact=True).click()
    page.get_by_role("button", name=re.compile(rf"{SAY('common.start')}$")).click()
    expect(page.get_by_text(SAY("common.state.finished"))).to_be_visible(timeout=60_000)
    for chart in ("readout_alt", "length_alt", "map_alt", "gradient_alt", "swap_distance_alt"):
        plot = f'[data-testid=stVegaLiteChart][aria-label="{said(chart)}"]'
        expect(page.locator(plot)).to_be_visible(timeout=60_000)
    expect(page.get_by_text(re.compile(r"Of the words in sentences of 6, \d+ %"))).to_be_visible()
    expect(page.get_by_text(re.compile("You guessed:|Your guess held"))).to_be_visible()


def test_words_fade_as_the_reader_types_on(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/forgetting")
    sentence(page, "cat ant dog")
    lines = page.locator(".fading .line[style]:not(.numbers)")
    expect(lines).to_have_count(3, timeout=60_000)
    sentence(page, "cat ant dog pig fox hen owl bee kid jay lion mole")
    expect(lines).to_have_count(12, timeout=60_000)
    first = lines.evaluate_all(
        "rows => rows.map(row => Number(row.querySelector('span').style.opacity))"
    )
    assert first[0] > 0.95
    assert first[-1] < 0.6, "the first of twelve words has faded"
    assert min(first) > 0.1


def test_a_word_is_exchanged_and_the_strips_turn(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/forgetting")
    turning = page.locator(".swap .turning")
    expect(turning).to_be_visible(timeout=60_000)
    assert turning.evaluate("node => getComputedStyle(node).animationName") == "turn"
    assert "linear-gradient" in turning.evaluate("node => getComputedStyle(node).backgroundImage")
    page.emulate_media(reduced_motion="reduce")
    assert turning.evaluate("node => getComputedStyle(node).animationName") == "none"


def test_a_narrow_page_scrolls_down_only(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/forgetting", width=400)
    expect(page.locator(".swap")).to_be_visible(timeout=60_000)
    wait_until_it_scrolls_down_only(page)
    last = page.locator(".fading .last span").last.bounding_box()
    assert last is not None
    assert 0 <= last["x"] <= last["x"] + last["width"] <= 400, "the sixteenth word is in sight"
