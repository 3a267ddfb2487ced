"""Four tasks on sentences of sixteen animals: say it back, backwards, in order, or go on as it was.

    >>> src = torch.tensor([vocabulary("en").ids(["dog", "ant", "cat"])])
    >>> vocabulary("en").words(answers("sort", src)[0].tolist())
    ['ant', 'cat', 'dog']

What can be said is known exactly, so what a model forgot can be counted: a sentence of random
animals holds four bits a word, and no code says more of it than that. In a `pattern` a motif of one
to four animals repeats, so a long one holds hardly more than a short one.

Both languages have the same ids, and their order is each language's alphabetical order.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import combinations
from math import comb, lgamma, log, log2

import torch
from torch import Tensor

from explorer.data.number_lists import Part
from explorer.data.vocabulary import (
    LONGEST_QUOTE,
    SPECIALS,
    Vocabulary,
    digest_of,
    with_eos,
)
from explorer.errors import DataError
from explorer.specs.sequences import Task as Task  # also found here

WORDS: dict[str, tuple[str, ...]] = {
    "en": (
        *("ant", "bee", "cat", "dog", "elk", "fox", "gnu", "hen"),
        *("ibis", "jay", "kid", "lion", "mole", "newt", "owl", "pig"),
    ),
    "ko": (
        *("개미", "거위", "고래", "나비", "늑대", "돼지", "매미", "백조"),
        *("사슴", "여우", "오리", "제비", "참새", "타조", "토끼", "하마"),
    ),
}
SYMBOLS = 16
FIRST = len(SPECIALS)  # the id of the first animal
VOCABULARY_SIZE = FIRST + SYMBOLS
LONGEST_MOTIF = 4

HELD_OUT = 8  # one source in so many is never trained on
HELD_OUT_FROM = 3  # shorter sources are too few to keep any back: both parts hold them all

_PRIME = 2**31 - 1
_BASE = 1_664_525  # the checksum's weights are its powers

Draw = Callable[[int], Tensor]

TASKS: dict[Task, Callable[[Tensor], Tensor]] = {
    "copy": lambda src: src,
    "reverse": lambda src: src.flip(1),
    "sort": lambda src: src.sort(1).values,
    "pattern": lambda src: src,  # what makes it one is how its sources are drawn
}
"""(B, L) sources → (B, L) answers, without EOS."""


@cache
def vocabulary(language: str) -> Vocabulary:
    """The animals in one of the languages of WORDS."""
    return Vocabulary((*SPECIALS, *WORDS[language]))


def answers(task: Task, src: Tensor) -> Tensor:
    """(B, L) → (B, L + 1): what is to be said to each source, and EOS."""
    return with_eos(TASKS[task](src))


# What is drawn ------------------------------------------------------------------------------------


def draw_sources(
    task: Task, count: int, length: int, part: Part, generator: torch.Generator
) -> Tensor:
    """(count, length) int64 sources of one part, on the generator's device.

    The words are independent and equally likely; in a `pattern` so are the motif's length, of 1 to
    LONGEST_MOTIF, and its words.
    """
    draw = _patterns if task == "pattern" else _symbols
    return drawn_from(lambda tries: draw(tries, length, generator), count, part)


def drawn_from(draw: Draw, count: int, part: Part) -> Tensor:
    """(count, L): the first rows of one part among those that `draw(tries)` (tries, L) gives."""
    share = 1 / HELD_OUT if part == "test" else 1 - 1 / HELD_OUT
    found: list[Tensor] = []
    missing = count
    while missing > 0:
        # So many more than the mean asks for that, as a rule, once suffices.
        rows = draw(int(missing / share + 5 * missing**0.5 / share) + HELD_OUT)
        if rows.shape[1] >= HELD_OUT_FROM:
            fitting = is_held_out(rows) if part == "test" else ~is_held_out(rows)
            rows = rows[fitting]
        found.append(rows[:missing])
        missing -= len(found[-1])
    return found[0] if len(found) == 1 else torch.cat(found)


def is_held_out(src: Tensor) -> Tensor:
    """(B, L) → (B,) bool: whether a source without padding is for the test only, in every task.

    A checksum of the words and their places decides, so it is the same on every machine.
    """
    if src.shape[1] < HELD_OUT_FROM:
        return torch.zeros(len(src), dtype=torch.bool, device=src.device)
    checksum = (src * _weights(src.shape[1], src.device)).sum(1)  # (B, L) · (L,) → (B,)
    return checksum % _PRIME % HELD_OUT == 0


@lru_cache(maxsize=256)
def _weights(length: int, device: torch.device) -> Tensor:
    """(length,): powers of one number, modulo a prime far beyond the words' numbers."""
    return torch.tensor([pow(_BASE, k, _PRIME) for k in range(1, length + 1)], device=device)


def _symbols(count: int, length: int, generator: torch.Generator) -> Tensor:
    high = VOCABULARY_SIZE
    return torch.randint(FIRST, high, (count, length), generator=generator, device=generator.device)


