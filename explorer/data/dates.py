"""Dates said and written: English and Korean words, and the figures of 2021-03-03.

    >>> day = date(2021, 3, 3)
    >>> written(english(day), "en")
    'March third, twenty twenty-one'
    >>> written(korean(day), "ko"), written(figures(day), "figures")
    ('이천이십일년 삼월 삼일', '2021-03-03')

What is said first is written last (English), the same syllable is a one and a day (Korean), and
June and October have names of their own there: 유월, 시월.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from zlib import crc32

from num2words import num2words

from explorer.data.number_words import HELD_OUT
from explorer.data.number_words import split as split_words

FIRST_YEAR = 1950
LAST_YEAR = 2049
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_KOREAN_MONTHS = {6: "유월", 10: "시월"}  # the syllables that are worn off


def every_date() -> list[date]:
    """All days of FIRST_YEAR … LAST_YEAR."""
    first, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
    return [first + timedelta(days) for days in range((last - first).days + 1)]


def is_held_out(day: date) -> bool:
    """Whether the date is for the test only, however it is written."""
    return crc32(day.isoformat().encode()) % HELD_OUT == 0


def english(day: date) -> tuple[str, ...]:
    """Its words: march third twenty twenty one."""
    return (MONTHS[day.month - 1], *_english_day(day.day), *_english_year(day.year))


def korean(day: date) -> tuple[str, ...]:
    """Its syllables: 이 천 이 십 일 년 삼 월 삼 일."""
    return (*_korean_year(day.year), *_korean_month(day.month), *_korean_day(day.day))


def figures(day: date) -> tuple[str, ...]:
    """Its ten characters, as ISO 8601 has them."""
    return tuple(day.isoformat())


FORMS: dict[str, Callable[[date], tuple[str, ...]]] = {
    "en": english,
    "ko": korean,
    "figures": figures,
}


@cache
def _english_day(day: int) -> tuple[str, ...]:
    return tuple(split_words(num2words(day, to="ordinal"), "en"))


@cache
def _english_year(year: int) -> tuple[str, ...]:
    return tuple(split_words(num2words(year, to="year"), "en"))


@cache
def _korean_year(year: int) -> tuple[str, ...]:
    return (*num2words(year, lang="ko"), "년")


@cache
def _korean_month(month: int) -> tuple[str, ...]:
    return tuple(_KOREAN_MONTHS.get(month) or f"{num2words(month, lang='ko')}월")


@cache
def _korean_day(day: int) -> tuple[str, ...]:
    return (*num2words(day, lang="ko"), "일")


def split(text: str, form: str) -> list[str]:
    """The tokens of what a reader wrote in one of FORMS, whether they make a date or not."""
    return split_words(text, "en" if form == "en" else "ko")


def written(tokens: Sequence[str], form: str) -> str:
    """The tokens as one of FORMS writes them, by rules that look at two neighbours only.

    So what a model says is written too when it is no date.
    """
    if form == "figures":
        return "".join(tokens)
    if form == "ko":
        return re.sub(r"(?<=[년월])(?=.)", " ", "".join(tokens))
    words = [token.capitalize() if token in MONTHS else token for token in tokens]
    gaps = [_gap(before, after) for before, after in pairwise(tokens)]
    return "".join(gap + word for gap, word in zip(["", *gaps], words, strict=False))


def _gap(before: str, after: str) -> str:
    if f"{before}-{after}" in _hyphenated():
        return "-"
    return ", " if before in _days_endings() else " "


@cache
def _hyphenated() -> frozenset[str]:
    """Every two words that num2words joins in a day or a year."""
    days = [num2words(day, to="ordinal") for day in range(1, 32)]
    years = [num2words(year, to="year") for year in range(FIRST_YEAR, LAST_YEAR + 1)]
    return frozenset(word for words in (*days, *years) for word in words.split() if "-" in word)


@cache
def _days_endings() -> frozenset[str]:
    """The words with which a day ends: first, second, … thirtieth."""
    return frozenset(_english_day(day)[-1] for day in range(1, 32))
