"""The charts of a stack: one specification whatever the data, and colours told apart by all."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
import pytest

from explorer.analysis.label_curves import LABEL_COUNTS
from explorer.charts import palette
from explorer.charts.stack import (
    COUNTS,
    GrowthLabels,
    LabelCurveLabels,
    UnitLabels,
    growth_curve,
    label_curve,
    unit_strips,
)
from tests.charts.test_charts import VISION, closest, found, says_only_what_it_is_given

GROWTH = GrowthLabels(
    step="STEP", mse="ERROR", alone="ALONE", together="TOGETHER", description="It grows."
)
STRIPS = UnitLabels(
    layer="LAYER", percent="SHARE", unit="UNIT", mean="MEAN", untrained="NONE", description="Units."
)
CURVES = LabelCurveLabels(
    labels="COUNT",
    percent="RIGHT",
    description="Curves.",
    pretrained="PRE",
    scratch="RAW",
    chance="CHANCE",
)


def growth(count: int) -> pd.DataFrame:
    row = {"series": "ALONE", "segment": 0, "mse": 0.1, "name": "1"}
    return pd.DataFrame([{"step": step, **row} for step in range(count)])


def units(count: int) -> pd.DataFrame:
    row = {"layer": 1, "series": "UNIT", "aside": 0.0}
    return pd.DataFrame([{**row, "percent": float(i)} for i in range(count)])


def accuracies(count: int) -> pd.DataFrame:
    row = {"series": "PRE", "percent": 50.0, "low": 40.0, "high": 60.0}
    return pd.DataFrame([{"labels": 10 + i, **row} for i in range(count)])


CHARTS: dict[str, tuple[Any, Any, Any]] = {
    "growth": (growth_curve, GROWTH, growth),
    "units": (unit_strips, STRIPS, units),
    "labels": (label_curve, CURVES, accuracies),
}
every_chart = pytest.mark.parametrize(("chart", "labels", "frame"), CHARTS.values(), ids=CHARTS)


@every_chart
def test_only_the_data_changes_and_the_words_are_given(chart: Any, labels: Any, frame: Any) -> None:
    says_only_what_it_is_given(chart, labels, frame, many=40)


def colours(chart: alt.LayerChart) -> dict[str, str]:
    """What each series is drawn in."""
    scales = [
        scale for scale in found(chart.to_dict(), "scale") if isinstance(scale.get("range"), list)
    ]
    assert all(scale == scales[0] for scale in scales)
    return dict(zip(scales[0]["domain"], scales[0]["range"], strict=True))


def test_every_series_has_its_meaning() -> None:
    assert colours(growth_curve(growth(2), GROWTH)) == {
        "ALONE": palette.PRETRAINED,
        "TOGETHER": palette.DEEP,
    }
    assert colours(label_curve(accuracies(2), CURVES)) == {
        "PRE": palette.PRETRAINED,
        "RAW": palette.SCRATCH,
        "CHANCE": palette.FAINT,
    }
    assert colours(unit_strips(units(2), STRIPS))["UNIT"] == palette.PRETRAINED


def test_accuracy_has_a_fixed_scale_and_counts_are_ratios() -> None:
    spec = label_curve(accuracies(3), CURVES).to_dict()
    assert [0, 100] in found(spec, "domain")
    assert [COUNTS[0], COUNTS[-1]] in found(spec, "domain")
    assert "log" in found(spec, "type")
    assert COUNTS == LABEL_COUNTS


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize(
    "together",
    [
        [palette.PRETRAINED, palette.SCRATCH, palette.FAINT],
        [palette.PRETRAINED, palette.DEEP],
        [palette.PRETRAINED, palette.DEEP, palette.FAINT],
    ],
)
def test_colours_are_told_apart(vision: str, together: list[str]) -> None:
    assert closest(together, vision) > 20
