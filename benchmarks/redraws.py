"""What runs in the browser: from a reader's touch until the frame that shows what came of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Page, sync_playwright

from benchmarks.figures import Figure
from tests.browser.conftest import CHROMIUM_ARGUMENTS, fresh_server

TOUCHES = 60

TIMED = """async (node, [touch, count]) => {
  const act = new Function("node", "i", touch), times = [];
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  for (let i = 0; i < count; i++) {
    await frame();
    const began = performance.now();
    act(node, i);
    await frame();
    times.push(performance.now() - began);
  }
  return times;
}"""
SLIDE = """
  const low = +node.min, high = +node.max;
  node.value = low + (high - low) * (0.2 + 0.01 * i);
  node.dispatchEvent(new Event("input", { bubbles: true }));"""
INK = """
  const key = i % 2 ? " " : i % 4 ? "ArrowRight" : "ArrowLeft";
  node.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));"""
POINT = """
  const box = node.getBoundingClientRect();
  Object.assign(node, { setPointerCapture() {}, hasPointerCapture: () => true });
  const at = { clientX: box.left + box.width * (0.2 + 0.01 * i), clientY: box.top + 60 + i };
  const type = i ? "pointermove" : "pointerdown";
  node.dispatchEvent(new PointerEvent(type, { pointerId: 1, pointerType: "mouse", ...at }));"""


@dataclass(frozen=True)
class Touch:
    """Something a reader does: where, and how; `first` is what has to be pressed before."""

    name: str
    address: str
    place: str
    script: str
    first: str | None = None


TOUCHED = (
    Touch("a photo's plane is dimmed", "pixels-and-neurons", ".plane.red [type=range]", SLIDE),
    Touch("a pixel gets another level", "pixels-and-neurons", ".level.red [type=range]", SLIDE),
    Touch(
        "a neuron's weight is moved",
        "pixels-and-neurons",
        ".neuron .weight input",
        SLIDE,
        first=".neuron [data-act=weights]",
    ),
    Touch(
        "a square of a digit is inked, and read again",
        "pixels-and-neurons",
        ".reader .board[role=application]",
        INK,
    ),
    Touch(
        "a hidden layer's sheet is folded",
        "pixels-and-neurons?experiment=gates",
        ".st-key-gates-fold [type=range]",
        SLIDE,
    ),
    Touch("a ball's learning rate is moved", "gradient-descent", ".eta", SLIDE),
    Touch("four optimisers race from another place", "gradient-descent", ".race .map", POINT),
)


def redraw_figures() -> Iterator[Figure]:
    """Each on its page as readers see it, without a graphics card."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with fresh_server() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        for touch in TOUCHED:
            page.goto(f"{server.url}/{touch.address}")
            yield Figure(
                f"in the browser: {touch.name}, until that is seen",
                "ms",
                redraw_milliseconds(page, touch),
                wanted="< 100",
                quoted=True,
            )
        browser.close()


def redraw_milliseconds(page: Page, touch: Touch) -> tuple[float, ...]:
    """For each of TOUCHES touches, once the page has come to rest."""
    if touch.first is not None:
        page.locator(touch.first).first.click(timeout=60_000)
    place = page.locator(touch.place).first
    place.wait_for(state="attached", timeout=60_000)
    place.scroll_into_view_if_needed()
    page.wait_for_timeout(5000)
    return tuple(place.evaluate(TIMED, [touch.script, TOUCHES]))
