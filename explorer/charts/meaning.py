"""Two languages in one plane, and how many numbers cross from one into the other."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.curves import hues, step_tooltip, strokes
from explorer.charts.style import layered, legend, step_axis

MAP_HEIGHT = 520
CURVE_HEIGHT = 270
RING, SIGN = 210, 80  # areas of the signs of the two languages, in square pixels
STROKE = 2.5  # pixels
LIT = 2  # times as large under the pointer


@dataclass(frozen=True, kw_only=True)
class MeaningLabels:
    """The map's words; `languages` are pairs (key, word) with the words of the column."""

    languages: tuple[tuple[str, str], ...]
    number: str
    description: str


@dataclass(frozen=True, kw_only=True)
class CrossingLabels:
    """The curves' words; `series` are pairs (key, word): `own`, `code` and `pairs`."""

    series: tuple[tuple[str, str], ...]
    step: str
    share: str
    description: str


SERIES_HUES = {"own": palette.FAINT, "code": palette.CODE, "pairs": palette.ON_PAIRS}


def meaning_map(points: pd.DataFrame, labels: MeaningLabels) -> alt.LayerChart:
    """x, y, to_x, to_y, language, number, names → a point for each code, a line for each number.

    There are no axes, because the unit of a code means nothing. The number under the pointer is
    lit in both languages.
    """
    words = [word for _, word in labels.languages]
    pointed = alt.selection_point(
        name="pointed", fields=["number"], on="pointerover", clear="pointerout", empty=False
    )
    scale = alt.Scale(zero=False, nice=False, padding=14)  # the browser finds the domain
    base = alt.Chart(points).encode(
        x=alt.X("x:Q", scale=scale, axis=None), y=alt.Y("y:Q", scale=scale, axis=None)
    )
    lines = base.transform_filter(alt.datum.language == words[0]).mark_rule(
        color=palette.FAINT, tooltip=None, aria=False
    )
    colour = alt.Scale(
        domain=words, range=[palette.LANGUAGE_HUES[key] for key, _ in labels.languages]
    )
    shape = alt.Scale(domain=words, range=["circle", "triangle-up"])
    size = alt.when(pointed)
    signs_alike = legend(words, symbolSize=RING, symbolFillColor="transparent")
    marked = base.encode(
        color=alt.Color("language:N", scale=colour, legend=signs_alike),
        shape=alt.Shape("language:N", scale=shape, legend=signs_alike),
        tooltip=[
            alt.Tooltip("names:N", title="title"),
            alt.Tooltip("number:Q", title=labels.number, format=",d"),
        ],
    )
    # An open ring and an open triangle inside it: where two codes coincide, both are seen.
    rings, signs = (
        marked.transform_filter(alt.datum.language == word).mark_point(
            filled=False, strokeWidth=STROKE, opacity=1, aria=False
        )
        for word in words
    )
    return layered(
        [
            lines.encode(
                x2="to_x:Q",
                y2="to_y:Q",
                strokeWidth=alt.when(pointed).then(alt.value(4)).otherwise(alt.value(1.5)),
            ),
            rings.encode(
                size=size.then(alt.value(LIT * RING)).otherwise(alt.value(RING))
            ).add_params(pointed),
            signs.encode(size=size.then(alt.value(LIT * SIGN)).otherwise(alt.value(SIGN))),
        ],
        labels.description,
        height=MAP_HEIGHT,
    )


def crossing_curve(history: pd.DataFrame, labels: CrossingLabels) -> alt.LayerChart:
    """step, series, share → numbers without a mistake while the nets learn."""
    words = [word for _, word in labels.series]
    scale = alt.Scale(domain=[0, 1], nice=False, padding=6)
    axis = alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1])
    base = alt.Chart(history).encode(
        step_axis(labels.step),
        alt.Y("share:Q", title=labels.share, scale=scale, axis=axis),
        hues("series", words, [SERIES_HUES[key] for key, _ in labels.series]),
    )
    hover = step_tooltip(labels.step, "share", labels.share, ".1%", of="series")
    return layered(strokes(base, hover), labels.description, height=CURVE_HEIGHT)
