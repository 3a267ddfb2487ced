"""Several maps of the same points under one brush."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import ceil

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.points import class_colour, hover, with_pictures
from explorer.charts.style import layered

HEIGHT = 380
ROOM_FOR_ONE_ROW = 180  # pixels a map; with less, the maps stand in two rows
GAP = 14  # pixels between two maps
TITLE = 30  # pixels above each map
TITLE_SIZE = 18  # large and bold enough that the colour of a method is legible text
INSET = 9  # pixels between a map's frame and its outermost points

BRUSH_STYLE = "<style>.brush_brush { pointer-events: none }</style>"
"""To be on the page: Vega lays the brush over the points, where it would keep the pointer off."""


@dataclass(frozen=True, kw_only=True)
class LinkedLabels:
    """The words of the maps, and what their points share; `methods` are pairs (name, title)."""

    methods: tuple[tuple[str, str], ...]
    label: str
    classes: tuple[str, ...]
    thumbnail_header: str
    description: str

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.methods]

    @property
    def titles(self) -> list[str]:
        return [title for _, title in self.methods]


def linked_scatters(points: pd.DataFrame, labels: LinkedLabels) -> alt.LayerChart:
    """point, M_x, M_y, label, picture → a map for each method M; a brush in one lights all.

    Dragging picks points, a click on the legend picks a class, a click elsewhere lets go. All maps
    are drawn into one Vega view, because only a single view takes the width of the page and can be
    laid out anew by the browser; a concatenation has fixed pixels. The maps have no axes, because
    the unit of a code means nothing.
    """
    area = alt.BrushConfig(fill=palette.FAINT, fillOpacity=0.2, stroke=palette.FAINT)
    brush = alt.selection_interval(name="brush", mark=area, translate=False, zoom=False)
    chosen = alt.selection_point(name="chosen", fields=["label"], bind="legend")
    lit = alt.when(chosen, alt.datum.lit == 1)
    pictured = with_pictures(alt.Chart(points), labels.label, labels.thumbnail_header)
    size = alt.ExprRef("clamp(map_width / 6, 20, 45)")
    marks = _placed(pictured, labels).mark_circle(size=size, aria=False)
    maps = marks.encode(
        x="across:Q",
        y="down:Q",
        color=lit.then(class_colour(labels.classes)).otherwise(alt.value(palette.FAINT)),
        opacity=lit.then(alt.value(0.85)).otherwise(alt.value(0.25)),
        order="lit:Q",
        tooltip=hover(),
    )
    framed = _framed(alt.Chart(points), labels)
    frames = _frames(framed).properties(name="frames")  # else Altair names it after the data
    return layered(
        [
            frames.add_params(brush),
            _titles(framed),
            maps.properties(name="maps").add_params(chosen),
        ],
        labels.description,
        height=HEIGHT,
        params=_layout(len(labels.methods)),
    )


def _layout(maps: int) -> list[alt.Parameter]:
    """Where the browser puts the maps, in pixels: in one row, or in two if that is too narrow."""
    columns = f"width < {maps * ROOM_FOR_ONE_ROW} ? {ceil(maps / 2)} : {maps}"
    return [
        alt.param(name="columns", expr=columns),
        alt.param(name="map_width", expr=f"(width + {GAP}) / columns - {GAP}"),
        alt.param(
            name="map_height",
            expr=f"(height + {GAP}) / ceil({maps} / columns) - {GAP + TITLE}",
        ),
    ]


def _cornered(folded: alt.Chart, labels: LinkedLabels) -> alt.Chart:
    """Adds, to rows folded from the columns M_x, the `left` and `top` of the method's map."""
    columns = json.dumps([f"{name}_x" for name in labels.names])
    return folded.transform_calculate(
        index=f"indexof({columns}, datum.column)",
        left=f"(datum.index % columns) * (map_width + {GAP})",
        top=f"floor(datum.index / columns) * (map_height + {GAP + TITLE}) + {TITLE}",
    )


def _framed(base: alt.Chart, labels: LinkedLabels) -> alt.Chart:
    """One row a method: `left`, `top`, `right`, `bottom`, `title` and the colour of its map."""
    names, titles = labels.names, labels.titles
    colours = [palette.METHODS[name] for name in names]
    folded = base.transform_fold([f"{name}_x" for name in names], as_=["column", "x"])
    rows = folded.transform_aggregate(points="count()", groupby=["column"])
    return _cornered(rows, labels).transform_calculate(
        right="datum.left + map_width",
        bottom="datum.top + map_height",
        title=f"{json.dumps(titles)}[datum.index]",
        colour=f"{json.dumps(colours)}[datum.index]",
    )


def _frames(framed: alt.Chart) -> alt.Chart:
    """The frames, which also bring the scales on which a datum is a pixel of the view."""
    across = alt.Scale(domainMin=0, domainMax=alt.ExprRef("width"), zero=False, nice=False)
    down = alt.Scale(
        domainMin=0, domainMax=alt.ExprRef("height"), zero=False, nice=False, reverse=True
    )
    frames = framed.mark_rect(filled=False, strokeWidth=2, tooltip=None, aria=False)
    placed: alt.Chart = frames.encode(
        x=alt.X("left:Q", scale=across, axis=None),
        y=alt.Y("top:Q", scale=down, axis=None),
        x2="right:Q",
        y2="bottom:Q",
        stroke=alt.Stroke("colour:N", scale=None),
    )
    return placed


def _titles(framed: alt.Chart) -> alt.Chart:
    titles = framed.mark_text(
        align="left",
        baseline="bottom",
        dy=-7,
        fontSize=TITLE_SIZE,
        fontWeight="bold",
        limit=alt.ExprRef("map_width"),
        tooltip=None,
        aria=False,
    )
    colour = alt.Fill("colour:N", scale=None)
    placed: alt.Chart = titles.encode(x="left:Q", y="top:Q", text="title:N", fill=colour)
    return placed


def _placed(base: alt.Chart, labels: LinkedLabels) -> alt.Chart:
    """One row a point and method: `across` and `down` in pixels, and `lit`, which is 1 for a point
    that is under the brush in any map, and for every point while there is no brush."""
    folded = (
        base.transform_fold([f"{name}_x" for name in labels.names], as_=["column", "x"])
        .transform_calculate(y="datum[replace(datum.column, /x$/, 'y')]")
        .transform_filter("isValid(datum.x) && isValid(datum.y)")
        .transform_joinaggregate(
            min_x="min(x)", max_x="max(x)", min_y="min(y)", max_y="max(y)", groupby=["column"]
        )
    )
    return (
        _cornered(folded, labels)
        .transform_calculate(
            across=f"datum.left + {_inset('map_width', _share('x'))}",
            down=f"datum.top + {_inset('map_height', '1 - ' + _share('y'))}",
        )
        .transform_calculate(
            under="!isDefined(brush.left) || "
            "inrange(datum.across, brush.left) && inrange(datum.down, brush.top) ? 1 : 0"
        )
        .transform_joinaggregate(lit="max(under)", groupby=["point"])
    )


def _share(axis: str) -> str:
    """Vega's expression for how far a row lies between its method's least and greatest, 0…1."""
    return f"(datum.{axis} - datum.min_{axis}) / (datum.max_{axis} - datum.min_{axis} || 1)"


def _inset(extent: str, share: str) -> str:
    """Vega's expression for the pixel at `share` of `extent`, INSET off its ends."""
    return f"{INSET} + ({extent} - {2 * INSET}) * ({share})"
