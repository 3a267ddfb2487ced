"""The charts of reach and capacity: one specification whatever the data, colours told apart."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from explorer.charts import palette
from explorer.charts.capacity import (
    ReachLabels,
    SizeLabels,
    learning_curve,
    reach_curve,
    size_bits,
    size_reach,
)
from tests.charts.test_charts import VISION, closest, found, says_only_what_it_is_given

CELLS = (("rnn", "R"), ("gru", "G"), ("lstm", "L"))
REACH = ReachLabels(cells=CELLS, x="X", share="SHARE", chance="CHANCE", description="A reach.")
NO_CHANCE = ReachLabels(cells=CELLS, x="X", share="SHARE", description="A reach.")
ALL_TRAINED = ReachLabels(cells=CELLS, x="X", share="SHARE", beyond=False, description="A reach.")
SIZES = SizeLabels(
    sizes=(8, 16),
    size="SIZE",
    value="VALUE",
    per_unit="RATE",
    limit="LIMIT",
    description="Sizes.",
)


def reached(count: int) -> pd.DataFrame:
    row = {"net": "R", "share": 0.5, "part": "trained", "chance": 0.1}
    return pd.DataFrame([{"x": x, **row} for x in range(count)])


def learnt(count: int) -> pd.DataFrame:
    return pd.DataFrame([{"step": step, "net": "G", "share": 0.5} for step in range(count)])


def carried(count: int) -> pd.DataFrame:
    row = {"longest": 3.0, "longest_trained": 9, "bits": 7.0, "per_unit": 0.5, "held": 36.0}
    return pd.DataFrame([{"size": 2**power, **row} for power in range(3, 3 + count)])


CHARTS: dict[str, tuple[Any, Any, Any]] = {
    "reach": (reach_curve, REACH, reached),
    "reach without chance": (reach_curve, NO_CHANCE, reached),
    "reach of what was trained": (reach_curve, ALL_TRAINED, reached),
    "learning": (learning_curve, NO_CHANCE, learnt),
    "longest": (size_reach, SIZES, carried),
    "bits": (size_bits, SIZES, carried),
}
every_chart = pytest.mark.parametrize(("chart", "labels", "frame"), CHARTS.values(), ids=CHARTS)


@every_chart
def test_only_the_data_changes_and_the_words_are_given(chart: Any, labels: Any, frame: Any) -> None:
    says_only_what_it_is_given(chart, labels, frame, many=6)


def test_every_cell_keeps_its_colour() -> None:
    for chart, frame in ((reach_curve, reached), (learning_curve, learnt)):
        scales = [scale for scale in found(chart(frame(2), REACH).to_dict(), "scale") if scale]
        colours = [scale["range"] for scale in scales if scale.get("domain") == ["R", "G", "L"]]
        assert list(palette.CELL_HUES.values()) in colours


def test_what_was_never_trained_is_dashed_and_chance_is_drawn_where_it_has_a_word() -> None:
    with_chance, without = (
        reach_curve(reached(3), labels).to_dict() for labels in (REACH, NO_CHANCE)
    )
    for spec in (with_chance, without):
        dashed = [
            layer
            for layer in spec["layer"]
            if layer["mark"]["type"] == "line" and layer["mark"].get("strokeDash")
        ]
        assert len(dashed) == 1
        assert "beyond" in str(dashed[0]["transform"])
    assert "min" in str(with_chance["layer"][0]["transform"])
    assert "chance" in str(with_chance["layer"][0]["transform"])
    assert "CHANCE" not in str(without)
    assert "beyond" not in str(reach_curve(reached(3), ALL_TRAINED).to_dict()["layer"])


def test_a_share_has_a_fixed_scale_and_sizes_are_ratios() -> None:
    assert [0, 1] in found(reach_curve(reached(2), REACH).to_dict(), "domain")
    assert "log" in found(size_bits(carried(2), SIZES).to_dict(), "type")


def test_only_bits_tell_what_a_unit_carries() -> None:
    assert "per_unit" in str(size_bits(carried(2), SIZES).to_dict()["layer"])
    assert "per_unit" not in str(size_reach(carried(2), SIZES).to_dict()["layer"])


@pytest.mark.parametrize("vision", VISION)
def test_cells_are_told_apart(vision: str) -> None:
    assert closest(list(palette.CELL_HUES.values()), vision) > 20
