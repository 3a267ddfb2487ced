"""A budget shared out among phases: nothing is lost, and each phase begins and ends once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.training.phases import Moment, Phases


def test_by_hand() -> None:
    phases = Phases(10, [1, 1, 2])
    assert phases.ends == [2, 5, 10]
    assert phases.lengths == [2, 3, 5]
    assert [phases.at(step).phase for step in range(10)] == [0, 0, 1, 1, 1, 2, 2, 2, 2, 2]
    assert phases.at(0) == Moment(0, first=True, last=False)
    assert phases.at(1) == Moment(0, first=False, last=True)
    assert phases.at(5) == Moment(2, first=True, last=False)
    assert phases.at(9) == Moment(2, first=False, last=True)


def test_the_last_phase_goes_on() -> None:
    assert Phases(10, [1, 1]).at(10) == Moment(1, first=False, last=False)
    assert Phases(10, [1, 1]).at(1000).phase == 1
    assert Phases(2, [1] * 4).at(2) == Moment(3, first=True, last=False)  # it begins only now


def test_a_phase_without_a_step_is_left_out() -> None:
    phases = Phases(2, [1] * 4)
    assert phases.lengths == [0, 1, 1, 0]
    assert [phases.at(step) for step in range(2)] == [
        Moment(1, first=True, last=True),
        Moment(2, first=True, last=True),
    ]


@given(st.integers(1, 5000), st.lists(st.floats(0.01, 10), min_size=1, max_size=12))
def test_every_step_lies_in_one_phase(steps: int, shares: list[float]) -> None:
    phases = Phases(steps, shares)
    assert sum(phases.lengths) == steps
    moments = [phases.at(step) for step in range(steps)]
    for phase, length in enumerate(phases.lengths):
        mine = [moment for moment in moments if moment.phase == phase]
        assert len(mine) == length
        assert [moment.first for moment in mine] == [True] * (length > 0) + [False] * (length - 1)
        assert [moment.last for moment in mine] == [False] * (length - 1) + [True] * (length > 0)
        exact = steps * shares[phase] / sum(shares)
        assert length == pytest.approx(exact, abs=1.01)
