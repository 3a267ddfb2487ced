"""The ball in a real Chromium: its arithmetic against PyTorch's, and a reader who plays with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
import torch
from playwright.sync_api import Browser, Locator, Page, expect
from torch import Tensor
from torch.optim import SGD

from explorer.analysis.step_limit import arrives
from explorer.components import program
from explorer.text import catalogue
from explorer.ui.ball import PARTS
from tests.browser.conftest import Server, wait_until_it_scrolls_down_only
from tests.browser.test_latent_pad_maths import CALL

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
ADDRESS = "gradient-descent"
FIGURE = "figure.sheet:has(.eta)"
BENDS = [0.25, 0.8, 1.0, 2.5, 8.0]
STARTS = [-3.5, -1.2, 1.0, 2.0, 7.3]


@pytest.fixture(scope="module")
def blank(chromium: Browser) -> Page:
    return chromium.new_page()


def called(page: Page, part: str, body: str, given: object = None) -> Any:
    """What `body` returns, which knows the exports of a part as `part`, and `given`."""
    source = program("ball", PARTS[: PARTS.index(part) + 1]).js
    return page.evaluate(CALL, [source, body, given])


# The arithmetic -----------------------------------------------------------------------------------


def bowl(x: Tensor, bend: float) -> Tensor:
    return bend / 2 * (x - 2) ** 2


def dented(x: Tensor, bend: float) -> Tensor:
    """The bowl with a dent as deep as 4 λ around −1.5, 0.45 wide."""
    return bend * ((x - 2) ** 2 / 2 - 4 * torch.exp(-((x + 1.5) ** 2) / (2 * 0.45**2)))


LANDSCAPES: dict[str, Callable[[Tensor, float], Tensor]] = {"bowl": bowl, "dent": dented}


def walked(name: str, bend: float, start: float, rate: float, steps: int) -> list[float]:
    """Where PyTorch's own SGD comes by, in float64."""
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = SGD([x], lr=rate)
    path = [start]
    for _ in range(steps):
        optimizer.zero_grad()
        LANDSCAPES[name](x, bend).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        path.append(x.item())
    return path


WALK = """
  const land = part.LANDSCAPES[given.name](given.bend), path = [given.start];
  for (let t = 0; t < given.steps; t++) path.push(part.step(land, path[t], given.rate));
  return path;"""


@pytest.mark.parametrize("share", [0.04, 0.5, 1.0, 1.8, 2.2])
@pytest.mark.parametrize("name", LANDSCAPES)
def test_the_ball_goes_where_sgd_goes(blank: Page, name: str, share: float) -> None:
    # Where two valleys are left at the dent's border, roundings would grow without end.
    steps = 25 if name == "bowl" else 4
    for bend in BENDS:
        for start in STARTS:
            rate = share / bend
            given = {"name": name, "bend": bend, "start": start, "rate": rate, "steps": steps}
            expected = walked(name, bend, start, rate, steps)
            found = called(blank, "descent", WALK, given)
            assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_at_one_target_two_a_step_of_five_lands_at_six(blank: Page) -> None:
    given = {"name": "bowl", "bend": 1, "start": 1, "rate": 5, "steps": 3}
    assert called(blank, "descent", WALK, given) == [1, 6, -14, 66]
    assert called(blank, "descent", "return [part.START, part.TARGET]") == [1, 2]


@pytest.mark.parametrize("bend", BENDS)
def test_the_zones_end_where_sgd_stops_arriving(blank: Page, bend: float) -> None:
    shares = [0.05, 0.0999, 0.1001, 0.6, 0.999, 1, 1.001, 1.7, 1.99, 2, 2.01, 7]
    rates = [share / bend for share in shares]
    body = "return given.rates.map((rate) => part.zone(rate, given.bend))"
    zones = called(blank, "descent", body, {"rates": rates, "bend": bend})
    assert zones == [
        *("crawls", "crawls", "converges", "converges", "converges", "leap"),
        *("overshoots", "overshoots", "overshoots", "swings", "diverges", "diverges"),
    ]
    for rate, zone in zip(rates, zones, strict=True):
        if zone != "swings":
            assert arrives([bend], rate) == (zone != "diverges")
    body = "return given.rates.map((rate) => part.factor(rate, given.bend))"
    factors = called(blank, "descent", body, {"rates": rates, "bend": bend})
    assert factors == pytest.approx([abs(1 - share) for share in shares])


