"""Corpora: what is paired, what is held out, what a reader types, and a reader's own pairs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from time import sleep
from typing import Any

import pytest
import torch

from explorer.data import dates, number_words, own_pairs, pairs
from explorer.data.pairs import CORPORA, LONGEST_TYPED, PairCorpus, Pairs, corpus
from explorer.data.vocabulary import EOS, PAD, SPECIALS
from explorer.errors import DataError
from explorer.specs.seq2seq_steps import StepsSpec

NAMES = sorted(CORPORA)


def texts(made: PairCorpus, part: Pairs) -> list[tuple[str, str]]:
    rows = zip(part.src.tolist(), part.tgt.tolist(), strict=True)
    return [(made.source_text(src), made.target_text(tgt)) for src, tgt in rows]


@pytest.mark.parametrize("name", NAMES)
def test_sources_are_padded_and_targets_end(name: str) -> None:
    made = corpus(name)
    assert made.name == name
    for part in (made.train, made.test):
        assert part.src.dtype == part.tgt.dtype == torch.int64
        assert len(part.src) == len(part.tgt)
        assert not ((part.src == EOS) | (part.src == 1)).any()
        assert ((part.tgt == EOS).sum(1) == 1).all()
        for ids in part:  # padding is on the right only
            assert not ((ids[:, :-1] == PAD) & (ids[:, 1:] != PAD)).any()
        real = (part.tgt != PAD).sum(1)
        assert (part.tgt.gather(1, real[:, None] - 1) == EOS).all()


@pytest.mark.parametrize("name", NAMES)
def test_no_test_pair_is_trained_on_and_every_token_is(name: str) -> None:
    made = corpus(name)
    train, test = ({*map(tuple, part.src.tolist())} for part in (made.train, made.test))
    assert not train & test
    assert 0.18 < len(test) / (len(train) + len(test)) < 0.22
    for ids, vocabulary in ((made.train.src, made.source), (made.train.tgt, made.target)):
        assert {*range(len(SPECIALS), len(vocabulary))} <= set(ids.flatten().tolist())


@pytest.mark.parametrize(("source", "target"), [("en", "ko"), ("ko", "en")])
def test_numbers_mean_the_same_on_both_sides(source: str, target: str) -> None:
    made = corpus(f"numbers-{source}-{target}")
    every = [*texts(made, made.train), *texts(made, made.test)]
    assert len(every) == number_words.NUMBERS
    for said, expected in every[::23]:
        number, language = number_words.parse_number(said)
        assert language == source
        assert number_words.parse_number(expected) == (number, target)


def test_both_directions_hold_out_the_same_numbers() -> None:
    one, other = corpus("numbers-en-ko"), corpus("numbers-ko-en")
    assert [pair[::-1] for pair in texts(other, other.test)] == texts(one, one.test)


@pytest.mark.parametrize(
    ("name", "source", "target"),
    [
        ("dates-words-figures", "March third, twenty twenty-one", "2021-03-03"),
        ("dates-ko-figures", "이천이십일년 삼월 삼일", "2021-03-03"),
        ("dates-figures-words", "2021-03-03", "March third, twenty twenty-one"),
    ],
)
def test_dates_mean_the_same_on_both_sides(name: str, source: str, target: str) -> None:
    made = corpus(name)
    part = made.test if dates.is_held_out(date(2021, 3, 3)) else made.train
    assert (source, target) in texts(made, part)
    assert made.source_text(made.source.ids(made.tokenise(source))) == source


def test_a_corpus_is_built_once() -> None:
    assert corpus("numbers-en-ko") is corpus("numbers-en-ko")


def test_fingerprints_tell_corpora_apart() -> None:
    prints = {corpus(name).fingerprint for name in NAMES}
    assert len(prints) == len(NAMES)
    assert all(len(each) == 64 for each in prints)


def test_the_settings_offer_these_corpora() -> None:
    allowed = set(StepsSpec.model_fields["corpus"].annotation.__args__)  # type: ignore[union-attr]
    assert allowed == {*CORPORA, own_pairs.CORPUS}


# What can be typed --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "tokens"),
    [
        ("numbers-en-ko", "Twenty-one", "twenty one"),
        ("numbers-en-ko", "one hundred five", "one hundred and five"),
        ("numbers-en-ko", "1,001", "one thousand and one"),
        ("numbers-en-ko", "one one one", "one one one"),
        ("numbers-ko-en", "이천 이십일", "이 천 이 십 일"),
        ("numbers-ko-en", "2021", "이 천 이 십 일"),
        ("numbers-ko-en", "십백천", "십 백 천"),
        ("dates-words-figures", "May FIRST, twenty ten", "may first twenty ten"),
        ("dates-figures-words", "2010-05-01", "2 0 1 0 - 0 5 - 0 1"),
        ("dates-ko-figures", "이천십년 오월 일일", "이 천 십 년 오 월 일 일"),
    ],
)
def test_a_source_is_read_however_it_is_written(name: str, text: str, tokens: str) -> None:
    made = corpus(name)
    assert made.tokenise(text) == tokens.split()
    assert made.source.words(made.source.ids(made.tokenise(text))) == tokens.split()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["", " ", "one " * (LONGEST_TYPED + 1), "일" * 5000, "1" * 5000])
def test_nothing_and_too_much_are_refused(name: str, text: str) -> None:
    made = corpus(name)
    with pytest.raises(DataError) as caught:
        made.source.ids(made.tokenise(text))
    assert caught.value.key in ("sequences.length", "sequences.unknown_token")
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("text", ["이천", "banana", "1e5", "<eos>", "twenty<b>"])
def test_a_word_that_is_not_known_is_named(text: str) -> None:
    made = corpus("numbers-en-ko")
    with pytest.raises(DataError) as caught:
        made.source.ids(made.tokenise(text))
    assert caught.value.key == "sequences.unknown_token"
    assert str(caught.value.values["token"]) == text


# A reader's own -----------------------------------------------------------------------------------


def kept(count: int) -> str:
    lines = [f"eins Wort{i}\tone Word{i}" for i in range(count)]
    return own_pairs.keep(own_pairs.read_pairs("\n".join(lines).encode()))


@pytest.mark.parametrize("count", [own_pairs.FEWEST_PAIRS, 103])
def test_own_pairs_become_a_corpus(count: int) -> None:
    made = corpus("own", kept(count))
    assert made.name == "own"
    assert len(made.test.src) == count // own_pairs.OWN_HELD_OUT
    every = [*texts(made, made.train), *texts(made, made.test)]
    assert sorted(every) == sorted((f"eins Wort{i}", f"one Word{i}") for i in range(count))
    assert len(made.source) == len(made.target) == len(SPECIALS) + count + 1
    assert made.source.ids(made.tokenise("Wort3  eins"))


def test_own_pairs_are_split_the_same_way_each_time() -> None:
    digest = kept(40)
    first = corpus("own", digest)
    assert corpus("own", digest) is first
    other = corpus("own", kept(41))
    assert other.fingerprint != first.fingerprint


def test_look_alikes_are_not_tested_on_what_was_trained_on() -> None:
    lines = [f"{word}{i}\tx{i}" for i in range(40) for word in ("word", "Word", "w\u200dord")]
    digest = own_pairs.keep(own_pairs.read_pairs("\n".join(lines).encode()))
    made = corpus("own", digest)
    train, test = (
        {own_pairs.looks(source) for source, _ in texts(made, part)}
        for part in (made.train, made.test)
    )
    assert len(test) == 40 // own_pairs.OWN_HELD_OUT
    assert train.isdisjoint(test)


def test_own_pairs_that_were_taken_away() -> None:
    digest = kept(33)
    assert corpus("own", digest).test
    own_pairs.forget(digest)
    with pytest.raises(DataError):
        corpus("own", digest)


def test_readers_who_come_together_wait_for_one_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []

    def building(name: str, *rest: Any) -> PairCorpus:
        built.append(name)
        sleep(0.05)
        return make(name, *rest)

    make = pairs._corpus
    monkeypatch.setattr(pairs, "_corpus", building)
    digest = kept(27)
    with ThreadPoolExecutor(8) as readers:
        found = list(readers.map(lambda _: corpus("own", digest), range(8)))
    assert all(each is found[0] for each in found)
    assert built == ["own"]


def test_own_pairs_that_are_gone() -> None:
    with pytest.raises(DataError) as caught:
        corpus("own", "0123456789abcdef")
    assert caught.value.key == "pairs.gone"
