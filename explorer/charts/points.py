"""What the maps of codes share: a colour for each class, and a picture beside the pointer."""

from __future__ import annotations

import json
from collections.abc import Sequence

import altair as alt

from explorer.charts import palette
from explorer.charts.style import legend

HOVER_SIDE = 96  # pixels of the picture beside the pointer


def class_colour(classes: Sequence[str]) -> alt.Color:
    """The colour of a point's `label`, one of `classes`."""
    return alt.Color(
        "label:N",
        scale=alt.Scale(domain=list(classes), range=list(palette.CLASSES[: len(classes)])),
        legend=legend(classes),
    )


def with_pictures(chart: alt.Chart, label: str, thumbnail_header: str) -> alt.Chart:
    """Adds `image`, the picture of which `picture` is the body, and `name`, as in "digit 7"."""
    before, after = _enlarged(thumbnail_header)
    return chart.transform_calculate(
        image=f"{json.dumps(before)} + datum.picture + {json.dumps(after)}",
        name=f"{json.dumps(label)} + ' ' + datum.label",
    )


def hover() -> list[alt.Tooltip]:
    """The tooltip of a point; Vega takes the words `title` and `image` for what they say."""
    return [alt.Tooltip("name:N", title="title"), alt.Tooltip("image:N", title="image")]


def _enlarged(thumbnail_header: str) -> tuple[str, str]:
    """What stands before and behind a thumbnail's body in the data URI that enlarges it sharply."""
    size = f"width='{HOVER_SIDE}' height='{HOVER_SIDE}'"
    before = (
        f"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' {size}%3E%3Cimage {size} "
        f"style='image-rendering:pixelated' href='data:image/bmp;base64,{thumbnail_header}"
    )
    return before, "'/%3E%3C/svg%3E"
