"""The map of two languages and the curves of their crossings."""

from __future__ import annotations

import json

import numpy as np

from explorer.analysis.meaning import map_frame, share_history
from explorer.charts import palette
from explorer.charts.meaning import (
    SERIES_HUES,
    CrossingLabels,
    MeaningLabels,
    crossing_curve,
    meaning_map,
)
from explorer.charts.style import specification
from explorer.training.loop import Snapshot

MAP = MeaningLabels(
    languages=(("en", "ENGLISH"), ("ko", "KOREAN")), number="NUMBER", description="Codes meet."
)
CURVE = CrossingLabels(
    series=(("own", "OWN"), ("code", "CODE"), ("pairs", "PAIRS")),
    step="STEP",
    share="SHARE",
    description="Shares rise.",
)
PLACES = np.random.default_rng(0).normal(size=(2, 5, 2)).astype(np.float32)
POINTS = map_frame(PLACES, [1, 20, 300, 4000, 21], dict(MAP.languages))
HISTORY = share_history(
    [Snapshot(step, 0.0, dict.fromkeys(("own", "code", "pairs"), step / 10)) for step in (0, 5)],
    dict(CURVE.series),
)


def test_only_the_data_changes() -> None:
    for chart, labels, frame in ((meaning_map, MAP, POINTS), (crossing_curve, CURVE, HISTORY)):
        one = specification(chart, labels, frame)  # type: ignore[arg-type]
        other = specification(chart, labels, frame.head(2))  # type: ignore[arg-type]
        assert one.pop("datasets")["rows"] is frame
        other.pop("datasets")
        assert one == other
        assert one["description"] == labels.description


def test_every_number_has_a_line_and_a_sign_of_each_language() -> None:
    drawn = specification(meaning_map, MAP, POINTS)
    lines, *signs = drawn["layer"]
    assert lines["mark"]["type"] == "rule"
    assert lines["encoding"]["x2"]["field"] == "to_x"
    languages = [layer["transform"][0]["filter"] for layer in (lines, *signs)]
    assert [
        next(word for word in dict(MAP.languages).values() if word in text) for text in languages
    ] == ["ENGLISH", "ENGLISH", "KOREAN"]
    for layer in signs:
        scale = layer["encoding"]["color"]["scale"]
        assert dict(zip(scale["domain"], scale["range"], strict=True)) == {
            "ENGLISH": palette.ENGLISH,
            "KOREAN": palette.KOREAN,
        }
        assert len(set(layer["encoding"]["shape"]["scale"]["range"])) == 2  # not colour alone


def test_the_legend_shows_the_signs_as_they_are_drawn() -> None:
    """Open, and as thick and as large as the larger sign of the map."""
    _, *signs = specification(meaning_map, MAP, POINTS)["layer"]
    for layer in signs:
        assert layer["mark"]["filled"] is False
        for channel in ("color", "shape"):
            shown = layer["encoding"][channel]["legend"]
            assert shown["symbolFillColor"] == "transparent"
            assert shown["symbolSize"] == signs[0]["encoding"]["size"]["value"]


def test_the_pointer_is_told_both_names() -> None:
    _, *signs = specification(meaning_map, MAP, POINTS)["layer"]
    for layer in signs:
        assert [entry["field"] for entry in layer["encoding"]["tooltip"]] == ["names", "number"]


def test_a_curve_a_series_between_nothing_and_all() -> None:
    drawn = json.dumps(specification(crossing_curve, CURVE, HISTORY), default=str)
    assert all(f'"{word}"' in drawn for word in ("OWN", "CODE", "PAIRS", "STEP", "SHARE"))
    (colour,) = {
        tuple(layer["encoding"]["color"]["scale"]["range"])
        for layer in specification(crossing_curve, CURVE, HISTORY)["layer"]
    }
    assert colour == tuple(SERIES_HUES.values())
    assert len(set(colour)) == 3
