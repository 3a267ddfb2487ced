"""The race in a real Chromium: it runs, is steered by pointer, keys and sliders, and is quick."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from explorer.analysis.surfaces import SURFACES
from explorer.text import catalogue
from tests.browser.conftest import Server, wait_until_it_scrolls_down_only

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
SAY = catalogue("en")
IMMEDIATE = 100  # milliseconds


def opened(visit: Visit, server: Server, query: str = "", **kind: Any) -> Page:
    page = visit(f"{server.url}/gradient-descent{query}", **kind)
    page.locator(".race .racer").first.wait_for(timeout=30_000)
    return page


def word(key: str, **values: object) -> str:
    return SAY(f"race.drawing.{key}", **values)


def pressed(page: Page, key: str) -> None:
    page.locator(".race").get_by_role("button", name=word(key), exact=True).click()


def step(page: Page) -> int:
    return int(page.locator(".race .when").input_value())


def program(page: Page) -> str:
    return str(page.locator(".race pre").text_content())


def state(page: Page, racer: str) -> Locator:
    return page.locator(f"[data-racer={racer}] .state")


# From an event until the frame after it has been drawn.
TIMED = """async (node, [events, count]) => {
  const frame = () => new Promise(requestAnimationFrame), times = [];
  const send = new Function("node", "i", events);
  for (let i = 0; i < count; i++) {
    await frame();
    const before = performance.now();
    send(node, i);
    await frame();
    await frame();
    times.push(performance.now() - before);
  }
  return times.sort((a, b) => a - b)[count >> 1];
}"""
POINT = """
  const box = node.getBoundingClientRect();
  Object.assign(node, { setPointerCapture() {}, hasPointerCapture: () => true });
  const at = { clientX: box.left + box.width * (0.1 + 0.03 * i), clientY: box.top + 40 + 5 * i };
  const type = i ? "pointermove" : "pointerdown";
  node.dispatchEvent(new PointerEvent(type, { pointerId: 1, pointerType: "mouse", ...at }));
