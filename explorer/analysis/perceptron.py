"""One neuron that is told when it is wrong: Rosenblatt's perceptron (1958).

It says 1 if its weighted sum of clues is greater than its criterion, which is the same as: if the
sum and the bias, minus the criterion, together are greater than 0. Told that it was wrong, it moves
by what was there. A child that may move nothing but the criterion is the perceptron whose weights
stand still.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Literal, NamedTuple

from explorer.data.animals import Case
from explorer.data.once import once

Ending = Literal["learnt", "circle"]


class Neuron(NamedTuple):
    """A weight a clue, and the bias. Whole numbers stay whole, as every lesson moves by one."""

    weights: tuple[float, ...]
    bias: float

    @property
    def criterion(self) -> float:
        """What the weighted sum must be greater than."""
        return -self.bias

    def total(self, clues: Sequence[int]) -> float:
        """z = w·x + b."""
        return sum(w * x for w, x in zip(self.weights, clues, strict=True)) + self.bias

    def says(self, clues: Sequence[int]) -> int:
        """1 if the sum is greater than the criterion, else 0."""
        return int(self.total(clues) > 0)

    def taught(self, clues: Sequence[int], truth: int, *, weights: bool) -> Neuron:
        """The neuron after it was told the truth: w + (t − y)·x, b + (t − y).

        Without `weights` the bias alone moves, and with it the criterion.
        """
        error = truth - self.says(clues)
        moved = tuple(w + error * x for w, x in zip(self.weights, clues, strict=True))
        return Neuron(moved if weights else self.weights, self.bias + error)


START = Neuron(weights=(1, 1, 1, 1), bias=-2)
"""Every clue counts the same, and there must be more than two of them."""


class Lesson(NamedTuple):
    """One case was shown, something was said, and the truth was told."""

    case: Case
    said: int
    before: Neuron
    after: Neuron


class Course(NamedTuple):
    """Lessons in the order of a table, round after round, and how they end.

    `learnt`: at the end the neuron is right about every case. `circle`: at the end of a round it is
    what it was at the beginning of that one or of an earlier one, so it goes round forever (and, as
    a perceptron that may move its weights settles wherever any weights do, none do).
    """

    lessons: list[Lesson]
    ending: Ending

    @property
    def neuron(self) -> Neuron:
        return self.lessons[-1].after

    @property
    def mistakes(self) -> int:
        return sum(lesson.said != lesson.case.truth for lesson in self.lessons)


def right(neuron: Neuron, cases: Sequence[Case]) -> int:
    """About how many cases it is right."""
    return sum(neuron.says(case.clues) == case.truth for case in cases)


def course(cases: Sequence[Case], *, weights: bool, start: Neuron = START) -> Course:
    """Tells `start` the truth about one case after another until it is right about all of them
    or goes in a circle.

    One of the two comes: the weights of a perceptron stay bounded whatever it is told (the cycling
    theorem of Minsky and Papert, 1969), and there are not many whole numbers between two bounds.
    """
    neuron, seen, lessons = start, {start}, list[Lesson]()
    while True:
        for case in cases:
            after = neuron.taught(case.clues, case.truth, weights=weights)
            lessons.append(Lesson(case, neuron.says(case.clues), neuron, after))
            neuron = after
            if right(neuron, cases) == len(cases):
                return Course(lessons, "learnt")
        if neuron in seen:
            return Course(lessons, "circle")
        seen.add(neuron)


def strongest(neuron: Neuron) -> list[int]:
    """The places of the largest weight; more than one where weights are equal."""
    most = max(neuron.weights)
    return [place for place, weight in enumerate(neuron.weights) if weight == most]


class FirstPlaces(NamedTuple):
    """In how many of all `orders` of a table a clue ends with the largest weight."""

    alone: int
    shared: int
    orders: int


@once(keep=8)
def first_places(cases: tuple[Case, ...], place: int) -> FirstPlaces:
    """How often the clue at `place` ends first when the cases come by in each possible order."""
    ends = [strongest(course(order, weights=True).neuron) for order in permutations(cases)]
    alone = sum(end == [place] for end in ends)
    return FirstPlaces(alone, sum(place in end for end in ends) - alone, len(ends))
