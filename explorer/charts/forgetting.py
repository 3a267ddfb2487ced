"""What is left of each word: over its place, over the length of its sentence, over both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.reach import SHARES, count_axis, edge, level, reaching, share_axis
from explorer.charts.style import layered, legend

READOUT_HEIGHT = 420
CURVE_HEIGHT = 340
MAP_HEIGHT = 420
BARS_HEIGHT = 220

# Whoever looks into the trained vector has a full line; what these are held against has none.
HUES = {"told": palette.DECODER, **palette.PROBE_HUES}
DASHES = {"told": [7, 4], "untrained": [2, 3], "control": [2, 3]}
THICK, THIN = ("decoder",), ("untrained", "control")


@dataclass(frozen=True, kw_only=True)
class ReadoutLabels:
    """`readers` are pairs (name, word) with the words of the column; the axes; the level."""

    readers: tuple[tuple[str, str], ...]
    place: str
    share: str
    chance: str
    description: str


@dataclass(frozen=True, kw_only=True)
class LengthLabels:
    """`kinds` are the words of whole answers and of single words."""

    kinds: tuple[str, str]
    length: str
    place: str
    share: str
    chance: str
    edge: str
    description: str


@dataclass(frozen=True, kw_only=True)
class BarLabels:
    """The words of bars over the places of a source."""

    place: str
    value: str
    description: str


def readout_curve(readout: pd.DataFrame, labels: ReadoutLabels) -> alt.LayerChart:
    """place, reader, share, low, high, chance → what each reader finds at each place.

    Between `low` and `high` lies, in the decoder's colour, what it loses on its own.
    """
    names, words = zip(*labels.readers, strict=True)
    key = legend(words, symbolType="stroke", symbolOpacity=1, symbolSize=500)
    hue = alt.Color(
        "reader:N",
        scale=alt.Scale(domain=list(words), range=[HUES[name] for name in names]),
        legend=key,
    )
    dash = alt.StrokeDash(
        "reader:N",
        scale=alt.Scale(domain=list(words), range=[DASHES.get(name, [1, 0]) for name in names]),
        legend=key,
    )
    base = alt.Chart(readout).encode(count_axis("place", labels.place), share_axis(labels.share))
    hover = [
        alt.Tooltip("reader:N", title="title"),
        alt.Tooltip("place:Q", title=labels.place, format="d"),
        alt.Tooltip("share:Q", title=labels.share, format=".1%"),
    ]
    band = alt.Chart(readout).encode(
        count_axis("place", labels.place), alt.Y("low:Q"), alt.Y2("high:Q")
    )
    layers = [
        band.transform_filter(alt.datum.high > alt.datum.low).mark_rule(
            strokeWidth=10, opacity=0.22, color=palette.DECODER, tooltip=None
        ),
        *level(readout, "chance", labels.chance),
        base.mark_line(tooltip=None).encode(hue, dash, strokeWidth=_width(labels)),
        base.mark_circle(size=80, opacity=1).encode(hue, tooltip=hover),
    ]
    return layered(layers, labels.description, height=READOUT_HEIGHT)


def _width(labels: ReadoutLabels) -> Any:
    """How thick the line of each reader is; not by a scale, for names have no order."""
    thick, thin = (
        [word for name, word in labels.readers if name in those] for those in (THICK, THIN)
    )
    return (
        alt.when(alt.FieldOneOfPredicate("reader", thick))
        .then(alt.value(4))
        .when(alt.FieldOneOfPredicate("reader", thin))
        .then(alt.value(2))
        .otherwise(alt.value(3))
    )


def accuracy_curve(accuracies: pd.DataFrame, labels: LengthLabels) -> alt.LayerChart:
    """length, kind, share, part, chance → whole answers and single words over the length.

    Chance is a line of its own, for in some tasks it differs with the length. What was never
    trained is dashed and faint, and hangs on at the longest trained length.
    """
    colours = alt.Scale(domain=list(labels.kinds), range=[palette.TEST, palette.DECODER])
    base = alt.Chart(accuracies).encode(
        count_axis("length", labels.length),
        share_axis(labels.share),
        alt.Color(
            "kind:N",
            scale=colours,
            legend=legend(labels.kinds, symbolType="stroke", symbolOpacity=1),
        ),
    )
    hover = [
        alt.Tooltip("kind:N", title="title"),
        alt.Tooltip("length:Q", title=labels.length, format="d"),
        alt.Tooltip("share:Q", title=labels.share, format=".1%"),
    ]
    layers = [
        *_floor(accuracies, labels.chance),
        *reaching(base, "length", hover),
    ]
    return layered(layers, labels.description, height=CURVE_HEIGHT)


def _floor(accuracies: pd.DataFrame, word: str) -> list[alt.Chart]:
    """Chance at each length, as `level` draws the one that is the same everywhere."""
    last = alt.Chart(accuracies).transform_aggregate(last="argmax(length)")
    return [
        alt.Chart(accuracies)
        .mark_line(strokeWidth=2, strokeDash=[6, 5], color=palette.FAINT, tooltip=None)
        .encode(alt.X("length:Q"), alt.Y("chance:Q")),
        last.transform_calculate(word=f"'{word}'", level="datum.last.chance")
        .mark_text(
            align="right", baseline="bottom", dy=-4, fontSize=14, color=palette.FAINT, tooltip=None
        )
        .encode(alt.Y("level:Q"), x=alt.value("width"), text="word:N"),
    ]


def recall_heatmap(places: pd.DataFrame, labels: LengthLabels) -> alt.LayerChart:
    """length, place, share, part → a row a length, a column a place; the darker, the more recalled.

    Below the dotted line, and smaller, are lengths that were never trained.
    """
    axis = alt.Axis(labelAngle=0, domain=False, ticks=False, labelOverlap="parity")
    base = alt.Chart(places).encode(
        alt.X("place:O", title=labels.place, axis=axis, scale=alt.Scale(paddingInner=0.06)),
        alt.Y("length:O", title=labels.length, axis=axis, scale=alt.Scale(paddingInner=0.06)),
    )
    colour = alt.Color(
        "share:Q",
        scale=alt.Scale(domain=[0, 1], scheme="viridis"),
        legend=alt.Legend(
            orient="top", title=labels.share, format=".0%", values=SHARES, gradientLength=220
        ),
    )
    hover = [
        alt.Tooltip("length:O", title=labels.length),
        alt.Tooltip("place:O", title=labels.place),
        alt.Tooltip("share:Q", title=labels.share, format=".0%"),
    ]
    border = edge(places, "length").encode(alt.Y("edge:O", bandPosition=1))
    layers = [
        base.transform_filter(alt.datum.part == "trained")
        .mark_rect()
        .encode(color=colour, tooltip=hover),
        base.transform_filter(alt.datum.part == "beyond")
        .mark_rect(height=alt.RelativeBandSize(0.55), width=alt.RelativeBandSize(0.7))
        .encode(color=colour, tooltip=hover),
        border.mark_rule(strokeWidth=2, strokeDash=[2, 4], color=palette.FAINT, tooltip=None),
        border.transform_calculate(word=f"'{labels.edge}'")
        .mark_text(align="right", baseline="bottom", dy=-4, fontSize=14, tooltip=None)
        .encode(x=alt.value("width"), text="word:N", color=alt.value(palette.FAINT)),
    ]
    return layered(layers, labels.description, height=MAP_HEIGHT)


def place_bars(values: pd.DataFrame, labels: BarLabels) -> alt.LayerChart:
    """place, value → a bar for each place of the source, in the encoder's colour."""
    hover = [
        alt.Tooltip("place:Q", title=labels.place, format="d"),
        alt.Tooltip("value:Q", title=labels.value, format=".3~g"),
    ]
    axis = alt.Axis(labelAngle=0, domain=False, ticks=False)
    bars = (
        alt.Chart(values)
        .mark_bar(color=palette.ENCODER, cornerRadiusEnd=2)
        .encode(
            alt.X("place:O", title=labels.place, axis=axis, scale=alt.Scale(paddingInner=0.2)),
            alt.Y("value:Q", title=labels.value, axis=alt.Axis(tickCount=4)),
            tooltip=hover,
        )
    )
    return layered([bars], labels.description, height=BARS_HEIGHT)
