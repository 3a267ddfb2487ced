"""Which noise a net was trained on, which noise it meets, and how well it cleans."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.style import layered

HEIGHT = 420
NUMBER_SIZE = 18
FRAME = 4  # pixels around a cell of the diagonal


@dataclass(frozen=True, kw_only=True)
class MatrixLabels:
    """The map's words; `noises` and `untreated` are those in the frame, in the order of the map."""

    trained: str
    tested: str
    psnr: str
    gain: str
    noises: tuple[str, ...]
    untreated: str
    description: str


def noise_heatmap(matrix: pd.DataFrame, labels: MatrixLabels) -> alt.LayerChart:
    """trained, tested, psnr, gain, own → a row for each net, a column for each noise it meets.

    The lighter the cell, the better; the cells in which a net meets its own noise are framed. The
    last row is the noisy picture as it came.
    """
    lines = "split(datum.label, ' ')"  # long names stand in several lines
    rows = [*labels.noises, labels.untreated]
    base = (
        alt.Chart(matrix)
        .transform_joinaggregate(low="min(psnr)", high="max(psnr)")
        .transform_calculate(
            light="(datum.psnr - datum.low) / max(datum.high - datum.low, 0.001)",
            ink="datum.light > 0.55 ? 'black' : 'white'",
        )
        .encode(
            x=alt.X(
                "tested:N",
                title=labels.tested,
                sort=list(labels.noises),
                axis=alt.Axis(labelAngle=0, labelExpr=lines),
                scale=alt.Scale(paddingInner=0.03),
            ),
            y=alt.Y(
                "trained:N",
                title=labels.trained,
                sort=rows,
                axis=alt.Axis(labelExpr=lines),
                scale=alt.Scale(paddingInner=0.03),
            ),
        )
    )
    hover = [
        alt.Tooltip("trained:N", title=labels.trained),
        alt.Tooltip("tested:N", title=labels.tested),
        alt.Tooltip("psnr:Q", title=labels.psnr, format=".2f"),
        alt.Tooltip("gain:Q", title=labels.gain, format="+.2f"),
    ]
    scale = alt.Scale(domain=[0, 1], scheme="viridis")
    cells = base.mark_rect().encode(
        color=alt.Color("light:Q", scale=scale, legend=None), tooltip=hover
    )
    own = base.transform_filter(alt.datum.own).mark_rect(
        fillOpacity=0, stroke=palette.DENOISING, strokeWidth=FRAME, tooltip=None
    )
    numbers = base.mark_text(
        fontSize=NUMBER_SIZE, fontWeight="bold", tooltip=None, aria=False
    ).encode(text=alt.Text("psnr:Q", format=".1f"), fill=alt.Fill("ink:N", scale=None))
    return layered([cells, own, numbers], labels.description, height=HEIGHT)
