"""The neuron in a real Chromium: its lessons against Python's, its curves against torch's."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Locator, Page, expect

from explorer.analysis.perceptron import course
from explorer.components import program
from explorer.data.animals import TABLES
from explorer.models.layers import ACTIVATIONS
from explorer.text import catalogue
from explorer.ui.neuron import PARTS, board
from tests.browser.conftest import Server, wait_until_it_scrolls_down_only
from tests.browser.test_latent_pad_maths import CALL

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
SAY = catalogue("en")
ADDRESS = "pixels-and-neurons"


@pytest.fixture(scope="module")
def blank(chromium: Browser) -> Page:
    return chromium.new_page()


def called(page: Page, part: str, body: str, given: object = None) -> Any:
    """What `body` returns, which knows the exports of a part as `part`, and `given`."""
    source = program("neuron", PARTS[: PARTS.index(part) + 1]).js
    return page.evaluate(CALL, [source, body, given])


# The arithmetic -----------------------------------------------------------------------------------

COURSE = "const one = new part.Course(given.cases, given.moves, given.start);"


def given(table: str, moves: str) -> dict[str, object]:
    sent: Any = board(SAY)
    return {"cases": sent["tables"][table], "moves": moves, "start": sent["start"]}


@pytest.mark.parametrize("moves", ["criterion", "weights"])
@pytest.mark.parametrize("table", TABLES)
def test_lessons_are_those_of_python_one_by_one(blank: Page, table: str, moves: str) -> None:
    expected = course(TABLES[table], weights=moves == "weights")
    body = """
      while (!one.learnt && !one.circle) one.on();
      const told = one.lessons.map(({ said, after }) => [said, after.weights, after.bias]);
      const { learnt, circle, needed, mistakes } = one;
      return { told, learnt, circle, needed, mistakes };"""
    found = called(blank, "perceptron", COURSE + body, given(table, moves))
    assert found["told"] == [
        [lesson.said, list(lesson.after.weights), lesson.after.bias] for lesson in expected.lessons
    ]
    assert found["learnt"] == (expected.ending == "learnt")
    assert found["mistakes"] == expected.mistakes
    if expected.ending == "circle":
        rounds = [lesson.before for lesson in expected.lessons[:: len(TABLES[table])]]
        then = rounds.index(expected.neuron) * len(TABLES[table])
        assert found["circle"] == {"then": then, "now": len(expected.lessons)}
    else:
        assert found["needed"] == len(expected.lessons)


def test_a_step_back_undoes_and_the_same_steps_lead_on_again(blank: Page) -> None:
    body = """
      const state = () => JSON.stringify([one.neuron, one.x, one.place, one.turn, !one.told]);
      const seen = [state()];
      for (let i = 0; i < 9; i++) one.on(), seen.push(state());
      const undone = [];
      for (let i = 0; i < 9; i++) undone.unshift(state()), one.back();
      undone.unshift(state());
      return [seen, undone, one.lessons.length];"""
    seen, undone, left = called(blank, "perceptron", COURSE + body, given("dogs", "weights"))
    assert undone == seen
    assert left == 0


def test_what_the_reader_shows_and_tells_is_a_lesson_too(blank: Page) -> None:
    body = """
      one.show([0, 0, 1, 1]);
      one.tell(1);
      const taught = { ...one.neuron };
      one.on();
      const next = one.place;
      one.set({ weights: [0.1 + 0.2, 1, 1, 1], bias: -2.5 });
      return [taught, next, one.neuron, one.circle, one.learnt];"""
    taught, following, neuron, circle, learnt = called(
        blank, "perceptron", COURSE + body, given("dogs", "weights")
    )
    assert taught == {"weights": [1, 1, 2, 2], "bias": -1}
    assert following == 0
    assert neuron == {"weights": [0.3, 1, 1, 1], "bias": -2.5}
    assert (circle, learnt) == (None, False)


def test_two_cases_that_no_criterion_gets_right_are_named(blank: Page) -> None:
    body = """
      const all = part.conflict(given.cases, given.start);
      const few = part.conflict(given.cases.slice(0, 3), given.start);
      const two = given.cases.filter(({ name }) => name === "fence" || name === "cat");
      const equal = part.conflict(two, given.start);
      return [all.low.name, all.low.sum, all.high.name, all.high.sum, few, equal.high.sum];"""
    found = called(blank, "perceptron", body, given("dogs", "criterion"))
    assert found == ["fence", 2, "fox", 3, None, 2]


def test_curves_are_those_of_torch_and_the_step(blank: Page) -> None:
    z = torch.linspace(-6, 6, 121)
    curves = called(blank, "plot", "return part.CURVES")
    assert curves[0] == "step"
    body = "return part.CURVES.map((curve) => given.map((z) => part.brightness(curve, z)))"
    found = np.array(called(blank, "plot", body, z.tolist()))
    assert found[0].tolist() == [float(value > 0) for value in z.tolist()]
    for curve, lit in zip(curves[1:], found[1:], strict=True):
        y = ACTIVATIONS[curve](z)
        shown = (y + 1) / 2 if curve == "tanh" else y if curve == "sigmoid" else y / 3
        np.testing.assert_allclose(lit, shown.clamp(0, 1), atol=1e-6)


def test_the_curve_is_drawn_where_the_point_is(blank: Page) -> None:
    body = """
      return part.CURVES.map((curve) => [part.curvePath(curve, 10), part.outputs(curve, 10)]);"""
    for (path, box), curve in zip(
        called(blank, "plot", body), ("step", "sigmoid", "tanh", "relu", "gelu"), strict=True
    ):
        points = np.array([point.split() for point in path[1:].split("L")], dtype=float)
        z = torch.from_numpy((points[:, 0] - 100) / 10)
        y = box["high"] - points[:, 1] / 100 * (box["high"] - box["low"])
        if curve == "step":
            assert np.round(y, 2).tolist() == [0, 0, 1, 1]
            assert z.tolist() == [-10, 0, 0, 10]
        else:
            np.testing.assert_allclose(y, ACTIVATIONS[curve](z), atol=2e-3)


def test_numbers_are_written_and_things_do_not_lie_on_each_other(blank: Page) -> None:
    body = """
      const numbers = [0, -0, -1.5, 2, 0.126, -0.001].map((x) => part.written(x));
      const outputs = [1, 0.99991, 0.5, -3, 1e-9].map(part.precise);
      const rows = part.rows([50, 50, 10, 53, 60], 5);
      const reaches = [part.reach([1, -8]), part.reach([500])];
      return [numbers, outputs, [3, -1, 0].map(part.signed), rows, ...reaches];"""
    numbers, outputs, signed, rows, reach, far = called(blank, "plot", body)
    assert numbers == ["0", "0", "−1.5", "2", "0.13", "0"]
    assert outputs == ["1", "0.9999", "0.5", "−3", "0"]
    assert signed == ["+3", "−1", "0"]
    assert rows == [0, 1, 0, 2, 0]
    assert reach == 12
    assert far > 500


# The journey --------------------------------------------------------------------------------------


def opened(visit: Visit, server: Server, query: str = "", **kind: Any) -> Page:
    page = visit(f"{server.url}/{ADDRESS}{query}", **kind)
    page.locator(".neuron .clue").first.wait_for(timeout=30_000)
    return page


def press(page: Page, key: str) -> None:
    """The button that says what stands under this key."""
    name = re.compile(re.escape(SAY(f"neuron.board.{key}")))
    page.locator(".neuron").get_by_role("button", name=name).first.click()


def go_on(page: Page, beats: int) -> None:
    on = page.locator(".neuron [data-go=on]")
    on.evaluate("(node, beats) => { for (let i = 0; i < beats; i++) node.click() }", beats)


def test_a_reader_teaches_the_neuron(server: Server, visit: Visit) -> None:
    page = opened(visit, server)
    flag, caption = page.locator(".neuron .flag span"), page.locator(".neuron .caption")
    expect(flag).to_have_text("criterion 2")
    press(page, "dogs_truth")
    expect(caption).to_contain_text(SAY("neuron.board.stays"))
    press(page, "go_next")
    expect(page.locator(".neuron .animal strong")).to_have_text(SAY("neuron.animals.fence"))
    expect(caption).to_contain_text("2 is not greater than 2")
    press(page, "dogs_told_yes")
    expect(caption).to_contain_text("2 → 1")
    expect(flag).to_have_text("criterion 1")
    press(page, "go_back")
    expect(flag).to_have_text("criterion 2")
    go_on(page, 5)
    expect(page.locator(".neuron .verdict")).to_contain_text("the sum is 3")
    # By keyboard, to the best that any criterion can do.
    page.locator(".neuron .flag input").focus()
    page.keyboard.press("ArrowRight")
    expect(flag).to_have_text("criterion 3")
    expect(page.locator(".neuron .score")).to_contain_text("6 of 7")
    page.locator(".neuron .clue button").last.focus()
    page.keyboard.press("Space")
    expect(page.locator(".neuron .animal strong")).to_have_text(SAY("neuron.board.own"))
    is_drawn_at_once_while_a_weight_is_dragged(page)
    learns_with_weights(page)
    page.set_viewport_size({"width": 400, "height": 900})
    fits_a_phone(page)
    stays_in_another_language_and_after_another_page(page)


DRAG = """(range) => {
  const root = range.getRootNode(), times = [], outputs = new Set();
  for (let i = 0; i <= 60; i++) {
    range.value = -3 + 0.1 * i;
    const start = performance.now();
    range.dispatchEvent(new Event("input"));
    root.querySelector(".neuron .plot").getBoundingClientRect();
    times.push(performance.now() - start);
    outputs.add(root.querySelector(".neuron .curve b").textContent);
  }
  return [times.sort((a, b) => a - b)[30], outputs.size];
}"""


def is_drawn_at_once_while_a_weight_is_dragged(page: Page) -> None:
    page.locator(".neuron .acts [data-act=weights]").click()
    page.locator(".neuron [data-curve=sigmoid]").click()
    press(page, "over")
    median, outputs = page.locator(".neuron .weight input").nth(2).evaluate(DRAG)
    assert outputs > 50
    assert median < 100


AT_REST = "box => Promise.all(box.getAnimations({ subtree: true }).map((one) => one.finished))"


def right_edge(node: Locator) -> float:
    box = node.bounding_box()
    assert box is not None
    return box["x"] + box["width"]


def learns_with_weights(page: Page) -> None:
    """With the reader's guess, which is held against what was learnt; and by itself."""
    verdict = page.locator(".neuron .verdict")
    page.get_by_text(SAY("neuron.prediction.barks"), exact=True).first.click()
    press(page, "over")
    press(page, "play")
    expect(page.locator(".neuron .history li")).to_have_count(1)
    expect(page.locator(".neuron .history li")).to_have_count(2, timeout=15_000)
    press(page, "pause")
    go_on(page, 3)
    top = page.locator(".neuron .plot").evaluate("plot => plot.offsetTop")
    go_on(page, 1)
    expect(verdict).to_contain_text("after 4 lessons and 2 mistakes")
    assert page.locator(".neuron .plot").evaluate("plot => plot.offsetTop") == top
    page.locator(".neuron .chips").evaluate(AT_REST)
    bird, line = page.locator(".neuron .chip").nth(5), page.locator(".neuron .hurdle")
    assert SAY("neuron.animals.wagtail") in str(bird.get_attribute("aria-label"))
    assert right_edge(bird) <= right_edge(line)
    expect(page.locator(".neuron .score")).to_contain_text("7 of 7")
    expect(page.get_by_text("5,040")).to_be_visible(timeout=20_000)
    page.locator(".neuron [data-set=either_or]").click()
    go_on(page, 56)
    expect(verdict).to_contain_text("It goes in circles")


