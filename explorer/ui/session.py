"""The one door to session state: what the app remembers of one reader, by name and type."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from explorer.specs import Spec
from explorer.training.runner import Handle

_KEY = "explorer"


@dataclass
class LessonMemory:
    """What is remembered of one lesson while its reader is elsewhere."""

    spec: Spec | None = None
    origin: Spec | None = None  # what the widgets that stand on the page began with
    generation: int = 0  # of these widgets
    query: dict[str, str] = field(default_factory=dict)  # the settings last written to the URL
    handle: Handle | None = None
    followed: Spec | None = None  # the settings of which a run or a checkpoint was shown last
    let_go: Spec | None = None  # its run is not joined again until Start is pressed
    predictions: dict[str, str] = field(default_factory=dict)  # by what was asked
    playing: int | None = None  # the moment that a replay shows next; None while nothing plays
    moment: int | None = None  # the moment that the slider holds; None: the newest
    notes: dict[str, Any] = field(default_factory=dict)  # what its page keeps, by name
    sliders: int = 0  # how often the slider was put somewhere by something else than the reader


@dataclass
class Memory:
    """Everything remembered of one reader."""

    language: str | None = None
    language_in_url: str | None = None
    switches: int = 0  # how often the language was set by something else than the switch
    lessons: dict[str, LessonMemory] = field(default_factory=dict)
    parcels: dict[str, Any] = field(default_factory=dict)  # last sent to components, by their keys

    def lesson(self, slug: str) -> LessonMemory:
        return self.lessons.setdefault(slug, LessonMemory())

    def visited(self) -> list[str]:
        """The lessons whose pages were opened, in the order of their first visits."""
        return [slug for slug, lesson in self.lessons.items() if lesson.spec is not None]


def memory() -> Memory:
    """This reader's memory; it lasts as long as their browser tab."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Memory()
    remembered: Memory = st.session_state[_KEY]
    return remembered


def has_widget(key: str) -> bool:
    """Whether the widget under `key` holds a value already."""
    return key in st.session_state


def widget(key: str) -> object:
    """What the widget under `key` holds."""
    return st.session_state[key]
