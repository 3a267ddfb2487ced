"""Overfitting: curves that part, and for each remedy how far apart they end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from explorer.charts import palette
from explorer.charts.curves import step_tooltip, strokes
from explorer.charts.style import layered, legend, step_axis

HEIGHT = 320
ROW_HEIGHT = 58
AXIS_HEIGHT = 70
NAME_SIZE = 16  # and bold
NUMBER_SIZE = 17
DOTTED = [3, 4]
BLANK = "\N{NO-BREAK SPACE}"  # the third word of a legend where there is no third curve
# Where a number stands from its point.
WHERE: dict[str, dict[str, Any]] = {
    "last": {"align": "right", "dx": 4, "dy": -17},
    "above": {"align": "left", "dx": 8, "dy": -16},
    "below": {"align": "left", "dx": 8, "dy": 17},
}


@dataclass(frozen=True, kw_only=True)
class PartingLabels:
    """The chart's words; `train`, `test` and `plain` are those in the frame's `series` column.

    Of the plain nets themselves, `alone`, there is no third curve. Their legend keeps its place
    free, so that charts beside each other are equally high.
    """

    step: str
    loss: str
    train: str
    test: str
    plain: str
    alone: bool
    description: str


def parting_curve(curves: pd.DataFrame, labels: PartingLabels) -> alt.LayerChart:
    """step, series, loss, top, label, place → train and test loss, and the plain nets' one dotted.

    What is shaded between the two is the gap.
    """
    words = [labels.train, labels.test, BLANK if labels.alone else labels.plain]
    third = "transparent" if labels.alone else palette.TEST
    key = legend([labels.train, labels.test, labels.plain], symbolType="stroke")
    dashes = alt.Scale(domain=words, range=[[1, 0], [1, 0], DOTTED])
    base = alt.Chart(curves).encode(
        step_axis(labels.step),
        alt.Y("loss:Q", title=labels.loss, scale=alt.Scale(zero=True, nice=False)),
        alt.Color(
            "series:N",
            scale=alt.Scale(domain=words, range=[palette.TRAIN, palette.TEST, third]),
            legend=key,
        ),
        strokeDash=alt.StrokeDash("series:N", scale=dashes, legend=key),
    )
    hover = step_tooltip(labels.step, "loss", labels.loss, ".3f", of="series")
    arm = base.transform_filter(alt.FieldOneOfPredicate("series", [labels.train, labels.test]))
    layers = [_room(curves), _gap(curves, labels), *strokes(arm, hover)]
    if not labels.alone:
        plain = base.transform_filter(alt.datum.series == labels.plain)
        layers.append(plain.mark_line(strokeWidth=2.5, opacity=0.8, tooltip=None))
    return layered([*layers, *_named(curves)], labels.description, height=HEIGHT)


def _room(curves: pd.DataFrame) -> alt.Chart:
    """Nothing that is seen: it gives the charts of all arms the same height."""
    unseen = alt.Chart(curves).mark_point(opacity=0, tooltip=None, aria=False)
    chart: alt.Chart = unseen.encode(alt.X("step:Q"), alt.Y("top:Q"))
    return chart


def _gap(curves: pd.DataFrame, labels: PartingLabels) -> alt.Chart:
    """What lies between train and test loss, wherever both are there."""
    both = (
        alt.Chart(curves)
        .transform_filter(alt.FieldOneOfPredicate("series", [labels.train, labels.test]))
        .transform_aggregate(low="min(loss)", high="max(loss)", both="count()", groupby=["step"])
        .transform_filter(alt.datum.both == 2)
    )
    area = both.mark_area(opacity=0.13, color=palette.TEST, tooltip=None, aria=False)
    y = alt.Y("low:Q", title=labels.loss)
    chart: alt.Chart = area.encode(alt.X("step:Q"), y, alt.Y2("high:Q"))
    return chart


def _named(curves: pd.DataFrame) -> list[alt.Chart]:
    """The test loss at its best and in the end: a dot, and the number where no curve is."""
    layers = []
    for place, where in WHERE.items():
        row = alt.Chart(curves).transform_filter(alt.datum.place == place)
        point = row.encode(alt.X("step:Q"), alt.Y("loss:Q"))
        unheard: dict[str, Any] = {"color": palette.TEST, "tooltip": None, "aria": False}
        layers += [
            point.mark_circle(size=130, opacity=1, **unheard),
            point.mark_text(size=NUMBER_SIZE, fontWeight="bold", **where, **unheard).encode(
                text="label:N"
            ),
        ]
    return layers


@dataclass(frozen=True, kw_only=True)
class ArmLabels:
    """The words of charts with a row for each arm; `rows` is how many there are."""

    rows: int
    train: str
    test: str
    value: str
    gap: str
    description: str


def gap_rows(arms: pd.DataFrame, labels: ArmLabels) -> alt.LayerChart:
    """What `arm_rows` gives → from each arm's train loss to its test loss: the bar is the gap."""
    x = alt.X(
        "train_loss:Q",
        title=labels.value,
        scale=alt.Scale(zero=True, nice=True),
        axis=alt.Axis(grid=False, tickCount=6),
    )
    hover = [
        alt.Tooltip("arm:N", title="title"),
        alt.Tooltip("train_loss:Q", title=labels.train, format=".3f"),
        alt.Tooltip("test_loss:Q", title=labels.test, format=".3f"),
        alt.Tooltip("train_test_gap:Q", title=labels.gap, format=".3f"),
    ]
    base = alt.Chart(arms).encode(y=_row())
    dot: dict[str, Any] = {"size": 170, "opacity": 1, "yOffset": 10, "tooltip": None}
    layers = [
        base.mark_bar(size=12, opacity=0.3, color=palette.TEST, yOffset=10).encode(
            x, x2="test_loss:Q", tooltip=hover
        ),
        *_spread(base, "test_loss", palette.TEST),
        base.mark_circle(color=palette.TRAIN, **dot).encode(x),
        base.mark_circle(color=palette.TEST, **dot).encode(x=alt.X("test_loss:Q")),
        _number(base, f"'{labels.gap} ' + format(datum.train_test_gap, '.2f')"),
    ]
    return layered(layers, labels.description, height=_height(labels))


