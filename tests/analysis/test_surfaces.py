"""The surfaces of the race: heights by hand, level minima, curvature, noise that is noise."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy.stats import kstest

from explorer.analysis.race import RACERS, RATES
from explorer.analysis.surfaces import (
    SURFACES,
    Point,
    ravine,
    rosenbrock,
    saddle,
    steepest,
    throws,
    turned,
)


def at(x: float, y: float) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.tensor(x, dtype=torch.float64), torch.tensor(y, dtype=torch.float64)


def slope(name: str, point: Point) -> list[float]:
    here = torch.tensor(point, dtype=torch.float64, requires_grad=True)
    (found,) = torch.autograd.grad(SURFACES[name].loss(*here), here)
    return [float(part) for part in found]


def test_heights_by_hand() -> None:
    assert float(ravine(*at(2, 1))) == 0.5 * (4 + 50)
    assert float(ravine(*at(2, 1), turn=90)) == pytest.approx(0.5 * (1 + 200))
    assert float(saddle(*at(1, 0))) == 0.5 + 0.25
    assert float(rosenbrock(*at(-1, 2))) == 4 + 100
    assert float(SURFACES["noisy"].loss(*at(3, 1))) == 0.5 * (9 + 4)


@pytest.mark.parametrize("name", SURFACES)
def test_minima_are_level_and_at_height_0_and_lie_on_the_map(name: str) -> None:
    surface = SURFACES[name]
    left, right, bottom, top = surface.box
    assert right - left == pytest.approx(1.5 * (top - bottom))
    for x, y in (*surface.minima, surface.start):
        assert left < x < right
        assert bottom < y < top
    for lowest in surface.minima:
        assert float(surface.loss(*at(*lowest))) == 0
        assert slope(name, lowest) == [0, 0]
    assert float(surface.loss(*at(*surface.start))) > 0


@pytest.mark.parametrize("name", SURFACES)
def test_every_racer_has_a_rate_that_the_slider_knows(name: str) -> None:
    assert tuple(SURFACES[name].rates) == RACERS
    assert set(SURFACES[name].rates.values()) <= set(RATES)


def test_from_the_trap_no_slope_leads_to_a_valley() -> None:
    trap = SURFACES["saddle"].trap
    assert trap is not None
    x, y = slope("saddle", trap)
    assert y == 0
    assert x != 0
    assert slope("saddle", (0.0, 0.0)) == [0, 0]
    assert (0.0, 0.0) not in SURFACES["saddle"].minima


def test_the_largest_curvature_is_that_across_the_bed() -> None:
    assert steepest("ravine") == pytest.approx(50)
    assert steepest("noisy") == pytest.approx(4)
    assert steepest("rosenbrock") is None


@pytest.mark.parametrize("degrees", [0, 30, 77])
def test_who_turns_with_the_ravine_stays_at_its_height(degrees: float) -> None:
    point = (-2.7, 0.9)
    before, after = ravine(*at(*point)), ravine(*at(*turned(point, degrees)), turn=degrees)
    assert float(after) == pytest.approx(float(before))
    assert turned((1, 0), 90) == pytest.approx((0, 1))


def test_throws_follow_from_their_seed_and_are_nearly_normal() -> None:
    assert throws(7, 3) == throws(7, 5)[:3]
    state, total = 7, 0.0
    for _ in range(12):
        state = 48271 * state % (2**31 - 1)
        total += state / (2**31 - 1)
    assert throws(7, 1)[0][0] == total - 6
    rows = np.array(throws(20_261_121, 3000))
    for column in rows.T:
        assert kstest(column, "norm").pvalue > 0.01
    assert abs(np.corrcoef(rows.T)[0, 1]) < 3 / math.sqrt(3000)
    assert abs(np.corrcoef(rows[:-1, 0], rows[1:, 0])[0, 1]) < 3 / math.sqrt(3000)
