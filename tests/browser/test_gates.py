"""The gates in a real Chromium: the arithmetic, the pace, the line that is dragged, the sheet."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page, expect

from explorer.analysis.gates import HIGH, LOW, fold_of
from explorer.components import program
from explorer.data.logic_gates import CASES, TRUTHS
from explorer.models.layers import ACTIVATIONS
from explorer.models.side_by_side import SideBySide
from explorer.text import catalogue
from explorer.ui import gate_fold, one_line
from tests.browser.conftest import Server
from tests.browser.test_latent_pad_maths import CALL

pytestmark = pytest.mark.browser

SAY = catalogue("en")


@pytest.fixture(scope="module")
def blank(chromium: Browser) -> Page:
    return chromium.new_page()


def called(page: Page, name: str, parts: tuple[str, ...], body: str, given: object) -> Any:
    """What `body` returns, which knows the exports of the last of the parts as `part`."""
    return page.evaluate(CALL, [program(name, parts).js, body, given])


def net(activation: str, units: int) -> SideBySide:
    generator = torch.Generator().manual_seed(units)
    made = SideBySide((2, units, 1), activation, generator, (3, 1))
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator))
    return made


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_browser_bends_and_answers_as_torch_does(blank: Page, activation: str) -> None:
    x = torch.rand(30, 2, generator=torch.Generator().manual_seed(1)) * 2 - 0.5
    for units in (2, 5):
        made = net(activation, units)
        fold = fold_of(made, "xor", 0)
        given = {"net": gate_fold.net_of(fold, activation), "x": x.tolist()}
        body = (
            "return [given.x.map((point) => part.bent(given.net, point)), part.border(given.net)];"
        )
        points, border = called(blank, "gate_fold", gate_fold.PARTS[:-1], body, given)
        codes = ACTIVATIONS[activation](
            x @ torch.tensor(fold.weights).T + torch.tensor(fold.biases)
        )
        places = np.array([point["place"] for point in points])
        np.testing.assert_allclose(places, codes.numpy() @ fold.frame.T, atol=2e-5)
        answers = [point["answer"] for point in points]
        with torch.no_grad():
            np.testing.assert_allclose(answers, made(x)[2, 0, :, 0].sigmoid(), atol=2e-5)
        logits = places @ border[:2] + border[2]
        np.testing.assert_allclose(1 / (1 + np.exp(-logits)), answers, atol=2e-5)


def test_discs_are_moved_apart_and_stay_on_the_paper(blank: Page) -> None:
    least, most = 36, 264
    crowds = [
        [[50, 50], [50, 50], [50, 50], [50, 50]],
        [[264, 36], [264, 40], [36, 264], [40, 264]],
        [[100, 60], [125, 60], [150, 60], [175, 70]],
    ]
    body = "return given.crowds.map((places) => part.beside(places, given.least, given.most));"
    given = {"crowds": crowds, "least": least, "most": most}
    for before, after in zip(
        crowds, called(blank, "gate_fold", gate_fold.PARTS[:-1], body, given), strict=True
    ):
        for (x, y), (_, was) in zip(after, before, strict=True):
            assert least <= x <= most
            assert y == was
        gaps = [np.hypot(*np.subtract(one, other)) for one, other in combinations(after, 2)]
        assert min(gaps) > 36, "a disc with its edge is 33 pixels wide"
    alone = [[36, 36], [264, 264], [36, 264], [264, 36]]
    given["crowds"] = [alone]
    assert called(blank, "gate_fold", gate_fold.PARTS[:-1], body, given) == [alone]


def test_whatever_the_line_xor_has_three_of_four_at_most(blank: Page) -> None:
    body = """
      const best = {};
      for (const [gate, truths] of Object.entries(given.gates)) {
        best[gate] = 0;
        for (let turn = 0; turn < 6.28; turn += 0.05) {
          for (let shift = -0.8; shift <= 0.8; shift += 0.05) {
            const right = part.rightOnes({ turn, shift }, given.cases, truths);
            best[gate] = Math.max(best[gate], right.filter(Boolean).length);
          }
        }
      }
      return best;"""
    given = {"gates": TRUTHS, "cases": CASES}
    found = called(blank, "one_line", one_line.PARTS[:-1], body, given)
    assert found == {"and": 4, "or": 4, "xor": 3}


def test_a_line_through_its_own_ends_is_the_same_line(blank: Page) -> None:
    body = """
      return given.map(([turn, shift]) => {
        const again = part.through(part.ends({ turn, shift }, 0.6));
        return [Math.cos(again.turn - turn), again.shift - shift];
      });"""
    lines = [[turn, shift] for turn in (0.0, 0.4, 2, 4, 6) for shift in (-0.7, 0, 0.3)]
    for same, moved in called(blank, "one_line", one_line.PARTS[:-1], body, lines):
        assert (same, moved) == pytest.approx((1, 0), abs=1e-9)


def opened(server: Server, visit: Callable[..., Page], **options: Any) -> Page:
    page = visit(f"{server.url}/pixels-and-neurons?experiment=gates", **options)
    expect(page.get_by_role("heading", name=SAY("gates.fold.title"))).to_be_visible()
    return page


def test_a_line_is_dragged_to_and_and_never_gets_xor(
    server: Server, visit: Callable[..., Page]
) -> None:
    page = opened(server, visit)
    game = page.locator(".st-key-gates-line")
    canvas = game.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None

    def at(x: float, y: float) -> tuple[float, float]:
        across, up = ((value - LOW) / (HIGH - LOW) for value in (x, y))
        return box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"]

    def dragged(begin: tuple[float, float], end: tuple[float, float]) -> None:
        page.mouse.move(*at(*begin))
        page.mouse.down()
        page.mouse.move(*at(*end), steps=4)
        page.mouse.up()

    # The ends as the game begins: a turn of 0.35 about the middle.
    dragged((0.5 - 0.62 * np.sin(0.35), 0.5 + 0.62 * np.cos(0.35)), (0.3, 1.2))
    dragged((0.5 + 0.62 * np.sin(0.35), 0.5 - 0.62 * np.cos(0.35)), (1.2, 0.3))
    expect(game).to_contain_text(SAY("gates.line.done"))
    expect(game.get_by_role("button", name="AND ✓")).to_be_visible()
    game.get_by_role("button", name="XOR").click()
    turn = game.locator("[name=turn]")
    for _ in range(12):
        turn.evaluate("(e) => { e.value = +e.value + 30; e.dispatchEvent(new Event('input')) }")
        expect(game.locator("strong")).not_to_contain_text("4 of 4")
    # A rerun of the page keeps the game as it is.
    page.get_by_role("radio", name=SAY("gates.worst"), exact=True).click()
    expect(page.locator(".gate").nth(2)).to_contain_text("½")
    expect(game.get_by_role("button", name="AND ✓")).to_be_visible()
    expect(game.get_by_role("button", name="XOR")).to_have_attribute("aria-pressed", "true")


def test_the_sheet_is_folded_by_keys_and_redrawn_in_time(
    server: Server, visit: Callable[..., Page]
) -> None:
    page = opened(server, visit, width=400)
    sheet = page.locator(".st-key-gates-fold")
    sheet.scroll_into_view_if_needed()
    slider = sheet.get_by_role("slider")
    expect(slider).to_have_js_property("value", "100", timeout=15_000)  # it has folded by itself
    slider.focus()
    page.keyboard.press("Home")
    assert slider.evaluate("(e) => e.value") == "0"
    page.keyboard.press("ArrowRight")
    assert slider.evaluate("(e) => e.ariaValueText") == "1 %"
    took = slider.evaluate("""(e) => {
      const times = [];
      for (let at = 0; at < 40; at++) {
        const began = performance.now();
        e.value = 2.5 * at;
        e.dispatchEvent(new Event("input"));
        times.push(performance.now() - began);
      }
      return times.sort((a, b) => a - b)[20];
    }""")
    assert took < 100, "milliseconds"
    page.get_by_role("radio", name="OR", exact=True).last.click()
    expect(sheet.locator("canvas")).to_be_visible()
    assert slider.evaluate("(e) => e.value") == "98", "how far it is folded stays"
    assert page.evaluate(
        "() => { const m = document.querySelector('[data-testid=stMain]');"
        " return m.scrollWidth <= m.clientWidth }"
    )
