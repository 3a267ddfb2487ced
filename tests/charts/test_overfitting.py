"""The charts of overfitting: one specification whatever the data, and train and test in colour."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from explorer.charts import palette
from explorer.charts.overfitting import (
    BLANK,
    ArmLabels,
    PartingLabels,
    accuracy_rows,
    gap_rows,
    parting_curve,
)
from tests.charts.test_charts import found, says_only_what_it_is_given

BESIDE = PartingLabels(
    step="STEP",
    loss="LOSS",
    train="TRAIN",
    test="TEST",
    plain="ALONE",
    alone=False,
    description="Parting.",
)
ALONE = replace(BESIDE, alone=True)
ROWS = ArmLabels(
    rows=3, train="TRAIN", test="TEST", value="VALUE", gap="GAP", description="All of them."
)


def curves(count: int) -> pd.DataFrame:
    row = {"series": "TEST", "loss": 0.1, "top": 1.0, "label": "0.10", "place": "last"}
    return pd.DataFrame([{"step": step, **row} for step in range(count)])


def rows(count: int) -> pd.DataFrame:
    measures = ("test_loss", "train_test_gap", "test_accuracy")
    row = {f"{name}{end}": 0.5 for name in measures for end in ("", "_low", "_high")}
    return pd.DataFrame(
        [{"place": i, "arm": f"A{i}", "train_loss": 0.1, **row} for i in range(count)]
    )


CHARTS: dict[str, tuple[Any, Any, Any]] = {
    "alone": (parting_curve, ALONE, curves),
    "beside": (parting_curve, BESIDE, curves),
    "gaps": (gap_rows, ROWS, rows),
    "accuracies": (accuracy_rows, ROWS, rows),
}
every_chart = pytest.mark.parametrize(("chart", "labels", "frame"), CHARTS.values(), ids=CHARTS)


@every_chart
def test_only_the_data_changes_and_the_words_are_given(chart: Any, labels: Any, frame: Any) -> None:
    says_only_what_it_is_given(chart, labels, frame, many=40)


@pytest.mark.parametrize(
    ("labels", "third", "colour"),
    [(BESIDE, "ALONE", palette.TEST), (ALONE, BLANK, "transparent")],
)
def test_train_and_test_have_their_colours_and_only_the_third_is_dotted(
    labels: PartingLabels, third: str, colour: str
) -> None:
    spec = parting_curve(curves(3), labels).to_dict()
    scales = [scale for scale in found(spec, "scale") if "domain" in scale]
    ranges = {str(scale["range"]) for scale in scales}
    assert all(scale["domain"] == ["TRAIN", "TEST", third] for scale in scales)
    assert str([palette.TRAIN, palette.TEST, colour]) in ranges
    assert str([[1, 0], [1, 0], [3, 4]]) in ranges


def test_the_legends_of_charts_beside_each_other_are_equally_high() -> None:
    """As many entries, in as many columns."""
    here, there = (parting_curve(curves(3), labels).to_dict() for labels in (ALONE, BESIDE))
    one, other = ({str(key) for key in found(spec, "legend")} for spec in (here, there))
    assert one == other  # that of the layers, and that of the configuration
    assert len(one) == 2
    assert len(here["layer"]) < len(there["layer"])


@pytest.mark.parametrize("chart", [gap_rows, accuracy_rows])
def test_there_is_room_for_each_row(chart: Any) -> None:
    more = ArmLabels(rows=6, train="", test="", value="", gap="", description="")
    few, many = (chart(rows(3), labels).to_dict()["height"] for labels in (ROWS, more))
    assert many - few == 3 * 58
