"""The view of the gates: it opens finished, says what was measured, in both languages."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.data.logic_gates import GATES
from explorer.text import LANGUAGES, catalogue
from tests.pages.conftest import Visit, html, words

LESSON = "pixels-and-neurons"


def opened(visit: Visit, **query: str) -> AppTest:
    app = visit(LESSON, experiment="gates", **query)
    assert not app.exception
    return app


def component(app: AppTest, key: str) -> dict[str, Any]:
    for element in app.get("bidi_component"):
        data: dict[str, Any] = json.loads(element.proto.json or "{}")
        if data.get("key") == key:
            return data
    raise AssertionError(f"no component {key}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens_with_a_finished_run(visit: Visit, language: str) -> None:
    app, say = opened(visit, lang=language), catalogue(language)
    told = words(app)
    counts = {f"{net}_{gate}": 20 for net in ("one", "two") for gate in GATES}
    counts |= {"one_xor": 0, "two_xor": 10}
    assert say("gates.notice", starts=20, **counts) in told
    some = say("gates.because.some", starts=20, two_xor=10, since="@")
    assert all(part in told for part in some.split("@"))
    shares = {"sure": 75, "wrong": 96, "firm": "1.05", "half": f"{np.log(2):.2f}"}
    assert say("gates.flat", **shares) in told
    assert say("pixels_and_neurons.about.gates") in told
    assert say("pixels_and_neurons.about.digits") not in told
    assert told.index(say("pixels_and_neurons.about.gates")) < told.index(say("gates.line.task"))
    for key in ("fold.title", "starts_hint", "line.task"):
        assert say(f"gates.{key}") in told
    pictures = html(app)
    assert pictures.count('<div class="plane"') == 6
    assert pictures.count('class="solved"') == 10
    assert pictures.count("</u></b>") == 6 * 4
    assert pictures.count("<u>?</u>") == 4, "one neuron before XOR"
    assert component(app, "gates.line")["words"]["turn"] == say("gates.line.turn")


def test_the_worst_start_of_xor_is_stuck_and_a_named_one_is_shown(visit: Visit) -> None:
    app, say = opened(visit), catalogue("en")
    which = next(group for group in app.button_group if group.label == say("gates.which"))
    assert "parts the ones from the zeros" in words(app)
    which.set_value("worst").run()
    assert not app.exception
    assert "does not part the ones" in words(app)
    signs = component(app, "gates.fold")["signs"]
    assert signs.count("?") == 2, "what the map calls undecided is so on the sheet"
    which = next(group for group in app.button_group if group.label == say("gates.which"))
    which.set_value("number").run()
    next(s for s in app.slider if s.label == say("gates.start")).set_value(7).run()
    assert not app.exception
    starts = re.findall(r"start (\d+):", html(app))
    assert starts[:6] == ["7"] * 6


def test_the_verdict_is_xor(visit: Visit) -> None:
    app, say = opened(visit), catalogue("en")
    guess = next(
        radio for radio in app.radio if radio.label == say("gates.prediction_gates.question")
    )
    guess.set_value("and").run()
    failed = say("common.prediction_failed", guess="AND", truth="XOR")
    assert failed in [element.value for element in app.info]
    guess = next(
        radio for radio in app.radio if radio.label == say("gates.prediction_gates.question")
    )
    guess.set_value("xor").run()
    assert say("common.prediction_held", truth="XOR") in [element.value for element in app.success]


def test_another_gate_is_folded(visit: Visit) -> None:
    app = opened(visit)
    assert component(app, "gates.fold")["truths"] == [0, 1, 1, 0]
    say = catalogue("en")
    chooser = next(group for group in app.button_group if group.label == say("gates.fold.gate"))
    chooser.set_value("and").run()
    assert not app.exception
    assert component(app, "gates.fold")["truths"] == [0, 0, 0, 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_an_activation_it_says_why_two_layers_are_one(visit: Visit, language: str) -> None:
    """A short run of its own: no checkpoint has these settings."""
    app, say = opened(visit, activation="identity", steps="30", lang=language), catalogue(language)
    app.button(key=f"{LESSON}.start").click().run()
    for _ in range(50):
        if say("gates.because.identity") in words(app):
            break
        app.run()
    assert not app.exception
    assert say("gates.because.identity") in words(app)
