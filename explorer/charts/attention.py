"""With attention and without: over the length, over the training, and word by word."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.curves import hues, step_tooltip, strokes
from explorer.charts.reach import count_axis, reaching, share_axis
from explorer.charts.style import layered, step_axis

HEIGHT = 320
MAP_HEIGHT = 340


@dataclass(frozen=True, kw_only=True)
class TwoLabels:
    """`nets` are pairs (name, word) with the words of the `series` column; the axes; the level,
    which is not drawn without a word for `chance`."""

    nets: tuple[tuple[str, str], ...]
    x: str
    share: str
    chance: str = ""
    description: str


@dataclass(frozen=True, kw_only=True)
class WordMapLabels:
    """The words of a map of source words × answer words; `net` picks its colour."""

    net: str
    source: str
    answer: str
    value: str
    description: str


def _colour(labels: TwoLabels) -> alt.Color:
    colours = [palette.ATTENTION_HUES[name] for name, _ in labels.nets]
    return hues("series", [word for _, word in labels.nets], colours, symbolOpacity=1)


def length_curve(lengths: pd.DataFrame, labels: TwoLabels) -> alt.LayerChart:
    """length, series, share, part, chance → both nets over the length of the sentence.

    Right of the dotted line lie lengths that were never trained: dashed lines, smaller dots.
    """
    x = count_axis("length", labels.x)
    rows = alt.Chart(lengths)
    base = rows.encode(x, share_axis(labels.share), _colour(labels))
    last = rows.transform_joinaggregate(end="max(length)").transform_filter(
        alt.datum.length == alt.datum.end
    )
    hover = [
        alt.Tooltip("series:N", title="title"),
        alt.Tooltip("length:Q", title=labels.x, format="d"),
        alt.Tooltip("share:Q", title=labels.share, format=".0%"),
    ]
    chance = [
        rows.mark_line(strokeWidth=2, strokeDash=[6, 5], color=palette.FAINT, tooltip=None).encode(
            x, alt.Y("chance:Q")
        ),
        last.transform_aggregate(end="max(length)", chance="min(chance)")
        .transform_calculate(word=f"'{labels.chance}'")
        .mark_text(
            align="right", baseline="bottom", dy=-4, fontSize=14, color=palette.FAINT, tooltip=None
        )
        .encode(alt.X("end:Q"), alt.Y("chance:Q"), text="word:N"),
    ]
    layers = [*(chance if labels.chance else []), *reaching(base, "length", hover)]
    return layered(layers, labels.description, height=HEIGHT)


def learning_curve(history: pd.DataFrame, labels: TwoLabels) -> alt.LayerChart:
    """step, series, share → both nets while they learn."""
    base = alt.Chart(history).encode(step_axis(labels.x), share_axis(labels.share), _colour(labels))
    hover = step_tooltip(labels.x, "share", labels.share, ".0%", of="series")
    return layered(strokes(base, hover), labels.description, height=HEIGHT)


def word_map(cells: pd.DataFrame, labels: WordMapLabels) -> alt.LayerChart:
    """answer, source, value, light → a row for each word of the answer, a column for each of the
    source; full colour where `light` is 1, so maps whose `light` has one scale can be compared."""
    odd = "datum.value % 2 ? datum.label : ''"  # there is no room for every number
    axis = alt.Axis(labelAngle=0, domain=False, ticks=False, labelExpr=odd)
    band = alt.Scale(paddingInner=0.08)
    base = alt.Chart(cells).encode(
        alt.X("source:O", title=labels.source, axis=axis, scale=band),
        alt.Y("answer:O", title=labels.answer, axis=axis, scale=band),
    )
    hover = [
        alt.Tooltip("answer:O", title=labels.answer),
        alt.Tooltip("source:O", title=labels.source),
        alt.Tooltip("value:Q", title=labels.value, format=".2f"),
    ]
    hue = palette.ATTENTION_HUES[labels.net]
    layers = [
        base.mark_rect(color=hue, fillOpacity=0, stroke=palette.FAINT, strokeOpacity=0.25),
        base.mark_rect(color=hue).encode(
            opacity=alt.Opacity(
                "light:Q", scale=alt.Scale(domain=[0, 1], range=[0, 1]), legend=None
            ),
            tooltip=hover,
        ),
    ]
    return layered(layers, labels.description, height=MAP_HEIGHT)
