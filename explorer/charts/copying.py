"""What four nets give back of pictures that they know, and of pictures that they do not."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.curves import hues, step_tooltip, strokes
from explorer.charts.style import error_axis, layered, step_axis

MAP_HEIGHT = 340
CURVE_HEIGHT = 320
NUMBER_SIZE = 18


@dataclass(frozen=True, kw_only=True)
class CopyLabels:
    """The words of both charts; `nets` are pairs (name, word), `kinds` words in the map's order."""

    nets: tuple[tuple[str, str], ...]
    kinds: tuple[str, ...]
    net: str
    kind: str
    returned: str
    step: str
    mse: str
    description: str

    @property
    def net_words(self) -> list[str]:
        return [word for _, word in self.nets]


def returned_heatmap(shares: pd.DataFrame, labels: CopyLabels) -> alt.LayerChart:
    """net, kind, returned, mse → a row a net, a column a kind of picture: the share returned.

    The darker, the more comes back; less than nothing is written as nothing.
    """
    lines = "split(datum.label, ' ')"  # long names stand in several lines
    base = (
        alt.Chart(shares)
        .transform_calculate(
            shown="max(0, datum.returned)", ink="datum.shown > 0.45 ? 'white' : 'black'"
        )
        .encode(
            x=alt.X(
                "kind:N",
                title=None,
                sort=list(labels.kinds),
                axis=alt.Axis(labelAngle=0, labelExpr=lines, domain=False),
                scale=alt.Scale(paddingInner=0.03),
            ),
            y=alt.Y(
                "net:N",
                title=None,
                sort=labels.net_words,
                axis=alt.Axis(labelExpr=lines, domain=False),
                scale=alt.Scale(paddingInner=0.06),
            ),
        )
    )
    hover = [
        alt.Tooltip("net:N", title=labels.net),
        alt.Tooltip("kind:N", title=labels.kind),
        alt.Tooltip("returned:Q", title=labels.returned, format=".1%"),
        alt.Tooltip("mse:Q", title=labels.mse, format=".4f"),
    ]
    colour = alt.Color("shown:Q", scale=alt.Scale(domain=[0, 1], scheme="blues"), legend=None)
    numbers = base.mark_text(
        fontSize=NUMBER_SIZE, fontWeight="bold", tooltip=None, aria=False
    ).encode(text=alt.Text("shown:Q", format=".0%"), fill=alt.Fill("ink:N", scale=None))
    layers = [base.mark_rect().encode(color=colour, tooltip=hover), numbers]
    return layered(layers, labels.description, height=MAP_HEIGHT)


def net_curves(history: pd.DataFrame, labels: CopyLabels) -> alt.LayerChart:
    """step, series, mse → the error of each net on one kind of picture, on a logarithmic scale."""
    colours = [palette.CONSTRAINTS[name] for name, _ in labels.nets]
    base = alt.Chart(history).encode(
        step_axis(labels.step), error_axis(labels.mse), hues("series", labels.net_words, colours)
    )
    hover = step_tooltip(labels.step, "mse", labels.mse, ".4f", of="series")
    return layered(strokes(base, hover), labels.description, height=CURVE_HEIGHT)
