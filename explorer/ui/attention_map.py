"""The map of looks on the page: a row for each word of the answer, a column for each of the source.

A cell that is clicked, tapped or entered turns the look of its row to its column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from explorer.charts.palette import WITH_ATTENTION
from explorer.components import source
from explorer.training.loop import Array
from explorer.ui.session import widget

_source = source("attention_map")
_mount = st.components.v2.component(
    "attention_map", html=_source.html, css=_source.css, js=_source.js
)


@dataclass(frozen=True, kw_only=True)
class MapLabels:
    """The words around the map; `map` is for those who cannot see it."""

    map: str
    corner: str
    turned: str


def attention_map(
    weights: Array,
    *,
    asked: Sequence[str],
    said: Sequence[str],
    turned: Mapping[int, int],
    changed: Sequence[bool],
    labels: MapLabels,
    on_turn: Callable[[int, int], None],
    key: str,
) -> None:
    """Draws `weights` (T, S) over the words `asked` (S) and `said` (T).

    `turned` has the columns of the rows that were turned; `changed` marks rows whose word is
    another one for it. `on_turn` is called with the row and the column that the reader picks.
    """

    def picked() -> None:
        held = widget(key)
        place = held.get("picked") if isinstance(held, Mapping) else None
        if isinstance(place, Sequence) and len(place) == len(weights.shape):
            row, column = (int(number) for number in place)
            # The click may have been meant for a map that has gone since.
            if 0 <= row < weights.shape[0] and 0 <= column < weights.shape[1]:
                on_turn(row, column)

    drawing = {
        "key": key,
        "source": list(asked),
        "answer": list(said),
        "weights": [[round(float(weight), 4) for weight in row] for row in weights],
        "turned": [turned.get(row, -1) for row in range(len(weights))],
        "changed": [bool(other) for other in changed],
        "hue": WITH_ATTENTION,
        "words": asdict(labels),
    }
    _mount(key=key, data=drawing, on_picked_change=picked)
