"""The divider: what travels to the browser, and how little."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.components import source


def drawn() -> dict[str, Any]:
    """What a page with a divider sends."""

    def page() -> None:
        from explorer.ui.divider import DividerLabels, divider

        labels = DividerLabels(
            before="noisy",
            after="cleaned",
            before_alt="With noise.",
            after_alt="Without.",
            handle="Divider",
        )
        divider("data:,before", "data:,after", width=320, height=213, labels=labels, key="it")

    app = AppTest.from_function(page).run()
    assert not app.exception
    (component,) = app.main.children.values()
    return json.loads(component.proto.json, parse_constant=pytest.fail)  # type: ignore[no-any-return]


def test_a_page_sends_both_pictures_and_all_words() -> None:
    assert drawn() == {
        "key": "it",
        "before": "data:,before",
        "after": "data:,after",
        "width": 320,
        "height": 213,
        "words": {
            "before": "noisy",
            "after": "cleaned",
            "before_alt": "With noise.",
            "after_alt": "Without.",
            "handle": "Divider",
        },
    }


def test_the_drawing_reads_what_is_sent() -> None:
    js = source("divider").js
    read = set(re.findall(r"\bdata\.(\w+)", js))
    assert read | {"before", "after"} == set(drawn())
    assert 'for (const side of ["before", "after"])' in js
    assert "data[side]" in js


def test_it_is_small_because_it_is_sent_with_every_update() -> None:
    assert sum(len(part.encode()) for part in vars(source("divider")).values()) < 4_000
