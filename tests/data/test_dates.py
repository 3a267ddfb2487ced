"""Dates: spoken and written, every day of a hundred years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest

from explorer.data import dates
from explorer.data.dates import FORMS, every_date, is_held_out, split, written

EVERY_DATE = every_date()


def test_every_day_of_a_hundred_years() -> None:
    assert len(EVERY_DATE) == len(set(EVERY_DATE)) == 100 * 365 + 25  # leap days 1952 … 2048
    assert (EVERY_DATE[0], EVERY_DATE[-1]) == (date(1950, 1, 1), date(2049, 12, 31))


@pytest.mark.parametrize(
    ("day", "en", "ko"),
    [
        (date(2021, 3, 3), "March third, twenty twenty-one", "이천이십일년 삼월 삼일"),
        (date(2000, 10, 31), "October thirty-first, two thousand", "이천년 시월 삼십일일"),
        (date(1999, 6, 20), "June twentieth, nineteen ninety-nine", "천구백구십구년 유월 이십일"),
        (date(2009, 12, 21), "December twenty-first, two thousand and nine",
         "이천구년 십이월 이십일일"),
        (date(1960, 11, 10), "November tenth, nineteen sixty", "천구백육십년 십일월 십일"),
    ],
)  # fmt: skip
def test_some_that_anyone_can_check(day: date, en: str, ko: str) -> None:
    assert written(FORMS["en"](day), "en") == en
    assert written(FORMS["ko"](day), "ko") == ko
    assert written(FORMS["figures"](day), "figures") == day.isoformat()


@pytest.mark.parametrize(("form", "longest", "size"), [("en", 7, 62), ("ko", 14, 16),
                                                        ("figures", 10, 11)])  # fmt: skip
def test_every_date_has_tokens_of_its_own(form: str, longest: int, size: int) -> None:
    rows = [FORMS[form](day) for day in EVERY_DATE]
    assert len(set(rows)) == len(EVERY_DATE)
    assert max(map(len, rows)) == longest
    assert len({token for row in rows for token in row}) == size


@pytest.mark.parametrize("form", FORMS)
def test_what_is_written_can_be_typed(form: str) -> None:
    say: Callable[[date], tuple[str, ...]] = FORMS[form]
    for day in EVERY_DATE[::37]:
        assert split(written(say(day), form), form) == list(say(day))


def test_months_whose_syllables_wore_off() -> None:
    months = [written(dates.korean(date(2000, m, 1)), "ko").split()[1] for m in range(1, 13)]
    said = "일월 이월 삼월 사월 오월 유월 칠월 팔월 구월 시월 십일월 십이월"
    assert " ".join(months) == said


def test_one_date_in_five_is_held_out_and_every_token_is_learnt() -> None:
    learnt = [day for day in EVERY_DATE if not is_held_out(day)]
    assert 0.79 < len(learnt) / len(EVERY_DATE) < 0.81
    for say in FORMS.values():
        every = {token for day in EVERY_DATE for token in say(day)}
        assert set(Counter(token for day in learnt for token in say(day))) == every


def test_what_is_no_date_is_written_too() -> None:
    assert (
        written(["third", "may", "twenty", "one", "first"], "en") == "third, May twenty-one first"
    )
    assert written(["월", "일", "년"], "ko") == "월 일년"
    assert written([], "en") == written([], "ko") == written([], "figures") == ""
