"""What a recurrent autoencoder recalls: over the places of a list, over lengths, over training."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.curves import hues, step_tooltip, strokes
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


def _share_axis(labels: RecallLabels) -> alt.Y:
    scale = alt.Scale(domain=[0, 1], nice=False, padding=6)
    axis = alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1])
    return alt.Y("share:Q", title=labels.share, scale=scale, axis=axis)


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
    axis = alt.Axis(tickMinStep=1, format="d", grid=False)
    scale = alt.Scale(nice=False, zero=False, padding=12)
    x = alt.X("place:Q", title=labels.x, axis=axis, scale=scale)
    base = alt.Chart(places).encode(x, _share_axis(labels), _colour(labels))
    chance = alt.Chart(places).transform_aggregate(chance="min(chance)")
    level = chance.encode(y="chance:Q")
    layers = [
        level.mark_rule(strokeWidth=2, strokeDash=[6, 5], color=palette.FAINT, tooltip=None),
        level.transform_calculate(word=f"'{labels.chance}'")
        .mark_text(
            align="right", baseline="bottom", dy=-4, fontSize=14, color=palette.FAINT, tooltip=None
        )
        .encode(x=alt.value("width"), text="word:N"),
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
    scale = alt.Scale(nice=False, zero=False, padding=12)
    x = alt.X("length:Q", title=labels.x, axis=axis, scale=scale)
    base = alt.Chart(lengths).encode(x, _share_axis(labels), _colour(labels))
    trained = base.transform_filter(alt.datum.part == "trained")
    beyond = base.transform_filter(alt.datum.part == "beyond")
    edge = (
        alt.Chart(lengths)
        .transform_filter(alt.datum.part == "trained")
        .transform_aggregate(edge="max(length)")
        .encode(x="edge:Q")
    )
    layers = [
        edge.mark_rule(strokeWidth=2, strokeDash=[2, 4], color=palette.FAINT, tooltip=None),
        beyond.mark_line(strokeWidth=2, strokeDash=[6, 5], opacity=0.7, tooltip=None),
        trained.mark_line(strokeWidth=3, tooltip=None),
        trained.mark_circle(size=90, opacity=1).encode(tooltip=_hover(labels, "length:Q")),
        beyond.mark_circle(size=70, opacity=0.6).encode(tooltip=_hover(labels, "length:Q")),
    ]
    return layered(layers, labels.description, height=HEIGHT)


def accuracy_curve(history: pd.DataFrame, labels: RecallLabels) -> alt.LayerChart:
    """step, sort, share → lists without a mistake while the net learns."""
    base = alt.Chart(history).encode(step_axis(labels.x), _share_axis(labels), _colour(labels))
    hover = step_tooltip(labels.x, "share", labels.share, ".1%", of="sort")
    return layered(strokes(base, hover), labels.description, height=HEIGHT)