def _patterns(count: int, length: int, generator: torch.Generator) -> Tensor:
    motifs = _symbols(count, LONGEST_MOTIF, generator)
    device = generator.device
    sizes = torch.randint(1, LONGEST_MOTIF + 1, (count, 1), generator=generator, device=device)
    return motifs.gather(1, torch.arange(length, device=device) % sizes)


# What it holds ------------------------------------------------------------------------------------


@cache
def information(task: Task, length: int) -> float:
    """Bits that an answer holds, on average: so much has to come through from its source.

    It is the entropy of what `draw_sources` draws, train and test together. In `copy`, `reverse`
    and `pattern` the answer says all of its source; in `sort` it says the words but not their
    order, so it holds fewer than four bits a word.
    """
    if task == "pattern":
        return _pattern_bits(length)
    bits = length * log2(SYMBOLS)
    return bits - _order_bits(length) if task == "sort" else bits


@cache
def blind_share(task: Task, length: int) -> float:
    """The share of right words in answers of `length` if nothing of the source is known: that of
    the likeliest word at each place, always the same one, on the average over the places.

    Whoever is told the right words before can do better in `sort` and `pattern`. In sorted answers
    the word at place k is the k-th smallest of `length` independent ones: it is among the first w
    of the alphabet if at least k of them are.
    """
    if task != "sort":
        return 1 / SYMBOLS

    def at_least(place: int, words: int) -> float:
        share = words / SYMBOLS
        return sum(
            comb(length, count) * share**count * (1 - share) ** (length - count)
            for count in range(place, length + 1)
        )

    best = [
        max(at_least(place, word) - at_least(place, word - 1) for word in range(1, SYMBOLS + 1))
        for place in range(1, length + 1)
    ]
    return sum(best) / length


def _order_bits(length: int) -> float:
    """How much of a random sentence is its order: E[log2(L! / Πc!)], c how often each word is in.

    Each c is binomial(L, 1/SYMBOLS), so the sum over the words is SYMBOLS times the mean of one.
    """

    def log2_factorial(n: int) -> float:
        return lgamma(n + 1) / log(2)

    once, others = 1 / SYMBOLS, 1 - 1 / SYMBOLS
    chances = [comb(length, c) * once**c * others ** (length - c) for c in range(length + 1)]
    within = sum(chance * log2_factorial(c) for c, chance in enumerate(chances))
    return log2_factorial(length) - SYMBOLS * within


def _pattern_bits(length: int) -> float:
    """−Σ p·log2 p over all patterns; p adds up the motif lengths which could have made it."""
    sizes = range(1, LONGEST_MOTIF + 1)
    sets = [frozenset(some) for k in sizes for some in combinations(sizes, k)]
    counts: dict[frozenset[int], int] = {}
    for fitting in sorted(sets, key=len, reverse=True):  # patterns which these sizes alone make
        beyond = sum(count for other, count in counts.items() if other > fitting)
        counts[fitting] = SYMBOLS ** _free_places(fitting, length) - beyond
    bits = 0.0
    for fitting, count in counts.items():
        chance = sum(SYMBOLS ** -min(size, length) for size in fitting) / LONGEST_MOTIF
        bits -= count * chance * log2(chance)
    return bits


def _free_places(sizes: frozenset[int], length: int) -> int:
    """How many words can be chosen if the pattern has to repeat after each of these sizes."""
    groups = list(range(length))
    for size in sizes:
        for place in range(size, length):
            old, new = groups[place], groups[place - size]
            groups = [new if group == old else group for group in groups]
    return len(set(groups))


# What a reader types ------------------------------------------------------------------------------


@cache
def _typed() -> dict[str, int]:
    """Everything that a reader may write for an animal: its word in any language, or its letter."""
    letters = "abcdefghijklmnop"
    rows = [*WORDS.values(), tuple(letters)]
    return {word: FIRST + place for row in rows for place, word in enumerate(row)}


def parse_sentence(text: str, language: str, *, most: int) -> list[int]:
    """The ids of one to `most` animals, with blanks or commas between them.

    Words of either language, in capitals or not, and the letters a … p for short. DataError says
    in a sentence, with the animals of `language`, what is none, and how many there may be.
    """
    words = unicodedata.normalize("NFC", text).casefold().replace(",", " ").split()
    if not 1 <= len(words) <= most:
        raise DataError("sequences.length", count=len(words), most=most)
    for word in words:
        if word not in _typed():
            raise DataError(
                "sequences.unknown_word",
                word=word[:LONGEST_QUOTE],
                allowed=", ".join(WORDS[language]),
            )
    return [_typed()[word] for word in words]


@cache
def fingerprint() -> str:
    """The sha256 of the words and of sources, answers and parts: equal when runs saw equal data."""
    generator = torch.Generator().manual_seed(0)
    parts: list[Tensor] = []
    for task in TASKS:
        for length in (1, 5, 12):
            src = draw_sources(task, 32, length, "test", generator)
            parts += [src, answers(task, src)]
    every = torch.cartesian_prod(*[torch.arange(FIRST, VOCABULARY_SIZE)] * HELD_OUT_FROM)
    return digest_of(*WORDS.values(), *parts, is_held_out(every))
