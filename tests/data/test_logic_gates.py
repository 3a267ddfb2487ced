"""The gates are those of logic."""

from __future__ import annotations

from operator import and_, or_, xor

import pytest

from explorer.data.logic_gates import CASES, GATES, TRUTHS


@pytest.mark.parametrize(("gate", "operator"), [("and", and_), ("or", or_), ("xor", xor)])
def test_a_gate_answers_as_python_does(gate: str, operator: object) -> None:
    assert callable(operator)
    assert TRUTHS[gate] == tuple(operator(*case) for case in CASES)


def test_there_are_four_cases_and_no_gate_more() -> None:
    assert len(set(CASES)) == 4
    assert set(GATES) == {"and", "or", "xor"}
