"""The neuron on its page: what travels to the browser, and the words that it is drawn with."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import explorer.components
import explorer.ui.neuron as chapter
from explorer.charts import palette
from explorer.components import program
from explorer.data.animals import CLUES, DOGS, TABLES
from explorer.text import LANGUAGES, catalogue
from explorer.ui.neuron import PARTS, board, words

SOURCES = Path(explorer.components.__file__).parent / "neuron"
SAY = catalogue("en")
ANSWERS = ("yes", "no", "told_yes", "told_no", "truth")


def script(language: str) -> None:
    from explorer.ui.neuron import neuron_chapter
    from explorer.ui.session import memory

    memory().language = language
    neuron_chapter()


def opened(language: str = "en") -> AppTest:
    app = AppTest.from_function(script, args=(language,)).run()
    assert not app.exception
    return app


def told(app: AppTest) -> dict[str, Any]:
    (component,) = app.get("bidi_component")
    found: dict[str, Any] = json.loads(component.proto.json, parse_constant=pytest.fail)
    return found


def prose(app: AppTest) -> str:
    return "\n".join(block.value for block in (*app.markdown, *app.success, *app.info))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens_with_the_neuron_and_a_guess(language: str) -> None:
    app = opened(language)
    sent = told(app)
    assert sent == {"key": "neuron", **board(catalogue(language))}
    assert [case["name"] for case in sent["tables"]["dogs"]] == [case.name for case in DOGS]
    assert app.radio[0].options == [catalogue(language)(f"neuron.clues.{clue}") for clue in CLUES]
    assert catalogue(language)("neuron.before") in prose(app)


@pytest.mark.parametrize(("guess", "held"), [("wags", True), ("barks", False)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_learnt_holds_the_guess_against_it(
    monkeypatch: pytest.MonkeyPatch, language: str, guess: str, held: bool
) -> None:
    monkeypatch.setattr(chapter, "_mount", lambda **_: {"learnt": True})
    app = opened(language)
    app.radio[0].set_value(guess).run()
    assert not app.exception
    assert (len(app.success), len(app.info)) == (int(held), int(not held))
    assert "5,040" in prose(app)
    assert "{" not in prose(app)
    # It is not forgotten when the browser has nothing more to report.
    monkeypatch.setattr(chapter, "_mount", lambda **_: {})
    assert "5,040" in prose(app.run())


# The drawing --------------------------------------------------------------------------------------


def sources() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(SOURCES.glob("*.js")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_is_drawn_is_said_and_no_other(language: str) -> None:
    html = (SOURCES / "neuron.html").read_text(encoding="utf-8")
    said = set(words(catalogue(language)))
    asked = {
        *re.findall(r"words\.(\w+)", sources()),
        *re.findall(r'data-say="(\w+)"', html),
        *re.findall(r'\.say\("(\w+)"', sources()),
        *re.findall(r"\w+", *re.findall(r"CURVES = \[(.*)\]", sources())),
        # Names that are put together.
        *(f"{table}_{rest}" for table in TABLES for rest in ANSWERS),
        *(f"{what}_{side}" for what in ("sum", "z") for side in ("above", "below")),
    }
    assert asked <= said
    # One of two words is said where the program decides between them.
    assert all(f'"{word}"' in sources() for word in said - asked)


def test_values_are_put_in_by_the_names_that_the_drawing_has() -> None:
    named = {name for text in words(SAY).values() for name in re.findall(r"\{(\w+)\}", text)}
    assert named == {name for name in named if re.search(rf"\b{name}\b", sources())}


def test_for_and_against_have_the_colours_of_the_charts() -> None:
    css = (SOURCES / "neuron.css").read_text(encoding="utf-8")
    assert f"--for: {palette.FOR.lower()}; --against: {palette.AGAINST.lower()};" in css


def test_what_is_sent_anew_with_every_update_stays_small() -> None:
    whole = program("neuron", PARTS)
    assert sum(len(part.encode()) for part in vars(whole).values()) < 42_000
    assert "import " not in whole.js
