"""The home page: what this is, the thirteen lessons as one story, the machine, the data."""

from __future__ import annotations

import streamlit as st

from explorer.lessons.course import COURSE, PARTS, Lesson
from explorer.lessons.story import SCHOOL_HOUR, Slot, go_on, minutes, number, timetable
from explorer.ui.datasets import dataset_table
from explorer.ui.glimpses import film, lesson_glimpse
from explorer.ui.language import say
from explorer.ui.runs import device_line, runner
from explorer.ui.session import memory
from explorer.ui.shell import lesson_page, onward, titled

# A rail with a numbered disc for each lesson; what was visited has a tick, what is next is filled.
# The number is text of the page, so that everyone can find it and hear it.
_STYLE = """<style>
.st-key-home-claim p{font-size:1.3rem;line-height:1.45}
[class*=st-key-lesson-]{position:relative;gap:.2rem;padding:.2rem 0 1rem 3.6rem}
[class*=st-key-lesson-]::after{content:"";position:absolute;left:1.2rem;top:1.4rem;bottom:-1.4rem;
width:.2rem;background:color-mix(in srgb,currentColor 22%,transparent)}
.st-key-story [class*=st-key-act-]>div:last-child [class*=st-key-lesson-]::after{display:none}
[class*=st-key-lesson-]>:has(.disc){position:absolute;left:0;top:.1rem;z-index:1;width:auto}
.disc{position:relative;width:2.6rem;height:2.6rem;border-radius:50%;display:grid;
place-items:center;font-size:1.15rem;font-weight:700;box-sizing:border-box;
border:.2rem solid #0a7ec2;background:#fff;color:#00588a}
[class*=st-key-lesson-next] .disc{background:#006aa6;color:#fff;
box-shadow:0 0 0 .35rem color-mix(in srgb,#0a7ec2 35%,transparent)}
[class*=st-key-lesson-visited] .disc{background:#0a7e5c;border-color:#0a7e5c;color:#fff}
[class*=st-key-lesson-visited] .disc::after{content:"✓"/"";position:absolute;right:-.55rem;
bottom:-.35rem;width:1.25rem;height:1.25rem;border-radius:50%;display:grid;place-items:center;
font-size:.85rem;background:#fff;color:#0a7e5c;border:.15rem solid #0a7e5c}
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
    label = text("home.go_on" if visited else "home.start", title=titled(lesson))
    onward(lesson_page(lesson), label, lesson.emoji, key="home")


def story() -> None:
    """Three acts, thirteen lessons, each with what leads to it, what to know and how long it is."""
    text = say()
    hours = timetable(text.language)
    whole = {"count": len(COURSE), "hours": hours[PARTS[-1]][-1].last, "school_hour": SCHOOL_HOUR}
    st.subheader(text("home.story"), anchor="story")
    st.markdown(text("home.whole", **whole))
    visited = memory().visited()
    upcoming = go_on(visited)
    with st.container(key="story"):
        for act, part in enumerate(PARTS, start=1):
            lessons = [lesson for lesson in COURSE if lesson.part == part]
            with st.container(key=f"act-{part}"):
                _act(act, part, hours[part])
                for lesson in lessons:
                    state = "visited" if lesson.slug in visited else "ahead"
                    _lesson(lesson, "next" if lesson is upcoming else state)


def _act(act: int, part: str, slots: list[Slot]) -> None:
    text = say()
    heading = text("home.act", act=act, title=text(f"course.part.{part}"))
    st.markdown(f"#### {heading}")
    whole = sum(minutes(lesson, text.language) for slot in slots for lesson in slot.lessons)
    hours = " | ".join(_slot(slot) for slot in slots)
    length = text("home.act_length", minutes=whole, timetable=hours)
    st.markdown(f"{text(f'home.part.{part}')}  \n:small[{length}]")


def _slot(slot: Slot) -> str:
    """Which lessons fill these school hours, such as `hours 2–3: lesson 11`."""
    kind = "long" if slot.last > slot.first else "shared" if len(slot.lessons) > 1 else "one"
    lessons = _span(number(slot.lessons[0]), number(slot.lessons[-1]))
    said = say()(f"home.slot.{kind}", hours=_span(slot.first, slot.last), lessons=lessons)
    return said.replace(" ", "\N{NO-BREAK SPACE}")


def _span(first: int, last: int) -> str:
    return f"{first}–{last}" if first < last else str(first)


def _lesson(lesson: Lesson, state: str) -> None:
    """A lesson on the rail; `state` is `visited`, `next` or `ahead`."""
    text = say()
    with st.container(key=f"lesson-{state}-{lesson.slug}"):
        st.html(f'<div class="disc">{number(lesson)}</div>')
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
    if state == "next" and not memory().visited():
        facts.append(text("home.begin"))
    elif state != "ahead":
        facts.append(text(f"home.{state}"))
    return " · ".join(facts)


def data_sets() -> None:
    """The device, and every data set with the click that fetches it."""
    text = say()
    active = sum(run.active for run in runner().runs())
    st.subheader(text("home.data_heading"), anchor="data")
    st.markdown(text("home.device", device=device_line(), active=active))
    dataset_table()
