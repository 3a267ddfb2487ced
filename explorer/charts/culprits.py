"""Ten culprits side by side: how likely each is, and how badly its evidence fits the scene."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.style import LABEL_SIZE, layered

HEIGHT = 300


@dataclass(frozen=True, kw_only=True)
class CulpritLabels:
    """The chart's words; `classes` are those in the frame's `culprit` column, in their order."""

    culprit: str
    value: str
    classes: tuple[str, ...]
    description: str


def probability_bars(culprits: pd.DataFrame, labels: CulpritLabels) -> alt.LayerChart:
    """culprit, value, best → the code: a bar a culprit, from 0 to 100 %."""
    percent = alt.Y(
        "value:Q",
        title=labels.value,
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format=".0%", tickCount=5),
    )
    return _bars(culprits, labels, percent, palette.CODE, ".0%")


def misfit_bars(culprits: pd.DataFrame, labels: CulpritLabels) -> alt.LayerChart:
    """culprit, value, best → the error of each culprit's evidence; the lowest fits best."""
    error = alt.Y(
        "value:Q",
        title=labels.value,
        scale=alt.Scale(zero=True),
        axis=alt.Axis(format="~g", tickCount=5),
    )
    return _bars(culprits, labels, error, palette.DECODER, ".3f")


def _bars(
    culprits: pd.DataFrame, labels: CulpritLabels, value: alt.Y, colour: str, number: str
) -> alt.LayerChart:
    axis = alt.Axis(labelAngle=0 if max(map(len, labels.classes)) == 1 else -40)
    base = alt.Chart(culprits).encode(
        x=alt.X("culprit:N", title=labels.culprit, sort=list(labels.classes), axis=axis),
        y=value,
        opacity=alt.condition(alt.datum.best, alt.value(1), alt.value(0.45)),
        tooltip=[
            alt.Tooltip("culprit:N", title="title"),
            alt.Tooltip("value:Q", title=labels.value, format=number),
        ],
    )
    best = base.transform_filter(alt.datum.best)
    layers = [
        base.mark_bar(color=colour),
        # Without a colour of its own the number takes the page's.
        best.mark_text(dy=-9, fontSize=LABEL_SIZE, fontWeight="bold", color=colour).encode(
            text=alt.Text("value:Q", format=number), tooltip=alt.value(None)
        ),
    ]
    return layered(layers, labels.description, height=HEIGHT)
