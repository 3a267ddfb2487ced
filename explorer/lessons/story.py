"""The course as one story: what to read next, and about how long each lesson takes.

The time is not typed in but counted: what there is to read, what there is to wait for, and what
there is to use and to try. It is an estimate for a class that reads everything aloud and that has
every view in its own hands; who skims is faster.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import get_args

from explorer.errors import CheckpointError
from explorer.lessons.course import COURSE, LESSONS, PARTS, Lesson
from explorer.lessons.shelf import path_for
from explorer.text import DEFAULT_LANGUAGE, catalogue
from explorer.training.checkpoints import load

# Read aloud in English; silent reading is faster, at 238 (Brysbaert 2019: means of 77 and of 190
# studies). Other languages say as much in the same time, with as many words as they need for it.
WORDS_PER_MINUTE = 183
MINUTES_AROUND = 5  # until everyone has the page open, and to talk about it in the end
MINUTES_PER_VIEW = (
    8  # until a class has found its way in it, has had its hands on it, and has asked
)
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
# What a page has to use besides the choices of its experiment, by the anchors of their headings.
CHAPTERS = {
    "pixels-and-neurons": ("photo", "neuron"),
    "gradient-descent": ("ball", "race"),
    "evidence-and-culprit": ("case",),
    "seq2seq-steps": ("walk",),
    "attention": ("look",),
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


def go_on(visited: Collection[str]) -> Lesson | None:
    """Where a reader goes on who came to these lessons; None if that was all.

    To the first one that they skipped or have not reached: all that it builds on, they know.
    """
    return next((lesson for lesson in COURSE if lesson.slug not in visited), None)


def views(lesson: Lesson) -> int:
    """How many things its page has to use: its chapters, and the choices of its experiment."""
    field = lesson.spec.model_fields.get("experiment")
    choices = get_args(field.annotation) if field is not None else ()
    return len(CHAPTERS.get(lesson.slug, ())) + max(1, len(choices))


@cache
def minutes(lesson: Lesson, language: str) -> int:
    """About how long a class is busy with a lesson, to the nearest ROUNDED_TO minutes, at least one
    such step."""
    raw = (
        MINUTES_AROUND
        + _words(_texts(lesson, language)) / _words_per_minute(language)
        + views(lesson) * MINUTES_PER_VIEW
        + _count(_GUESS, lesson) * MINUTES_PER_GUESS
        + _count(_TRIAL, lesson) * MINUTES_PER_TRIAL
        + training_seconds(lesson) / 60
    )
    return ROUNDED_TO * max(1, round(raw / ROUNDED_TO))


@dataclass(frozen=True)
class Slot:
    """School hours, from 1 and with both ends, and the lessons which they have room for."""

    first: int
    last: int
    lessons: tuple[Lesson, ...]


def school_hours(lessons: Iterable[Lesson], language: str, *, begin: int = 1) -> list[Slot]:
    """The lessons in their order, dealt to school hours: each takes in as many as it has room for.

    A lesson that is longer than a school hour stands alone in as many as it needs.
    """
    slots: list[Slot] = []
    hour, room = begin - 1, 0
    for lesson in lessons:
        length = minutes(lesson, language)
        if slots and length <= room:
            slots[-1] = replace(slots[-1], lessons=(*slots[-1].lessons, lesson))
            room -= length
            continue
        hours = math.ceil(length / SCHOOL_HOUR)
        slots.append(Slot(hour + 1, hour + hours, (lesson,)))
        hour += hours
        room = SCHOOL_HOUR - length  # a second hour is left to what is longer than the first
    return slots


def timetable(language: str) -> dict[str, list[Slot]]:
    """The school hours of the whole course by its parts; each begins in an hour of its own."""
    table: dict[str, list[Slot]] = {}
    hour = 0
    for part in PARTS:
        own = [lesson for lesson in COURSE if lesson.part == part]
        table[part] = school_hours(own, language, begin=hour + 1)
        hour = table[part][-1].last
    return table


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
