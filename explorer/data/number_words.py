"""Numbers as words, English and Korean: the smallest real languages with a grammar of their own.

    >>> written(english(2021), "en")
    'two thousand and twenty-one'
    >>> korean(2021)
    ('이', '천', '이', '십', '일')

English is cut into words and Korean into syllables. The words come from num2words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from zlib import crc32

from num2words import num2words

from explorer.data.vocabulary import Vocabulary, digest_of
from explorer.errors import DataError

NUMBERS = 10_000  # 0 … 9,999
LANGUAGES = ("en", "ko")
HELD_OUT = 5  # one number in so many is never trained on
LONGEST_TYPED = 100  # characters; the longest number word has 47
_QUOTED = 40

_UNITS = {"one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}
_TENS = {"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}


@lru_cache(maxsize=NUMBERS)
def english(n: int) -> tuple[str, ...]:
    """The words of 0 … 9,999 without hyphens and commas: one thousand one hundred and eleven."""
    return tuple(split(num2words(_known(n)), "en"))


@lru_cache(maxsize=NUMBERS)
def korean(n: int) -> tuple[str, ...]:
    """The syllables of 0 … 9,999. No 일 stands before 십, 백 and 천, and nothing says a zero."""
    return tuple(num2words(_known(n), lang="ko"))


_WORDS: dict[str, Callable[[int], tuple[str, ...]]] = {"en": english, "ko": korean}


def words_of(n: int, language: str) -> tuple[str, ...]:
    """The tokens of 0 … 9,999 in one of LANGUAGES."""
    return _WORDS[language](n)


def is_held_out(n: int) -> bool:
    """Whether the number is for the test only, in every language."""
    return crc32(str(n).encode()) % HELD_OUT == 0


def _known(n: int) -> int:
    if not 0 <= n < NUMBERS:
        raise DataError("number_words.unknown", text=n, highest=f"{NUMBERS - 1:,}")
    return n


def written(tokens: Sequence[str], language: str) -> str:
    """The tokens as the language writes them; for those of a number, just as num2words does.

    A model may say what is no number: it is written by the same rules, each of which looks at two
    neighbours only.
    """
    if language == "ko":
        return "".join(tokens)
    gaps = [_gap(before, after) for before, after in pairwise(tokens)]
    return "".join(gap + token for gap, token in zip(["", *gaps], tokens, strict=False))


def _gap(before: str, after: str) -> str:
    if before in _TENS and after in _UNITS:
        return "-"
    return ", " if before == "thousand" and after != "and" else " "


@cache
def vocabulary(language: str) -> Vocabulary:
    """Every token of the numbers 0 … 9,999 in one of LANGUAGES."""
    return Vocabulary.of(words_of(n, language) for n in range(NUMBERS))


def split(text: str, language: str) -> list[str]:
    """The tokens of what a reader wrote in the language, whether they make a number or not."""
    plain = unicodedata.normalize("NFC", text).casefold()
    return list("".join(plain.split())) if language == "ko" else re.findall(r"[^\s,-]+", plain)


def parse_number(text: str) -> tuple[int, str]:
    """The number below 10,000 that a reader wrote, and how: "en", "ko", or "figures".

    English goes with or without its "and", hyphens and commas, in capitals or not; Korean with or
    without blanks, and with the 일 that bank forms set before 십, 백 and 천. DataError says in a
    sentence what can be written.
    """
    plain = unicodedata.normalize("NFC", text[: LONGEST_TYPED + 1]).strip().casefold()
    if len(plain) <= LONGEST_TYPED:
        if re.fullmatch(r"[0-9]{1,4}|[0-9],[0-9]{3}", plain):
            return int(plain.replace(",", "")), "figures"
        for language, key in (("en", _english_key), ("ko", _korean_key)):
            number = _readings(language).get(key(plain))
            if number is not None:
                return number, language
    raise DataError("number_words.unknown", text=text[:_QUOTED], highest=f"{NUMBERS - 1:,}")


def _english_key(text: str) -> str:
    return " ".join(word for word in split(text, "en") if word != "and")


def _korean_key(text: str) -> str:
    return re.sub(r"\s|일(?=[십백천])", "", text)


@cache
def _readings(language: str) -> dict[str, int]:
    """What each number comes to once what may be left out is left out: distinct for all."""
    key = _english_key if language == "en" else _korean_key
    return {key(written(words_of(n, language), language)): n for n in range(NUMBERS)}


@cache
def fingerprint() -> str:
    """The sha256 of every number's words and part: equal when runs saw equal data."""
    rows = [words_of(n, language) for language in LANGUAGES for n in range(NUMBERS)]
    held_out = [str(n) for n in range(NUMBERS) if is_held_out(n)]
    return digest_of(*rows, held_out)
