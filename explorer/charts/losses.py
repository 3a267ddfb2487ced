"""How the error falls while the net learns."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.style import error_axis, layered, legend, newest, step_axis

HEIGHT = 340
VISIBLE_MSE = 1e-4
"""A reference below this (PCA with as many components as pixels) would squeeze the curves flat."""


@dataclass(frozen=True, kw_only=True)
class LossLabels:
    """The chart's words; `train`, `test` and `pca` are those in the frame's `series` column."""

    step: str
    mse: str
    train: str
    test: str
    pca: str | None = None
    description: str


def loss_curve(history: pd.DataFrame, labels: LossLabels) -> alt.LayerChart:
    """step, series, mse → a curve for train and test, and PCA's error as a line to beat."""
    colours = {labels.train: palette.TRAIN, labels.test: palette.TEST}
    if labels.pca is not None:
        colours[labels.pca] = palette.PCA
    x, y = step_axis(labels.step), error_axis(labels.mse)
    colour = alt.Color(
        "series:N",
        scale=alt.Scale(domain=list(colours), range=list(colours.values())),
        legend=legend(colours, symbolType="stroke"),
    )
    base = alt.Chart(history)
    learned = base.transform_filter(alt.FieldOneOfPredicate("series", [labels.train, labels.test]))
    hover = [
        alt.Tooltip("series:N", title="title"),
        alt.Tooltip("step:Q", title=labels.step, format=","),
        alt.Tooltip("mse:Q", title=labels.mse, format=".4f"),
    ]
    layers = [
        learned.mark_line(strokeWidth=3, tooltip=None).encode(x, y, colour),
        newest(learned).mark_circle(size=90, opacity=1, tooltip=None).encode(x, y, colour),
        learned.mark_circle(size=200, opacity=0, aria=False).encode(x, y, tooltip=hover),
    ]
    if labels.pca is not None:
        reference = newest(base.transform_filter(alt.datum.series == labels.pca))
        visible = reference.transform_filter(alt.datum.mse > VISIBLE_MSE)
        rule = visible.mark_rule(strokeWidth=3, strokeDash=[8, 5], tooltip=None)
        layers.insert(0, rule.encode(y, colour))
    return layered(layers, labels.description, height=HEIGHT)
