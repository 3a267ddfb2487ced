"""Pairs to translate between: number words, dates, and those that a reader brought.

>>> numbers = corpus("numbers-en-ko")
>>> tokens = numbers.tokenise("Twenty-one")
>>> numbers.source_text(numbers.source.ids(tokens))
'twenty-one'
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

from torch import Tensor

from explorer.data import dates, number_words, own_pairs
from explorer.data.once import once
from explorer.data.vocabulary import EOS, Vocabulary, digest_of, padded
from explorer.errors import DataError

LONGEST_TYPED = 32  # tokens of a source that a reader types

Tokens = Sequence[str]


class Pairs(NamedTuple):
    """Sources and what each is to become; row by row, on the CPU."""

    src: Tensor  # (N, S) int64, PAD on the right
    tgt: Tensor  # (N, T) int64, EOS behind each, then PAD


@dataclass(frozen=True)
class Writing:
    """How text becomes tokens, and tokens text again."""

    split: Callable[[str], list[str]]
    join: Callable[[Tokens], str]


@dataclass(frozen=True, eq=False)
class PairCorpus:
    """A language, another, and examples of both; those in `test` are never trained on."""

    name: str
    source: Vocabulary
    target: Vocabulary
    train: Pairs
    test: Pairs
    source_writing: Writing
    target_writing: Writing

    def tokenise(self, text: str) -> list[str]:
        """The tokens of a source that a reader typed, known or not.

        DataError if there is none, or more than LONGEST_TYPED.
        """
        tokens = self.source_writing.split(text)
        if not 1 <= len(tokens) <= LONGEST_TYPED:
            raise DataError("sequences.length", count=len(tokens), most=LONGEST_TYPED)
        return tokens

    def source_text(self, ids: Iterable[int]) -> str:
        """A source as its language writes it, without padding."""
        return self.source_writing.join(self.source.words(ids))

    def target_text(self, ids: Iterable[int]) -> str:
        """An answer as its language writes it, up to its first EOS."""
        return self.target_writing.join(self.target.words(ids))

    @cached_property
    def fingerprint(self) -> str:
        """The sha256 of both vocabularies and of all pairs: equal when two runs saw equal data."""
        return digest_of(self.source.tokens, self.target.tokens, *self.train, *self.test)


class Example(NamedTuple):
    """A pair of token rows, and whether it is for the test only."""

    source: Tokens
    target: Tokens
    held_out: bool


def _corpus(
    name: str, examples: Sequence[Example], source_writing: Writing, target_writing: Writing
) -> PairCorpus:
    source = Vocabulary.of(example.source for example in examples)
    target = Vocabulary.of(example.target for example in examples)

    def encoded(held_out: bool) -> Pairs:
        part = [example for example in examples if example.held_out == held_out]
        return Pairs(
            padded([source.ids(example.source) for example in part]),
            padded([[*target.ids(example.target), EOS] for example in part]),
        )

    return PairCorpus(
        name, source, target, encoded(False), encoded(True), source_writing, target_writing
    )


# What is generated --------------------------------------------------------------------------------


@once(keep=2)
def _numbers(source: str, target: str) -> PairCorpus:
    """All numbers below 10,000, from one language of `number_words` to the other."""
    words = number_words.words_of
    examples = [
        Example(words(n, source), words(n, target), number_words.is_held_out(n))
        for n in range(number_words.NUMBERS)
    ]
    return _corpus(
        f"numbers-{source}-{target}", examples, _number_writing(source), _number_writing(target)
    )


def _number_writing(language: str) -> Writing:
    def split(text: str) -> list[str]:
        """Figures are read as the words that they stand for."""
        try:
            number, how = number_words.parse_number(text)
        except DataError:
            return number_words.split(text, language)
        known = how in ("figures", language)
        return list(number_words.words_of(number, language)) if known else [text]

    return Writing(split, partial(number_words.written, language=language))


@once(keep=3)
def _dates(name: str, source: str, target: str) -> PairCorpus:
    """Every day of a hundred years, from one form of `dates` to another."""
    say, write = dates.FORMS[source], dates.FORMS[target]
    examples = [Example(say(day), write(day), dates.is_held_out(day)) for day in dates.every_date()]
    return _corpus(name, examples, _date_writing(source), _date_writing(target))


def _date_writing(form: str) -> Writing:
    return Writing(partial(dates.split, form=form), partial(dates.written, form=form))


CORPORA: dict[str, Callable[[], PairCorpus]] = {
    "numbers-en-ko": partial(_numbers, "en", "ko"),
    "numbers-ko-en": partial(_numbers, "ko", "en"),
    "dates-words-figures": partial(_dates, "dates-words-figures", "en", "figures"),
    "dates-ko-figures": partial(_dates, "dates-ko-figures", "ko", "figures"),
    "dates-figures-words": partial(_dates, "dates-figures-words", "figures", "en"),
}
"""The generated corpora, each built when it is first asked for, and then kept."""


# What a reader brought ----------------------------------------------------------------------------


@once(keep=8)  # of 4 MB at most
def _own(digest: str) -> PairCorpus:
    pairs = own_pairs.kept(digest)
    held_out = own_pairs.held_out([source for source, _ in pairs])
    examples = [Example(*pair, i in held_out) for i, pair in enumerate(pairs)]
    blanks = Writing(lambda text: unicodedata.normalize("NFC", text).split(), " ".join)
    return _corpus(own_pairs.CORPUS, examples, blanks, blanks)


def corpus(name: str, pairs: str = "") -> PairCorpus:
    """One of CORPORA, or the reader's own pairs that `own_pairs.keep` gave the name `pairs`.

    DataError if those are no longer there.
    """
    if name != own_pairs.CORPUS:
        return CORPORA[name]()
    own_pairs.kept(pairs)  # those that were taken away are gone, whoever built their corpus before
    return _own(pairs)
