"""How a classifier learns: its loss and its accuracy over the training, and what it mixes up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.curves import hues, step_tooltip, strokes
from explorer.charts.reach import level, share_axis
from explorer.charts.style import layered, step_axis

HEIGHT = 300
MAP_HEIGHT = 380
NUMBER_SIZE = 16
TITLE_GAP = 16  # pixels between the classes and what they are
NATS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3]


@dataclass(frozen=True, kw_only=True)
class LearningLabels:
    """The words of both curves; `train` and `test` are those in the frame's `series` column."""

    step: str
    value: str
    train: str
    test: str
    chance: str
    description: str


def _colour(labels: LearningLabels) -> alt.Color:
    return hues("series", [labels.train, labels.test], [palette.TRAIN, palette.TEST])


def cross_entropy_curve(history: pd.DataFrame, labels: LearningLabels) -> alt.LayerChart:
    """step, series, nats, chance → the loss on training and test pictures, and a guess's loss.

    Logarithmic: equal ways down are equal ratios.
    """
    scale = alt.Scale(type="log", nice=False, padding=12)
    axis = alt.Axis(values=NATS, format="~g", labelOverlap="greedy")
    y = alt.Y("nats:Q", title=labels.value, scale=scale, axis=axis)
    base = alt.Chart(history).encode(step_axis(labels.step), y, _colour(labels))
    hover = step_tooltip(labels.step, "nats", labels.value, ".3f", of="series")
    layers = [*level(history, "chance", labels.chance), *strokes(base, hover)]
    return layered(layers, labels.description, height=HEIGHT)


def accuracy_curves(history: pd.DataFrame, labels: LearningLabels) -> alt.LayerChart:
    """step, series, share, chance → the share of training and test pictures that are read right."""
    base = alt.Chart(history).encode(
        step_axis(labels.step), share_axis(labels.value), _colour(labels)
    )
    hover = step_tooltip(labels.step, "share", labels.value, ".1%", of="series")
    layers = [*level(history, "chance", labels.chance), *strokes(base, hover)]
    return layered(layers, labels.description, height=HEIGHT)


@dataclass(frozen=True, kw_only=True)
class MixUpLabels:
    """The words of the map; `classes` are those in the columns `truth` and `said`, in order."""

    truth: str
    said: str
    count: str
    classes: tuple[str, ...]
    description: str


def mix_up_map(counts: pd.DataFrame, labels: MixUpLabels) -> alt.LayerChart:
    """truth, said, count, right → a square for each pair that occurs.

    The mistakes are what there is to see: they have a colour, what is right is grey.
    """
    classes, slanted = list(labels.classes), max(map(len, labels.classes)) > 1
    scale = alt.Scale(domain=classes)
    # Each name in the middle of its row or column, the first and the last too.
    axis: dict[str, Any] = {"labelFlush": False, "labelOverlap": False, "titlePadding": TITLE_GAP}
    base = alt.Chart(counts).encode(
        x=alt.X(
            "said:N",
            title=labels.said,
            scale=scale,
            axis=alt.Axis(orient="top", labelAngle=-40 if slanted else 0, **axis),
        ),
        y=alt.Y("truth:N", title=labels.truth, scale=scale, axis=alt.Axis(**axis)),
        tooltip=[
            alt.Tooltip("truth:N", title=labels.truth),
            alt.Tooltip("said:N", title=labels.said),
            alt.Tooltip("count:Q", title=labels.count),
        ],
    )
    right = base.transform_filter(alt.datum.right)
    wrong = base.transform_filter(~alt.datum.right)
    number: dict[str, Any] = {"fontSize": NUMBER_SIZE, "fontWeight": "bold"}
    number |= {"tooltip": None, "aria": False}
    layers = [
        right.mark_rect(color=palette.FAINT, opacity=0.15),
        wrong.mark_rect(color=palette.AGAINST),
        right.mark_text(color=palette.FAINT, **number).encode(text="count:Q"),
        wrong.mark_text(color="white", **number).encode(text="count:Q"),
    ]
    return layered(layers, labels.description, height=MAP_HEIGHT)
