"""How the error falls while the net learns."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.curves import hues, step_tooltip, strokes
from explorer.charts.style import error_axis, layered, newest, step_axis

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
    y = error_axis(labels.mse)
    colour = hues("series", list(colours), list(colours.values()))
    base = alt.Chart(history)
    learned = base.transform_filter(alt.FieldOneOfPredicate("series", [labels.train, labels.test]))
    layers = strokes(
        learned.encode(step_axis(labels.step), y, colour),
        step_tooltip(labels.step, "mse", labels.mse, ".4f", of="series"),
    )
    if labels.pca is not None:
        reference = newest(base.transform_filter(alt.datum.series == labels.pca))
        visible = reference.transform_filter(alt.datum.mse > VISIBLE_MSE)
        rule = visible.mark_rule(strokeWidth=3, strokeDash=[8, 5], tooltip=None)
        layers.insert(0, rule.encode(y, colour))
    return layered(layers, labels.description, height=HEIGHT)
