"""The README's pictures, taken from the running app by a real Chromium: `make pictures`.

Every page is seen as it opens, with the checkpoint that comes with the app; nothing is clicked,
nothing is drawn in.
"""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from explorer.lessons.course import COURSE
from tests.browser.conftest import CHROMIUM_ARGUMENTS, Server, fresh_server

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
# Pixels of the page: with the sidebar; still without it; and just wide enough for two columns.
WIDE, BETWEEN, NARROW = 1280, 760, 656
HIGH = 1160
SHARPNESS = 1.5  # pixels of the screen for each pixel of the page
MARGIN = 12  # pixels of the page around what is shown
MOST_BYTES = 120_000
QUALITIES = range(86, 20, -6)
LONGEST_WAIT = 60_000  # milliseconds, for a page on a busy machine
LOOKS = 40  # how often a page is looked at, half a second apart, until it stands still

# Scripts have run, every chart is drawn, no place waits for its content.
SETTLED = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  return all('[data-test-script-state="notRunning"]').length > 0
    && all('[data-testid=stSkeleton]').length === 0
    && all('[data-testid=stVegaLiteChart]').every((chart) => chart.querySelector('canvas, svg'))
    && all('img').every((image) => image.complete);
}"""
# Streamlit's bar lies over the upper edge of the window.
SCROLLED = """(top, edge) => document.querySelector('[data-testid=stMain]').scrollBy({
  top: top.getBoundingClientRect().top - edge, behavior: 'instant' })"""
BAR = 60  # pixels of the page


CHART = "[data-testid=stVegaLiteChart]"
HEADING = 76  # pixels of the page, over a chart


@dataclass(frozen=True)
class Scene:
    """One picture: a page in a window, and one idea on it, from element to element.

    `top` and `bottom` are locators; `whole` says whether `bottom` is seen as well. `above` it the
    heading of `top` may stand.
    """

    name: str
    page: str
    top: str
    bottom: str
    whole: bool = True
    above: int = MARGIN
    window: int = NARROW
    language: str = "en"
    dark: bool = False


def of_lesson(slug: str, top: str, bottom: str = "") -> Scene:
    """A picture from `top` to where `bottom` begins; without one, of `top` alone."""
    return Scene(slug, slug, top, bottom or top, whole=not bottom)


def of_charts(slug: str, bottom: str) -> Scene:
    """A picture from the heading of the first chart, of two side by side, to `bottom`."""
    return Scene(slug, slug, CHART, bottom, whole=False, above=HEADING, window=BETWEEN)


SCENES = (
    Scene("home", "", "h1", "[class*=st-key-lesson-]", window=WIDE),
    Scene("home-ko", "", "h1", "#story", whole=False, language="ko", dark=True),
    of_lesson("pixels-and-neurons", ".st-key-neuron"),
    of_lesson(
        "gradient-descent", ".st-key-gradient-descent-ball", ".st-key-gradient-descent-ball .bends"
    ),
    of_lesson("autoencoder-anatomy", ".st-key-anatomy-hourglass"),
    of_lesson("evidence-and-culprit", "#case", "text=/^What speaks for and against/"),
    of_lesson("latents-and-pca", CHART),
    of_lesson("latent-walk", ".st-key-walk-pad"),
    of_charts("denoising", "#evidence"),
    of_charts("copying-and-constraints", "text=/^Error per pixel over the training/"),
    of_lesson("stacked-features", "text=What units want to see", "text=/^From strokes/"),
    of_lesson("seq2seq-steps", "#walk", "text=/^The encoder's way through/"),
    of_lesson("forgetting", "[class*=st-key-forgetting-controls]", "#evidence"),
    of_lesson("attention", "#look", "[class*=st-key-looks-row]"),
    of_lesson("shared-meaning", ".st-key-meaning-own", "text=/held out: neither/"),
)


def taken(browser: Browser, server: Server, scene: Scene) -> Image.Image:
    """The scene as the browser shows it, SHARPNESS times as large."""
    context = browser.new_context(
        locale=scene.language,
        color_scheme="dark" if scene.dark else "light",
        reduced_motion="reduce",
        viewport={"width": scene.window, "height": HIGH},
        device_scale_factor=SHARPNESS,
    )
    context.set_default_timeout(LONGEST_WAIT)
    page = context.new_page()
    page.goto(f"{server.url}/{scene.page}?lang={scene.language}")
    # What stands further down is drawn as well before it is decided where the top is.
    page.locator(".st-key-foot" if scene.page else "#data").wait_for()
    standing_still(page)
    page.locator(scene.top).first.evaluate(SCROLLED, BAR + scene.above)
    seen = standing_still(page)
    sides = page.locator("[data-testid=stMainBlockContainer] > [data-testid=stVerticalBlock]")
    body, first, last = (
        _box(each) for each in (sides, page.locator(scene.top), page.locator(scene.bottom))
    )
    context.close()
    bottom = last.y + last.height + MARGIN if scene.whole else last.y - MARGIN
    edges = body.x - MARGIN, first.y - scene.above, body.x + body.width + MARGIN, bottom
    assert 0 <= edges[1] < edges[3] <= HIGH, f"{scene.name} does not fit into a window: {edges}"
    left, upper, right, lower = (round(SHARPNESS * edge) for edge in edges)
    return seen.crop((left, upper, right, lower))


class Box(NamedTuple):
    """The place of an element in the window, in pixels of the page."""

    x: float
    y: float
    width: float
    height: float


def _box(place: Locator) -> Box:
    found = place.first.bounding_box()
    assert found is not None, f"{place} is not to be seen"
    return Box(**found)


def standing_still(page: Page) -> Image.Image:
    """The window once two looks at it, half a second apart, have seen the same."""
    before = b""
    for _ in range(LOOKS):
        page.wait_for_function(SETTLED)
        page.wait_for_timeout(500)
        now = page.screenshot()
        if now == before:
            return Image.open(io.BytesIO(now)).convert("RGB")
        before = now
    raise AssertionError(f"{page.url} did not come to rest in {LOOKS / 2:.0f} s")


def packed(picture: Image.Image) -> bytes:
    """The picture as a WebP file of the best quality that MOST_BYTES allow."""
    for quality in QUALITIES:
        buffer = io.BytesIO()
        picture.save(buffer, "WEBP", quality=quality, method=6)
        if buffer.tell() <= MOST_BYTES:
            return buffer.getvalue()
    raise AssertionError(f"a picture of {picture.size} does not fit into {MOST_BYTES:,} bytes")


def take(scenes: Sequence[Scene]) -> None:
    """Takes the pictures of these scenes, one after another, on a server of their own."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with fresh_server() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        for scene in scenes:
            content = packed(taken(browser, server, scene))
            (FOLDER / f"{scene.name}.webp").write_bytes(content)
            print(f"{scene.name:<24} {len(content) / 1000:.0f} kB", flush=True)
        browser.close()


def main(names: Sequence[str]) -> None:
    """The pictures of these names, or all."""
    slugs = {"", *(lesson.slug for lesson in COURSE)}
    assert {scene.page for scene in SCENES} == slugs, "every page has its scene"
    take([scene for scene in SCENES if not names or scene.name in names])


if __name__ == "__main__":
    main(sys.argv[1:])
