"""The drawing pad: what travels to the browser, and what comes of what the browser sends."""

from __future__ import annotations

import base64
import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.components import source
from explorer.data.drawings import DRAWING_SIDE, as_picture
from explorer.data.pictures import load_pictures
from explorer.text import LANGUAGES, catalogue
from explorer.ui import drawing


def page(language: str) -> None:  # run without this module's imports
    import streamlit as st

    from explorer.data.pictures import load_pictures
    from explorer.ui.drawing import drawing_pad
    from explorer.ui.session import memory

    memory().language = language
    picture = drawing_pad(load_pictures("digits"), key="pad")
    st.text("None" if picture is None else str(picture.tolist()))


def opened(language: str = "en") -> AppTest:
    app = AppTest.from_function(page, args=(language,)).run()
    assert not app.exception
    return app


@pytest.fixture
def sends(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets the browser send something: `sends(payload)`."""

    def pretend(payload: object) -> None:
        result = SimpleNamespace(get={"ink": payload}.get)
        monkeypatch.setattr(drawing, "_mount", lambda **_arguments: result)

    return pretend


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pad_speaks_the_readers_language(language: str) -> None:
    app, say = opened(language), catalogue(language)
    assert (
        app.markdown[0].value
        == f"**{say('drawing.label', classes='0, 1, 2, 3, 4, 5, 6, 7, 8, 9')}**"
    )
    assert [caption.value for caption in app.caption] == [
        say("drawing.hint"),
        say("drawing.waiting"),
    ]
    (component,) = app.get("bidi_component")
    sent = json.loads(component.proto.json)
    assert sent["side"] == DRAWING_SIDE
    assert sent["words"] == {name: say(f"drawing.{name}") for name in ("clear", "pad")}


def test_nothing_is_drawn_at_first() -> None:
    assert opened().text[0].value == "None"


def test_a_drawing_comes_out_as_a_picture_of_the_set(sends: Any) -> None:
    ink = np.zeros((DRAWING_SIDE, DRAWING_SIDE), np.uint8)
    ink[10:50, 20:30] = 255
    sends(base64.b64encode(ink.tobytes()).decode())
    app = opened()
    expected = as_picture((ink / 255).astype(np.float32), load_pictures("digits"))
    assert app.text[0].value == str(expected.tolist())
    assert catalogue("en")("drawing.received", height=8, width=8) in app.caption[-1].value


@pytest.mark.parametrize("payload", [float("nan"), [1, 2, 3], "%%%%", "A" * 99, {"x": None}])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_no_drawing_gets_a_sentence_and_the_page_goes_on(
    sends: Any, payload: object, language: str
) -> None:
    sends(payload)
    app = opened(language)
    sentence = catalogue(language)("errors.data.no_drawing", side=DRAWING_SIDE)
    assert [error.value for error in app.error] == [sentence]
    assert app.text[0].value == "None"


def test_the_source_is_small_and_asks_for_nothing_from_elsewhere() -> None:
    pad = source("drawing_pad")
    assert len(pad.html) + len(pad.css) + len(pad.js) < 4096
    assert "://" not in pad.html + pad.css + pad.js
