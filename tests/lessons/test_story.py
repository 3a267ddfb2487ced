"""The course as one story: where it goes on, what it asks for, and how long it takes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from explorer.lessons import shelf, story
from explorer.lessons.course import COURSE, LESSONS, Lesson
from explorer.lessons.story import (
    BESIDE,
    ROUNDED_TO,
    SCHOOL_HOUR,
    following,
    go_on,
    hours_needed,
    minutes,
    missing,
    number,
    school_hours,
    training_seconds,
)
from explorer.specs import AnatomySpec
from explorer.text import LANGUAGES, catalogue
from explorer.training.checkpoints import load

# Texts that belong to no lesson: no page is read for them.
SHARED = {
    *("common", "course", "drawing", "errors", "home", "settings", "story", "uploads"),
}
FIRST, SECOND, *_, LAST = COURSE


# Where it goes on ---------------------------------------------------------------------------------


def test_one_lesson_follows_another_to_the_end() -> None:
    assert [number(lesson) for lesson in COURSE] == list(range(1, len(COURSE) + 1))
    assert [following(lesson) for lesson in COURSE] == [*COURSE[1:], None]


@pytest.mark.parametrize(
    ("visited", "next_number"),
    [
        ([], 1),
        ([1], 2),
        ([1, 2], 3),
        ([5], 6),  # who begins in the middle goes on there
        ([6, 5], 7),  # behind the last one visited, the first that is new
        ([1, 13], 2),  # the story is over, but not all of it was seen
        (list(range(1, 14)), None),
    ],
)
def test_a_reader_goes_on_behind_the_lesson_they_came_to_last(
    visited: list[int], next_number: int | None
) -> None:
    found = go_on([COURSE[place - 1].slug for place in visited])
    assert (number(found) if found is not None else None) == next_number


def test_what_is_missing_is_what_was_not_visited() -> None:
    lesson = LESSONS["shared-meaning"]
    assert [each.slug for each in missing(lesson, ())] == list(lesson.needs)
    assert [each.slug for each in missing(lesson, {lesson.needs[0]})] == list(lesson.needs[1:])
    assert missing(lesson, lesson.needs) == []
    assert missing(FIRST, ()) == []


# How long it takes --------------------------------------------------------------------------------


def test_every_text_belongs_to_a_lesson_or_to_all() -> None:
    """A page that reads from a new file would else be thought shorter than it is."""
    counted = {stem for stems in BESIDE.values() for stem in stems}
    counted |= {lesson.stem for lesson in COURSE}
    stems = {key.partition(".")[0] for key in catalogue("en").entries}
    assert stems - counted - SHARED == set()
    assert not counted & SHARED


def test_minutes_are_counted_from_what_there_is_to_read_to_guess_and_to_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By hand: 5 around, 3 · 183 words at 183 a minute, 2 guesses of 1, 5 trials of 2, 60 s: 21."""
    texts = {
        "a.claim": "word " * (3 * 183 - 7),
        "a.claim_alt": "heard " * 1000,
        "a.chart.alt": "heard " * 1000,
        "a.help": "hidden " * 1000,
        "a.settings.depth.label": "label " * 1000,
        "a.prediction.question": "guess",
        "a.other.question": "guess",
        **{f"a.try_more.{trial}": "try" for trial in range(1, 4)},
        **{f"a.try.{trial}": "try" for trial in range(1, 3)},
    }
    monkeypatch.setattr(story, "_texts", lambda *_: readable(texts))
    monkeypatch.setattr(story, "_words_per_minute", lambda _: 183.0)
    monkeypatch.setattr(story, "training_seconds", lambda _: 60.0)
    assert minutes.__wrapped__(FIRST, "en") == 20  # 21 to the nearest 5
    monkeypatch.setattr(story, "training_seconds", lambda _: 180.0)
    assert minutes.__wrapped__(FIRST, "en") == 25  # 23 to the nearest 5


def readable(texts: dict[str, str]) -> dict[str, str]:
    return {key: text for key, text in texts.items() if not story._NOT_READ.search(key)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lesson", COURSE, ids=lambda lesson: lesson.slug)
def test_no_lesson_takes_no_time_or_a_whole_day(lesson: Lesson, language: str) -> None:
    assert ROUNDED_TO <= minutes(lesson, language) <= 3 * SCHOOL_HOUR
    assert minutes(lesson, language) % ROUNDED_TO == 0


def test_both_languages_take_about_as_long() -> None:
    for lesson in COURSE:
        assert abs(minutes(lesson, "en") - minutes(lesson, "ko")) <= 2 * ROUNDED_TO, lesson.slug


def test_the_seconds_are_those_of_the_default_checkpoint() -> None:
    final = load(shelf.path_for(AnatomySpec()), AnatomySpec).timeline.newest
    assert final is not None
    assert training_seconds(LESSONS["autoencoder-anatomy"]) == final.seconds > 0


def test_a_missing_checkpoint_costs_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "path_for", lambda _: shelf.SHELF / "nowhere.safetensors")
    assert training_seconds.__wrapped__(FIRST) == 0


# School hours -------------------------------------------------------------------------------------


def dealt(monkeypatch: pytest.MonkeyPatch, *lengths: int) -> tuple[list[list[int]], int]:
    """Lessons of these lengths by their places in school hours, and how many hours they need."""
    lessons = [replace(FIRST, slug=str(place)) for place in range(len(lengths))]
    monkeypatch.setattr(story, "minutes", lambda lesson, _: lengths[int(lesson.slug)])
    hours = school_hours(lessons, "en")
    return [[int(each.slug) for each in hour] for hour in hours], hours_needed(lessons, "en")


def test_lessons_share_a_school_hour_while_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    assert dealt(monkeypatch, 15, 30, 10, 35, 5) == ([[0, 1], [2, 3], [4]], 3)
    assert dealt(monkeypatch, SCHOOL_HOUR, 5) == ([[0], [1]], 2)
    assert dealt(monkeypatch) == ([], 0)


def test_a_long_lesson_stands_alone_and_takes_several(monkeypatch: pytest.MonkeyPatch) -> None:
    assert dealt(monkeypatch, 10, 60, 10) == ([[0], [1], [2]], 4)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_lesson_has_its_school_hour(language: str) -> None:
    hours = school_hours(COURSE, language)
    assert [lesson for hour in hours for lesson in hour] == list(COURSE)
    assert all(
        len(hour) == 1 or sum(minutes(lesson, language) for lesson in hour) <= SCHOOL_HOUR
        for hour in hours
    )
