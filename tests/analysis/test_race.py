"""The race with torch.optim: first steps by hand, arrivals, and what turning the ravine changes."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from explorer.analysis.race import (
    ASKED_TURN,
    RACERS,
    RATES,
    Habits,
    arrival,
    changed_races,
    paths,
    turning,
)
from explorer.analysis.surfaces import SURFACES, throws, turned
from explorer.specs import Optimizer as Name

RAVINE, NOISY = SURFACES["ravine"], SURFACES["noisy"]
START, RATE = (2.0, 0.3), 0.01
SLOPE = np.array([2.0, 50 * 0.3])


def test_the_first_steps_by_hand() -> None:
    way = {name: paths(name, RAVINE, [START], rate=RATE, steps=2)[:, 0] for name in RACERS}
    for places in way.values():
        np.testing.assert_array_equal(places[0], START)
    np.testing.assert_allclose(way["sgd"][1], START - RATE * SLOPE)
    # Momentum begins as plain descent does, and then keeps 0.9 of its first step.
    np.testing.assert_allclose(way["momentum"][1], way["sgd"][1])
    second = SLOPE * way["sgd"][1] / START
    np.testing.assert_allclose(
        way["momentum"][2], way["momentum"][1] - RATE * (0.9 * SLOPE + second)
    )
    # The first step of RMSprop is 1/√(1 − α) learning rates long in each coordinate, Adam's one.
    np.testing.assert_allclose(way["rmsprop"][1], START - RATE / sqrt(0.01) * np.ones(2), rtol=1e-6)
    np.testing.assert_allclose(way["adam"][1], START - RATE * np.ones(2), rtol=1e-6)


@pytest.mark.parametrize("name", RACERS)
def test_starts_side_by_side_do_not_touch_each_other(name: Name) -> None:
    starts = [(-2.0, 0.5), (1.0, -1.5), (0.3, 0.0)]
    together = paths(name, NOISY, starts, rate=0.05, steps=30)
    assert together.shape == (31, 3, 2)
    for place, start in enumerate(starts):
        alone = paths(name, NOISY, [start], rate=0.05, steps=30)
        np.testing.assert_allclose(together[:, place], alone[:, 0], rtol=1e-12, atol=1e-15)


def test_noise_is_added_to_each_slope_and_is_the_same_for_all() -> None:
    slope = np.array([1.0, 4.0]) + throws(5, 1)[0]
    (_, place) = paths("sgd", NOISY, [(1.0, 1.0)], rate=0.1, seed=5, steps=1)[:, 0]
    np.testing.assert_allclose(place, 1 - 0.1 * slope)


def test_habits_reach_the_optimiser() -> None:
    habits = Habits(momentum=0.5, alpha=0.75, beta1=0.0, beta2=0.5)
    second = SLOPE * (START - RATE * SLOPE) / START
    found = paths("momentum", RAVINE, [START], rate=RATE, habits=habits, steps=2)[-1, 0]
    expected = START - RATE * SLOPE - RATE * (0.5 * SLOPE + second)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    found = paths("rmsprop", RAVINE, [START], rate=RATE, habits=habits, steps=1)[-1, 0]
    np.testing.assert_allclose(found, START - RATE / 0.5 * np.ones(2), rtol=1e-6)


def test_who_comes_and_goes_has_not_arrived() -> None:
    inside, outside = [0.05, 0.0], [1.0, 0.0]
    for places, step in (
        ([outside, inside, inside], 1),
        ([inside, outside, inside], 2),
        ([outside, inside, outside], None),
        ([inside, inside, inside], 0),
        ([outside, [np.nan, 0.0], inside], 2),
    ):
        assert arrival(np.array(places), RAVINE) == step
    saddle = SURFACES["saddle"]
    assert arrival(np.array([[0.0, 0.0], [0.0, -1.0]]), saddle) == 1


def test_plain_descent_converges_below_2_over_the_curvature_and_not_above() -> None:
    below, above = (
        paths("sgd", RAVINE, [RAVINE.start], rate=rate, steps=400)[-1, 0] for rate in (0.039, 0.041)
    )
    assert np.hypot(*below) < np.hypot(*RAVINE.start) / 10
    assert abs(above[1]) > 1e6
    # With momentum β the limit is (1 + β) times as high.
    below, above = (
        paths("momentum", RAVINE, [RAVINE.start], rate=rate, steps=400)[-1, 0]
        for rate in (0.075, 0.077)
    )
    assert np.hypot(*below) < 0.1
    assert abs(above[1]) > 1e3


@pytest.mark.parametrize("name", RACERS)
def test_on_the_ridge_line_everyone_is_stuck(name: Name) -> None:
    saddle = SURFACES["saddle"]
    assert saddle.trap is not None
    near, on = paths(name, saddle, [saddle.start, saddle.trap]).transpose(1, 0, 2)
    assert (on[:, 1] == 0).all()
    assert arrival(on, saddle) is None
    assert arrival(near, saddle) is not None


def test_turning_the_ravine_changes_the_race_of_those_who_measure_x_and_y_apart() -> None:
    found = turning()
    assert changed_races(found) == "adaptive"
    for name in ("sgd", "momentum"):
        assert found.straight[name] == found.oblique[name]
    assert found.straight["rmsprop"] < found.straight["momentum"] < found.oblique["rmsprop"]
    # A quarter turn only exchanges x and y.
    assert changed_races(turning(90.0)) == "nobody"


def test_the_turned_start_is_on_the_map() -> None:
    left, right, bottom, top = RAVINE.box
    x, y = turned(RAVINE.start, ASKED_TURN)
    assert left < x < right
    assert bottom < y < top


def test_rates_are_ten_round_numbers_to_a_decade() -> None:
    steps = np.diff(np.log10(RATES))
    assert steps.min() > 0.09
    assert steps.max() < 0.11
    assert (RATES[0], RATES[-1]) == (1e-4, 3.15)
