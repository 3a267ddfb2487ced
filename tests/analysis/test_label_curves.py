"""Means, spreads and gains over draws, by hand; what has not been measured is left out."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from explorer.analysis.label_curves import (
    DESCENTS,
    LABEL_COUNTS,
    UNITS,
    Gain,
    gain,
    label_metrics,
    largest_gain,
    stuck,
)

KINDS = (2, 2, 2, len(LABEL_COUNTS), 3)
FEW, MANY = LABEL_COUNTS[0], LABEL_COUNTS[-1]


def measured(**cells: tuple[list[float], list[float]]) -> torch.Tensor:
    """Accuracies that are nan but for `unit_descent_count=(pretrained, scratch)`."""
    accuracies = torch.full(KINDS, math.nan)
    for name, both in cells.items():
        unit, descent, count = name.split("_")
        place = UNITS.index(unit), DESCENTS.index(descent), LABEL_COUNTS.index(int(count))
        accuracies[place[0], place[1], :, place[2]] = torch.tensor(both)
    return accuracies


def test_by_hand() -> None:
    metrics = label_metrics(measured(relu_adam_500=([0.9, 0.8, 0.7], [0.8, 0.8, 0.5])))
    curve, lead = "label_curve.relu.adam", "gain_points.relu.adam.500"
    expected = {
        f"{curve}.pretrained.500.mean": 0.8,
        f"{curve}.pretrained.500.spread": 0.1,
        f"{curve}.pretrained.500.n": 3,
        f"{curve}.scratch.500.mean": 0.7,
        f"{curve}.scratch.500.spread": np.std([0.8, 0.8, 0.5], ddof=1),
        f"{curve}.scratch.500.n": 3,
        f"{lead}.mean": 10,
        f"{lead}.spread": 10,  # of 10, 0 and 20: the draws are paired
        f"{lead}.n": 3,
        "relu_gain_points": 10,
        "relu_gain_points_spread": 10,
    }
    assert metrics == pytest.approx(expected, abs=1e-5)
    assert gain(metrics, "relu", "adam", 500) == pytest.approx(Gain(10, 10, 3), abs=1e-5)
    assert gain(metrics, "relu", "sgd", 500) is None


def test_before_the_first_measurement_there_is_nothing() -> None:
    assert label_metrics(torch.full(KINDS, math.nan)) == {}


def test_headlines_name_the_optimiser_unless_it_is_adam() -> None:
    both = ([0.9, 0.9, 0.9], [0.5, 0.5, 0.5])
    metrics = label_metrics(measured(sigmoid_sgd_500=both, sigmoid_adam_500=both, relu_sgd_10=both))
    short = {name for name in metrics if "." not in name}
    assert short == {
        *("sigmoid_gain_points", "sigmoid_gain_points_spread"),
        *("sigmoid_sgd_gain_points", "sigmoid_sgd_gain_points_spread"),
    }


@pytest.mark.parametrize(
    ("mean", "spread", "verdict"),
    [
        (8.0, 0.7, "helps"),
        (-8.0, 0.7, "harms"),
        (1.3, 1.8, "nothing"),
        (-0.7, 0.6, "nothing"),  # beyond its spread, but less than a point
        (1.4, 0.9, "helps"),
    ],
)
def test_a_gain_in_a_word(mean: float, spread: float, verdict: str) -> None:
    assert Gain(mean, spread, 5).verdict == verdict


def gains(points: dict[tuple[str, int], float]) -> dict[str, float]:
    return {
        f"gain_points.{unit}.{descent}.{count}.{part}": value
        for (unit, count), mean in points.items()
        for descent in DESCENTS
        for part, value in (("mean", mean), ("spread", 1.0), ("n", 3))
    }


def test_the_largest_gain() -> None:
    points = {("sigmoid", FEW): 40.0, ("sigmoid", MANY): 50.0, ("relu", FEW): 11.0}
    assert largest_gain(gains(points)) is None
    assert largest_gain(gains(points | {("relu", MANY): 0.0})) == "sigmoid_many"
    assert largest_gain(gains(points | {("relu", MANY): 51.0})) == "relu_many"
    assert largest_gain(gains(points | {("relu", MANY): 0, ("sigmoid", FEW): 60})) == "sigmoid_few"


def test_stuck_is_no_better_than_twice_a_guess() -> None:
    name = f"label_curve.sigmoid.sgd.scratch.{MANY}.mean"
    assert stuck({name: 0.13}, MANY)
    assert not stuck({name: 0.4}, MANY)
    assert not stuck({}, MANY)
