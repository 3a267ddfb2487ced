"""Lists of numbers from 0 to 99: with a rule, or drawn at random.

A list with a rule is `start + step · shape`, and the rule is the shape: 0, 1, 2, 3 … climbs, and
0, 1, 0, 1 … alternates. So two numbers say all of it, however long it is; a random list takes as
many numbers as it has.

    >>> as_text(with_rule("steps", start=50, step=-2, length=6))
    '50, 48, 46, 44, 42, 40'
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from math import log2
from typing import Literal
from zlib import crc32

import torch
from torch import Tensor

from explorer.errors import DataError

NUMBERS = 100  # 0 … 99; each is a token of its own
SHORTEST = 4  # from four numbers on, no two rules make the same list
LONGEST = 20
HELD_OUT = 5  # one list with a rule in so many is never trained on

Part = Literal["train", "test"]
PARTS: tuple[Part, ...] = ("train", "test")

RULES: dict[str, Callable[[int, int], int]] = {
    "steps": lambda k, _length: k,  # 50, 48, 46, 44 …
    "alternation": lambda k, _length: k % 2,  # 7, 31, 7, 31 …
    "mirror": lambda k, length: min(k, length - 1 - k),  # 3, 8, 13, 13, 8, 3
    "repeats": lambda k, _length: k % 3,  # 20, 24, 28, 20, 24, 28 …
}
"""The shape of each rule: how many steps from the start its number at place k of `length` lies."""


def with_rule(rule: str, *, start: int, step: int, length: int) -> tuple[int, ...]:
    """The numbers that the rule makes of `start` and `step`; they may leave 0 … 99."""
    shape = RULES[rule]
    return tuple(start + step * shape(k, length) for k in range(length))


def is_held_out(rule: str, start: int, step: int) -> bool:
    """Whether the lists of this rule, start and step, of any length, are for the test only."""
    return crc32(f"{rule} {start} {step}".encode()) % HELD_OUT == 0


@lru_cache(maxsize=256)
def rule_lists(rule: str, length: int, part: Part) -> Tensor:
    """(N, length) int64: every list of the rule that stays within 0 … 99, of one part."""
    shape = torch.tensor([RULES[rule](k, length) for k in range(length)])  # (length,)
    step, start = torch.arange(1 - NUMBERS, NUMBERS)[:, None], torch.arange(NUMBERS)
    farthest = start + step * shape.max()  # (steps, starts)
    made = (step != 0) & (farthest >= 0) & (farthest < NUMBERS)
    steps, starts = torch.where(made & (_held_out(rule) == (part == "test")))
    return starts[:, None] + step[steps] * shape  # (N, 1) + (N, 1) · (length,) → (N, length)


@lru_cache(maxsize=len(RULES))
def _held_out(rule: str) -> Tensor:
    """(steps, starts): `is_held_out` of each step from 1 − NUMBERS on and each start from 0 on."""
    steps, starts = range(1 - NUMBERS, NUMBERS), range(NUMBERS)
    return torch.tensor([[is_held_out(rule, start, step) for start in starts] for step in steps])


def draw_rule_lists(
    count: int, length: int, part: Part, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """(count, length) lists with a rule, and (count,) which: every rule in turn equally often."""
    device = generator.device
    rules = torch.arange(count, device=device) % len(RULES)
    drawn = torch.empty(count, length, dtype=torch.int64, device=device)
    for i, rule in enumerate(RULES):
        lists = rule_lists(rule, length, part).to(device)
        chosen = rules == i
        rows = torch.randint(len(lists), (int(chosen.sum()),), generator=generator, device=device)
        drawn[chosen] = lists[rows]
    return drawn, rules


def draw_random_lists(count: int, length: int, generator: torch.Generator) -> Tensor:
    """(count, length): every number drawn by itself, all of 0 … 99 equally likely."""
    return torch.randint(NUMBERS, (count, length), generator=generator, device=generator.device)


def list_to_remember(rule: str | None, length: int, generator: torch.Generator) -> tuple[int, ...]:
    """One held-out list of the rule or, without one, of random numbers."""
    if rule is None:
        return tuple(draw_random_lists(1, length, generator)[0].tolist())
    lists = rule_lists(rule, length, "test")
    return tuple(lists[torch.randint(len(lists), (), generator=generator)].tolist())


def rule_of(numbers: Sequence[int]) -> str | None:
    """Which of RULES makes this list of at least SHORTEST numbers; None if none does."""
    start, step = numbers[0], numbers[1] - numbers[0]  # all shapes begin with 0, 1
    for rule in RULES:
        made = with_rule(rule, start=start, step=step, length=len(numbers))
        if step != 0 and made == tuple(numbers):
            return rule
    return None


def information(length: int) -> tuple[float, float]:
    """Bits that tell one list of `length` from all others: with one of RULES, and random."""
    ruled = sum(len(rule_lists(rule, length, part)) for rule in RULES for part in PARTS)
    return log2(ruled), length * log2(NUMBERS)


def as_text(numbers: Iterable[int]) -> str:
    """The list as it is written down."""
    return ", ".join(map(str, numbers))


def parse(text: str, *, least: int = SHORTEST, most: int = LONGEST) -> tuple[int, ...]:
    """The list that `as_text` writes, and any other with commas or blanks between its numbers.

    Raises DataError with a sentence for what is no number of 0 … 99 and for a list that is too
    short or too long.
    """
    words = text.replace(",", " ").split()
    for word in words:
        if not (word.isascii() and word.isdecimal() and len(word) <= 3 and int(word) < NUMBERS):
            raise DataError("lists.not_a_number", word=word[:20], highest=NUMBERS - 1)
    if not least <= len(words) <= most:
        raise DataError("lists.length", count=len(words), least=least, most=most)
    return tuple(map(int, words))
