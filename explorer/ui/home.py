"""The home page: what this is, the thirteen lessons as one story, the machine, the data."""

from __future__ import annotations

import streamlit as st

from explorer.lessons.course import COURSE, PARTS, Lesson
from explorer.lessons.story import (
    SCHOOL_HOUR,
    go_on,
    hours_needed,
    minutes,
    number,
    school_hours,
)
from explorer.ui.datasets import dataset_table
from explorer.ui.glimpses import film, lesson_glimpse
from explorer.ui.language import say
from explorer.ui.runs import device_line, runner
from explorer.ui.session import memory
from explorer.ui.shell import lesson_page

# A rail with a numbered disc for each lesson; what was visited has a tick, what is next is filled.
_STYLE = """<style>
.st-key-home-claim p{font-size:1.3rem;line-height:1.45}
.st-key-home-start [data-testid=stPageLink] a{background:#006aa6;border-radius:.6rem;
padding:.7rem 1.2rem;width:fit-content}
.st-key-home-start [data-testid=stPageLink] a:hover{background:#00588a}
.st-key-home-start [data-testid=stPageLink] a :is(p,span){color:#fff;font-size:1.15rem;
white-space:normal}
.st-key-story{counter-reset:lesson}
[class*=st-key-lesson-]{counter-increment:lesson;position:relative;gap:.2rem;
padding:.2rem 0 1rem 3.6rem}
[class*=st-key-lesson-]::after{content:"";position:absolute;left:1.2rem;top:1.4rem;bottom:-1.4rem;
width:.2rem;background:color-mix(in srgb,currentColor 22%,transparent)}
.st-key-story [class*=st-key-act-]>div:last-child [class*=st-key-lesson-]::after{display:none}
[class*=st-key-lesson-]::before{content:counter(lesson);position:absolute;left:0;top:.1rem;
z-index:1;width:2.6rem;height:2.6rem;border-radius:50%;display:grid;place-items:center;
font-size:1.15rem;font-weight:700;box-sizing:border-box;border:.2rem solid #0a7ec2;
background:#fff;color:#00588a}
[class*=st-key-lesson-next]::before{background:#006aa6;color:#fff;
box-shadow:0 0 0 .35rem color-mix(in srgb,#0a7ec2 35%,transparent)}
[class*=st-key-lesson-visited]::before{content:"✓";background:#0a7e5c;border-color:#0a7e5c;
color:#fff}
[class*=st-key-lesson-] [data-testid=stPageLink] a{padding:.1rem .4rem .1rem 0}
[class*=st-key-lesson-] [data-testid=stPageLink] :is(p,span){font-size:1.3rem;white-space:normal}
[class*=st-key-lesson-] h5{padding:0}
@media(max-width:640px){[class*=st-key-lesson-]{padding-left:3.2rem}
[class*=st-key-lesson-] [data-testid=stHorizontalBlock]{gap:.7rem}}
</style>"""


def welcome() -> None:
    """Title, claim and where to begin; beside them a training that is played back."""
    text = say()
    st.html(_STYLE)
    st.title(text("home.title"))
    words, picture = st.columns([6, 5], gap="large", vertical_alignment="center")
    with words:
        with st.container(key="home-claim"):
            st.markdown(text("home.claim"))
        st.markdown(text("home.honest"))
        _way_in()
        st.markdown(text("home.how"))
    with picture:
        film()


def _way_in() -> None:
    """The one link that a newcomer needs; later, the one that goes on."""
    text = say()
    visited = memory().visited()
    lesson = go_on(visited)
    if lesson is None:
        st.success(text("home.all_visited"), icon="🎓")
        return
    title = f"{number(lesson)} · {text(f'course.{lesson.stem}.title')}"
    label = text("home.go_on" if visited else "home.start", title=title)
    with st.container(key="home-start"):
        st.page_link(lesson_page(lesson), label=f"**{label}**", icon=lesson.emoji)


def story() -> None:
    """Three acts, thirteen lessons, each with what leads to it, what to know and how long it is."""
    text = say()
    st.subheader(text("home.story"), anchor="story")
    st.markdown(
        text(
            "home.whole",
            count=len(COURSE),
            hours=sum(
                hours_needed([lesson for lesson in COURSE if lesson.part == part], text.language)
                for part in PARTS
            ),
            school_hour=SCHOOL_HOUR,
        )
    )
    visited = memory().visited()
    upcoming = go_on(visited)
    with st.container(key="story"):
        for act, part in enumerate(PARTS, start=1):
            lessons = [lesson for lesson in COURSE if lesson.part == part]
            with st.container(key=f"act-{part}"):
                _act(act, part, lessons)
                for lesson in lessons:
                    state = "visited" if lesson.slug in visited else "ahead"
                    _lesson(lesson, "next" if lesson is upcoming else state)


def _act(act: int, part: str, lessons: list[Lesson]) -> None:
    text = say()
    heading = text("home.act", act=act, title=text(f"course.part.{part}"))
    st.markdown(f"#### {heading}")
    hours = school_hours(lessons, text.language)
    spans = [(number(hour[0]), number(hour[-1])) for hour in hours]
    timetable = " · ".join(f"{a}–{b}" if a < b else str(a) for a, b in spans)
    whole = sum(minutes(lesson, text.language) for lesson in lessons)
    length = text("home.act_length", minutes=whole, timetable=timetable)
    st.markdown(f"{text(f'home.part.{part}')}  \n:small[{length}]")


def _lesson(lesson: Lesson, state: str) -> None:
    """A lesson on the rail; `state` is `visited`, `next` or `ahead`."""
    text = say()
    with st.container(key=f"lesson-{state}-{lesson.slug}"):
        words, picture = st.columns([7, 5], gap="large")
        with words, st.container(gap="xxsmall"):
            label = text(f"course.{lesson.stem}.title")
            st.page_link(lesson_page(lesson), label=f"**{label}**", icon=lesson.emoji)
            st.markdown(f"**{text(f'course.{lesson.stem}.question')}**")
            st.markdown(text(f"story.lead.{lesson.stem}"))
            st.markdown(f":small[{_facts(lesson, state)}]")
        with picture:
            lesson_glimpse(lesson)


def _facts(lesson: Lesson, state: str) -> str:
    """How long it takes, what to know before, and where the reader stands, in one line."""
    text = say()
    facts = [text("home.length", minutes=minutes(lesson, text.language))]
    if lesson.needs:
        before = [each for each in COURSE if each.slug in lesson.needs]
        names = ", ".join(f"{number(each)} {text(f'course.{each.stem}.title')}" for each in before)
        facts.append(text("home.needs", lessons=names))
    if state != "ahead":
        facts.append(text(f"home.{state}"))
    return " · ".join(facts)


def data_sets() -> None:
    """The device, and every data set with the click that fetches it."""
    text = say()
    active = sum(run.active for run in runner().runs())
    st.subheader(text("home.data_heading"), anchor="data")
    st.markdown(text("home.device", device=device_line(), active=active))
    dataset_table()
