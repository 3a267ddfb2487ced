"""The ball: what travels to the browser, and what is said of the measured limit."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.charts import palette
from explorer.components import program
from explorer.text import LANGUAGES, catalogue
from explorer.ui.ball import PARTS, answer, measured, words
from tests.charts.test_charts import closest, contrast

JS = program("ball", PARTS).js


def drawn() -> dict[str, Any]:
    """What a page with a ball sends."""

    def page() -> None:
        from explorer.ui.ball import ball

        ball(4.0, key="it")

    app = AppTest.from_function(page).run()
    assert not app.exception
    (component,) = app.main.children.values()
    return json.loads(component.proto.json, parse_constant=pytest.fail)  # type: ignore[no-any-return]


def test_a_page_sends_the_curvature_the_colours_and_all_words() -> None:
    sent = drawn()
    assert sent.keys() == {"key", "curvature", "opening", "hues", "words"}
    assert (sent["curvature"], sent["opening"]) == (4, 5)
    assert sent["hues"] == palette.ZONE_HUES
    assert sent["words"] == words(catalogue("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_the_drawing_asks_for_is_there(language: str) -> None:
    known = words(catalogue(language))
    asked = set(re.findall(r"\bwords\.(\w+)", JS))
    asked |= set(re.findall(r'\bfilled\("(\w+)"', JS))
    asked |= set(re.findall(r'data-say="(\w+)"', program("ball", PARTS).html))
    asked |= {f"zone_{zone}" for zone in palette.ZONE_HUES}
    asked |= {f"why_{name}" for name in (*palette.ZONE_HUES, "leap", "swings")}
    ends = ("wide", "dent", "wanders", "diverges")
    asked |= {f"{kind}_{end}" for kind in ("end", "why_end") for end in ends}
    assert known.keys() - {"language", "step"} == asked - {"language", "step"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_drawing_fills_in_every_value_that_a_sentence_names(language: str) -> None:
    found = re.search(r"const values = \{(.*?)\};", JS)
    assert found is not None
    filled = set(re.findall(r"(\w+):", found[1]))
    for key, text in words(catalogue(language)).items():
        if key.startswith("why_") or key == "two_limits":
            assert set(re.findall(r"\{(\w+)\}", text)) <= filled, key


def test_every_word_on_and_beside_a_colour_can_be_read() -> None:
    """Words on a chip are white; others are of the colour and, to so many percent, of the ink."""
    style = program("ball", PARTS).css
    assert "button[aria-pressed=true] { color: #fff; background: var(--own); }" in style
    share = re.search(r"--said: color-mix\(in srgb, var\(--hue\) (\d+)%, var\(--ink\)\)", style)
    assert share is not None
    part = int(share[1]) / 100
    for hue in palette.ZONE_HUES.values():
        assert contrast(hue, "#ffffff") >= 4.5
        for ink, page in (("#1b2530", "#ffffff"), ("#e9eef3", "#0d1218")):
            behind = mixed(hue, page, 0.07)
            assert contrast(mixed(hue, ink, part), behind) >= 4.5


def mixed(one: str, other: str, part: float) -> str:
    """`part` of one colour and the rest of another."""
    pairs = [(int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(part * a + (1 - part) * b):02x}" for a, b in pairs)


def test_no_racer_has_the_hue_of_a_zone() -> None:
    for zone in palette.ZONE_HUES.values():
        for racer in palette.OPTIMIZER_HUES.values():
            assert closest([zone, racer], "normal") > 30


def test_the_numbers_in_the_sentence_were_measured() -> None:
    said = measured(4.0)
    assert said["curvature"] == "4"
    assert said["predicted"] == "0.5"
    assert float(said["measured"]) == pytest.approx(0.5, rel=0.01)
    assert said["predicted_both"] == "0.05"
    assert float(said["measured_both"]) == pytest.approx(0.05, rel=0.01)


@pytest.mark.parametrize(
    ("ratio", "held"), [(0.501, "half"), (0.26, "quarter"), (1.02, "same"), (1.9, "double")]
)
def test_the_prediction_is_held_against_what_was_measured(ratio: float, held: str) -> None:
    assert answer(ratio) == held
