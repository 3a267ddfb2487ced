"""The map of looks: what travels to the browser, and how little."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.charts.palette import WITH_ATTENTION
from explorer.components import source


def drawn() -> dict[str, Any]:
    """What a page with a map sends."""

    def page() -> None:
        import numpy as np

        from explorer.ui.attention_map import MapLabels, attention_map

        attention_map(
            np.array([[0.25, 0.75], [1.0, 0.0], [1 / 3, 2 / 3]], dtype=np.float32),
            asked=["ant", "bee"],
            said=["bee", "<b>", "(end)"],
            turned={1: 0},
            changed=[False, True, True],
            labels=MapLabels(map="A map.", corner="corner", turned="turned"),
            on_turn=lambda _row, _column: None,
            key="it",
        )

    app = AppTest.from_function(page).run()
    assert not app.exception
    (component,) = app.main.children.values()
    return json.loads(component.proto.json, parse_constant=pytest.fail)  # type: ignore[no-any-return]


def test_a_page_sends_words_weights_and_what_was_turned() -> None:
    assert drawn() == {
        "key": "it",
        "source": ["ant", "bee"],
        "answer": ["bee", "<b>", "(end)"],
        "weights": [[0.25, 0.75], [1, 0], [0.3333, 0.6667]],
        "turned": [-1, 0, -1],
        "changed": [False, True, True],
        "hue": WITH_ATTENTION,
        "words": {"map": "A map.", "corner": "corner", "turned": "turned"},
    }


def test_the_drawing_reads_what_is_sent_and_writes_no_markup() -> None:
    js, sent = source("attention_map").js, drawn()
    named = set(re.findall(r"\bdata\.(\w+)", js))
    (parts,) = re.findall(r"function fill\(table, \{ (.*?) \}\)", js)
    assert named | set(parts.split(", ")) == set(sent)
    assert set(re.findall(r"\bwords\.(\w+)", js)) == set(sent["words"])
    assert "innerHTML" not in js


def test_it_is_small_because_it_is_sent_with_every_update() -> None:
    assert sum(len(part.encode()) for part in vars(source("attention_map")).values()) < 6_000
