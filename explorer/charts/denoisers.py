"""How well denoisers clean: while the nets learn, and side by side."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.curves import hues, step_tooltip, strokes
from explorer.charts.style import layered, newest, step_axis

HEIGHT = 340
LEARNING = ("ae", "dae")  # all others stand still
BAR_HEIGHT = 16
NAME_SIZE = 16  # and bold: large enough to be legible in any of the colours


@dataclass(frozen=True, kw_only=True)
class DenoiserLabels:
    """The charts' words; `methods` are pairs (name, word in the frame's `method` column)."""

    methods: tuple[tuple[str, str], ...]
    step: str
    psnr: str
    ssim: str
    description: str

    @property
    def words(self) -> list[str]:
        return [word for _, word in self.methods]

    @property
    def colours(self) -> list[str]:
        return [palette.DENOISERS[name] for name, _ in self.methods]


def psnr_curve(history: pd.DataFrame, labels: DenoiserLabels) -> alt.LayerChart:
    """step, method, psnr → a curve for each net, and a level line for each standard to beat."""
    nets = [word for name, word in labels.methods if name in LEARNING]
    base = alt.Chart(history)
    learned = base.transform_filter(alt.FieldOneOfPredicate("method", nets))
    others = [word for word in labels.words if word not in nets]
    level = newest(base.transform_filter(alt.FieldOneOfPredicate("method", others)))
    y = alt.Y("psnr:Q", title=labels.psnr, scale=alt.Scale(zero=False, nice=False, padding=14))
    colour = hues("method", labels.words, labels.colours)
    hover = step_tooltip(labels.step, "psnr", labels.psnr, ".2f", of="method")
    layers = [
        level.mark_rule(strokeWidth=3, strokeDash=[8, 5]).encode(y, colour, tooltip=hover),
        *strokes(learned.encode(step_axis(labels.step), y, colour), hover, width=4),
    ]
    return layered(layers, labels.description, height=HEIGHT)


def quality_bars(scores: pd.DataFrame, labels: DenoiserLabels) -> alt.LayerChart:
    """method, psnr, ssim → a bar of PSNR for each method, the best on top, and its SSIM.

    The words have the colour of their bar, which is read on a light page and on a dark one.
    """
    scale = alt.Scale(domain=labels.words, range=labels.colours)
    x = alt.X("psnr:Q", title=labels.psnr, axis=alt.Axis(grid=False), scale=alt.Scale(nice=False))
    hover = [
        alt.Tooltip("method:N", title="title"),
        alt.Tooltip("psnr:Q", title=labels.psnr, format=".2f"),
        alt.Tooltip("ssim:Q", title=labels.ssim, format=".3f"),
    ]
    # Named, because the frame's own order would be that of the first frame which the browser saw.
    best_first = alt.EncodingSortField("psnr", op="max", order="descending")
    psnr, ssim = "format(datum.psnr, '.1f')", "format(datum.ssim, '.2f')"
    base = (
        alt.Chart(scores)
        .transform_calculate(numbers=f"{psnr} + ' dB · {labels.ssim} ' + {ssim}")
        .encode(
            y=alt.Y("method:N", sort=best_first, axis=None),
            color=alt.Color("method:N", scale=scale, legend=None),
        )
    )
    words = base.encode(size=alt.value(NAME_SIZE))
    names = words.mark_text(align="left", dy=-9, fontWeight="bold", tooltip=None, aria=False)
    numbers = words.mark_text(align="right", dy=-9, fontWeight="bold", tooltip=None, aria=False)
    layers = [
        base.mark_bar(size=BAR_HEIGHT, yOffset=10).encode(x, tooltip=hover),
        names.encode(x=alt.value(0), text="method:N"),
        numbers.encode(x=alt.value("width"), text="numbers:N"),
    ]
    return layered(layers, labels.description, height=HEIGHT)