"""
TALL = "rows => rows.map((row) => row.getBoundingClientRect().height)"
SLIDE = "node.value = 5 * (i % 19); node.dispatchEvent(new Event('input'));"


def test_a_race_begins_when_it_is_seen_and_is_steered(server: Server, visit: Visit) -> None:
    page = opened(visit, server)
    surface = SURFACES["ravine"]
    assert step(page) == 0
    page.locator(".race .map").scroll_into_view_if_needed()
    page.locator(".race .count", has_text=re.compile(r"step [1-9]")).wait_for()
    pressed(page, "end")
    news = page.locator(".race .news")
    expect(news).to_have_text(word("news_first", name=word("rmsprop"), n=29))
    expect(state(page, "rmsprop")).to_have_text("1. " + word("state_goal", n=29))
    assert step(page) == surface.steps
    expect(page.locator("[data-racer=rmsprop] .loss")).to_have_text("< 10⁻¹²")

    # Turned, it is won by another one: what the prediction asks for.
    page.locator(".race .turn").fill("30")
    expect(news).to_have_text(word("news_first", name=word("momentum"), n=56))

    # Who is switched off does not race.
    page.locator("[data-racer=momentum] .name").click()
    expect(news).to_have_text(word("news_first", name=word("sgd"), n=103))
    assert "momentum=" not in program(page)
    page.locator("[data-racer=momentum] .name").click()

    # A rate above the limit.
    rate = page.get_by_label(word("rate", name=word("sgd")))
    rate.focus()
    page.keyboard.press("End")
    expect(state(page, "sgd")).to_have_text(word("state_diverged"))
    assert "SGD([point], lr=3.15)" in program(page)
    pressed(page, "tune")
    assert float(page.locator("[data-racer=sgd] output").inner_text().removeprefix("η = ")) < 0.04
    page.locator(".race summary").last.click()
    pressed(page, "copy")
    expect(page.locator("[data-go=copy]")).to_have_text(word("copied"))
    pressed(page, "defaults")
    pressed(page, "end")
    expect(news).to_have_text(word("news_first", name=word("rmsprop"), n=29))

    # Nothing moves under the hand when a racer arrives.
    heights = page.locator("[data-racer]")
    tall = heights.evaluate_all(TALL)
    pressed(page, "again")
    page.locator(".race .count", has_text=re.compile("step [1-9]")).wait_for()
    assert heights.evaluate_all(TALL) == tall

    # Turned from a corner the start leaves the map, and is told to.
    outside = page.locator(".race .outside")
    expect(outside).to_be_hidden()
    page.locator(".race .map").click(position={"x": 4, "y": 4})
    page.locator(".race .turn").fill("30")
    expect(outside).to_have_text(word("start_off"))
    pressed(page, "defaults")
    expect(outside).to_be_hidden()

    # Step by step, from where a key has moved the start.
    pressed(page, "again")
    page.locator(".race .play").click()
    page.locator(".race .map").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".race .map")).to_have_attribute("aria-label", re.compile("x = -2.58"))
    assert "START = (-2.58, 0.9)" in program(page)
    page.locator(".race .play", has_text=word("pause")).click()
    before = step(page)
    pressed(page, "step")
    page.locator(".race .count", has_text=word("count", step=before + 1, steps=200)).wait_for()


def test_the_start_is_where_the_pointer_points_and_stays(server: Server, visit: Visit) -> None:
    page = opened(visit, server)
    page.locator("[data-surface=saddle]").click()
    pressed(page, "trap")
    pressed(page, "end")
    expect(page.locator(".race .news")).to_have_text(word("news_stuck"))
    canvas = page.locator(".race .map")
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4, steps=3)
    expect(page.locator(".race .when")).to_have_value("200")
    page.mouse.up()
    expect(canvas).to_have_attribute("aria-label", re.compile(r"x = -1\.20, y = 0\.80"))
    expect(page.locator(".race .play")).to_contain_text(word("pause"))
    start = re.search(r"START = .*", program(page))
    assert start is not None
    # What was not pressed on the map, the other button, and a finger that scrolls set no start.
    named = canvas.get_attribute("aria-label")
    page.mouse.move(box["x"] + 40, box["y"] - 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.up()
    page.mouse.click(box["x"] + 40, box["y"] + 40, button="right")
    touched(canvas, (40, 40), (40, 90))
    page.wait_for_timeout(300)
    assert canvas.get_attribute("aria-label") == named
    assert start[0] in program(page)
    touched(canvas, (40, 40), (42, 41))
    expect(canvas).not_to_have_attribute("aria-label", named or "")
    touched(canvas, (box["width"] / 4, box["height"] / 4), (box["width"] / 4, box["height"] / 4))
    expect(canvas).to_have_attribute("aria-label", re.compile(r"x = -1\.20, y = 0\.80"))
    # Another language, and the same race.
    page.get_by_text("한국어").first.click()
    expect(page.locator(".race .tuning button").first).to_have_text(
        catalogue("ko")("race.drawing.tune")
    )
    expect(page.locator("[data-surface=saddle]")).to_have_attribute("aria-pressed", "true")
    assert start[0] in program(page)


def touched(canvas: Locator, begin: tuple[float, float], end: tuple[float, float]) -> None:
    """A finger put down at one place of the map and lifted at another, pixels from its corner."""
    canvas.evaluate(
        """(node, places) => {
          const box = node.getBoundingClientRect(), kinds = ["down", "move", "up"];
          node.setPointerCapture = () => {};
          kinds.forEach((kind, i) => node.dispatchEvent(new PointerEvent("pointer" + kind, {
            pointerId: 7, pointerType: "touch",
            clientX: box.left + places[i ? 1 : 0][0], clientY: box.top + places[i ? 1 : 0][1],
          })));
          delete node.setPointerCapture;
        }""",
        [begin, end],
    )


def test_a_new_start_and_a_turned_map_are_drawn_at_once(server: Server, visit: Visit) -> None:
    page = opened(visit, server)
    race = page.locator(".race")
    assert race.locator(".turn").evaluate(TIMED, [SLIDE, 19]) < IMMEDIATE
    page.locator("[data-surface=rosenbrock]").click()  # the one with the longest race
    assert race.locator(".map").evaluate(TIMED, [POINT, 25]) < IMMEDIATE


@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
def test_on_a_narrow_page_without_motion(server: Server, visit: Visit, locale: str) -> None:
    page = opened(visit, server, width=400, locale=locale)
    page.emulate_media(reduced_motion="reduce")
    race = page.locator(".race")
    page.locator("[data-surface=noisy]").click()
    expect(race.locator(".when")).to_have_value("300")
    before = program(page)
    race.locator("[data-go=throw]").click()
    expect(race.locator(".when")).to_have_value("300")
    assert program(page) != before
    expect(race.locator(".rate").first).to_be_hidden()
    race.locator("[data-go=fold]").click()
    expect(race.locator(".rate").first).to_be_visible()
    for summary in race.locator("summary").all():
        summary.click()
    wait_until_it_scrolls_down_only(page)
    assert race.evaluate("node => node.scrollWidth <= node.clientWidth")
    # Tracks are drawn by the sheet: a browser's own would be light or dark by the racer's colour.
    tracks = race.locator("[type=range]")
    assert set(
        tracks.evaluate_all("nodes => nodes.map((n) => getComputedStyle(n).appearance)")
    ) == {"none"}
    small = race.locator("button:visible, select:visible, input:visible").evaluate_all(
        "nodes => nodes.filter((node) => node.getBoundingClientRect().height < 32).length"
    )
    assert small == 0
