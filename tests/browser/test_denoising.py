"""The lesson on noise in a real Chromium: another noise, a drawing, an upload, noises crossed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from explorer.text import catalogue
from tests.browser.conftest import Server

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
EN = catalogue("en")


def text(key: str, **values: object) -> str:
    return EN(f"denoising.{key}", **values)


def scan() -> bytes:
    """A photographed stroke."""
    paper = np.full((220, 180, 3), 235, np.uint8)
    paper[30:190, 80:105] = 30
    buffer = io.BytesIO()
    Image.fromarray(paper).save(buffer, "PNG")
    return buffer.getvalue()


def test_a_student_tries_another_noise_and_a_picture_of_their_own(
    server: Server, visit: Visit
) -> None:
    page = visit(f"{server.url}/denoising")
    page.get_by_text(text("prediction.dae")).first.click()
    expect(page.get_by_text(re.compile("Your guess held"))).to_be_visible()

    cleaned = page.get_by_alt_text(text("cleaned_alt", method=text("dae"))).first
    usual = cleaned.get_attribute("src")
    page.get_by_text(text("test.other"), exact=True).click()
    expect(page.get_by_text(text("bars_chart", noise="masking", strength="0.5"))).to_be_visible()
    expect(cleaned).not_to_have_attribute("src", usual or "")

    # The sheet: one stroke downwards.
    sheet = page.locator("canvas[role=img], .sheet canvas, canvas").last
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.8, steps=8)
    page.mouse.up()
    own = page.get_by_alt_text(text("own.cleaned_alt", method=text("dae")))
    expect(own).to_be_visible()
    drawn = own.get_attribute("src")

    page.get_by_text(text("own.upload"), exact=True).click()
    expect(page.get_by_text(text("own.upload_first"))).to_be_visible()
    chooser = page.locator("[data-testid=stFileUploader] input[type=file]")
    chooser.set_input_files({"name": "mine.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"})
    expect(page.get_by_test_id("stAlert").get_by_text("mine.svg")).to_be_visible()
    chooser.set_input_files({"name": "mine.png", "mimeType": "image/png", "buffer": scan()})
    expect(own).to_be_visible()
    assert own.get_attribute("src") != drawn

    page.get_by_text(EN("denoising.settings.experiment.matrix"), exact=True).click()
    alt = text("matrix_chart_alt")
    expect(page.locator(f'[data-testid=stVegaLiteChart][aria-label="{alt}"]')).to_be_visible()
    expect(page.get_by_text(text("test.other"), exact=True)).to_have_count(0)
