"""One neuron beside two layers: how many of the starts have solved a gate, while they learn."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.curves import hues, step_tooltip, strokes
from explorer.charts.reach import share_axis
from explorer.charts.style import layered, legend, step_axis

HEIGHT = 260


@dataclass(frozen=True, kw_only=True)
class SolvedLabels:
    """The words of the curves; `linear` and `deep` are those in the `net` column."""

    linear: str
    deep: str
    x: str
    share: str
    description: str


def solved_curve(history: pd.DataFrame, labels: SolvedLabels) -> alt.LayerChart:
    """step, net, share → the share of the starts that solve a gate; one neuron is dashed, so that
    both are seen where they lie on one another."""
    words, colours = [labels.linear, labels.deep], [palette.LINEAR, palette.DEEP]
    dash = alt.StrokeDash(
        "net:N",
        scale=alt.Scale(domain=words, range=[[9, 7], [1, 0]]),
        legend=legend(words, symbolType="stroke"),
    )
    base = alt.Chart(history).encode(
        step_axis(labels.x), share_axis(labels.share), hues("net", words, colours), dash
    )
    hover = step_tooltip(labels.x, "share", labels.share, ".0%", of="net")
    return layered(strokes(base, hover), labels.description, height=HEIGHT)
