"""Vocabularies: tokens to numbers and back, and what stands on the right of a short row."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.data.vocabulary import (
    EOS,
    PAD,
    SOS,
    SPECIALS,
    Vocabulary,
    digest_of,
    padded,
    with_eos,
)
from explorer.errors import DataError
from explorer.text import LANGUAGES

LETTERS = Vocabulary.of([["c", "a"], ["b", "a"]])


def test_the_marks_come_first_and_the_words_in_order() -> None:
    assert LETTERS.tokens == (*SPECIALS, "a", "b", "c")
    assert len(LETTERS) == 6
    assert [SPECIALS[i] for i in (PAD, SOS, EOS)] == ["<pad>", "<sos>", "<eos>"]


def test_a_word_that_looks_like_a_mark_does_not_come_twice() -> None:
    assert Vocabulary.of([["<eos>", "a"]]).tokens == (*SPECIALS, "a")


@given(st.lists(st.sampled_from("abc")))
def test_words_survive_being_numbered(words: list[str]) -> None:
    assert LETTERS.words(LETTERS.ids(words)) == words


def test_an_answer_ends_at_its_first_end() -> None:
    assert LETTERS.words([SOS, 3, 4, EOS, 5, PAD]) == ["a", "b"]
    assert LETTERS.words([3, 4, PAD, PAD]) == ["a", "b"]
    assert LETTERS.words([EOS]) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("word", ["z", "<eos>", "", "A", "<b>" * 500])
def test_an_unknown_word_is_named_with_some_that_are_known(word: str, language: str) -> None:
    with pytest.raises(DataError) as caught:
        LETTERS.ids(["a", word])
    sentence = caught.value.sentence(language)
    assert word[:20] in sentence
    assert "a, b, c" in sentence
    assert len(sentence) < 250


def test_padding_goes_to_the_right() -> None:
    rows = padded([[3], [4, 5, 6], []])
    assert rows.tolist() == [[3, PAD, PAD], [4, 5, 6], [PAD, PAD, PAD]]
    assert rows.dtype == torch.int64
    assert padded([]).shape == (0, 0)


def test_every_row_gets_an_end() -> None:
    assert with_eos(torch.tensor([[3, 4], [5, 3]])).tolist() == [[3, 4, EOS], [5, 3, EOS]]


def test_a_digest_tells_values_lengths_and_order() -> None:
    tensor = torch.arange(6)
    different = [
        digest_of(["ab", "c"]),
        digest_of(["a", "bc"]),
        digest_of(["c", "ab"]),
        digest_of(["ab"], ["c"]),
        digest_of(tensor),
        digest_of(tensor.reshape(2, 3)),
        digest_of(tensor.flip(0)),
    ]
    assert len(set(different)) == len(different)
    assert digest_of(tensor.to(torch.int32)) == digest_of(tensor)
    assert len(digest_of(tensor)) == 64