def test_the_narrow_valley_is_where_and_as_bent_as_autograd_says(blank: Page) -> None:
    dent = called(blank, "descent", "return part.DENT")
    x = torch.tensor(dent["x"], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(dented(x, 1.0), x, create_graph=True)
    (bend,) = torch.autograd.grad(slope, x)
    assert slope.item() == pytest.approx(0, abs=1e-9)
    assert dent["bend"] == pytest.approx(bend.item())


def test_the_start_decides_and_a_longer_step_leaves_the_narrow_valley(blank: Page) -> None:
    body = """
      const land = part.LANDSCAPES.dent(given.bend), narrow = 2 / (given.bend * part.DENT.bend);
      const near = part.DENT.x + 1e-4;
      const shares = [[0.3, -3.5], [0.3, 0.5], [0.97, near], [4, -3.5], [20, -3.5]];
      return shares.map(([share, start]) => part.outcome(land, start, share * narrow));"""
    for bend in (0.25, 1, 8):
        ends = called(blank, "descent", body, {"bend": bend})
        assert ends == ["dent", "wide", "dent", "wide", "diverges"]
    # Ever so slowly, and still not nowhere.
    body = "return part.outcome(part.LANDSCAPES.dent(0.25), 1, 0.005)"
    assert called(blank, "descent", body) == "wide"


def test_a_scale_of_round_numbers_finds_its_own_and_what_lies_between(blank: Page) -> None:
    body = """
      const values = part.scale(0.005, 40);
      const place = (value) => part.place(values, value);
      return [values, values.map(place), [0.001, 0.7331, 100].map(place),
        part.nearest(values, 2.21)];"""
    values, places, others, nearest = called(blank, "descent", body)
    assert (values[0], values[-1]) == (0.005, 40)
    assert {0.01, 0.1, 0.5, 1, 2, 5, 10} <= set(values)
    assert all(low < high for low, high in pairwise(values))
    assert places == pytest.approx([i / (len(values) - 1) for i in range(len(values))])
    above = next(i for i, value in enumerate(values) if value > 0.7331)
    assert others[0] == 0
    assert others[2] == 1
    assert above - 1 < others[1] * (len(values) - 1) < above
    assert values[nearest] == 2.2


def test_numbers_are_written_as_by_hand(blank: Page) -> None:
    numbers = [0, 6, -14, 1.23456, 12345.6, -1.048576e6, 3.2e-7, 0.05]
    found = called(blank, "descent", "return given.map((x) => part.written(x))", numbers)
    assert found == ["0", "6", "−14", "1.23", "12346", "−1.05 · 10⁶", "3.2 · 10⁻⁷", "0.05"]


def test_no_drawing_holds_what_is_no_number(blank: Page) -> None:
    """However far away: nothing in it is NaN or infinite, and the ball is in sight."""
    body = """
      const words = { step_label: "{size}", slope_label: "{slope}", distance_alt: "" };
      const drawn = [], wrong = /NaN|Infinity|undefined/;
      for (const [name, bend, start, rate] of given) {
        const land = part.LANDSCAPES[name](bend), path = [start];
        for (let t = 0; t < 25 && Math.abs(path[t]) < 1e6; t++) {
          const x = path[t], next = part.walk(land, x, rate);
          const view = part.frame(land, start, x, next), on = part.sheet(view, 400, 300);
          const scene = part.landscape(on, land, { path, rate, shown: x, words, resting: true });
          const chart = part.distances(path, part.factor(rate, bend), 300, 200, words);
          drawn.push([wrong.test(scene + chart), on.across(x), on.up(land.loss(x))]);
          path.push(next);
        }
      }
      return drawn;"""
    given = [
        (name, bend, start, share / bend)
        for name in LANDSCAPES
        for bend in (0.25, 100)
        for start in (-4, 2, 7)
        for share in (0.01, 1, 2, 2.1, 40)
    ]
    lent = "export const { LANDSCAPES, factor } = $descent, walk = $descent.step;"
    source = "\n".join([program("ball", PARTS[:2]).js, lent])
    drawn = blank.evaluate(CALL, [source, body, given])
    assert len(drawn) > 400
    for wrong, across, up in drawn:
        assert not wrong
        assert 0 <= across <= 400
        assert 0 <= up <= 300


DRAWN = """
  const words = { step_label: "{size}", slope_label: "{slope}", distance_alt: "" };
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  document.body.append(svg);
  const paint = (text) => ((svg.innerHTML = text), svg);
"""


def test_far_away_the_axis_grows_and_near_by_the_line_leaves_the_sheet(blank: Page) -> None:
    """At the steepest and fastest the distance grows by as much at each step, to the eye too."""
    body = f"""{DRAWN}
      const ys = (path, promised) => {{
        const chart = paint(part.distances(path, promised, 300, 200, words));
        return [
          [...chart.querySelectorAll("circle")].map((dot) => +dot.getAttribute("cy")),
          [...chart.querySelectorAll(".mark.end")].map((mark) => mark.textContent).join("|"),
        ];
      }};
      const far = [1, 2, 3, 4].map((t) => 2 + 319 ** t);
      const near = [1, 0.1, 1e-5, 1e-9, 0].map((x) => 2 + x);
      return [ys(far, 319), ys(near, 0.1)];"""
    (far, _), (near, marks) = called(blank, "scene", body)
    leaps = [low - high for low, high in pairwise(far)]
    assert leaps == pytest.approx([leaps[0]] * 3, abs=0.2)
    assert leaps[0] > 20
    assert len(near) == 3
    assert marks.startswith("≤ 10⁻⁶|")


def test_at_the_border_every_word_is_seen_whole(blank: Page) -> None:
    body = f"""{DRAWN}
      const land = part.LANDSCAPES.bowl(8), view = part.frame(land, 1, given.x, -20 * given.x);
      const state = {{ path: [1, given.x], rate: 40, shown: given.x, words, resting: true }};
      const drawn = paint(part.landscape(part.sheet(view, 360, 300), land, state));
      const word = drawn.querySelector(".at");
      word.style.font = "bold 20px sans-serif";
      const half = word.getBBox().width / 2, middle = +word.getAttribute("x");
      return [middle - half, middle + half];"""
    source = program("ball", PARTS[:2]).js + "\nexport const { LANDSCAPES } = $descent;"
    for x in (-1.95e8, 3.25e7):
        left, right = blank.evaluate(CALL, [source, body, {"x": x}])
        assert left > 0
        assert right < 360


# A reader -----------------------------------------------------------------------------------------


def figure(page: Page) -> Locator:
    found = page.locator(FIGURE)
    expect(found).to_have_attribute("data-zone", re.compile("."))
    return found


def test_the_ball_is_played_with(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/{ADDRESS}")
    page.emulate_media(reduced_motion="reduce")
    ball = figure(page)
    say = catalogue("en")
    expect(ball.locator(".verdict")).to_contain_text(say("ball.drawing.zone_diverges"))
    expect(ball).to_have_attribute("data-next", "6")
    expect(ball.locator(".filled")).to_have_text("1 − 5 · (−1) = 6")
    ball.locator(".step").click()
    expect(ball).to_have_attribute("data-x", "6")
    ball.locator(".step").click()
    expect(ball).to_have_attribute("data-x", "-14")

    # A rate that arrives: the ball goes back to its start, and rolls to the target.
    ball.locator("[data-zone=converges]").click()
    expect(ball).to_have_attribute("data-zone", "converges")
    expect(ball.locator(".play")).to_contain_text(say("ball.drawing.play"))
    assert float(ball.get_attribute("data-x") or "") == pytest.approx(2, abs=2e-3)

    # The keys of the sliders; λ moves the borders.
    ball.locator(".eta").press("End")
    expect(ball).to_have_attribute("data-zone", "diverges")
    ball.locator(".lambda").press("Home")
    expect(ball.locator(".border.two")).to_have_text("2/λ = 8")

    # The pointer takes the ball along; a second valley.
    scene = ball.locator(".scene svg")
    scene.hover()
    box = scene.bounding_box()
    assert box is not None
    page.mouse.down()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 100, steps=3)
    page.mouse.up()
    expect(ball).to_have_attribute("data-steps", "0")
    assert float(ball.get_attribute("data-x") or "") < 1
    ball.locator("[data-land=dent]").click()
    expect(ball).to_have_attribute("data-zone", "dent")
    # Where two valleys are the chips are the ends to which the learning rates lead.
    pressed = ball.locator(".zones [aria-pressed=true]")
    expect(pressed).to_have_text(say("ball.drawing.end_dent"))
    ball.locator(".zones [data-zone=converges]").click()
    expect(ball).to_have_attribute("data-zone", "wide")
    expect(pressed).to_have_text(say("ball.drawing.end_wide"))
    expect(ball.locator(".border.one")).to_be_hidden()
    ball.locator("[data-land=dent]").click()

    # Another language changes the words and nothing else.
    page.get_by_test_id("stSidebar").get_by_text("한국어").click()
    expect(ball.locator(".step")).to_contain_text(catalogue("ko")("ball.drawing.step"))
    expect(ball).to_have_attribute("data-zone", "dent")
    assert redraw(ball) < 100


def redraw(ball: Locator) -> float:
    """Milliseconds from a move of the slider until all is drawn and laid out anew: the median."""
    found: float = ball.evaluate(
        """(figure) => {
          const eta = figure.querySelector(".eta");
          const times = Array.from({ length: 41 }, (_, i) => {
            const begun = performance.now();
            eta.value = 20 + 2 * i;
            eta.dispatchEvent(new Event("input"));
            figure.getBoundingClientRect();
            return performance.now() - begun;
          });
          return times.sort((a, b) => a - b)[20];
        }"""
    )
    return found


@pytest.mark.parametrize("language", ["en", "ko"])
def test_on_a_phone_it_fits_and_all_that_is_pressed_is_large_enough(
    server: Server, visit: Visit, language: str
) -> None:
    page = visit(f"{server.url}/{ADDRESS}?lang={language}", width=400, dark=True)
    ball = figure(page)
    wait_until_it_scrolls_down_only(page)
    box = ball.bounding_box()
    assert box is not None
    assert box["width"] <= 400
    for button in ball.locator("button, .eta, .lambda").all():
        size = button.bounding_box()
        assert size is not None
        assert size["height"] >= 32
        assert size["x"] + size["width"] <= 400
