"""The walk through a sentence in a real Chromium: its arithmetic against torch's, and its steps."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any, get_args

import pytest
from playwright.sync_api import Browser, Page, expect

from explorer.components import program
from explorer.specs import Cell
from explorer.text import catalogue
from explorer.ui.sentence_walk import PARTS
from tests.browser.conftest import Server, wait_until_it_scrolls_down_only
from tests.browser.test_latent_pad_maths import CALL
from tests.ui.test_sentence_walk import UNITS, walked

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
SAY = catalogue("en")
ADDRESS = "seq2seq-steps"


@pytest.fixture(scope="module")
def blank(chromium: Browser) -> Page:
    return chromium.new_page()


def called(page: Page, part: str, body: str, sent: bytes) -> Any:
    """What `body` returns, which knows the exports of a part as `part`, and the message."""
    last = PARTS.index(part) + 1
    source = program("sentence_walk", PARTS[:last]).js
    given = base64.b64encode(sent).decode()
    bytes_ = "const data = Uint8Array.from(atob(given), (sign) => sign.charCodeAt(0));"
    return page.evaluate(CALL, [source, bytes_ + body, given])


# The arithmetic -----------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", get_args(Cell))
def test_the_equations_are_those_of_torch_and_add_up(blank: Page, cell: Cell) -> None:
    found, sent = walked(cell=cell)
    steps = found.cells
    units = called(
        blank,
        "numbers",
        f"""const walk = new part.Walk(data), units = [...Array({UNITS}).keys()];
        return walk.rows.map((_, r) => units.map((u) => walk.unit(r, u)));""",
        sent,
    )
    source = program("sentence_walk", PARTS[:2]).js
    laws = blank.evaluate(
        CALL, [source, "return given.map((row) => row.map(part.equations));", units]
    )
    for step, row in zip(steps, laws, strict=True):
        for unit, equations in enumerate(row):
            values = {law["name"]: law["value"] for law in equations}
            for name, gate in step.gates.items():
                assert values[name] == pytest.approx(float(gate[unit]), abs=1e-5)
            new = values.get("new", values.get("hidden"))
            assert new == pytest.approx(float(step.state[unit]), abs=1e-5)
            if cell == "lstm":
                assert values["memory"] == pytest.approx(float(step.state[UNITS + unit]), abs=1e-5)
            for law in equations:
                if "total" in law:
                    assert sum(law["terms"]) == pytest.approx(law["total"], abs=1e-9)


def test_the_printed_numbers_add_up_too(blank: Page) -> None:
    """What a reader who takes out a pocket calculator finds."""
    _, sent = walked(cell="lstm")
    unit = called(blank, "numbers", "return new part.Walk(data).unit(2, 3);", sent)
    source = program("sentence_walk", PARTS[:2]).js
    first, *_ = blank.evaluate(CALL, [source, "return part.equations(given);", unit])
    summed, total = (text.removeprefix("σ(").removesuffix(")") for text in first["filled"])
    plain = summed.replace("−", "-").replace("- ", "-").replace("+ ", "+")
    assert sum(map(float, plain.split())) == pytest.approx(float(total.replace("−", "-")), abs=1e-4)


@pytest.mark.parametrize(("attention", "of_a_word"), [("none", 4), ("dot", 5)])
def test_the_steps_of_the_slow_motion(blank: Page, attention: str, of_a_word: int) -> None:
    found, sent = walked(attention=attention)
    beats = called(blank, "numbers", "return part.beats(new part.Walk(data));", sent)
    assert len(beats) == 3 * len(found.reads) + 1 + of_a_word * len(found.writes)
    kinds = [beat["kind"] for beat in beats]
    assert kinds[:3] == ["token", "embedding", "state"]
    assert kinds[3 * len(found.reads)] == "context"
    assert kinds[-1] == "choose"
    halts = called(
        blank,
        "numbers",
        "const list = part.beats(new part.Walk(data)); return part.halts(list, false);",
        sent,
    )
    at = [beats[halt]["kind"] for halt in halts]
    assert at == ["state"] * len(found.reads) + ["context"] + ["choose"] * len(found.writes)


# The journey --------------------------------------------------------------------------------------


def opened(visit: Visit, server: Server, query: str = "", **kind: Any) -> Page:
    page = visit(f"{server.url}/{ADDRESS}{query}", **kind)
    page.locator(".walk .reading .row").first.wait_for(timeout=30_000)
    return page


def in_detail(page: Page) -> None:
    page.locator(".walk .steps").select_option("in_detail")


def number(page: Page) -> int:
    return int(page.locator(".walk .caption b").inner_text().split("/")[0])


def test_a_sentence_is_walked_by_buttons_keys_slider_and_play(server: Server, visit: Visit) -> None:
    page = opened(visit, server)
    in_detail(page)
    page.get_by_role("button", name=SAY("sentence_walk.go_first")).click()
    caption = page.locator(".walk .caption")
    expect(caption).to_contain_text("The encoder reads word 1")
    page.get_by_role("button", name=SAY("sentence_walk.go_on")).click()
    assert number(page) == 2
    page.keyboard.press("ArrowRight")
    expect(caption).to_contain_text("moves by")
    page.keyboard.press("ArrowLeft")
    assert number(page) == 2
    page.keyboard.press("End")
    expect(caption).to_contain_text("with it the answer ends")
    last = number(page)
    slider = page.get_by_label(SAY("sentence_walk.slider"))
    slider.focus()
    page.keyboard.press("Home")
    assert number(page) == 1
    page.locator(".walk .speed").select_option("fast")
    page.get_by_role("button", name=SAY("sentence_walk.play")).click()
    later = re.compile(
        rf"^([4-9]|\d\d)/{last}$"
    )  # a busy machine may look less often than it plays
    expect(caption.locator("b")).to_have_text(later, timeout=10_000)
    page.get_by_role("button", name=SAY("sentence_walk.pause")).click()
    stopped = number(page)
    page.wait_for_timeout(800)
    assert number(page) == stopped


def test_a_step_is_a_word_and_chips_lead_to_the_halves(server: Server, visit: Visit) -> None:
    page = opened(visit, server)
    caption = page.locator(".walk .caption")
    reads, writes = (page.locator(f".walk .{half} .row").count() for half in ("reading", "writing"))
    expect(caption.locator("b")).to_have_text(f"1/{reads + 1 + writes}")
    expect(page.locator(".walk [data-at].now")).to_have_count(4)  # all of a row
    page.get_by_role("button", name=SAY("sentence_walk.go_code")).click()
    assert number(page) == reads + 1
    expect(caption).to_contain_text("context vector")
    page.get_by_role("button", name=SAY("sentence_walk.go_dec")).click()
    assert number(page) == reads + 2
    expect(caption).to_contain_text("is chosen")
    expect(page.locator(".walk .jump[aria-current]")).to_have_text(SAY("sentence_walk.go_dec"))
    page.get_by_role("button", name=SAY("sentence_walk.go_enc")).click()
    assert number(page) == 1


def test_what_was_not_reached_is_pale_and_gives_nothing_away(server: Server, visit: Visit) -> None:
    page = opened(visit, server)
    thoughts = page.locator(".walk .thought")
    expect(thoughts.first).to_be_visible()
    expect(thoughts.nth(1)).to_be_hidden()
    expect(page.locator(".walk .writing .out").first).to_be_hidden()
    pale = page.locator(".walk .reading .state").nth(1)
    assert float(pale.evaluate("node => getComputedStyle(node).opacity")) >= 0.38
    page.locator(".walk [data-go=on]").click()
    expect(thoughts.nth(1)).to_be_visible()


def test_the_walk_stays_while_a_run_is_live(server: Server, visit: Visit) -> None:
    page = opened(visit, server)
    page.locator(".walk [data-go=code]").click()
    main = page.get_by_test_id("stMain")
    before, at = main.evaluate("node => node.scrollHeight"), number(page)
    page.get_by_role("button", name=SAY("common.start"), exact=True).click()
    expect(page.locator(".walk.past")).to_be_visible()
    expect(page.get_by_text("as it was: the run goes on")).to_be_visible()
    assert number(page) == at
    assert main.evaluate("node => node.scrollHeight") > 0.9 * before
    # Another sentence through the same net: the browser wishes for a walk that it does not have.
    field = page.get_by_label(SAY("seq2seq_steps.sentence"), exact=True)
    field.fill("2021")
    field.press("Enter")
    expect(page.locator(".walk.past .reading .token bdi").first).to_have_text("two")
    at = number(page)
    page.get_by_role("button", name=SAY("common.pause"), exact=True).click()
    expect(page.locator(".walk:not(.past)")).to_be_visible()
    assert number(page) == at
    page.get_by_role("button", name=SAY("common.reset"), exact=True).click()


def test_a_state_opens_its_equations(server: Server, visit: Visit) -> None:
    page = opened(visit, server)
    laws = page.locator(".walk .law")
    expect(laws.first).to_be_hidden()
    state = page.locator(".walk .writing .state").nth(1)
    box = state.bounding_box()
    assert box is not None
    state.click(position={"x": box["width"] * 0.99, "y": 5})
    expect(laws).to_have_count(4)
    expect(laws.first).to_be_visible()
    assert page.locator(".walk [type=number]").input_value() == "64"
    expect(page.locator(".walk .caption")).to_contain_text("is chosen")
    before = laws.last.inner_text()
    page.locator(".walk [type=number]").fill("3")
    assert laws.last.inner_text() != before


def test_the_readers_own_sentence(server: Server, visit: Visit) -> None:
    page = opened(visit, server)
    field = page.get_by_label(SAY("seq2seq_steps.sentence"), exact=True)
    field.fill("2021")
    field.press("Enter")
    expect(page.locator(".walk .reading .token bdi").first).to_have_text("two")
    expect(page.locator(".walk .reading .row")).to_have_count(5)
    page.locator(".walk [data-go=last]").click()
    expect(page.locator(".walk .caption")).to_contain_text("이천이십일")


def test_who_wants_no_motion_sees_no_word_fly(server: Server, visit: Visit) -> None:
    page = opened(visit, server)
    page.emulate_media(reduced_motion="reduce")
    in_detail(page)
    writing = page.locator(".walk .writing .token").nth(1)
    while "fed back" not in page.locator(".walk .caption").inner_text():
        page.locator(".walk [data-go=on]").click()
    assert writing.evaluate("node => node.querySelector('bdi').getAnimations().length") == 0


@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
def test_a_narrow_page_scrolls_down_only(server: Server, visit: Visit, locale: str) -> None:
    page = opened(visit, server, width=400, locale=locale)
    page.locator(".walk summary").click()
    wait_until_it_scrolls_down_only(page)
    assert page.locator(".walk").evaluate("node => node.scrollWidth <= node.clientWidth")
