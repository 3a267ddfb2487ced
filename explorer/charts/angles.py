"""How the linear autoencoder's subspace turns into PCA's."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.curves import step_tooltip, strokes
from explorer.charts.style import layered, newest, step_axis

HEIGHT = 300
NUMBER_SIZE = 22


@dataclass(frozen=True, kw_only=True)
class AngleLabels:
    """The chart's words."""

    step: str
    degrees: str
    description: str


def angle_curve(history: pd.DataFrame, labels: AngleLabels) -> alt.LayerChart:
    """step, degrees → the angle from 90° down to 0°, its newest value in the corner above."""
    base = alt.Chart(history).encode(
        x=step_axis(labels.step),
        y=alt.Y(
            "degrees:Q",
            title=labels.degrees,
            scale=alt.Scale(domain=[0, 90]),
            axis=alt.Axis(values=[0, 30, 60, 90], labelExpr="datum.value + '°'"),
        ),
    )
    hover = step_tooltip(labels.step, "degrees", labels.degrees, ".2f")
    number = (
        newest(base)
        .transform_calculate(number="format(datum.degrees, '.1f') + '°'")
        .mark_text(align="right", baseline="bottom", dy=-6, fontWeight="bold", tooltip=None)
        .encode(
            x=alt.value("width"),
            y=alt.value(0),
            text="number:N",
            color=alt.value(palette.LINEAR),
            size=alt.value(NUMBER_SIZE),
        )
    )
    return layered(
        [number, *strokes(base, hover, color=palette.LINEAR)], labels.description, height=HEIGHT
    )
