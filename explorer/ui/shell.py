"""The frame around every page: its name, the reader's language, the way to the other pages."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from explorer.charts.linked import BRUSH_STYLE
from explorer.lessons.course import COURSE, LESSONS, PARTS, Lesson
from explorer.lessons.story import following, missing, number
from explorer.text import LANGUAGES
from explorer.ui.language import language_switch, quoted, say, settle_language
from explorer.ui.session import memory

# Korean breaks between words, as Korean books do, and not between any two syllables.
_STYLE = """<style>
.stApp :is(p,li,label,th,td,h1,h2,h3,h4){word-break:keep-all;overflow-wrap:break-word}
[data-testid=stMainBlockContainer]{padding-top:3rem;max-width:84rem}
.st-key-foot [data-testid=stPageLink] :is(p,span){white-space:normal}
.st-key-foot>div:nth-child(2) [data-testid=stPageLink] :is(p,span){font-size:1.25rem}
</style>"""

PAGES = Path(__file__).resolve().parents[2] / "pages"


def open_shell() -> StreamlitPage:
    """Settles the language, draws the sidebar, and returns the page to run."""
    st.set_page_config(page_icon="⏳", layout="wide")
    st.html(_STYLE + BRUSH_STYLE)
    unknown_language = settle_language()
    page = st.navigation(_sections(), expanded=True)
    with st.sidebar:
        language_switch()
    if unknown_language is not None:
        spoken = ", ".join(f"{key} ({name})" for key, name in LANGUAGES.items())
        asked = quoted(unknown_language[:20])
        st.warning(say()("common.unknown_language", language=asked, allowed=spoken))
    return page


def close_shell(page: StreamlitPage) -> None:
    """Draws the foot of a lesson's page: where the story goes on, and what it builds on."""
    lesson = LESSONS.get(page.url_path)
    if lesson is None:
        return
    text = say()
    to_know, later = missing(lesson, memory().visited()), following(lesson)
    with st.container(key="foot", gap="small"):
        st.divider()
        if later is not None:
            title = text("common.next_lesson", title=_titled(later))
            st.page_link(lesson_page(later), label=f"**{title} →**", icon=later.emoji)
            st.markdown(text(f"course.{later.stem}.question"))
        else:
            st.page_link(home_page(), label=f"**{text('common.story_ends')}**", icon="🏠")
        if to_know:
            st.caption(text("common.builds_on"))
            with st.container(horizontal=True):
                for earlier in to_know:
                    st.page_link(lesson_page(earlier), label=_titled(earlier), icon=earlier.emoji)


def home_page() -> StreamlitPage:
    """The page where everyone begins."""
    title = say()("course.home")
    return st.Page(PAGES / "start" / "home.py", title=title, icon="🏠", default=True)


def lesson_page(lesson: Lesson) -> StreamlitPage:
    """The page of a lesson."""
    return st.Page(
        PAGES / lesson.page,
        title=say()(f"course.{lesson.stem}.title"),
        icon=lesson.emoji,
        url_path=lesson.slug,
    )


def _titled(lesson: Lesson) -> str:
    return f"{number(lesson)} · {say()(f'course.{lesson.stem}.title')}"


def _sections() -> dict[str, list[StreamlitPage]]:
    text = say()
    sections = {text("course.app"): [home_page()]}
    for part in PARTS:
        pages = [lesson_page(lesson) for lesson in COURSE if lesson.part == part]
        sections[text(f"course.part.{part}")] = pages
    return sections
