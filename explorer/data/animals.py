"""Animals by four clues that a child may see or hear, for a single neuron to learn what a dog is.

A clue is 1 where it is noticed at that moment and 0 where it is not: of a dog behind a fence one
sees the tail and hears the bark, but neither legs nor fur.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Clue = Literal["legs", "fur", "wags", "barks"]
CLUES: tuple[Clue, ...] = ("legs", "fur", "wags", "barks")


class Case(NamedTuple):
    """What is noticed of an animal, a number a clue, and the answer it should get, 0 or 1."""

    name: str
    clues: tuple[int, ...]
    truth: int


DOGS = (
    Case("garden", (1, 1, 1, 1), 1),
    Case("fence", (0, 0, 1, 1), 1),
    Case("frog", (1, 0, 0, 0), 0),
    Case("fox", (1, 1, 0, 1), 0),
    Case("cat", (1, 1, 0, 0), 0),
    Case("wagtail", (0, 0, 1, 0), 0),
    Case("snail", (0, 0, 0, 0), 0),
)
"""Which of them is a dog? No sum of clues parts them: the fox has three, a dog only two."""

EITHER_OR = (
    Case("snail", (0, 0, 0, 0), 0),
    Case("wagtail", (0, 0, 1, 0), 1),
    Case("night_fox", (0, 0, 0, 1), 1),
    Case("fence", (0, 0, 1, 1), 0),
)
"""The rule of a game, yes if it wags or barks but not both (XOR): no weights part them."""

TABLES = {"dogs": DOGS, "either_or": EITHER_OR}
EMOJI = {
    "garden": "🐕",
    "fence": "🐶",
    "frog": "🐸",
    "fox": "🦊",
    "cat": "🐈",
    "wagtail": "🐦",
    "snail": "🐌",
    "night_fox": "🦊",
}
