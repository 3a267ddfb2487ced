"""The perceptron: its first lessons by hand, that it settles where it can, and that it cannot."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.analysis.perceptron import (
    START,
    Neuron,
    course,
    first_places,
    right,
    strongest,
)
from explorer.data.animals import CLUES, DOGS, EITHER_OR, Case

FENCE, CAT = (0, 0, 1, 1), (1, 1, 0, 0)


def test_two_clues_are_not_more_than_a_criterion_of_two() -> None:
    assert START.criterion == 2
    assert [START.says(clues) for clues in ((1, 1, 1, 1), (1, 1, 0, 1), FENCE, (0, 0, 0, 0))] == [
        *(1, 1),
        *(0, 0),
    ]


def test_told_that_it_was_a_dog_the_criterion_moves_from_two_to_one() -> None:
    told = START.taught(FENCE, 1, weights=False)
    assert (told.criterion, told.weights) == (1, START.weights)
    assert told.says(FENCE) == 1
    back = told.taught(CAT, 0, weights=False)  # a cat has two clues as well
    assert back == START


def test_with_weights_only_clues_that_were_there_move() -> None:
    assert START.taught(FENCE, 1, weights=True) == Neuron((1, 1, 2, 2), -1)
    assert Neuron((1, 1, 2, 2), -1).taught((1, 1, 0, 1), 0, weights=True) == Neuron(
        (0, 0, 2, 1), -2
    )


@given(
    st.tuples(*[st.integers(-5, 5)] * 4),
    st.integers(-5, 5),
    st.tuples(*[st.integers(0, 1)] * 4),
    st.booleans(),
)
def test_who_was_right_is_left_alone(
    weights: tuple[int, ...], bias: int, clues: tuple[int, ...], moves: bool
) -> None:
    neuron = Neuron(weights, bias)
    assert neuron.taught(clues, neuron.says(clues), weights=moves) == neuron
    # A mistake moves the sum towards the truth, by one for the bias and for each clue.
    truth = 1 - neuron.says(clues)
    moved = neuron.taught(clues, truth, weights=moves).total(clues) - neuron.total(clues)
    assert moved == (2 * truth - 1) * (1 + (sum(clues) if moves else 0))


def test_the_criterion_walks_to_and_fro_as_no_criterion_is_right_about_all() -> None:
    walked = course(DOGS, weights=False)
    assert walked.ending == "circle"
    criteria = [lesson.before.criterion for lesson in walked.lessons] + [walked.neuron.criterion]
    assert criteria == [2, 2, 1, 1, 2, 2, 2, 2]
    assert max(right(Neuron(START.weights, -c), DOGS) for c in range(-1, 5)) == len(DOGS) - 1


def test_with_weights_it_learns_the_dogs() -> None:
    learnt = course(DOGS, weights=True)
    assert learnt.ending == "learnt"
    assert [lesson.case.name for lesson in learnt.lessons if lesson.said != lesson.case.truth] == [
        "fence",
        "fox",
    ]
    assert learnt.mistakes == 2
    assert learnt.neuron == Neuron((0, 0, 2, 1), -2)
    assert right(learnt.neuron, DOGS) == len(DOGS)
    assert [CLUES[place] for place in strongest(learnt.neuron)] == ["wags"]


def test_the_same_clue_is_among_the_first_in_every_order() -> None:
    places = first_places(DOGS, CLUES.index("wags"))
    assert places.orders == 5040  # 7!
    assert places.alone + places.shared == places.orders
    assert first_places(DOGS, CLUES.index("barks")) == (0, places.shared, 5040)


@pytest.mark.parametrize("start", [START, Neuron((0, 0, 0, 0), 0), Neuron((-3, 2, 5, -1), 4)])
def test_either_or_goes_in_circles_from_anywhere(start: Neuron) -> None:
    lost = course(EITHER_OR, weights=True, start=start)
    assert lost.ending == "circle"
    n = len(EITHER_OR)
    rounds = [lesson.before for lesson in lost.lessons[::n]]
    assert lost.neuron in rounds
    assert len({*rounds}) == len(rounds)  # and it stops at the first that comes again


def truths(rule: int) -> tuple[Case, ...]:
    """All four cases of two clues with one of the 16 rules that there are."""
    cases = enumerate(product((0, 1), repeat=2))
    return tuple(Case(f"{i}", (0, 0, *clues), rule >> i & 1) for i, clues in cases)


def test_of_all_rules_for_two_clues_it_learns_all_but_xor_and_its_opposite() -> None:
    endings = {rule: course(truths(rule), weights=True).ending for rule in range(16)}
    assert {rule for rule, ending in endings.items() if ending == "circle"} == {0b0110, 0b1001}
    assert {*endings.values()} == {"circle", "learnt"}
