"""What all charts share: type that is read from the last row, and a specification without data."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeVar
from unicodedata import east_asian_width

import altair as alt
import pandas as pd

DATASET = "rows"  # the name under which a specification asks for its frame

LABEL_SIZE = 14
TITLE_SIZE = 15
LETTER_WIDTH = 7.5  # pixels of a Latin letter at LABEL_SIZE; a Korean one takes two
SYMBOL_ROOM = 36  # pixels of a legend's symbol with the gaps around it

AXIS = alt.AxisConfig(
    labelFontSize=LABEL_SIZE,
    labelLimit=0,
    labelPadding=8,
    titleFontSize=TITLE_SIZE,
    titlePadding=8,
)
LEGEND = alt.LegendConfig(labelFontSize=LABEL_SIZE, labelLimit=0, offset=12)

ERROR_TICKS = [
    round(mantissa * 10**exponent, 6)
    for exponent in range(-5, 0)
    for mantissa in (1, 1.5, 2, 3, 5, 7)
]

Labels = TypeVar("Labels", bound=Hashable)


def layered(
    layers: Sequence[alt.Chart],
    description: str,
    *,
    height: int,
    params: Sequence[alt.Parameter] = (),
) -> alt.LayerChart:
    """The layers as one chart, as wide as its place on the page, with its alt text.

    `height` in pixels counts axes and legend. Text keeps the colours of the page's theme, so that
    it is read in light and dark.
    """
    chart = alt.layer(
        *layers,
        width="container",
        height=height,
        description=description,
        background="transparent",
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
        config=alt.Config(axis=AXIS, legend=LEGEND),
    ).add_params(*params)
    assert isinstance(chart, alt.LayerChart), "a facet has no layers"
    return chart


def step_axis(title: str) -> alt.X:
    """Optimisation steps, from the first moment to the newest."""
    axis = alt.Axis(grid=False, tickCount=8, tickMinStep=1, format=",d")
    return alt.X("step:Q", title=title, scale=alt.Scale(nice=False), axis=axis)


def error_axis(title: str) -> alt.Y:
    """Mean squared error on a logarithmic scale: equal ways down are equal ratios."""
    scale = alt.Scale(type="log", nice=False, padding=12)
    axis = alt.Axis(values=ERROR_TICKS, format="~g", labelOverlap="greedy")
    return alt.Y("mse:Q", title=title, scale=scale, axis=axis)


def newest(history: alt.Chart) -> alt.Chart:
    """Only the rows of the newest step."""
    return history.transform_joinaggregate(last="max(step)").transform_filter(
        alt.datum.step == alt.datum.last
    )


def legend(words: Iterable[str], **settings: Any) -> alt.Legend:
    """A legend above the chart, in as many columns as there is room for; its words say enough
    without a heading."""
    letters = max(sum(1 + (east_asian_width(c) in "WF") for c in word) for word in words)
    entry = SYMBOL_ROOM + letters * LETTER_WIDTH
    return alt.Legend(
        orient="top",
        title=None,
        columns=alt.ExprRef(f"max(1, floor(width / {entry}))"),
        symbolStrokeWidth=3,
        **settings,
    )


def specification(
    chart: Callable[[pd.DataFrame, Labels], alt.LayerChart], labels: Labels, frame: pd.DataFrame
) -> dict[str, Any]:
    """The Vega-Lite of `chart(frame, labels)`, with the frame itself as its one dataset.

    For equal labels nothing but the dataset differs, so a browser that has drawn the chart only
    exchanges its data: nothing flickers, and a brush survives.
    """
    specification: dict[str, Any] = json.loads(_without_data(chart, labels))
    return specification | {"datasets": {DATASET: frame}}


@lru_cache(maxsize=64)
def _without_data(chart: Callable[[pd.DataFrame, Labels], alt.LayerChart], labels: Labels) -> str:
    """Written once: building a chart takes ten times as long as reading it back."""
    specification = chart(pd.DataFrame(), labels).to_dict()
    del specification["datasets"]
    return json.dumps(specification | {"data": {"name": DATASET}})
