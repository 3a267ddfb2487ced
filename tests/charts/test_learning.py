"""The charts of a classifier that learns: one specification whatever the data."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from explorer.analysis.reading import accuracy_shares, loss_curves, mix_ups
from explorer.charts import palette
from explorer.charts.learning import (
    LearningLabels,
    MixUpLabels,
    accuracy_curves,
    cross_entropy_curve,
    mix_up_map,
)
from tests.analysis.test_reading import snapshots
from tests.charts.test_charts import contrast, found, says_only_what_it_is_given

CURVE = LearningLabels(
    step="STEP", value="VALUE", train="KNOWN", test="NEW", chance="CHANCE", description="Curves."
)
WORDS = {"train": "KNOWN", "test": "NEW"}
DIGITS = tuple("0123456789")
MAP = MixUpLabels(truth="TRUTH", said="SAID", count="COUNT", classes=DIGITS, description="Map.")


def losses(count: int) -> pd.DataFrame:
    return loss_curves(snapshots() * count, WORDS, 10)


def shares(count: int) -> pd.DataFrame:
    return accuracy_shares(snapshots() * count, WORDS, 10)


def pairs(count: int) -> pd.DataFrame:
    labels = pd.Series(range(count)).to_numpy() % 10
    return mix_ups(labels, labels // 2, DIGITS)


CHARTS: dict[str, tuple[Any, Any, Any]] = {
    "losses": (cross_entropy_curve, CURVE, losses),
    "shares": (accuracy_curves, CURVE, shares),
    "map": (mix_up_map, MAP, pairs),
}


@pytest.mark.parametrize(("chart", "labels", "frame"), CHARTS.values(), ids=CHARTS)
def test_only_the_data_changes_and_the_words_are_given(chart: Any, labels: Any, frame: Any) -> None:
    says_only_what_it_is_given(chart, labels, frame, many=40)


@pytest.mark.parametrize(
    ("chart", "frame"), [(cross_entropy_curve, losses), (accuracy_curves, shares)]
)
def test_known_and_new_pictures_have_their_colours_and_chance_is_drawn(
    chart: Any, frame: Any
) -> None:
    spec = chart(frame(1), CURVE).to_dict()
    scales = [scale for scale in found(spec, "scale") if "range" in scale]
    assert scales
    for scale in scales:
        assert dict(zip(scale["domain"], scale["range"], strict=True)) == {
            "KNOWN": palette.TRAIN,
            "NEW": palette.TEST,
        }
    assert {"op": "min", "field": "chance", "as": "level"} in found(spec, "aggregate")[0]
    assert "'CHANCE'" in found(spec, "calculate")


def test_only_mistakes_have_a_colour() -> None:
    squares, mistakes, *numbers = mix_up_map(pairs(30), MAP).to_dict()["layer"]
    assert squares["mark"]["color"] == palette.FAINT
    assert mistakes["mark"]["color"] == palette.AGAINST
    assert [number["encoding"]["text"]["field"] for number in numbers] == ["count"] * 2
    for right, wrong in ((squares, mistakes), numbers):
        assert right["transform"] == [{"filter": "datum.right"}]
        assert wrong["transform"] == [{"filter": "(!datum.right)"}]
    for layer in (squares, mistakes, *numbers):
        for axis in "xy":
            assert layer["encoding"][axis]["scale"]["domain"] == list(DIGITS)
    assert contrast("#ffffff", palette.AGAINST) > 4.5


def test_every_class_stands_in_the_middle_of_its_row_and_column() -> None:
    """None is left out or moved inwards, and what they are stands clear of them."""
    spec = mix_up_map(pairs(30), MAP).to_dict()
    for axis in "xy":
        for layer in spec["layer"]:
            drawn = layer["encoding"][axis]["axis"]
            assert (drawn["labelFlush"], drawn["labelOverlap"]) == (False, False)
            assert drawn["titlePadding"] > spec["config"]["axis"]["titlePadding"]


def test_long_names_are_slanted() -> None:
    garments = MixUpLabels(
        truth="TRUTH", said="SAID", count="COUNT", classes=("coat", "bag"), description="Map."
    )
    frame = mix_ups(pd.Series([0, 1]).to_numpy(), pd.Series([1, 1]).to_numpy(), ("coat", "bag"))
    assert -40 in found(mix_up_map(frame, garments).to_dict(), "labelAngle")
    assert 0 in found(mix_up_map(pairs(3), MAP).to_dict(), "labelAngle")
