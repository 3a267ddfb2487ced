"""The grammar of curves over the training: a line, a dot at its newest moment, an answer to a
pointer; and the colours of a chart's series with the legend that names them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from explorer.charts.style import legend, newest


def hues(field: str, words: Sequence[str], colours: Sequence[str], **settings: Any) -> alt.Color:
    """A colour for each word of a field, in the order of the legend, which shows strokes."""
    return alt.Color(
        f"{field}:N",
        scale=alt.Scale(domain=list(words), range=list(colours)),
        legend=legend(words, symbolType="stroke", **settings),
    )


def step_tooltip(step: str, value: str, title: str, digits: str, of: str = "") -> list[alt.Tooltip]:
    """What the pointer is told: the field `of` as heading if there are several curves, the step
    under its title, and `value` under its own."""
    heading = [alt.Tooltip(f"{of}:N", title="title")] if of else []
    return [
        *heading,
        alt.Tooltip("step:Q", title=step, format=","),
        alt.Tooltip(f"{value}:Q", title=title, format=digits),
    ]


def strokes(
    base: alt.Chart, tooltip: Sequence[alt.Tooltip], *, width: int = 3, **mark: Any
) -> list[alt.Chart]:
    """The layers of curves over `step`, for a `base` that says where they lie and in what colour.

    The pointer meets wide unseen dots: a line by itself answers only where it is met exactly.
    """
    return [
        base.mark_line(strokeWidth=width, tooltip=None, **mark),
        newest(base).mark_circle(size=90, opacity=1, tooltip=None, **mark),
        base.mark_circle(size=200, opacity=0, aria=False).encode(tooltip=list(tooltip)),
    ]