BOXES = """(node) => {
  const targets = [...node.querySelectorAll("button, input:enabled")];
  const boxes = targets.map((one) => one.getBoundingClientRect());
  const sizes = boxes.filter(({ width }) => width).map((box) => Math.min(box.width, box.height));
  return [node.scrollWidth - node.clientWidth, ...sizes];
}"""


def fits_a_phone(page: Page) -> None:
    for act in ("criterion", "weights"):
        page.locator(f".neuron .acts [data-act={act}]").click()
        wait_until_it_scrolls_down_only(page)
        boxes = page.locator(".neuron").evaluate(BOXES)
        assert boxes[0] <= 0
        assert len(boxes) > 12
        assert min(boxes[1:]) >= 32
    acts, tables = (page.locator(f".neuron [data-{what}]").first for what in ("act", "set"))
    assert tables.evaluate("one => one.offsetTop") > acts.evaluate("one => one.offsetTop")


def stays_in_another_language_and_after_another_page(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator(".neuron [data-set=dogs]").click()
    bias, korean = page.locator(".neuron .bias .w"), catalogue("ko")
    expect(bias).to_have_text("−2")
    page.get_by_text("한국어", exact=True).click()
    expect(page.locator(".neuron .verdict")).to_contain_text("실수 2번")
    page.get_by_role("link", name=korean("course.home")).first.click()
    page.locator(".neuron").wait_for(state="detached")
    page.get_by_role("link", name=korean("course.pixels_and_neurons.title")).first.click()
    expect(page.locator(".neuron .verdict")).to_contain_text("실수 2번", timeout=20_000)


def test_korean_fits_a_phone_in_the_dark(server: Server, visit: Visit) -> None:
    fits_a_phone(opened(visit, server, "?lang=ko", width=400, dark=True))
