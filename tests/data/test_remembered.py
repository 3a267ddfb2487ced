"""What is computed of a picture set is computed once, and goes when the set goes."""

from __future__ import annotations

import gc
from weakref import ref

from explorer.data.remembered import MOST_RESULTS, remembered


class Subject:
    """Something that can be let go."""


def test_equal_questions_are_answered_once() -> None:
    asked: list[tuple[Subject, int]] = []

    @remembered
    def double(subject: Subject, number: int) -> list[int]:
        asked.append((subject, number))
        return [2 * number]

    one, other = Subject(), Subject()
    first = double(one, 3)
    assert first == [6]
    assert double(one, 3) is first
    assert double(one, 4) == [8]
    assert double(other, 3) is not first
    assert asked == [(one, 3), (one, 4), (other, 3)]
    assert double.__name__ == "double"


def test_the_subject_and_its_results_are_let_go() -> None:
    @remembered
    def made(_subject: Subject) -> Subject:
        return Subject()

    subject = Subject()
    result = ref(made(subject))
    assert result() is not None
    gone = ref(subject)
    del subject
    gc.collect()
    assert gone() is None
    assert result() is None


def test_the_newest_results_are_kept() -> None:
    asked: list[int] = []

    @remembered
    def noted(_subject: Subject, number: int) -> int:
        asked.append(number)
        return number

    subject = Subject()
    for number in range(MOST_RESULTS):
        noted(subject, number)
    noted(subject, 0)  # is young again
    noted(subject, MOST_RESULTS)  # takes the place of the oldest, which is 1
    asked.clear()
    assert [noted(subject, number) for number in (0, MOST_RESULTS, 1)] == [0, MOST_RESULTS, 1]
    assert asked == [1]
