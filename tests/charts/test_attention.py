"""The charts of two nets: one specification whatever the data, two colours told apart by all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from explorer.charts import palette
from explorer.charts.attention import (
    TwoLabels,
    WordMapLabels,
    learning_curve,
    length_curve,
    word_map,
)
from tests.charts.test_charts import VISION, closest, found, says_only_what_it_is_given

TWO = TwoLabels(
    nets=(("with", "W"), ("without", "O")),
    x="X",
    share="SHARE",
    chance="CHANCE",
    description="Two nets.",
)
NO_CHANCE = replace(TWO, chance="")
MAP = WordMapLabels(
    net="without", source="SOURCE", answer="ANSWER", value="VALUE", description="A map."
)


def lengths(count: int) -> pd.DataFrame:
    row = {"series": "W", "share": 0.5, "part": "trained", "chance": 0.1}
    return pd.DataFrame([{"length": length, **row} for length in range(1, count + 1)])


def learnt(count: int) -> pd.DataFrame:
    return pd.DataFrame([{"step": step, "series": "O", "share": 0.5} for step in range(count)])


def cells(count: int) -> pd.DataFrame:
    return pd.DataFrame(
        [{"answer": i, "source": 1, "value": 2.0, "light": 0.5} for i in range(1, count + 1)]
    )


CHARTS: dict[str, tuple[Any, Any, Any]] = {
    "lengths": (length_curve, TWO, lengths),
    "lengths without chance": (length_curve, NO_CHANCE, lengths),
    "learning": (learning_curve, TWO, learnt),
    "map": (word_map, MAP, cells),
}
every_chart = pytest.mark.parametrize(("chart", "labels", "frame"), CHARTS.values(), ids=CHARTS)


@every_chart
def test_only_the_data_changes_and_the_words_are_given(chart: Any, labels: Any, frame: Any) -> None:
    says_only_what_it_is_given(chart, labels, frame, many=30)


@pytest.mark.parametrize(("chart", "frame"), [(length_curve, lengths), (learning_curve, learnt)])
def test_each_net_has_its_colour_and_shares_have_one_scale(chart: Any, frame: Any) -> None:
    scales = [scale for scale in found(chart(frame(2), TWO).to_dict(), "scale") if scale]
    assert {"domain": ["W", "O"], "range": list(palette.ATTENTION_HUES.values())} in scales
    assert all(scale["domain"] == [0, 1] for scale in scales if scale.get("domain", "")[:1] == [0])


def test_chance_is_drawn_where_it_has_a_word() -> None:
    drawn, without = (
        str(length_curve(lengths(3), labels).to_dict()["layer"]) for labels in (TWO, NO_CHANCE)
    )
    assert "'chance'" in drawn
    assert "'CHANCE'" in drawn
    assert "'chance'" not in without


def test_what_was_never_trained_is_dashed_and_the_rest_is_not() -> None:
    layers = length_curve(lengths(3), TWO).to_dict()["layer"]
    dashed = {
        "trained" if "'trained'" in str(layer["transform"]) else "beyond": "strokeDash"
        in layer["mark"]
        for layer in layers
        if layer["mark"]["type"] == "line" and "transform" in layer
    }
    assert dashed == {"trained": False, "beyond": True}


def test_maps_of_both_nets_fade_on_one_scale_in_the_colour_of_the_net() -> None:
    for net, colour in palette.ATTENTION_HUES.items():
        labels = WordMapLabels(net=net, source="S", answer="A", value="V", description="A map.")
        spec = word_map(cells(4), labels).to_dict()
        assert [0, 1] in found(spec, "domain")
        assert colour in found(spec, "color")


@pytest.mark.parametrize("vision", VISION)
def test_the_two_nets_are_told_apart(vision: str) -> None:
    assert closest([*palette.ATTENTION_HUES.values(), palette.FAINT], vision) > 20
