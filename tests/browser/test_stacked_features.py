"""Stacked features in a real Chromium: a stack grows live, is replayed, and labels run dry."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from explorer.text import catalogue
from tests.browser.conftest import Server

pytestmark = pytest.mark.browser

EN = catalogue("en")
URL = "stacked-features"


def said(key: str, **values: object) -> str:
    """A text of the lesson, as the page shows it."""
    return EN(f"stacked_features.{key}", **values).replace("*", "")


def test_a_stack_grows_layer_by_layer_and_is_replayed(
    server: Server, visit: Callable[..., Page]
) -> None:
    page = visit(f"{server.url}/{URL}?hidden_widths=32,16&steps=1500&seed=3")
    page.get_by_text(EN("stacked_features.prediction.rises")).first.click()
    page.get_by_role("button", name=re.compile(rf"{EN('common.start')}$")).click()
    expect(page.get_by_text(said("phase_together", phase=3, phases=3))).to_be_visible(
        timeout=20_000
    )
    expect(page.get_by_text(EN("common.state.finished"))).to_be_visible(timeout=20_000)
    expect(page.get_by_text(re.compile("Measured|held"))).to_be_visible()
    wanted = page.get_by_alt_text(said("wanted_alt", layer=2))
    after = wanted.get_attribute("src")
    page.get_by_role("slider", name="Time machine").last.press("Home")
    expect(page.get_by_text(re.compile(r"Phase 1 of 3: layer 1 learns"))).to_be_visible()
    expect(wanted).not_to_have_attribute("src", after or "")


def test_few_labels_open_with_four_curves_and_their_gains(
    server: Server, visit: Callable[..., Page]
) -> None:
    page = visit(f"{server.url}/{URL}?experiment=labels", width=400)
    for unit in ("sigmoid", "relu"):
        for descent in ("sgd", "adam"):
            kind = {"activation": said(unit), "optimizer": said(descent)}
            chart = f'[data-testid=stVegaLiteChart][aria-label="{said("curve_alt", **kind)}"]'
            expect(page.locator(chart)).to_be_visible()
    rows = page.locator("table tr")
    expect(rows).to_have_count(5)
    expect(rows.nth(1)).to_contain_text(re.compile(r"\+\d+\.\d ± \d+\.\d.*helps"))
    widest = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert widest <= 400
