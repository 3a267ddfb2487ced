"""Curvature against the limit of the step: three nets that differ in the learning rate alone."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.curves import hues, step_tooltip, strokes
from explorer.charts.style import LABEL_SIZE, layered, step_axis

HEIGHT = 360
CURVATURES = [1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50, 70, 100, 150, 200, 300]
LIMIT_ROOM = 30  # pixels beyond the highest limit: the axis has a number above it, too
LOSSES = [0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1]


@dataclass(frozen=True, kw_only=True)
class EdgeLabels:
    """The words of both charts; `nets` are pairs (name, word) with the words of the column."""

    nets: tuple[tuple[str, str], ...]
    step: str
    value: str
    description: str


def _axis(field: str, title: str, values: list[float], padding: int) -> alt.Y:
    """Logarithmic: half the learning rate lifts the limit by the same way everywhere."""
    scale = alt.Scale(type="log", nice=False, padding=padding)
    axis = alt.Axis(values=values, format="~g", labelOverlap="greedy")
    return alt.Y(f"{field}:Q", title=title, scale=scale, axis=axis)


def _colour(labels: EdgeLabels) -> alt.Color:
    colours = [palette.RATE_HUES[name] for name, _ in labels.nets]
    return hues("series", [word for _, word in labels.nets], colours)


def sharpness_curves(history: pd.DataFrame, labels: EdgeLabels) -> alt.LayerChart:
    """step, series, sharpness, limit → a curve for each net, and its 2 / η dashed in its colour."""
    y, colour = _axis("sharpness", labels.value, list(CURVATURES), LIMIT_ROOM), _colour(labels)
    base = alt.Chart(history)
    limits = base.transform_aggregate(sharpness="min(limit)", groupby=["series"])
    rule = limits.mark_rule(strokeWidth=2, strokeDash=[8, 5], tooltip=None).encode(y, colour)
    word = (
        limits.transform_calculate(word="'2 / ' + format(2 / datum.sharpness, '.3~g')")
        .mark_text(
            baseline="top",
            dy=5,
            fontSize=LABEL_SIZE,
            fontWeight="bold",
            tooltip=None,
        )
        .encode(y, colour, x=alt.value(alt.ExprRef("width / 2")), text="word:N")
    )
    curves = base.encode(step_axis(labels.step), y, colour)
    hover = step_tooltip(labels.step, "sharpness", labels.value, ".1f", of="series")
    layers = [rule, word, *strokes(curves, hover)]
    return layered(layers, labels.description, height=HEIGHT)


def edge_loss_curves(history: pd.DataFrame, labels: EdgeLabels) -> alt.LayerChart:
    """step, series, loss → how the loss falls, and how it jumps on its way."""
    y = _axis("loss", labels.value, LOSSES, 14)
    base = alt.Chart(history).encode(step_axis(labels.step), y, _colour(labels))
    hover = step_tooltip(labels.step, "loss", labels.value, ".4f", of="series")
    return layered(strokes(base, hover, width=2), labels.description, height=HEIGHT)
