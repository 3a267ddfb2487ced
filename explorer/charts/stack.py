"""How a stack grows, what its units are like, and what pretraining is worth."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.curves import hues, step_tooltip, strokes
from explorer.charts.style import error_axis, layered, legend, step_axis

HEIGHT = 320
NUMBER_SIZE = 18
COUNTS = (10, 20, 50, 100, 200, 500)  # on the axis


@dataclass(frozen=True, kw_only=True)
class GrowthLabels:
    """The chart's words; `alone` and `together` are those in the frame's `series` column."""

    step: str
    mse: str
    alone: str
    together: str
    description: str


def growth_curve(history: pd.DataFrame, labels: GrowthLabels) -> alt.LayerChart:
    """step, series, segment, mse, name → a line for each phase, named by its number of layers."""
    words = [labels.alone, labels.together]
    colours = [palette.PRETRAINED, palette.DEEP]
    base = alt.Chart(history).encode(
        step_axis(labels.step), error_axis(labels.mse), hues("series", words, colours)
    )
    hover = step_tooltip(labels.step, "mse", labels.mse, ".4f", of="series")
    line, *dots = strokes(base, hover)
    name = base.transform_filter(alt.datum.name != "").mark_text(
        align="left", baseline="bottom", dx=4, dy=-4, size=NUMBER_SIZE, fontWeight="bold"
    )
    layers = [line.encode(detail="segment:N"), name.encode(text="name:N"), *dots]
    return layered(layers, labels.description, height=HEIGHT)


@dataclass(frozen=True, kw_only=True)
class UnitLabels:
    """The chart's words; `unit`, `mean` and `untrained` are those in its `series` column."""

    layer: str
    percent: str
    unit: str
    mean: str
    untrained: str
    description: str


def unit_strips(measures: pd.DataFrame, labels: UnitLabels) -> alt.LayerChart:
    """layer, series, percent, aside → a dot for each unit, a bar at the mean of each layer."""
    words = [labels.unit, labels.mean, labels.untrained]
    colours = [palette.PRETRAINED, palette.DEEP, palette.FAINT]
    base = alt.Chart(measures).encode(
        x=alt.X("layer:O", title=labels.layer, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("percent:Q", title=labels.percent, scale=alt.Scale(zero=True, nice=True)),
        color=alt.Color(
            "series:N",
            scale=alt.Scale(domain=words, range=colours),
            legend=legend(words, symbolOpacity=1),
        ),
        tooltip=[
            alt.Tooltip("series:N", title="title"),
            alt.Tooltip("layer:O", title=labels.layer),
            alt.Tooltip("percent:Q", title=labels.percent, format=".1f"),
        ],
    )
    units = base.transform_filter(alt.datum.series == labels.unit)
    means = base.transform_filter(alt.datum.series != labels.unit)
    layers = [
        units.mark_circle(size=55, opacity=0.45).encode(
            xOffset=alt.XOffset("aside:Q", scale=alt.Scale(domain=[-1, 1]))
        ),
        means.mark_tick(thickness=4, size=70, opacity=1),
    ]
    return layered(layers, labels.description, height=HEIGHT)


@dataclass(frozen=True, kw_only=True)
class LabelCurveLabels:
    """The chart's words; the last three are those in the frame's `series` column."""

    labels: str
    percent: str
    description: str
    pretrained: str
    scratch: str
    chance: str


def label_curve(accuracies: pd.DataFrame, labels: LabelCurveLabels) -> alt.LayerChart:
    """labels, series, percent, low, high → a curve in its band for each start, and chance."""
    words = [labels.pretrained, labels.scratch, labels.chance]
    colours = [palette.PRETRAINED, palette.SCRATCH, palette.FAINT]
    x = alt.X(
        "labels:Q",
        title=labels.labels,
        scale=alt.Scale(type="log", domain=[COUNTS[0], COUNTS[-1]], nice=False, padding=14),
        axis=alt.Axis(values=COUNTS, grid=False),
    )
    axis = alt.Axis(values=[0, 25, 50, 75, 100])
    y = alt.Y("percent:Q", title=labels.percent, scale=alt.Scale(domain=[0, 100]), axis=axis)
    colour = hues("series", words, colours, symbolOpacity=1)
    base = alt.Chart(accuracies)
    nets = base.transform_filter(alt.datum.series != labels.chance)
    chance = base.transform_filter(alt.datum.series == labels.chance)
    hover = [
        alt.Tooltip("series:N", title="title"),
        alt.Tooltip("labels:Q", title=labels.labels),
        alt.Tooltip("percent:Q", title=labels.percent, format=".1f"),
    ]
    layers = [
        chance.mark_line(strokeWidth=2, strokeDash=[6, 5], tooltip=None).encode(x, y, colour),
        nets.mark_area(opacity=0.25, tooltip=None).encode(
            x, alt.Y("low:Q", title=labels.percent), alt.Y2("high:Q"), colour
        ),
        nets.mark_line(strokeWidth=3, tooltip=None).encode(x, y, colour),
        nets.mark_circle(size=80, opacity=1).encode(x, y, colour, tooltip=hover),
    ]
    return layered(layers, labels.description, height=HEIGHT)
