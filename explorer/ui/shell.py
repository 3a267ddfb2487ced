"""The frame around every page: its name, the reader's language, the way to the other pages."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from explorer.charts.linked import BRUSH_STYLE
from explorer.lessons.course import COURSE, PARTS, Lesson
from explorer.text import LANGUAGES
from explorer.ui.language import language_switch, quoted, say, settle_language

# Korean breaks between words, as Korean books do, and not between any two syllables.
_STYLE = """<style>
.stApp :is(p,li,label,th,td,h1,h2,h3,h4){word-break:keep-all;overflow-wrap:break-word}
[data-testid=stMainBlockContainer]{padding-top:3rem;max-width:84rem}
</style>"""

PAGES = Path(__file__).resolve().parents[2] / "pages"


def open_shell() -> StreamlitPage:
    """Settles the language, draws the sidebar, and returns the page to run."""
    st.set_page_config(page_icon="⏳", layout="wide")
    st.html(_STYLE + BRUSH_STYLE)
    unknown_language = settle_language()
    page = st.navigation(_sections())
    with st.sidebar:
        language_switch()
    if unknown_language is not None:
        spoken = ", ".join(f"{key} ({name})" for key, name in LANGUAGES.items())
        asked = quoted(unknown_language[:20])
        st.warning(say()("common.unknown_language", language=asked, allowed=spoken))
    return page


def lesson_page(lesson: Lesson) -> StreamlitPage:
    """The page of a lesson that is built."""
    return st.Page(
        PAGES / lesson.page,
        title=say()(f"course.{lesson.stem}.title"),
        icon=lesson.emoji,
        url_path=lesson.slug,
    )


def _sections() -> dict[str, list[StreamlitPage]]:
    text = say()
    home = st.Page(PAGES / "start" / "home.py", title=text("course.home"), icon="🏠", default=True)
    sections = {text("course.app"): [home]}
    for part in PARTS:
        built = [lesson_page(lesson) for lesson in COURSE if lesson.part == part and lesson.built]
        if built:
            sections[text(f"course.part.{part}")] = built
    return sections
