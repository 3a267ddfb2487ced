"""The two parts of a VAE's loss while it learns, and the one part of an autoencoder's."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.curves import step_tooltip, strokes
from explorer.charts.style import layered, legend, step_axis

HEIGHT = 340
STROKE = 450  # size of a legend's symbol, long enough to show its dashes
TICKS = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000]


@dataclass(frozen=True, kw_only=True)
class PartLabels:
    """The chart's words; the three of the losses are those in the frame's `series` column."""

    step: str
    nats: str
    ae_reconstruction: str
    vae_reconstruction: str
    vae_kl: str
    description: str


def loss_parts_curve(history: pd.DataFrame, labels: PartLabels) -> alt.LayerChart:
    """step, series, nats → a curve a part; equal ways are equal ratios, but 0 is still shown."""
    words = [labels.ae_reconstruction, labels.vae_reconstruction, labels.vae_kl]
    colours = [palette.NETS["ae"], palette.NETS["vae"], palette.NETS["vae"]]
    key = legend(words, symbolType="stroke", symbolSize=STROKE)
    base = alt.Chart(history).encode(
        x=step_axis(labels.step),
        y=alt.Y(
            "nats:Q",
            title=labels.nats,
            scale=alt.Scale(type="symlog", constant=1, domainMin=0, nice=False),
            axis=alt.Axis(values=TICKS, format=",d", labelOverlap="greedy"),
        ),
        color=alt.Color("series:N", scale=alt.Scale(domain=words, range=colours), legend=key),
    )
    line, *dots = strokes(base, step_tooltip(labels.step, "nats", labels.nats, ".2f", of="series"))
    lines = line.encode(
        strokeDash=alt.StrokeDash(
            "series:N",
            scale=alt.Scale(domain=words, range=[[1, 0], [1, 0], [6, 4]]),
            legend=key,
        )
    )
    return layered([lines, *dots], labels.description, height=HEIGHT)
