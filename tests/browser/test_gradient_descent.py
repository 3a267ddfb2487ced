"""Gradient descent in a real Chromium: a teacher with two minutes, and nets that learn by heart."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from explorer.text import LANGUAGES, catalogue
from tests.browser.conftest import Server, wait_until_it_scrolls_down_only

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
EN = catalogue("en")
URL = "gradient-descent"


def chart(arm: str) -> str:
    """Where the curves of an arm are drawn."""
    alt = EN("overfitting.curves_alt", arm=EN(f"overfitting.arm.{arm}"))
    return f'[data-testid=stVegaLiteChart][aria-label="{alt}"]'


def test_nets_learn_by_heart_and_the_guess_is_judged(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/{URL}?draws=2&hidden_dim=24&steps=700&seed=3")
    page.get_by_role("link", name=re.compile("when to stop")).click()
    page.get_by_text(EN("overfitting.prediction_overfitting.dropout")).click()
    page.get_by_role("button", name=re.compile(rf"{EN('common.start')}$")).click()
    expect(page.get_by_text(EN("common.state.finished"))).to_be_visible(timeout=40_000)
    expect(page.get_by_text(re.compile("by heart: a loss of"))).to_be_visible()
    expect(page.get_by_text(re.compile("Measured:|held:"))).to_be_visible()
    expect(page.locator("table tr")).to_have_count(6)
    expect(page.locator(chart("plain"))).to_be_visible()
    page.get_by_role("radio", name=EN("overfitting.arm.dropout"), exact=True).click()
    expect(page.locator(chart("dropout"))).to_be_visible()
    page.get_by_role("slider", name="Time machine").last.press("Home")
    expect(page.get_by_text(re.compile("At step 0 the nets left alone"))).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_narrow_page_scrolls_down_only(server: Server, visit: Visit, language: str) -> None:
    page = visit(f"{server.url}/{URL}?lang={language}", width=400)
    page.locator("table").last.wait_for()
    wait_until_it_scrolls_down_only(page)
