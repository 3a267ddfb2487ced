"""Number words: num2words against rules of our own, for every number there is."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from num2words import num2words

from explorer.data.number_words import (
    LANGUAGES,
    NUMBERS,
    english,
    fingerprint,
    is_held_out,
    korean,
    parse_number,
    split,
    vocabulary,
    words_of,
    written,
)
from explorer.data.vocabulary import SPECIALS
from explorer.errors import DataError

SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
TENS = ("?", "?", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def said_in_english(n: int) -> str:
    """As a British schoolbook has it: "and" before what is below a hundred, hyphens in the tens."""
    if n < 20:
        return SMALL[n]
    if n < 100:
        return TENS[n // 10] + (f"-{SMALL[n % 10]}" if n % 10 else "")
    if n < 1000:
        below = f" and {said_in_english(n % 100)}" if n % 100 else ""
        return f"{SMALL[n // 100]} hundred{below}"
    rest = n % 1000
    joint = "" if rest == 0 else " and " if rest < 100 else ", "
    return f"{SMALL[n // 1000]} thousand{joint}{said_in_english(rest) if rest else ''}"


def said_in_korean(n: int) -> str:
    """Digit and place, from the left; a one is silent before a place, a zero with its place."""
    digits = "영일이삼사오육칠팔구"
    if n == 0:
        return digits[0]
    said = ""
    for place, name in ((1000, "천"), (100, "백"), (10, "십"), (1, "")):
        digit = n // place % 10
        if digit:
            said += ("" if digit == 1 and name else digits[digit]) + name
    return said


def test_english_is_as_our_own_rule_says() -> None:
    assert [written(english(n), "en") for n in range(NUMBERS)] == [
        said_in_english(n) for n in range(NUMBERS)
    ]


def test_korean_is_as_our_own_rule_says() -> None:
    assert [written(korean(n), "ko") for n in range(NUMBERS)] == [
        said_in_korean(n) for n in range(NUMBERS)
    ]


@pytest.mark.parametrize(
    ("n", "en", "ko"),
    [
        (0, "zero", "영"),
        (10, "ten", "십"),
        (11, "eleven", "십일"),
        (110, "one hundred and ten", "백십"),
        (1000, "one thousand", "천"),
        (1001, "one thousand and one", "천일"),
        (1111, "one thousand, one hundred and eleven", "천백십일"),
        (2021, "two thousand and twenty-one", "이천이십일"),
        (9999, "nine thousand, nine hundred and ninety-nine", "구천구백구십구"),
    ],
)
def test_some_that_anyone_can_check(n: int, en: str, ko: str) -> None:
    assert written(english(n), "en") == en == num2words(n)
    assert written(korean(n), "ko") == ko == num2words(n, lang="ko")


@pytest.mark.parametrize(("language", "longest", "size"), [("en", 7, 31), ("ko", 7, 13)])
def test_every_number_has_words_of_its_own(language: str, longest: int, size: int) -> None:
    rows = [words_of(n, language) for n in range(NUMBERS)]
    assert len(set(rows)) == NUMBERS
    assert max(map(len, rows)) == longest
    assert len(vocabulary(language)) == len(SPECIALS) + size
    assert all(vocabulary(language).words(vocabulary(language).ids(row)) == [*row] for row in rows)


def test_a_token_is_a_word_or_a_syllable() -> None:
    assert english(1121) == ("one", "thousand", "one", "hundred", "and", "twenty", "one")
    assert korean(1121) == ("천", "백", "이", "십", "일")


def test_what_is_no_number_is_written_too() -> None:
    assert written(["twenty", "twenty", "one", "and"], "en") == "twenty twenty-one and"
    assert written([], "en") == written([], "ko") == ""


def test_one_number_in_five_is_held_out_and_every_word_is_learnt() -> None:
    learnt = [n for n in range(NUMBERS) if not is_held_out(n)]
    assert len(learnt) == 8040
    for language in LANGUAGES:
        counts = Counter(word for n in learnt for word in words_of(n, language))
        assert set(counts) == set(vocabulary(language).tokens) - set(SPECIALS)


@pytest.mark.parametrize("n", [-1, NUMBERS, 10**9])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_other_number_has_words_here(n: int, language: str) -> None:
    with pytest.raises(DataError, match="9,999"):
        words_of(n, language)


# What can be typed --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_is_read_as_it_is_written(language: str) -> None:
    for n in range(NUMBERS):
        assert parse_number(written(words_of(n, language), language)) == (n, language)


@pytest.mark.parametrize(
    ("text", "number", "how"),
    [
        ("2021", 2021, "figures"),
        (" 2,021 ", 2021, "figures"),
        ("007", 7, "figures"),
        ("Two Thousand Twenty One", 2021, "en"),
        ("two thousand and  twenty-one", 2021, "en"),
        ("one thousand one hundred", 1100, "en"),
        ("일천이백", 1200, "ko"),
        ("이천일백", 2100, "ko"),
        ("이천 이십일", 2021, "ko"),
        ("일", 1, "ko"),
        (unicodedata.normalize("NFD", "이천이십일"), 2021, "ko"),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, number: int, how: str) -> None:
    assert parse_number(text) == (number, how)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text",
    [
        *("", "ten thousand", "만", "10000", "-1", "3.5", "٣", "²", "1e3", "banana", "9" * 5000),
        *("and", "twenty twenty", "십백", "이십십", "일일", "2천", "<b>one</b>", "one " * 5000),
        *("1,2", "21,000", "０"),
    ],
)
def test_nonsense_is_refused_with_its_words(text: str, language: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_number(text)
    sentence = caught.value.sentence(language)
    assert text[:40] in sentence
    assert "9,999" in sentence
    assert len(sentence) < 300


def test_splitting_takes_whatever_is_written() -> None:
    assert split("Twenty-One,  and", "en") == ["twenty", "one", "and"]
    assert split("이천 이\t십", "ko") == ["이", "천", "이", "십"]


def test_the_fingerprint_stays_until_the_words_change() -> None:
    """If this fails after an upgrade of num2words, checkpoints have to be built anew."""
    assert fingerprint().startswith("946ceeff3069687b")
