"""Codes beside the prior N(0, 1), and the classes that live where the prior lies."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.style import layered, legend

HISTOGRAM_HEIGHT = 300
SHARES_HEIGHT = 340
DASHES = ([1, 0], [7, 4], [2, 3])  # of code units 1, 2 and 3
STROKE = 450  # size of a legend's symbol, long enough to tell dashes from dots
SHORT = 3  # letters of a class name that can stand upright below its bars


@dataclass(frozen=True, kw_only=True)
class HistogramLabels:
    """The chart's words; `prior` and `units` are those in the frame's `series` column."""

    value: str
    prior: str
    units: tuple[str, ...]
    net: str  # a name in palette.NETS
    description: str


def histogram_over_prior(curves: pd.DataFrame, labels: HistogramLabels) -> alt.LayerChart:
    """value, height, series → the histogram of each code unit, over the bell of the prior.

    Heights have no axis: every curve is drawn up to the same peak.
    """
    colour, words = palette.NETS[labels.net], [labels.prior, *labels.units]
    base = alt.Chart(curves).encode(
        x=alt.X("value:Q", title=labels.value, scale=alt.Scale(nice=False)),
        y=alt.Y("height:Q", axis=None, scale=alt.Scale(domain=[0, 1.05])),
    )
    bell = base.transform_filter(alt.datum.series == labels.prior)
    units = base.transform_filter(alt.datum.series != labels.prior)
    key = legend(words, symbolType="stroke", symbolSize=STROKE)
    lines = units.mark_line(strokeWidth=2.5, interpolate="step", tooltip=None).encode(
        color=alt.Color(
            "series:N",
            scale=alt.Scale(domain=words, range=[palette.FAINT, *[colour] * len(labels.units)]),
            legend=key,
        ),
        strokeDash=alt.StrokeDash(
            "series:N",
            scale=alt.Scale(domain=words, range=[[1, 0], *DASHES[: len(labels.units)]]),
            legend=key,
        ),
    )
    layers = [
        bell.mark_area(color=palette.FAINT, opacity=0.35, tooltip=None),
        bell.mark_line(color=palette.FAINT, strokeWidth=2, tooltip=None),
        lines,
    ]
    return layered(layers, labels.description, height=HISTOGRAM_HEIGHT)


@dataclass(frozen=True, kw_only=True)
class ShareLabels:
    """The chart's words; `ae` and `vae` are those in the frame's `net` column."""

    classes: tuple[str, ...]
    percent: str
    ae: str
    vae: str
    equal: str
    label: str
    description: str


def class_bars(shares: pd.DataFrame, labels: ShareLabels) -> alt.LayerChart:
    """class, net, percent → two bars a class, and the level at which all would be equal."""
    nets = [labels.ae, labels.vae]
    upright = max(map(len, labels.classes)) <= SHORT
    base = alt.Chart(shares)
    y = alt.Y("percent:Q", title=labels.percent, scale=alt.Scale(domainMin=0, nice=True))
    bars = base.mark_bar(cornerRadiusEnd=2).encode(
        x=alt.X(
            "class:N",
            title=labels.label,
            sort=list(labels.classes),
            axis=alt.Axis(labelAngle=0 if upright else -40),
        ),
        xOffset=alt.XOffset("net:N", sort=nets),
        y=y,
        color=alt.Color(
            "net:N",
            scale=alt.Scale(
                domain=[*nets, labels.equal], range=[*palette.NETS.values(), palette.FAINT]
            ),
            legend=legend([*nets, labels.equal]),
        ),
        tooltip=[
            alt.Tooltip("net:N", title="title"),
            alt.Tooltip("class:N", title=labels.label),
            alt.Tooltip("percent:Q", title=labels.percent, format=".1f"),
        ],
    )
    level = alt.Chart(shares).transform_aggregate(classes="distinct(class)")
    equal = level.transform_calculate(percent="100 / datum.classes").encode(y=y)
    rule = equal.mark_rule(strokeDash=[8, 5], strokeWidth=2, color=palette.FAINT, tooltip=None)
    return layered([bars, rule], labels.description, height=SHARES_HEIGHT)
