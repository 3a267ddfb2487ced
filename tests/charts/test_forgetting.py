"""The charts of what is left: one specification whatever the data, and everything told apart."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from explorer.analysis.forgetting import READERS
from explorer.charts import palette
from explorer.charts.forgetting import (
    DASHES,
    HUES,
    BarLabels,
    LengthLabels,
    ReadoutLabels,
    accuracy_curve,
    place_bars,
    readout_curve,
    recall_heatmap,
)
from tests.charts.test_charts import VISION, closest, found, says_only_what_it_is_given

NAMES = tuple((reader, reader.upper()) for reader in READERS)
READOUT = ReadoutLabels(
    readers=NAMES, place="PLACE", share="SHARE", chance="CHANCE", description="Readers."
)
LENGTHS = LengthLabels(
    kinds=("WHOLE", "WORD"),
    length="LENGTH",
    place="PLACE",
    share="SHARE",
    chance="CHANCE",
    edge="EDGE",
    description="Lengths.",
)
BARS = BarLabels(place="PLACE", value="VALUE", description="Bars.")


def read(count: int) -> pd.DataFrame:
    row = {"reader": "LINEAR", "share": 0.5, "low": 0.5, "high": 0.7, "chance": 0.1}
    return pd.DataFrame([{"place": place, **row} for place in range(1, count + 1)])


def counted(count: int) -> pd.DataFrame:
    row = {"kind": "WORD", "share": 0.5, "part": "trained", "chance": 0.1}
    return pd.DataFrame([{"length": length, **row} for length in range(1, count + 1)])


def placed(count: int) -> pd.DataFrame:
    row = {"place": 1, "share": 0.5, "part": "beyond"}
    return pd.DataFrame([{"length": length, **row} for length in range(1, count + 1)])


def valued(count: int) -> pd.DataFrame:
    return pd.DataFrame({"place": range(1, count + 1), "value": 0.5})


CHARTS: dict[str, tuple[Any, Any, Any]] = {
    "readout": (readout_curve, READOUT, read),
    "accuracy": (accuracy_curve, LENGTHS, counted),
    "map": (recall_heatmap, LENGTHS, placed),
    "bars": (place_bars, BARS, valued),
}
every_chart = pytest.mark.parametrize(("chart", "labels", "frame"), CHARTS.values(), ids=CHARTS)


@every_chart
def test_only_the_data_changes_and_the_words_are_given(chart: Any, labels: Any, frame: Any) -> None:
    says_only_what_it_is_given(chart, labels, frame, many=6)


def test_every_reader_has_a_colour_or_a_dash_of_its_own() -> None:
    assert HUES.keys() == READERS.keys()
    looks = [(HUES[reader], tuple(DASHES.get(reader, ()))) for reader in READERS]
    assert len(set(looks)) == len(READERS)
    assert HUES["decoder"] == HUES["told"] == palette.DECODER
    assert HUES["linear"] == palette.ENCODER


def test_only_lines_that_others_are_held_against_are_thin() -> None:
    """By conditions: a scale over names without an order makes Vega complain."""
    line = next(
        layer
        for layer in readout_curve(read(2), READOUT).to_dict()["layer"]
        if layer["mark"]["type"] == "line"
    )
    width = line["encoding"]["strokeWidth"]
    assert "field" not in width
    asked = {word: case["value"] for case in width["condition"] for word in case["test"]["oneOf"]}
    assert asked == {"DECODER": 4, "UNTRAINED": 2, "CONTROL": 2}
    assert width["value"] == 3


def test_the_gap_between_what_is_held_and_what_is_said_is_drawn() -> None:
    gap, *_ = readout_curve(read(2), READOUT).to_dict()["layer"]
    assert gap["mark"]["color"] == palette.DECODER
    assert (gap["encoding"]["y"]["field"], gap["encoding"]["y2"]["field"]) == ("low", "high")


@pytest.mark.parametrize(("name", "aggregate"), [("readout", "min"), ("accuracy", "argmax")])
def test_chance_is_drawn_in_and_a_share_has_a_fixed_scale(name: str, aggregate: str) -> None:
    chart, labels, frame = CHARTS[name]
    spec = chart(frame(2), labels).to_dict()
    assert f"'{aggregate}'" in str(found(spec, "aggregate"))
    assert "CHANCE" in str(found(spec, "calculate"))
    assert [0, 1] in found(spec, "domain")


def test_what_was_never_trained_is_drawn_apart() -> None:
    dashed = [
        layer
        for layer in accuracy_curve(counted(3), LENGTHS).to_dict()["layer"]
        if layer["mark"]["type"] == "line" and layer["mark"].get("strokeDash")
    ]
    chance, tried = dashed
    assert chance["encoding"]["y"]["field"] == "chance"
    assert "beyond" in str(tried["transform"])
    cells = [
        layer
        for layer in recall_heatmap(placed(3), LENGTHS).to_dict()["layer"]
        if layer["mark"]["type"] == "rect"
    ]
    sizes = {str(layer["transform"]): layer["mark"].get("height") for layer in cells}
    assert [size is not None for key, size in sizes.items() if "beyond" in key] == [True]
    assert [size is None for key, size in sizes.items() if "trained" in key] == [True]


@pytest.mark.parametrize("vision", VISION)
def test_readers_are_told_apart(vision: str) -> None:
    assert closest(list(palette.PROBE_HUES.values()), vision) > 20
    assert closest([palette.TEST, palette.DECODER, palette.FAINT], vision) > 20
