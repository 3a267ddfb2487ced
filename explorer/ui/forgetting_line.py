"""A line of animals that the reader types, or takes from sixteen buttons, one word at a time."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from explorer.data.token_tasks import WORDS, parse_sentence, vocabulary
from explorer.errors import DataError
from explorer.lessons.forgetting_reading import example
from explorer.lessons.memory_questions import BEYOND
from explorer.specs import ForgettingSpec
from explorer.ui.essay import Essay
from explorer.ui.language import said
from explorer.ui.session import memory, widget


@dataclass
class Line:
    """What the reader has typed, and how much of it they have seen fade already."""

    text: str
    words: list[int]  # the ids of the last text that could be read
    generation: int = 0  # how often it was changed by something else than typing
    seen: list[int] = field(default_factory=list)  # the words whose rows were drawn last

    def news(self, words: list[int]) -> int:
        """After how many words the rows are new; from now on none of these are."""
        pairs = zip(self.seen, words, strict=False)
        known = next((place for place, (old, new) in enumerate(pairs) if old != new), None)
        if known is None:
            known = min(len(self.seen), len(words))
        self.seen = list(words)
        return known


def typed_line(essay: Essay, spec: ForgettingSpec) -> Line:
    """The line; its words stay those from before, and a sentence says why, if it has none now."""
    language, most = essay.say.language, spec.max_length + BEYOND
    line = _line(essay, spec)
    key = f"forgetting.own.{language}.{spec.task}.{spec.max_length}.{line.generation}"
    line.text = st.text_input(
        essay.text("own_label"),
        line.text,
        max_chars=400,
        key=key,
        help=essay.text("own_help", words=", ".join(WORDS[language])),
    )
    full = len(line.text.split()) >= most
    with st.container(horizontal=True, gap="xxsmall"):
        for word in WORDS[language]:
            st.button(
                word,
                key=f"{key}.{word}",
                on_click=_append,
                args=(line, key, word),
                disabled=full,
                width="content",
            )
        st.button(
            "⌫", key=f"{key}.back", on_click=_back, args=(line, key), help=essay.text("own_back")
        )
    try:
        line.words = parse_sentence(line.text, language, most=most)
    except DataError as error:
        st.warning(f"{said(error)} {essay.text('own_kept')}")
    return line


def _line(essay: Essay, spec: ForgettingSpec) -> Line:
    """The line of these settings; it begins with a sentence that was never trained on."""
    lines: dict[tuple[str, str, int], Line] = (
        memory().lesson(essay.slug).notes.setdefault("lines", {})
    )
    place = (essay.say.language, spec.task, spec.max_length)
    if place not in lines:
        words = example(spec, spec.max_length)
        lines[place] = Line(" ".join(vocabulary(essay.say.language).words(words)), words)
    return lines[place]


def _append(line: Line, key: str, word: str) -> None:
    line.text = f"{widget(key)} {word}".strip()
    line.generation += 1


def _back(line: Line, key: str) -> None:
    line.text = " ".join(str(widget(key)).split()[:-1])
    line.generation += 1
