"""What a recurrent autoencoder recalls: over the places of a list, over lengths, over training."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.curves import hues, step_tooltip, strokes
from explorer.charts.reach import count_axis, level, reaching, share_axis
from explorer.charts.style import layered, step_axis

HEIGHT = 320
LENGTH_TICKS = list(range(4, 25, 2))


@dataclass(frozen=True, kw_only=True)
class RecallLabels:
    """The words of the three charts; `pattern` and `random` are those in the `sort` column."""

    pattern: str
    random: str
    chance: str
    x: str
    share: str
    description: str


def _colour(labels: RecallLabels) -> alt.Color:
    words = [labels.pattern, labels.random]
    return hues("sort", words, [palette.RULED, palette.BY_CHANCE], symbolOpacity=1)


def _hover(labels: RecallLabels, field: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("sort:N", title="title"),
        alt.Tooltip(field, title=labels.x),
        alt.Tooltip("share:Q", title=labels.share, format=".1%"),
    ]


def recall_by_position(places: pd.DataFrame, labels: RecallLabels) -> alt.LayerChart:
    """place, sort, share, chance → the recall of each place of the lists, and chance below."""
    x = count_axis("place", labels.x)
    base = alt.Chart(places).encode(x, share_axis(labels.share), _colour(labels))
    layers = [
        *level(places, "chance", labels.chance),
        base.mark_line(strokeWidth=3, tooltip=None),
        base.mark_circle(size=110, opacity=1).encode(tooltip=_hover(labels, "place:Q")),
    ]
    return layered(layers, labels.description, height=HEIGHT)


def length_curve(lengths: pd.DataFrame, labels: RecallLabels) -> alt.LayerChart:
    """length, sort, share, part → lists without a mistake over their length.

    `part` is `trained` or `beyond`: what was never trained is dashed and faint, and hangs on at the
    longest trained length, which is in both parts.
    """
    axis = alt.Axis(values=LENGTH_TICKS, format="d", grid=False)
    x = count_axis("length", labels.x).axis(axis)
    base = alt.Chart(lengths).encode(x, share_axis(labels.share), _colour(labels))
    layers = reaching(base, "length", _hover(labels, "length:Q"))
    return layered(layers, labels.description, height=HEIGHT)


def accuracy_curve(history: pd.DataFrame, labels: RecallLabels) -> alt.LayerChart:
    """step, sort, share → lists without a mistake while the net learns."""
    base = alt.Chart(history).encode(step_axis(labels.x), share_axis(labels.share), _colour(labels))
    hover = step_tooltip(labels.x, "share", labels.share, ".1%", of="sort")
    return layered(strokes(base, hover), labels.description, height=HEIGHT)
