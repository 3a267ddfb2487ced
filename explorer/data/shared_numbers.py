"""Number words for two languages that are to share a meaning: what is learnt, and what is paired.

2,000 numbers are held out: they are learnt in neither language. Of the others a share is paired,
which means that both names of a number are known to be names of the same; the rest is learnt in
each language alone. A hash of the number decides, so it is the same on every machine, and a smaller
share is part of every larger one.

    >>> standing(int(paired(0.05)[0]), 0.05), standing(int(held_out()[0]), 1.0)
    ('paired', 'held_out')
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import Literal

import torch
from torch import Tensor

from explorer.data import number_words
from explorer.data.number_words import NUMBERS, vocabulary, words_of
from explorer.data.once import once
from explorer.data.pairs import Pairs
from explorer.data.vocabulary import EOS, digest_of, padded

HELD_OUT = 2_000
LEARNT = NUMBERS - HELD_OUT

Standing = Literal["held_out", "paired", "alone"]


@once(keep=2)
def rows(language: str) -> Pairs:
    """Row n is the number n in one language: src (NUMBERS, S), and tgt (NUMBERS, T) with EOS."""
    tokens, known = [words_of(n, language) for n in range(NUMBERS)], vocabulary(language)
    ids = [known.ids(row) for row in tokens]
    return Pairs(padded(ids), padded([[*row, EOS] for row in ids]))


def held_out() -> Tensor:
    """(HELD_OUT,) int64: numbers that are learnt in neither language."""
    return _ranked()[:HELD_OUT]


def learnt() -> Tensor:
    """(LEARNT,) int64: numbers that both languages learn, first those that are paired first."""
    return _ranked()[HELD_OUT:]


def paired(share: float) -> Tensor:
    """(round(share · LEARNT),) int64: numbers of which both names are known to mean the same."""
    return learnt()[: round(share * LEARNT)]


def standing(number: int, share: float) -> Standing:
    """What a number below NUMBERS is where `share` of the learnt ones are paired."""
    rank = int((_ranked() == number).nonzero())
    if rank < HELD_OUT:
        return "held_out"
    return "paired" if rank - HELD_OUT < len(paired(share)) else "alone"


@cache
def _ranked() -> Tensor:
    """(NUMBERS,): all numbers in the order of their hashes."""
    return torch.tensor(sorted(range(NUMBERS), key=lambda n: sha256(str(n).encode()).digest()))


@cache
def fingerprint() -> str:
    """The sha256 of the words of all numbers and of which are held out and paired first."""
    return digest_of([number_words.fingerprint()], _ranked())
