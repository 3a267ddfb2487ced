"""What a hidden layer does to the plane of two inputs: a sheet that the reader folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from explorer.analysis.gates import HIGH, LOW, Fold, Plane
from explorer.charts import palette
from explorer.charts.pictures import levels_of
from explorer.components import program
from explorer.data.logic_gates import CASES

PARTS = ("shared/activations", "shared/paper", "bend", "gate_fold")
_source = program("gate_fold", PARTS)
_mount = st.components.v2.component("gate_fold", html=_source.html, css=_source.css, js=_source.js)


@dataclass(frozen=True, kw_only=True)
class FoldLabels:
    """The words around the sheet; `alt` is for those who cannot see it."""

    slider: str
    play: str
    before: str
    after: str
    alt: str


def gate_fold(
    fold: Fold,
    plane: Plane,
    truths: Sequence[int],
    activation: str,
    *,
    labels: FoldLabels,
    key: str,
) -> None:
    """Draws the plane, bent by the two layers of `fold` as far as the reader's slider says.

    The net runs in the browser; how far the sheet is folded stays there, whatever net comes next.
    """
    drawing = {
        "key": key,
        "span": (LOW, HIGH),
        "cases": CASES,
        "truths": list(truths),
        "signs": list(plane.signs),
        "lines": [line._asdict() for line in plane.lines],
        "net": net_of(fold, activation),
        "colours": [levels_of(colour) for colour in (palette.AGAINST, palette.FOR)],
        "line": palette.DEEP,
        "words": asdict(labels),
    }
    _mount(key=key, data=drawing)


def net_of(fold: Fold, activation: str) -> dict[str, object]:
    """The two layers as the drawing reads them."""
    return {
        "weights": fold.weights.tolist(),
        "biases": fold.biases.tolist(),
        "tops": fold.tops.tolist(),
        "top": fold.top,
        "frame": fold.frame.tolist(),
        "activation": activation,
    }