def accuracy_rows(arms: pd.DataFrame, labels: ArmLabels) -> alt.LayerChart:
    """What `arm_rows` gives → each arm's share of test pictures named rightly, in percent."""
    x = alt.X(
        "test_accuracy:Q",
        title=labels.value,
        scale=alt.Scale(zero=False, nice=True, padding=10),
        axis=alt.Axis(grid=False, tickCount=6),
    )
    hover = [
        alt.Tooltip("arm:N", title="title"),
        alt.Tooltip("test_accuracy:Q", title=labels.value, format=".1f"),
    ]
    base = alt.Chart(arms).encode(y=_row())
    alone = alt.Chart(arms).transform_filter(alt.datum.place == 0)
    layers = [
        alone.mark_rule(strokeWidth=2, strokeDash=DOTTED, color=palette.FAINT, tooltip=None).encode(
            x
        ),
        *_spread(base, "test_accuracy", palette.TEST),
        base.mark_circle(size=170, opacity=1, yOffset=10, color=palette.TEST).encode(
            x, tooltip=hover
        ),
        _number(base, "format(datum.test_accuracy, '.1f') + ' %'"),
    ]
    return layered(layers, labels.description, height=_height(labels))


def _row() -> alt.Y:
    """A row for each arm, its name above it: an axis, so that it has the colour of the theme."""
    # Named, because the frame's own order would be that of the first frame which the browser saw.
    order = alt.EncodingSortField("place", op="min", order="ascending")
    axis = alt.Axis(
        title=None,
        domain=False,
        ticks=False,
        labelAlign="left",
        labelPadding=0,
        labelOffset=-14,
        labelFontSize=NAME_SIZE,
        labelFontWeight="bold",
        labelFlush=False,
    )
    return alt.Y("arm:N", sort=order, axis=axis)


def _spread(base: alt.Chart, measure: str, colour: str) -> list[alt.Chart]:
    """One standard deviation to either side."""
    return [
        base.mark_rule(strokeWidth=3, color=colour, yOffset=10, tooltip=None, aria=False).encode(
            x=alt.X(f"{measure}_low:Q"), x2=f"{measure}_high:Q"
        )
    ]


def _number(base: alt.Chart, number: str) -> alt.Chart:
    """Above each row, on the right: what the expression `number` comes to."""
    written = base.transform_calculate(number=number).mark_text(
        align="right",
        dy=-14,
        size=NUMBER_SIZE,
        fontWeight="bold",
        color=palette.TEST,
        tooltip=None,
        aria=False,
    )
    chart: alt.Chart = written.encode(x=alt.value("width"), text="number:N")
    return chart


def _height(labels: ArmLabels) -> int:
    return AXIS_HEIGHT + ROW_HEIGHT * labels.rows
