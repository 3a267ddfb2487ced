"""The latent pad in a browser: how fast it decodes, and how smoothly its points glide."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from playwright.sync_api import Locator, Page, sync_playwright

from benchmarks.figures import Figure
from tests.browser.conftest import CHROMIUM_ARGUMENTS, ROOT, fresh_server

APP = "tests/browser/apps/latent_pad_app.py"
WINDOWS, WINDOW_SECONDS = 5, 4
MOVES = 100


def pad_figures() -> Iterator[Figure]:
    """2,000 points and two nets of the size that MNIST takes, without a graphics card."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with fresh_server(APP, PYTHONPATH=str(ROOT)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        page = browser.new_page()
        page.goto(server.url)
        yield Figure(
            "latent pad: both nets, 2 → 64 → 256 → 784, decoded at a pointer move",
            "ms",
            decoding_milliseconds(page, shown(page)),
            wanted="≤ 4",
            quoted=True,
        )
        page.goto(f"{server.url}/?live=1")
        pad = shown(page)
        yield Figure(
            "latent pad: 2,000 points that glide in two planes while a net trains",
            "frames/s",
            tuple(gliding_frames(page, pad) for _ in range(WINDOWS)),
            wanted="≥ 50",
            quoted=True,
        )
        browser.close()


def shown(page: Page) -> Locator:
    """The pad, a while after it has come and its nets have been decoded for the first time."""
    pad = page.locator(".pad")
    pad.wait_for(timeout=60_000)
    page.wait_for_timeout(3000)
    return pad


def decoding_milliseconds(page: Page, pad: Locator) -> tuple[float, ...]:
    box = pad.locator(".over").first.bounding_box()
    assert box is not None
    pad.evaluate("pad => { pad.pad.timings.decode.length = 0 }")
    for move in range(MOVES):
        share = 0.2 + 0.6 * move / MOVES
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.4 * box["height"])
        page.wait_for_timeout(20)
    return tuple(pad.evaluate("pad => pad.pad.timings.decode"))


def gliding_frames(page: Page, pad: Locator) -> float:
    """Frames a second, over a few seconds, while the points are on their way."""
    pad.evaluate("pad => { pad.pad.timings.interval.length = 0 }")
    page.wait_for_timeout(1000 * WINDOW_SECONDS)
    intervals = pad.evaluate("pad => pad.pad.timings.interval")
    return 1000 * len(intervals) / float(sum(intervals))
