"""The photo in a real Chromium: the divider under pointer, finger and keys; one's own photo."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from sklearn.datasets import load_sample_image

from explorer.text import catalogue
from tests.browser.conftest import Server

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
EN = catalogue("en")
ADDRESS = "denoising?experiment=photo"


def handle(page: Page) -> Locator:
    """The divider's line as a screen reader meets it."""
    return page.get_by_role("slider", name=EN("photo_denoising.handle")).first


def cut(page: Page) -> float:
    """How much of the width the noisy photo has on the screen, in percent."""
    covered = page.locator("img.before").first.evaluate(
        "picture => getComputedStyle(picture).clipPath"
    )
    right = re.search(
        r"inset\(0(?:px)? calc\(100% - ([\d.]+)%\)|inset\(0(?:px)? ([\d.]+)%", covered
    )
    assert right is not None, covered
    return float(right[1]) if right[1] else 100 - float(right[2])


def test_the_divider_follows_pointer_and_keys_and_stays_while_a_net_learns(
    server: Server, visit: Visit
) -> None:
    page = visit(f"{server.url}/{ADDRESS}&steps=200&seed=3")
    expect(handle(page)).to_have_value("35")
    picture = page.locator("img.before").first
    expect(picture).to_have_attribute("alt", re.compile("Gaussian"))
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.35, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, middle, steps=5)
    page.mouse.up()
    assert cut(page) == pytest.approx(70, abs=2)
    page.mouse.move(box["x"] + box["width"] * 0.2, middle)
    assert cut(page) == pytest.approx(70, abs=2)  # let go

    page.keyboard.press("ArrowLeft")  # the pointer has given it the focus
    expect(handle(page)).to_have_value("69")
    handle(page).press("Home")
    assert cut(page) == 0
    handle(page).press("End")
    assert cut(page) == 100
    expect(handle(page)).to_have_attribute("aria-valuetext", "100 %")

    cleaned = page.locator("img.after").first
    before = cleaned.get_attribute("src")
    page.get_by_role("button", name=re.compile(rf"{EN('common.start')}$")).first.click()
    expect(page.get_by_text(EN("common.state.finished"))).to_be_visible(timeout=60_000)
    assert cleaned.get_attribute("src") != before
    assert cut(page) == 100


def test_a_finger_moves_the_divider_too(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/{ADDRESS}", width=400)
    picture = page.locator("img.before").first
    expect(picture).to_be_visible()
    picture.scroll_into_view_if_needed()
    moved = page.locator("figure:has(img.before)").first.evaluate(
        """figure => {
          const box = figure.getBoundingClientRect();
          const touch = (type, share) => figure.dispatchEvent(new PointerEvent(type, {
            pointerType: 'touch', pointerId: 1, isPrimary: true, bubbles: true, cancelable: true,
            clientX: box.left + box.width * share, clientY: box.top + 10 }));
          figure.setPointerCapture = () => {};
          figure.hasPointerCapture = () => true;
          touch('pointerdown', 0.5);
          touch('pointermove', 0.8);
          return getComputedStyle(figure).touchAction;
        }"""
    )
    assert moved == "pan-y"  # sideways moves the line, up and down scrolls the page
    assert cut(page) == pytest.approx(80, abs=2)


def test_a_photo_of_ones_own_is_cleaned_and_a_forged_one_refused(
    server: Server, visit: Visit, tmp_path: Path
) -> None:
    page = visit(f"{server.url}/{ADDRESS}")
    chooser = page.locator("input[type=file]")
    mine = tmp_path / "mine.jpg"
    Image.fromarray(load_sample_image("flower.jpg")[50:350, 100:500]).save(mine)
    chooser.set_input_files(mine)
    remove = page.get_by_role("button", name=re.compile(EN("uploads.remove")))
    expect(remove).to_be_visible()
    expect(page.locator("img.after")).to_have_count(2)
    expect(page.get_by_text(re.compile(r"brings your photo from [\d.]+ to"))).to_be_visible()

    forged = tmp_path / "page.png"
    forged.write_text("<!doctype html><script>document.title = 'forged'</script>")
    chooser.set_input_files(forged)
    expect(page.get_by_text(re.compile(r"page\.png is no picture"))).to_be_visible()
    expect(page.locator("img.after")).to_have_count(2)  # the one before is still there
    assert "forged" not in page.title()
    remove.click()
    expect(page.locator("img.after")).to_have_count(1)
    assert page.get_by_test_id("stException").count() == 0
