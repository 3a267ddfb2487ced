"""The course as one story: what to read next, and about how long each lesson takes.

The time is not typed in but counted: what there is to read, what there is to wait for, and what
there is to try. It is an estimate for a class that reads everything aloud; who skims is faster.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence
from functools import cache

from explorer.errors import CheckpointError
from explorer.lessons.course import COURSE, LESSONS, Lesson
from explorer.lessons.shelf import path_for
from explorer.text import DEFAULT_LANGUAGE, catalogue
from explorer.training.checkpoints import load

# Read aloud in English; silent reading is faster, at 238 (Brysbaert 2019: means of 77 and of 190
# studies). Other languages say as much in the same time, with as many words as they need for it.
WORDS_PER_MINUTE = 183
MINUTES_AROUND = 5  # until everyone has the page open, and to talk about it in the end
MINUTES_PER_GUESS = 1  # until everyone has one
MINUTES_PER_TRIAL = 2  # to set what is to be tried, to wait for it, and to say what was seen
ROUNDED_TO = 5  # minutes: the estimate is no better than that
SCHOOL_HOUR = 45  # minutes

# What a lesson's page has to say besides the texts under its own stem.
BESIDE = {
    "pixels-and-neurons": ("colour_planes", "neuron", "digits", "digit_reader", "gates"),
    "gradient-descent": ("ball", "race", "overfitting", "edge"),
    "autoencoder-anatomy": ("hourglass",),
    "latent-walk": ("latent_pad",),
    "denoising": ("photo_denoising",),
    "seq2seq-steps": ("sentence_walk", "own_pairs"),
    "forgetting": ("capacity",),
}
# Heard by who cannot see the picture, hidden behind a question mark, or the label of a control.
_NOT_READ = re.compile(r"(?:^|[._])(?:alt|aria|help)(?:$|\.)|\.settings\.")
_GUESS = re.compile(r"\.question$")
_TRIAL = re.compile(r"\.try(?:_\w+)?\.\d+$")


def number(lesson: Lesson) -> int:
    """Which lesson of the course it is, from 1."""
    return COURSE.index(lesson) + 1


def following(lesson: Lesson) -> Lesson | None:
    """The lesson after this one, if it is not the last."""
    return next(iter(COURSE[number(lesson) :]), None)


def missing(lesson: Lesson, visited: Collection[str]) -> list[Lesson]:
    """The lessons that this one builds on and that were not visited."""
    return [LESSONS[slug] for slug in lesson.needs if slug not in visited]


def go_on(visited: Sequence[str]) -> Lesson | None:
    """Where a reader goes on who came to these lessons, in this order; None if that was all.

    To the first unknown one behind the lesson they came to last, else to the first unknown one.
    """
    start = number(LESSONS[visited[-1]]) if visited else 0
    ahead = (*COURSE[start:], *COURSE[:start])
    return next((each for each in ahead if each.slug not in visited), None)


@cache
def minutes(lesson: Lesson, language: str) -> int:
    """About how long a class is busy with a lesson, to the nearest ROUNDED_TO minutes, at least one
    such step."""
    raw = (
        MINUTES_AROUND
        + _words(_texts(lesson, language)) / _words_per_minute(language)
        + _count(_GUESS, lesson) * MINUTES_PER_GUESS
        + _count(_TRIAL, lesson) * MINUTES_PER_TRIAL
        + training_seconds(lesson) / 60
    )
    return ROUNDED_TO * max(1, round(raw / ROUNDED_TO))


def school_hours(lessons: Iterable[Lesson], language: str) -> list[list[Lesson]]:
    """The lessons in their order, dealt to school hours: each takes in as many as it has room for.

    A lesson that is longer than a school hour stands alone; `hours_needed` says for how many.
    """
    hours: list[list[Lesson]] = []
    room = 0
    for lesson in lessons:
        length = minutes(lesson, language)
        if length > room:
            hours.append([])
            room = SCHOOL_HOUR
        hours[-1].append(lesson)
        room -= length
    return hours


def hours_needed(lessons: Iterable[Lesson], language: str) -> int:
    """How many school hours these lessons take when they are dealt like that."""
    return sum(
        math.ceil(sum(minutes(lesson, language) for lesson in hour) / SCHOOL_HOUR)
        for hour in school_hours(lessons, language)
    )


@cache
def training_seconds(lesson: Lesson) -> float:
    """How long the training of its default run took, where its checkpoint was made."""
    default = lesson.spec()
    try:
        final = load(path_for(default), lesson.spec).timeline.newest
    except CheckpointError:  # its own page says so, in a sentence
        return 0.0
    return final.seconds if final is not None else 0.0


def _texts(lesson: Lesson, language: str) -> dict[str, str]:
    """What there is to read on its page, by key: all that it may say, whatever is measured."""
    stems = {lesson.stem, *BESIDE.get(lesson.slug, ())}
    return {
        key: text
        for key, text in catalogue(language).entries.items()
        if key.partition(".")[0] in stems and not _NOT_READ.search(key)
    }


def _count(kind: re.Pattern[str], lesson: Lesson) -> int:
    return sum(bool(kind.search(key)) for key in _texts(lesson, DEFAULT_LANGUAGE))


def _words(texts: dict[str, str]) -> int:
    return sum(len(text.split()) for text in texts.values())


@cache
def _words_per_minute(language: str) -> float:
    needed, in_english = (_words(catalogue(each).entries) for each in (language, DEFAULT_LANGUAGE))
    return WORDS_PER_MINUTE * needed / in_english
