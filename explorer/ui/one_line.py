"""Four cases and one straight line that the reader moves: which gates does it part?"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import streamlit as st

from explorer.analysis.gates import HIGH, LOW
from explorer.charts import palette
from explorer.charts.pictures import levels_of
from explorer.components import program
from explorer.data.logic_gates import CASES, TRUTHS

PARTS = ("shared/paper", "sides", "one_line")
_source = program("one_line", PARTS)
_mount = st.components.v2.component("one_line", html=_source.html, css=_source.css, js=_source.js)


@dataclass(frozen=True, kw_only=True)
class LineLabels:
    """The words around the line. `right`, `most` and `alt` hold {score}, `alt` also {gate}; the
    names of the gates have their rules beside them as `xor_rule`.
    """

    gate: str
    turn: str
    shift: str
    flip: str
    right: str
    done: str
    most: str
    alt: str
    names: tuple[tuple[str, str], ...]


def one_line(labels: LineLabels, *, key: str) -> None:
    """Draws the game. Line and best scores stay in the browser; nothing reaches the server."""
    words = asdict(labels)
    words |= dict(words.pop("names"))
    drawing = {
        "key": key,
        "cases": CASES,
        "gates": TRUTHS,
        "span": (LOW, HIGH),
        "colours": [levels_of(colour) for colour in (palette.AGAINST, palette.FOR)],
        "hue": palette.LINEAR,
        "words": words,
    }
    _mount(key=key, data=drawing)
