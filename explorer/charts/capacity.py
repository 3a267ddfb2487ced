"""How far several nets reach: over lengths and waits, over the size of the context, over training.

Where a share belongs to what was never trained, its line is dashed and its dots are faint.
"""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.curves import hues, step_tooltip, strokes
from explorer.charts.reach import count_axis, level, reaching, share_axis
from explorer.charts.style import layered, legend, step_axis

HEIGHT = 320
LEARNING_HEIGHT = 260
SHAPES = {"rnn": "square", "gru": "circle", "lstm": "triangle-up"}


@dataclass(frozen=True, kw_only=True)
class ReachLabels:
    """The words of curves by cell; `cells` are pairs (name, word) with the words of the column.

    Without a word for `chance` its level is not drawn, and nothing is dashed where nothing is
    `beyond` what was trained.
    """

    cells: tuple[tuple[str, str], ...]
    x: str
    share: str
    chance: str = ""
    beyond: bool = True
    description: str


@dataclass(frozen=True, kw_only=True)
class SizeLabels:
    """The words of what contexts of each size carry; `limit` is what no context can exceed."""

    sizes: tuple[int, ...]
    size: str
    value: str
    per_unit: str
    limit: str
    description: str


def _by_cell(labels: ReachLabels) -> tuple[list[str], list[str]]:
    """The word and the colour of each cell."""
    words = [word for _, word in labels.cells]
    return words, [palette.CELL_HUES[name] for name, _ in labels.cells]


def reach_curve(reached: pd.DataFrame, labels: ReachLabels) -> alt.LayerChart:
    """x, net, share, part, chance → what each cell recalls, over lengths or waits.

    `part` is `trained` or `beyond`. The level of chance has its word below it, because the worst
    curves come down to it from above.
    """
    x = count_axis("x", labels.x)
    words, colours = _by_cell(labels)
    key = legend(words, symbolSize=120, symbolOpacity=1)
    scale = alt.Scale(domain=words, range=colours)
    colour = alt.Color("net:N", scale=scale, legend=key)
    shapes = alt.Scale(domain=words, range=[SHAPES[name] for name, _ in labels.cells])
    shape = alt.Shape("net:N", scale=shapes, legend=key)
    base = alt.Chart(reached).encode(x, share_axis(labels.share), colour)
    hover = [
        alt.Tooltip("net:N", title="title"),
        alt.Tooltip("x:Q", title=labels.x, format="d"),
        alt.Tooltip("share:Q", title=labels.share, format=".1%"),
    ]
    chance = level(reached, "chance", labels.chance, side="top") if labels.chance else []
    layers = [*chance, *reaching(base, "x", hover, shape, beyond=labels.beyond)]
    return layered(layers, labels.description, height=HEIGHT)


def learning_curve(history: pd.DataFrame, labels: ReachLabels) -> alt.LayerChart:
    """step, net, share → what each cell recalls while it learns."""
    base = alt.Chart(history).encode(
        step_axis(labels.x), share_axis(labels.share), hues("net", *_by_cell(labels))
    )
    hover = step_tooltip(labels.x, "share", labels.share, ".1%", of="net")
    return layered(strokes(base, hover), labels.description, height=LEARNING_HEIGHT)


def size_reach(carried: pd.DataFrame, labels: SizeLabels) -> alt.LayerChart:
    """size, longest, longest_trained → the longest length recalled, for each size."""
    return _over_sizes(carried, labels, "longest", "longest_trained", "d")


def size_bits(carried: pd.DataFrame, labels: SizeLabels) -> alt.LayerChart:
    """size, bits, per_unit, held → the bits that at least come through, for each size."""
    return _over_sizes(carried, labels, "bits", "held", ".1f")


def _over_sizes(
    carried: pd.DataFrame, labels: SizeLabels, field: str, limit: str, digits: str
) -> alt.LayerChart:
    """One line over the sizes, each twice the one before, and the limit above it."""
    scale = alt.Scale(type="log", base=2, nice=False, padding=24)
    axis = alt.Axis(values=list(labels.sizes), format="d", grid=False)
    counts = alt.Axis(tickMinStep=1, format="d")
    base = alt.Chart(carried).encode(
        alt.X("size:Q", title=labels.size, scale=scale, axis=axis),
        alt.Y(f"{field}:Q", title=labels.value, scale=alt.Scale(zero=True), axis=counts),
    )
    hover = [
        alt.Tooltip("size:Q", title=labels.size, format="d"),
        alt.Tooltip(f"{field}:Q", title=labels.value, format=digits),
    ]
    if field == "bits":
        hover.append(alt.Tooltip("per_unit:Q", title=labels.per_unit, format=".2f"))
    layers = [
        *level(carried, limit, labels.limit),
        base.mark_line(strokeWidth=3, color=palette.CODE, tooltip=None),
        base.mark_circle(size=120, opacity=1, color=palette.CODE).encode(tooltip=hover),
        base.mark_text(
            dy=-16, fontSize=15, fontWeight="bold", color=palette.CODE, tooltip=None, aria=False
        ).encode(text=alt.Text(f"{field}:Q", format=digits)),
    ]
    return layered(layers, labels.description, height=HEIGHT)
