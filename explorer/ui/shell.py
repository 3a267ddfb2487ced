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

# Korean breaks between words, as Korean books do, and not between any two syllables. In dark the
# theme's blue is too dark for words: what is chosen is written like everything else.
_STYLE = """<style>
.stApp :is(p,li,label,th,td,h1,h2,h3,h4){word-break:keep-all;overflow-wrap:break-word}
.stApp :is([role=radio][data-selected],[data-testid=stSliderThumbValue]){color:inherit}
.stApp [role=radio][data-selected] p{font-weight:600}
[data-testid=stMainBlockContainer]{padding-top:3rem;max-width:84rem}
[class*=st-key-onward-] [data-testid=stPageLink] a{background:#006aa6;border-radius:.6rem;
padding:.7rem 1.2rem;width:fit-content;gap:.8rem}
[class*=st-key-onward-] [data-testid=stPageLink] a:hover{background:#00588a}
[class*=st-key-onward-] [data-testid=stPageLink] a :is(p,span){color:#fff;font-size:1.15rem;
white-space:normal}
[class*=st-key-onward-] [data-testid=stIconEmoji]{background:#fff;border-radius:50%;
box-shadow:0 0 0 .3rem #fff;margin:0 .4rem 0 .2rem}
.st-key-builds-on{column-gap:1rem;row-gap:0}
.st-key-builds-on p{font-size:.875rem}
.st-key-builds-on [data-testid=stPageLink] a{min-height:2.1rem;text-decoration:underline}
.st-key-builds-on [data-testid=stPageLink] p{white-space:normal}
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
    """Draws the foot of a lesson's page: where the story goes on, and what leads there."""
    lesson = LESSONS.get(page.url_path)
    if lesson is None:
        return
    text = say()
    later = following(lesson)
    with st.container(key="foot", gap="small"):
        st.divider()
        if later is None:
            onward(home_page(), text("common.story_ends"), "🏠", key="foot")
            return
        st.markdown(text(f"story.lead.{later.stem}"))
        st.markdown(f"**{text(f'course.{later.stem}.question')}**")
        title = text("common.next_lesson", title=titled(later))
        onward(lesson_page(later), f"{title} →", later.emoji, key="foot")


def onward(page: StreamlitPage, label: str, emoji: str, *, key: str) -> None:
    """The one link of a page that leads on with the story, as a button; `key` says where."""
    with st.container(key=f"onward-{key}"):
        st.page_link(page, label=f"**{label}**", icon=emoji)


def builds_on(lesson: Lesson) -> None:
    """Names what a lesson builds on and its reader has not opened; nothing if that is nothing."""
    to_know = missing(lesson, memory().visited())
    if not to_know:
        return
    with st.container(key="builds-on", horizontal=True, vertical_alignment="center"):
        st.markdown(say()("common.builds_on"), width="content")
        for earlier in to_know:
            label, icon = titled(earlier), earlier.emoji
            st.page_link(lesson_page(earlier), label=label, icon=icon, width="content")


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


def titled(lesson: Lesson) -> str:
    """A lesson's number and its title."""
    return f"{number(lesson)} · {say()(f'course.{lesson.stem}.title')}"


def _sections() -> dict[str, list[StreamlitPage]]:
    text = say()
    sections = {text("course.app"): [home_page()]}
    for part in PARTS:
        pages = [lesson_page(lesson) for lesson in COURSE if lesson.part == part]
        sections[text(f"course.part.{part}")] = pages
    return sections
