"""A map of codes: a point for each test picture, coloured by its label."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from explorer.charts.points import class_colour, hover, with_pictures
from explorer.charts.style import layered

HEIGHT = 420
BADGE_LETTERS = 2  # a class of a longer name is read off the legend only


@dataclass(frozen=True, kw_only=True)
class MapLabels:
    """The map's words, and what its points share: the classes and the head of their pictures."""

    x: str
    y: str
    label: str
    classes: tuple[str, ...]
    thumbnail_header: str
    description: str


def latent_scatter(points: pd.DataFrame, labels: MapLabels) -> alt.LayerChart:
    """x, y, label, picture → a map on which hovering shows the picture.

    Classes of short names stand at the middle of their points, so that no legend needs to be read.
    A click on the legend lights one class, a click beside the points all.
    """
    scale = alt.Scale(zero=False, nice=False, padding=12)  # the browser finds the domain
    axis = alt.Axis(tickCount=6)
    base = with_pictures(alt.Chart(points), labels.label, labels.thumbnail_header)
    chosen = alt.selection_point(name="chosen", fields=["label"], bind="legend")
    marks = base.mark_circle(size=55, aria=False).encode(
        x=alt.X("x:Q", title=labels.x, scale=scale, axis=axis),
        y=alt.Y("y:Q", title=labels.y, scale=scale, axis=axis),
        color=class_colour(labels.classes),
        opacity=alt.when(chosen).then(alt.value(0.8)).otherwise(alt.value(0.08)),
        tooltip=hover(),
    )
    chosen_marks = marks.properties(name="codes").add_params(chosen)
    short = max(map(len, labels.classes)) <= BADGE_LETTERS
    badges = _badges(base, labels.classes) if short else []
    return layered([chosen_marks, *badges], labels.description, height=HEIGHT)


def _badges(base: alt.Chart, classes: tuple[str, ...]) -> list[alt.Chart]:
    """The name of each class in a disc at the middle of its points."""
    middle = base.transform_aggregate(x="median(x)", y="median(y)", groupby=["label"]).encode(
        x="x:Q", y="y:Q"
    )
    disc = middle.mark_circle(size=520, opacity=1, stroke="white", strokeWidth=2, tooltip=None)
    name = middle.mark_text(fontSize=16, fontWeight="bold", color="white", tooltip=None)
    return [disc.encode(color=class_colour(classes)), name.encode(text="label:N")]
