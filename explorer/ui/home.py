"""The home page: what this is, the map of the lessons, the machine, the data."""

from __future__ import annotations

import streamlit as st

from explorer.lessons.course import COURSE, PARTS, Lesson
from explorer.ui.datasets import dataset_table
from explorer.ui.language import say
from explorer.ui.runs import device_line, runner
from explorer.ui.shell import lesson_page


def welcome() -> None:
    """Title, claim, and how to use the app."""
    text = say()
    st.title(text("home.title"))
    st.markdown(text("home.claim"))
    st.markdown(text("home.how"))


def lesson_map() -> None:
    """The course as three roads of numbered cards; lessons not built yet are not links."""
    text = say()
    st.subheader(text("home.map"), anchor="map")
    if not all(lesson.built for lesson in COURSE):
        st.caption(text("home.coming"))
    for part in PARTS:
        st.markdown(f"**{text(f'course.part.{part}')}** — {text(f'home.part.{part}')}")
        with st.grid(4, min_column_width=180):
            for number, lesson in enumerate(COURSE, start=1):
                if lesson.part == part:
                    _card(number, lesson)


def _card(number: int, lesson: Lesson) -> None:
    text = say()
    with st.container(border=True, height="stretch", gap="xsmall"):
        title = f"{number} · {text(f'course.{lesson.stem}.title')}"
        if lesson.built:
            st.page_link(lesson_page(lesson), label=f"**{title}**", icon=lesson.emoji)
            st.markdown(text(f"course.{lesson.stem}.question"))
        else:
            st.markdown(f":gray[{lesson.emoji} {title}]")
            st.caption(text(f"course.{lesson.stem}.question"))


def data_sets() -> None:
    """The device, and every data set with the click that fetches it."""
    text = say()
    active = sum(run.active for run in runner().runs())
    st.subheader(text("home.data_heading"), anchor="data")
    st.markdown(text("home.device", device=device_line(), active=active))
    dataset_table()
