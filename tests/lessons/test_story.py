"""The course as one story: where it goes on, what it asks for, and how long it takes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from explorer.lessons import shelf, story
from explorer.lessons.course import COURSE, LESSONS, PARTS, Lesson
from explorer.lessons.story import (
    BESIDE,
    CHAPTERS,
    ROUNDED_TO,
    SCHOOL_HOUR,
    following,
    go_on,
    minutes,
    missing,
    number,
    school_hours,
    timetable,
    training_seconds,
    views,
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
        ([5], 1),  # who begins in the middle is led to what it builds on
        ([1, 2, 3, 5], 4),  # nothing is jumped over
        ([1, 13], 2),
        (list(range(1, 14)), None),
    ],
)
def test_a_reader_goes_on_with_the_first_lesson_that_they_have_not_seen(
    visited: list[int], next_number: int | None
) -> None:
    found = go_on([COURSE[place - 1].slug for place in visited])
    assert (number(found) if found is not None else None) == next_number
    assert found is None or missing(found, [COURSE[place - 1].slug for place in visited]) == []


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
    """By hand: 5 around, 3 · 183 words at 183 a minute, 2 views of 8, 2 guesses of 1, 5 trials of
    2, 60 s: 37."""
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
    monkeypatch.setattr(story, "views", lambda _: 2)
    monkeypatch.setattr(story, "training_seconds", lambda _: 60.0)
    assert minutes.__wrapped__(FIRST, "en") == 35  # 37 to the nearest 5
    monkeypatch.setattr(story, "training_seconds", lambda _: 180.0)
    assert minutes.__wrapped__(FIRST, "en") == 40  # 39 to the nearest 5


@pytest.mark.parametrize(
    ("slug", "count"),
    [
        ("pixels-and-neurons", 4),  # two chapters; digits and gates
        ("autoencoder-anatomy", 1),
        ("evidence-and-culprit", 2),  # its experiment, and a case of one's own
        ("forgetting", 4),  # four experiments
    ],
)
def test_a_view_is_a_chapter_or_a_choice_of_the_experiment(slug: str, count: int) -> None:
    assert views(LESSONS[slug]) == count


@pytest.mark.parametrize("anchor", [anchor for anchors in CHAPTERS.values() for anchor in anchors])
def test_every_chapter_has_its_heading(anchor: str) -> None:
    root = shelf.SHELF.parent
    sources = [*root.glob("pages/*/*.py"), *root.glob("explorer/ui/*.py")]
    assert any(f'anchor="{anchor}"' in path.read_text(encoding="utf-8") for path in sources)


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


def dealt(
    monkeypatch: pytest.MonkeyPatch, *lengths: int, begin: int = 1
) -> list[tuple[int, int, list[int]]]:
    """School hours, first and last, with the places of the lessons of these lengths in them."""
    lessons = [replace(FIRST, slug=str(place)) for place in range(len(lengths))]
    monkeypatch.setattr(story, "minutes", lambda lesson, _: lengths[int(lesson.slug)])
    slots = school_hours(lessons, "en", begin=begin)
    return [(slot.first, slot.last, [int(each.slug) for each in slot.lessons]) for slot in slots]


def test_lessons_share_a_school_hour_while_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    assert dealt(monkeypatch, 15, 30, 10, 35, 5) == [(1, 1, [0, 1]), (2, 2, [2, 3]), (3, 3, [4])]
    assert dealt(monkeypatch, SCHOOL_HOUR, 5) == [(1, 1, [0]), (2, 2, [1])]
    assert dealt(monkeypatch) == []


def test_a_long_lesson_stands_alone_and_takes_several(monkeypatch: pytest.MonkeyPatch) -> None:
    assert dealt(monkeypatch, 10, 60, 10, 100, begin=4) == [
        (4, 4, [0]),
        (5, 6, [1]),
        (7, 7, [2]),
        (8, 10, [3]),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_timetable_holds_every_lesson_and_no_hour_twice_or_too_full(language: str) -> None:
    table = timetable(language)
    assert list(table) == list(PARTS)
    slots = [slot for part in PARTS for slot in table[part]]
    assert [lesson for slot in slots for lesson in slot.lessons] == list(COURSE)
    hours = [hour for slot in slots for hour in range(slot.first, slot.last + 1)]
    assert hours == list(range(1, len(hours) + 1))
    for slot in slots:
        length = sum(minutes(lesson, language) for lesson in slot.lessons)
        assert length <= SCHOOL_HOUR * (slot.last - slot.first + 1)
