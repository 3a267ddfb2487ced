"""How much error a code of each size leaves."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.style import error_axis, layered, legend

HEIGHT = 360
SIZES = (1, 2, 4, 8, 16, 32)  # on the axis


@dataclass(frozen=True, kw_only=True)
class SizeLabels:
    """The chart's words; `pca`, `linear` and `deep` are those in the frame's `method` column."""

    code_size: str
    mse: str
    pca: str
    linear: str
    deep: str
    description: str


def size_curve(errors: pd.DataFrame, labels: SizeLabels) -> alt.LayerChart:
    """code_size, method, mse → a curve a method.

    PCA's is drawn wide and below, so that it is still seen once the linear autoencoder lies on it.
    """
    methods = [labels.pca, labels.linear, labels.deep]
    colours = [palette.PCA, palette.LINEAR, palette.DEEP]
    shapes = ["square", "circle", "triangle-up"]
    key = legend(methods, symbolSize=120)
    base = alt.Chart(errors).encode(
        x=alt.X(
            "code_size:Q",
            title=labels.code_size,
            scale=alt.Scale(type="log", base=2, domain=[SIZES[0], SIZES[-1]], padding=12),
            axis=alt.Axis(values=SIZES, grid=False),
        ),
        y=error_axis(labels.mse),
        color=alt.Color("method:N", scale=alt.Scale(domain=methods, range=colours), legend=key),
    )
    below = base.transform_filter(alt.datum.method == labels.pca)
    above = base.transform_filter(alt.datum.method != labels.pca)
    points = base.mark_point(filled=True, size=90, opacity=1).encode(
        shape=alt.Shape("method:N", scale=alt.Scale(domain=methods, range=shapes), legend=key),
        tooltip=[
            alt.Tooltip("method:N", title="title"),
            alt.Tooltip("code_size:Q", title=labels.code_size),
            alt.Tooltip("mse:Q", title=labels.mse, format=".4f"),
        ],
    )
    layers = [
        below.mark_line(strokeWidth=9, strokeOpacity=0.55, tooltip=None),
        above.mark_line(strokeWidth=3, tooltip=None),
        points,
    ]
    return layered(layers, labels.description, height=HEIGHT)
