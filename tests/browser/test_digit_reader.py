"""The digit reader in a real Chromium: its arithmetic against torch, and a reader's way with it."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable
from itertools import pairwise
from typing import Any, cast

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Locator, Page, expect
from torch import nn

from explorer.analysis.attribution import pixel_votes
from explorer.components import program
from explorer.data.exhibit import exhibit
from explorer.data.pictures import load_pictures
from explorer.lessons.pixels_and_neurons import NET, net_of
from explorer.lessons.shelf import shelved
from explorer.models.classifier import Classifier
from explorer.models.layers import ACTIVATIONS
from explorer.specs import PixelsSpec
from explorer.text import catalogue
from explorer.ui.digit_reader import PARTS
from tests.browser.conftest import Server, wait_until_it_scrolls_down_only
from tests.browser.test_evidence_and_culprit import stroke
from tests.browser.test_latent_pad_maths import CALL

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
EN, KO = catalogue("en"), catalogue("ko")
LESSON = "pixels-and-neurons"
WORDS = "digits.reader"


# Arithmetic ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def blank(chromium: Browser) -> Page:
    return chromium.new_page()


def called(page: Page, part: str, body: str, given: object = None) -> Any:
    """What `body` returns, which knows the exports of a part as `part`, and `given`."""
    source = program("digit_reader", PARTS[: PARTS.index(part) + 1]).js
    return page.evaluate(CALL, [source, body, given])


READ = """
  const net = new part.Net(given.shape, new Float32Array(given.floats));
  return given.pictures.map((picture) => {
    net.read(Float64Array.from(picture));
    const classes = Array.from({ length: net.classes }, (_, c) => c);
    return {
      z: Array.from(net.z), score: Array.from(net.score), probability: Array.from(net.probability),
      blank: Array.from(net.blank), best: net.best,
      votes: classes.map((c) => Array.from(net.pixelVotes(c))),
      neurons: classes.map((c) => Array.from(net.neuronVotes(c))),
      inputs: Array.from(net.inputsOf(2)),
    };
  });"""


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_net_and_votes_agree_with_torch(blank: Page, activation: str) -> None:
    generator = torch.Generator().manual_seed(4)
    pixels, hidden, classes = 10, 7, 4
    model = Classifier((pixels, hidden, classes), activation, generator)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator))
    x = torch.rand(5, pixels, generator=generator)
    x[0] = 0
    shape = {"pixels": pixels, "hidden": hidden, "classes": classes, "activation": activation}
    weights = model.state_dict()
    floats = torch.cat([weights[name].flatten() for name in NET]).tolist()
    found = called(blank, "net", READ, {"shape": shape, "floats": floats, "pictures": x.tolist()})
    first, last = (cast(nn.Linear, layer) for layer in model.layers)
    with torch.no_grad():
        h = model.activation(first(x))
        expected = {
            "z": first(x),
            "score": model(x),
            "probability": model(x).softmax(dim=1),
            "blank": model(torch.zeros_like(x)),
            "neurons": h[:, None] * last.weight,
            "inputs": x * first.weight[2],
            "votes": torch.stack(
                [pixel_votes(model, x, torch.full((5,), c)) for c in range(classes)], dim=1
            ),
        }
    for name, values in expected.items():
        seen = [one[name] for one in found]
        np.testing.assert_allclose(seen, values, atol=1e-4, rtol=1e-4, err_msg=name)
    assert [one["best"] for one in found] == model(x).argmax(dim=1).tolist()


def test_votes_add_up_to_the_score(blank: Page) -> None:
    """Of the net on the shelf: pixels and blank paper, and the hidden neurons and a bias."""
    spec = PixelsSpec()
    checkpoint = shelved(spec)
    assert checkpoint is not None
    newest = checkpoint.timeline.newest
    assert newest is not None
    net = net_of(newest)
    assert net is not None
    shape = {
        "pixels": 64,
        "hidden": spec.hidden_dim,
        "classes": 10,
        "activation": spec.activation,
    }
    x = load_pictures("digits").test[:6]
    given = {"shape": shape, "floats": net.tolist(), "pictures": x.tolist()}
    for one in called(blank, "net", READ, given):
        gained = np.subtract(one["score"], one["blank"])
        np.testing.assert_allclose(np.sum(one["votes"], axis=1), gained, atol=1e-5)
        of_neurons = np.sum(one["neurons"], axis=1) + net[-10:]
        np.testing.assert_allclose(of_neurons, one["score"], atol=1e-6)


def test_a_stroke_inks_every_square_on_its_way_once(blank: Page) -> None:
    found = called(blank, "boards", "return part.along([1, 1], [4, 6])")
    assert found[0] == [1, 1]
    assert found[-1] == [4, 6]
    assert len({tuple(place) for place in found}) == len(found)
    for (row, column), (next_row, next_column) in pairwise(found):
        assert max(abs(next_row - row), abs(next_column - column)) == 1
    assert called(blank, "boards", "return part.along([2, 3], [2, 3])") == [[2, 3]]


@pytest.mark.parametrize(("side", "inked"), [(8, 1), (28, 9)])
def test_the_tip_is_as_wide_as_strokes_are_and_stays_on_the_paper(
    blank: Page, side: int, inked: int
) -> None:
    body = """
      const picture = new Float64Array(given * given);
      part.touch(picture, given, [3, 4], false);
      const inked = Array.from(picture);
      part.touch(picture, given, [3, 4], true);
      part.touch(picture, given, [0, given - 1], false);
      return [inked, Array.from(picture)];"""
    first, last = (np.array(one).reshape(side, side) for one in called(blank, "boards", body, side))
    assert first[3, 4] == 1
    assert (first > 0).sum() == inked
    assert last[3, 4] == 0
    assert last[0, side - 1] == 1
    assert last[:, 0].sum() == 0  # nothing runs over the edge


def test_the_loudest_neurons_are_seen_and_who_stays_keeps_the_seat(blank: Page) -> None:
    body = """
      const votes = Float64Array.from([0.1, -5, 2, -0.3, 4, 0.2]);
      const first = part.seats(votes, 3);
      votes[3] = 9; // pushes out 2
      const next = part.seats(votes, 3, first);
      const held = part.seats(votes, 3, next, 0);
      const all = part.seats(votes, 6, held);
      return [first, next, held, all, part.seats(votes.slice(0, 4), 3, [5, 1, 4])];"""
    first, following, held, everyone, smaller = called(blank, "tiles", body)
    assert first == [1, 2, 4]
    assert following == [1, 3, 4]
    assert held == [1, 3, 0]  # the faintest but held, in the place of the faintest of the others
    assert everyone == [0, 1, 2, 3, 4, 5]
    assert smaller == [1, 2, 3]


# A reader's way -----------------------------------------------------------------------------------


def reader(page: Page) -> Locator:
    root = page.locator(".reader")
    root.scroll_into_view_if_needed()
    expect(root.locator(".bars .answer").nth(9)).to_be_visible()
    return root


def press_square(root: Locator, row: int, column: int) -> None:
    board = root.locator(".paper .board")
    box = board.bounding_box()
    assert box is not None
    x, y = (column + 0.5) / 8 * box["width"], (row + 0.5) / 8 * box["height"]
    board.click(position={"x": x, "y": y})


def probabilities(root: Locator) -> list[float]:
    return root.evaluate("root => Array.from(root.reader.net.probability)")  # type: ignore[no-any-return]


def rub_out_and_undo(root: Locator) -> None:
    first = int(np.flatnonzero(exhibit(load_pictures("digits")).labels == 9)[0])
    about = EN(f"{WORDS}.test", number=first + 1, truth="9")
    expect(root.locator(".about")).to_have_text(about)
    expect(root.locator(".verdict b")).to_have_text("9")
    before = probabilities(root)
    assert sum(before) == pytest.approx(1)
    root.locator("[data-do=rubber]").click()
    for row in (0, 1, 2):
        press_square(root, row, 5)
    expect(root.locator(".about")).to_have_text(f"{about} {EN(f'{WORDS}.changed', changed=3)}")
    assert probabilities(root) != before
    picture = root.evaluate("root => Array.from(root.reader.memory.picture)")
    assert [picture[8 * row + 5] for row in (0, 1, 2)] == [0, 0, 0]
    root.locator("[data-do=undo]").click()
    expect(root.locator(".truth")).to_have_text(EN(f"{WORDS}.right"))
    assert probabilities(root) == pytest.approx(before)


def press_an_answer_and_a_neuron(root: Locator) -> None:
    title, total = root.locator(".votes h4"), root.locator(".votes .sum")
    expect(title).to_have_text(EN(f"{WORDS}.votes", name="9"))
    root.locator(".answer").nth(4).click()
    expect(title).to_have_text(EN(f"{WORDS}.votes", name="4"))
    said = re.findall(r"[+−]\d+\.\d+", total.inner_text())
    pixels, paper, score = (float(number.replace("−", "-")) for number in said)
    assert pixels + paper == pytest.approx(score, abs=0.011)
    press_neurons(root)
    root.locator(".answer").nth(4).click()
    expect(title).to_have_text(EN(f"{WORDS}.votes", name="9"))


NOES = """(root) => {
  const { h, last, hidden, best } = root.reader.net;
  const noes = [...h.keys()].filter((j) => h[j] < 0);
  return [-1, 1].map((side) => noes.find((j) => side * last[4 * hidden + j] > 0));
}"""


def press_neurons(root: Locator) -> None:
    """Its colours raise and lower its sum. Which way it votes depends on its weight as well."""
    title, legend = root.locator(".votes h4"), root.locator(".legend span")
    for_it, against_it = root.evaluate(NOES)
    because = EN(f"{WORDS}.double_no", name="4")
    for neuron, told in ((for_it, True), (against_it, False)):
        root.locator(".tile").nth(neuron).click()
        expect(title).to_have_text(EN(f"{WORDS}.inputs", number=neuron + 1))
        expect(legend).to_have_text([EN(f"{WORDS}.raises"), EN(f"{WORDS}.lowers")])
        assert (because in root.locator(".votes .sum").inner_text()) == told
    root.locator(".tile").nth(against_it).click()
    expect(legend).to_have_text([EN(f"{WORDS}.for"), EN(f"{WORDS}.against")])


def redraw_in_time(root: Locator) -> None:
    took = root.evaluate(
        """async root => {
          const times = [], { reader } = root;
          for (let i = 0; i < 20; i++) {
            const began = performance.now();
            reader.touched([[i % 8, 3]], i % 2 === 0);
            await new Promise(requestAnimationFrame);
            times.push(performance.now() - began);
          }
          return times;
        }"""
    )
    assert statistics.median(took) < 100


def test_a_picture_is_read_explained_and_changed_and_a_drawing_too(
    server: Server, visit: Visit
) -> None:
    page = visit(f"{server.url}/{LESSON}")
    root = reader(page)
    rub_out_and_undo(root)
    press_an_answer_and_a_neuron(root)
    redraw_in_time(root)
    stroke(page, (0.5, 0.15), (0.5, 0.85))
    expect(root.locator(".about")).to_have_text(EN(f"{WORDS}.drawn"))
    expect(root.locator(".verdict b")).to_have_text("1")
    root.locator("[data-do=mistake]").click()
    expect(root.locator(".truth")).to_contain_text("✗")


def test_the_keyboard_paints_too_and_the_page_is_narrow(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/{LESSON}", locale="ko-KR", dark=True, width=400)
    root = reader(page)
    wait_until_it_scrolls_down_only(page)
    root.get_by_role("button", name=KO(f"{WORDS}.clear")).click()
    board = root.locator(".paper .board")
    board.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "Space"):
        page.keyboard.press(key)
    spoken = KO(f"{WORDS}.square", row=3, column=2, ink=100)
    expect(root.locator(".square")).to_have_text(spoken)
    picture = root.evaluate("root => Array.from(root.reader.memory.picture)")
    assert [i for i, ink in enumerate(picture) if ink] == [8 * 2 + 1]
    page.keyboard.press("Delete")
    expect(root.locator(".square")).to_have_text(KO(f"{WORDS}.square", row=3, column=2, ink=0))
    # In the dark too what is silent fades to white paper: nothing of the page shines through.
    seen = root.locator(".look").first.evaluate("one => getComputedStyle(one).backgroundColor")
    assert seen == "rgb(255, 255, 255)"
    for button in root.locator("button:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 32


def test_it_learns_before_the_eyes_and_keeps_the_picture(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/{LESSON}?steps=3000&seed=9&hidden_dim=48")
    page.get_by_text(EN("digits.prediction_digits.above")).click()
    root = reader(page)
    root.get_by_role("button", name=EN(f"{WORDS}.next")).click()
    labels = exhibit(load_pictures("digits")).labels
    second = int(np.flatnonzero(labels == 9)[0]) + 1
    about = EN(f"{WORDS}.test", number=second + 1, truth=labels[second])
    expect(root.locator(".about")).to_have_text(about)
    page.get_by_role("button", name=re.compile(f"{EN('common.start')}$")).click()
    expect(page.get_by_text(EN("common.state.finished"))).to_be_visible(timeout=60_000)
    held = EN("common.prediction_held", truth=EN("digits.prediction_digits.above"))
    expect(page.get_by_text(held)).to_be_visible()
    expect(page.locator(".reader .about")).to_have_text(about)
    expect(root.locator(".hidden h4")).to_have_text(EN(f"{WORDS}.loudest", shown=32, count=48))
    expect(root.locator(".tile")).to_have_count(32)
    root.locator("[data-do=all]").click()
    expect(root.locator(".tile")).to_have_count(48)
    expect(root.locator("[data-do=all]")).to_have_text(EN(f"{WORDS}.show_loudest", shown=32))
