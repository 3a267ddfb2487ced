"""How far a step may be: measured without the formula, and then held against it."""

from __future__ import annotations

from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.analysis.step_limit import START, TARGET, arrives, largest_rate, limit_metrics


@pytest.mark.parametrize("curvature", [0.1, 0.37, 1, 2.5, 8, 41, 100])
def test_the_measured_limit_is_two_over_the_curvature(curvature: float) -> None:
    found = limit_metrics(curvature)
    assert found["limit.curvature"] == curvature
    assert found["limit.predicted"] == 2 / curvature
    assert found["limit.measured"] == pytest.approx(2 / curvature, rel=0.01)
    assert found["limit.ratio"] == found["limit.measured"] / found["limit.predicted"]


@pytest.mark.parametrize("curvatures", [(1, 10), (10, 1), (0.1, 100), (3, 3), (5, 2, 0.5)])
def test_the_steepest_direction_decides(curvatures: tuple[float, ...]) -> None:
    assert largest_rate(*curvatures) == pytest.approx(2 / max(curvatures), rel=0.01)


@settings(max_examples=12, deadline=None)
@given(curvature=st.floats(0.1, 100))
def test_one_percent_on_either_side_tells_arriving_from_flying_away(curvature: float) -> None:
    assert arrives([curvature], 0.99 * 2 / curvature)
    assert not arrives([curvature], 1.01 * 2 / curvature)


def test_standing_at_the_target_after_one_leap_is_to_arrive() -> None:
    assert arrives([4.0], 1 / 4)


def test_far_too_large_a_step_is_no_error() -> None:
    assert not arrives([100.0], 1e6)
    assert not arrives([1.0, 100.0], 1e200)


def test_the_first_step_of_the_child() -> None:
    """At 1, target 2, slope −1: five times that against the slope is a step of 5, to 6."""
    assert (START, TARGET) == (1, 2)
    slope = 1.0 * (START - TARGET)
    assert START - 5 * slope == 6


def test_it_is_found_in_less_than_half_a_second() -> None:
    largest_rate.cache_clear()
    times = []
    for curvature in (0.3, 3.0, 30.0):
        begin = thread_time()
        limit_metrics(curvature)
        times.append(thread_time() - begin)
    assert min(times) < 0.5
