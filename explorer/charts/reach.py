"""The grammar of curves over lengths and places: shares, the level of chance, and what was trained
told apart from what was only tried.

A frame's column `part` is `trained` or `beyond`; the longest trained place is in both, so that the
two lines meet there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import altair as alt
import pandas as pd

from explorer.charts import palette

SHARES = [0, 0.25, 0.5, 0.75, 1]


def share_axis(title: str) -> alt.Y:
    """Shares of all, from none to all."""
    scale = alt.Scale(domain=[0, 1], nice=False, padding=6)
    return alt.Y("share:Q", title=title, scale=scale, axis=alt.Axis(format=".0%", values=SHARES))


def count_axis(field: str, title: str) -> alt.X:
    """Lengths or places: whole numbers, from the first that there is."""
    axis = alt.Axis(tickMinStep=1, format="d", grid=False)
    scale = alt.Scale(nice=False, zero=False, padding=12)
    return alt.X(f"{field}:Q", title=title, axis=axis, scale=scale)


def level(
    frame: pd.DataFrame, field: str, word: str, *, side: Literal["top", "bottom"] = "bottom"
) -> list[alt.Chart]:
    """A dashed line at the one value of a field, with its word on the right: `bottom` stands on
    the line, `top` hangs below it."""
    gap = 5 if side == "top" else -4
    line = alt.Chart(frame).transform_aggregate(level=f"min({field})").encode(y="level:Q")
    return [
        line.mark_rule(strokeWidth=2, strokeDash=[6, 5], color=palette.FAINT, tooltip=None),
        line.transform_calculate(word=f"'{word}'")
        .mark_text(
            align="right", baseline=side, dy=gap, fontSize=14, color=palette.FAINT, tooltip=None
        )
        .encode(x=alt.value("width"), text="word:N"),
    ]


def edge(frame: pd.DataFrame, field: str) -> alt.Chart:
    """One row, `edge`: the longest of what was trained."""
    trained = alt.Chart(frame).transform_filter(alt.datum.part == "trained")
    chart: alt.Chart = trained.transform_aggregate(edge=f"max({field})")
    return chart


def reaching(
    base: alt.Chart,
    field: str,
    hover: Sequence[alt.Tooltip],
    *dots: alt.Shape,
    beyond: bool = True,
) -> list[alt.Chart]:
    """The layers of curves over `field`, for a `base` that says where they lie and in what colour.

    What was never trained is dashed, with smaller and fainter dots, behind a dotted line; without
    `beyond` there is nothing of the kind.
    """
    trained = base.transform_filter(alt.datum.part == "trained")
    layers = [
        trained.mark_line(strokeWidth=3, tooltip=None),
        trained.mark_point(filled=True, size=90, opacity=1).encode(*dots, tooltip=list(hover)),
    ]
    if not beyond:
        return layers
    tried = base.transform_filter(alt.datum.part == "beyond")
    return [
        edge(base.data, field)
        .encode(x="edge:Q")
        .mark_rule(strokeWidth=2, strokeDash=[2, 4], color=palette.FAINT, tooltip=None),
        tried.mark_line(strokeWidth=2, strokeDash=[6, 5], opacity=0.7, tooltip=None),
        *layers,
        tried.mark_point(filled=True, size=70, opacity=0.6).encode(*dots, tooltip=list(hover)),
    ]
