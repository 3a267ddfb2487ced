"""How long the weights of clues are: of informative pixels, of noise, of always blank ones."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.curves import hues, step_tooltip, strokes
from explorer.charts.style import layered, step_axis

HEIGHT = 300


@dataclass(frozen=True, kw_only=True)
class NormLabels:
    """The chart's words; the three kinds are those in the frame's `kind` column."""

    step: str
    norm: str
    informative: str
    noise: str
    blank: str
    description: str


@dataclass(frozen=True, kw_only=True)
class RatioLabels:
    """The chart's words."""

    step: str
    ratio: str
    description: str


def norm_curve(history: pd.DataFrame, labels: NormLabels) -> alt.LayerChart:
    """step, kind, norm → a curve a kind, from 0: shrinking weights are seen to shrink."""
    kinds = [labels.informative, labels.noise, labels.blank]
    base = alt.Chart(history).encode(
        x=step_axis(labels.step),
        y=_from_zero("norm:Q", labels.norm),
        color=hues("kind", kinds, list(palette.CLUES.values())),
    )
    # Noise and blank pixels may lie on each other: the wide line below stays visible.
    below = base.transform_filter(alt.datum.kind == labels.blank).mark_line(
        strokeWidth=8, strokeOpacity=0.5, tooltip=None
    )
    hover = step_tooltip(labels.step, "norm", labels.norm, ".3f", of="kind")
    return layered([below, *strokes(base, hover)], labels.description, height=HEIGHT)


def ratio_curve(history: pd.DataFrame, labels: RatioLabels) -> alt.LayerChart:
    """step, ratio → the curve, and a line at 1, where noise counts as much as a pixel."""
    base = alt.Chart(history).encode(
        x=step_axis(labels.step), y=_from_zero("ratio:Q", labels.ratio)
    )
    hover = step_tooltip(labels.step, "ratio", labels.ratio, ".3f")
    equal = alt.Chart(history).mark_rule(strokeWidth=2, strokeDash=[8, 5], color=palette.FAINT)
    layers = [equal.encode(y=alt.datum(1)), *strokes(base, hover, color=palette.LYING_AROUND)]
    return layered(layers, labels.description, height=HEIGHT)


def _from_zero(field: str, title: str) -> alt.Y:
    scale = alt.Scale(zero=True, nice=True)
    return alt.Y(field, title=title, scale=scale, axis=alt.Axis(tickCount=5))
