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

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from explorer.lessons.course import COURSE
from tests.browser.conftest import CHROMIUM_ARGUMENTS, Server, fresh_server

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
WINDOW = 1280  # pixels of the page
SHARPNESS = 1.5  # pixels of the screen for each pixel of the page
WIDTH = 1200  # pixels of a picture
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


@dataclass(frozen=True)
class Scene:
    """One picture: a page, and what of it is seen; of the home page its beginning."""

    name: str
    page: str = ""
    top: str = "h1"  # the locator of what stands at the top
    above: int = 0  # pixels of the page that are seen above it
    height: int = 860  # of what is seen, in pixels of the page
    language: str = "en"
    dark: bool = False


def of_lesson(slug: str, top: str, above: int = 12, height: int = 740) -> Scene:
    return Scene(slug, slug, top, above=above, height=height)


CHART = "[data-testid=stVegaLiteChart]"
SCENES = (
    Scene("home"),
    Scene("home-ko", language="ko", dark=True),
    of_lesson("pixels-and-neurons", ".st-key-digits-reader", height=800),
    of_lesson("gradient-descent", ".st-key-race", height=800),
    of_lesson("autoencoder-anatomy", ".st-key-autoencoder-anatomy-start", height=725),
    of_lesson("evidence-and-culprit", ".st-key-evidence-source", height=735),
    of_lesson("latents-and-pca", CHART, above=8, height=690),
    of_lesson("latent-walk", ".st-key-walk-pad", height=780),
    of_lesson("denoising", CHART, above=50, height=700),
    of_lesson("copying-and-constraints", CHART, above=50, height=455),
    of_lesson("stacked-features", "text=What units want to see", height=780),
    of_lesson("seq2seq-steps", "#walk"),
    of_lesson("forgetting", "[class*=st-key-forgetting-controls]", above=50, height=590),
    of_lesson("attention", "#look", height=850),
    of_lesson("shared-meaning", ".st-key-meaning-own", height=960),
)


def taken(browser: Browser, server: Server, scene: Scene) -> Image.Image:
    """The scene as the browser shows it, SHARPNESS times as large."""
    context = browser.new_context(
        locale=scene.language,
        color_scheme="dark" if scene.dark else "light",
        reduced_motion="reduce",
        viewport={"width": WINDOW, "height": BAR + scene.height},
        device_scale_factor=SHARPNESS,
    )
    context.set_default_timeout(LONGEST_WAIT)
    page = context.new_page()
    page.goto(f"{server.url}/{scene.page}?lang={scene.language}")
    # What stands further down is drawn as well before it is decided where the top is.
    page.locator(".st-key-foot" if scene.page else "#data").wait_for()
    seen, edges = standing_still(page), (0, 0, WINDOW, scene.height)
    if scene.page:
        page.locator(scene.top).first.evaluate(SCROLLED, BAR + scene.above)
        left = page.get_by_test_id("stMain").evaluate("main => main.getBoundingClientRect().left")
        seen, edges = standing_still(page), (left, BAR, WINDOW, BAR + scene.height)
    context.close()
    left, upper, right, lower = (round(SHARPNESS * edge) for edge in edges)
    return seen.crop((left, upper, right, lower))


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
    """The picture as a WebP file, WIDTH wide, of the best quality that MOST_BYTES allow."""
    size = WIDTH, round(WIDTH * picture.height / picture.width)
    small = picture.resize(size, Image.Resampling.LANCZOS)
    for quality in QUALITIES:
        buffer = io.BytesIO()
        small.save(buffer, "WEBP", quality=quality, method=6)
        if buffer.tell() <= MOST_BYTES:
            return buffer.getvalue()
    raise AssertionError(f"a picture of {size} does not fit into {MOST_BYTES:,} bytes")


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
