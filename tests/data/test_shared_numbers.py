"""Which numbers are learnt, held out and paired; and their rows of tokens."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from explorer.data import shared_numbers
from explorer.data.number_words import LANGUAGES, NUMBERS, vocabulary, words_of
from explorer.data.shared_numbers import (
    HELD_OUT,
    LEARNT,
    fingerprint,
    held_out,
    learnt,
    paired,
    rows,
    standing,
)
from explorer.data.vocabulary import EOS, PAD

SHARES = (0.0, 0.01, 0.05, 0.5, 1.0)


def test_every_number_is_held_out_or_learnt_and_none_is_both() -> None:
    assert (len(held_out()), len(learnt())) == (HELD_OUT, LEARNT) == (2_000, 8_000)
    together = torch.cat([held_out(), learnt()])
    assert torch.equal(together.sort().values, torch.arange(NUMBERS))


def test_pairs_are_learnt_and_a_smaller_share_is_part_of_a_larger_one() -> None:
    sets = [set(paired(share).tolist()) for share in SHARES]
    assert [len(numbers) for numbers in sets] == [0, 80, 400, 4_000, 8_000]
    assert all(few <= many for few, many in pairwise(sets))
    assert sets[-1] == set(learnt().tolist())


def test_the_hash_favours_no_digit() -> None:
    """Of the 2,000 held-out numbers each digit of each place has about 200."""
    for unit in (1, 10, 100, 1000):
        counts = torch.bincount(held_out() // unit % 10, minlength=10)
        assert int(counts.min()) > 150
        assert int(counts.max()) < 250


@pytest.mark.parametrize("share", SHARES)
def test_what_a_number_is(share: float) -> None:
    known = set(paired(share).tolist())
    for number in (*held_out()[:5].tolist(), *learnt()[:5].tolist(), *learnt()[-5:].tolist()):
        expected = "paired" if number in known else "alone"
        if number in held_out():
            expected = "held_out"
        assert standing(number, share) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_row_is_its_number_in_words(language: str) -> None:
    known, (src, tgt) = vocabulary(language), rows(language)
    assert len(src) == len(tgt) == NUMBERS
    for number in (0, 7, 20, 1_000, 2_021, 9_999):
        words = words_of(number, language)
        assert known.words(src[number].tolist()) == list(words)
        assert known.words(tgt[number].tolist()) == list(words)
        ended = tgt[number].tolist()
        assert ended[len(words)] == EOS
        assert set(ended[len(words) + 1 :]) <= {PAD}


def test_other_numbers_held_out_are_other_data(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint()
    assert len(before) == 64
    other = shared_numbers._ranked().flip(0)
    monkeypatch.setattr(shared_numbers, "_ranked", lambda: other)
    assert fingerprint.__wrapped__() != before
