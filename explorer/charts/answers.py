"""Right answers of a translating model: over its training, and over their length."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.curves import hues, step_tooltip, strokes
from explorer.charts.reach import share_axis
from explorer.charts.style import layered, step_axis

HEIGHT = 280


@dataclass(frozen=True, kw_only=True)
class AnswerLabels:
    """The words of both charts; `sequence` and `token` are those in the `sort` column."""

    sequence: str
    token: str
    x: str
    share: str
    count: str = ""
    description: str


def answer_curve(history: pd.DataFrame, labels: AnswerLabels) -> alt.LayerChart:
    """step, sort, share → whole answers and single words that are right, while the model learns."""
    colours = [palette.DECODER, palette.FAINT]
    colour = hues("sort", [labels.sequence, labels.token], colours, symbolOpacity=1)
    base = alt.Chart(history).encode(step_axis(labels.x), share_axis(labels.share), colour)
    hover = step_tooltip(labels.x, "share", labels.share, ".1%", of="sort")
    return layered(strokes(base, hover), labels.description, height=HEIGHT)


def answer_bars(lengths: pd.DataFrame, labels: AnswerLabels) -> alt.LayerChart:
    """length, share, count, few → whole answers of so many words that are right; pale where few
    were tried."""
    x = alt.X("length:O", title=labels.x, axis=alt.Axis(labelAngle=0))
    hover = [
        alt.Tooltip("length:O", title=labels.x),
        alt.Tooltip("share:Q", title=labels.share, format=".1%"),
        alt.Tooltip("count:Q", title=labels.count),
    ]
    pale = alt.condition(alt.datum.few, alt.value(0.3), alt.value(1))
    base = alt.Chart(lengths).encode(x, share_axis(labels.share), tooltip=hover)
    bars = base.mark_bar(color=palette.DECODER).encode(opacity=pale)
    numbers = base.mark_text(
        baseline="bottom", dy=-3, fontSize=14, fontWeight="bold", color=palette.DECODER
    ).encode(text=alt.Text("share:Q", format=".0%"))
    return layered([bars, numbers], labels.description, height=HEIGHT)
