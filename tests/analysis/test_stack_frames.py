"""Frames of a stack, of its units and of accuracies: one row a mark, nothing that is not there."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.analysis.label_curves import LABEL_COUNTS
from explorer.analysis.stack_frames import (
    CHANCE,
    label_accuracies,
    stack_history,
    unit_measures,
)
from explorer.training.loop import Snapshot
from explorer.training.phases import Phases

WORDS = {"alone": "A", "together": "T"}
UNIT_WORDS = {"unit": "U", "mean": "M", "untrained": "0"}
STARTS = {"pretrained": "P", "scratch": "S", "chance": "C"}


def moment(step: int, low: float, high: float) -> Snapshot:
    metrics = {"layers.1.test_mse": low, "layers.2.test_mse": high}
    return Snapshot(step=step, seconds=0, metrics=metrics)


def test_a_history_shows_as_much_of_the_stack_as_has_begun() -> None:
    phases = Phases(30, [1, 1, 1])  # layer 1, layer 2, both
    seen = [moment(0, 0.5, 0.9), moment(10, 0.1, 0.8), moment(11, 0.1, 0.7)]
    seen += [moment(20, 0.1, 0.2), moment(21, 0.11, 0.19), moment(30, 0.12, 0.15)]
    frame = stack_history(seen, phases, 2, WORDS)
    assert frame.to_dict("list") == {
        "step": [0, 10, 11, 20, 21, 30],
        "series": ["A", "A", "A", "A", "T", "T"],
        "segment": [0, 0, 1, 1, 2, 2],
        "mse": [0.5, 0.1, 0.7, 0.2, 0.19, 0.15],
        "name": ["1", "", "2", "", "", ""],
    }


def test_units_and_their_means_stand_in_one_frame() -> None:
    metrics = {"layers.1.class_share": 0.25, "layers.2.class_share": 0.5}
    shares = {
        "class_shares_1": np.array([0.1, 0.2, 0.45], np.float32),
        "class_shares_2": np.array([0.5], np.float32),
    }
    now = Snapshot(step=9, seconds=0, metrics=metrics, arrays=shares)
    before = Snapshot(step=0, seconds=0, metrics=dict.fromkeys(metrics, 0.125))
    frame = unit_measures(now, before, "class_share", 2, UNIT_WORDS)
    assert frame["layer"].tolist() == [1] * 5 + [2] * 3
    assert frame["series"].tolist() == ["U", "U", "U", "M", "0", "U", "M", "0"]
    assert frame["percent"].tolist() == pytest.approx([10, 20, 45, 25, 12.5, 50, 50, 12.5])
    assert frame["aside"].abs().max() <= 0.5
    assert frame["aside"][:3].nunique() == 3


def test_only_measured_accuracies_have_a_row() -> None:
    curve = "label_curve.relu.sgd"
    metrics = {
        f"{curve}.pretrained.10.mean": 0.9,
        f"{curve}.pretrained.10.spread": 0.2,
        f"{curve}.scratch.10.mean": 0.5,
        f"{curve}.scratch.10.spread": 0.1,
    }
    frame = label_accuracies(metrics, "relu", "sgd", STARTS)
    nets = frame[frame.series != "C"]
    assert nets["series"].tolist() == ["P", "S"]
    assert nets["labels"].tolist() == [10, 10]
    assert nets[["percent", "low", "high"]].values.tolist() == [
        pytest.approx([90, 70, 100]),  # a share cannot exceed 100 %
        pytest.approx([50, 40, 60]),
    ]
    chance = frame[frame.series == "C"]
    assert chance["labels"].tolist() == list(LABEL_COUNTS)
    assert set(chance["percent"]) == {CHANCE}
    assert (label_accuracies(metrics, "sigmoid", "sgd", STARTS)["series"] == "C").all()
