"""The home page as one story, and the foot of every lesson that leads on."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from explorer.lessons.course import COURSE, LESSONS, Lesson
from explorer.lessons.story import SCHOOL_HOUR, minutes, number, timetable
from explorer.text import LANGUAGES, catalogue
from explorer.training.devices import CPU, cores
from tests.pages.conftest import PAGES, Visit, html, words

SLUGS = [lesson.slug for lesson in COURSE]


def links(app: AppTest) -> list[tuple[str, str]]:
    """Where each link of the page leads, and what it says."""
    return [(link.proto.page, link.proto.label) for link in app.get("page_link")]


def titled(lesson: Lesson, language: str) -> str:
    return f"{number(lesson)} · {catalogue(language)(f'course.{lesson.stem}.title')}"


def walked(app: AppTest, *pages: str) -> AppTest:
    """The same reader, after visits to these pages."""
    for page in pages:
        app.switch_page(PAGES[page]).run()
        assert not app.exception
    return app


# The story ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_lessons_stand_there_in_their_order(visit: Visit, language: str) -> None:
    app = visit("home", lang=language)
    say, said = catalogue(language), words(app)
    (start, _), *lessons = links(app)
    assert start == SLUGS[0]
    assert [page for page, _ in lessons] == SLUGS
    places = [said.index(say(f"story.lead.{lesson.stem}")) for lesson in COURSE]
    assert places == sorted(places)
    for lesson in COURSE:
        assert say(f"course.{lesson.stem}.question") in said
    assert "{" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_says_how_long_it_is_and_what_to_know_before(visit: Visit, language: str) -> None:
    say, said = catalogue(language), words(visit("home", lang=language))
    for lesson in COURSE:
        facts = [say("home.length", minutes=minutes(lesson, language))]
        if lesson.needs:
            before = [LESSONS[slug] for slug in lesson.needs]
            names = ", ".join(titled(each, language).replace(" · ", " ", 1) for each in before)
            facts.append(say("home.needs", lessons=names))
        assert " · ".join(facts) in said, lesson.slug
    assert str(SCHOOL_HOUR) in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_hours_of_the_acts_add_up_to_those_of_the_course(visit: Visit, language: str) -> None:
    say, said = catalogue(language), words(visit("home", lang=language))
    slots = [slot for part in timetable(language).values() for slot in part]
    long = next(slot for slot in slots if slot.last > slot.first)
    shown = say(
        "home.slot.long", hours=f"{long.first}–{long.last}", lessons=number(long.lessons[0])
    )
    assert shown.replace(" ", "\N{NO-BREAK SPACE}") in said
    whole = say("home.whole", count=len(COURSE), hours=slots[-1].last, school_hour=SCHOOL_HOUR)
    assert whole in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_has_its_picture_with_words_for_who_cannot_see_it(visit: Visit, language: str) -> None:
    shown = html(visit("home", lang=language))
    assert shown.count("<figure") == len(COURSE)
    assert shown.count("<figcaption>") == len(COURSE)
    assert shown.count("<img") == shown.count("alt=")
    assert "alt=''" not in shown
    assert 'alt=""' not in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_server_is_named_in_the_readers_language(
    visit: Visit, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.ui.runs.choose_device", lambda _: CPU)
    named = catalogue(language)("home.cpu", count=cores())
    training = [SimpleNamespace(active=active) for active in (True, False, True)]
    monkeypatch.setattr("explorer.ui.home.runner", lambda: SimpleNamespace(runs=lambda: training))
    assert catalogue(language)("home.device", device=named, active=2) in words(
        visit("home", lang=language)
    )


def test_the_page_does_not_weigh_much(visit: Visit) -> None:
    assert len(html(visit("home"))) < 200_000


def test_what_was_visited_is_ticked_and_the_next_one_is_lit(visit: Visit) -> None:
    say = catalogue("en")
    app = visit("home")
    assert links(app)[0][1] == f"**{say('home.start', title=titled(COURSE[0], 'en'))}**"
    assert say("home.visited") not in words(app)
    assert say("home.next") not in words(app)
    assert words(app).count(say("home.begin")) == 1
    walked(app, "pixels-and-neurons", "autoencoder-anatomy", "home")
    upcoming = LESSONS["gradient-descent"]
    assert links(app)[0] == (
        upcoming.slug,
        f"**{say('home.go_on', title=titled(upcoming, 'en'))}**",
    )
    assert words(app).count(say("home.visited")) == 2
    assert words(app).count(say("home.next")) == 1
    assert say("home.begin") not in words(app)


def test_who_has_been_everywhere_is_told_so(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.ui.session.Memory.visited", lambda _: SLUGS)
    app = visit("home")
    assert [page for page, _ in links(app)] == SLUGS
    assert catalogue("en")("home.all_visited") in [message.value for message in app.success]


# The foot, and what to know before ----------------------------------------------------------------


@pytest.mark.parametrize("lesson", COURSE, ids=lambda lesson: lesson.slug)
def test_every_lesson_leads_on_and_names_what_it_builds_on(visit: Visit, lesson: Lesson) -> None:
    say = catalogue("en")
    app = visit(lesson.slug)
    *before, onward = links(app)
    place, said = number(lesson), words(app)
    if place < len(COURSE):
        title = say("common.next_lesson", title=titled(COURSE[place], "en"))
        assert onward == (COURSE[place].slug, f"**{title} →**")
        assert say(f"course.{COURSE[place].stem}.question") in said
        assert say(f"story.lead.{COURSE[place].stem}") in said
    else:
        assert onward[1] == f"**{say('common.story_ends')}**"
    assert before == [(slug, titled(LESSONS[slug], "en")) for slug in lesson.needs]
    assert (say("common.builds_on") in said) == bool(lesson.needs)
    if lesson.needs:  # it is said where it helps, before anything else
        assert said.index(say("common.builds_on")) < said.index(
            say(f"course.{lesson.stem}.question")
        )


def test_the_foot_speaks_the_readers_language_and_knows_where_they_were(visit: Visit) -> None:
    say = catalogue("ko")
    app = walked(visit("autoencoder-anatomy", lang="ko"), "copying-and-constraints")
    *before, (onward, said) = links(app)
    assert onward == "stacked-features"
    assert titled(LESSONS["stacked-features"], "ko") in said
    assert before == [("denoising", titled(LESSONS["denoising"], "ko"))]
    assert say("common.builds_on") in words(app)
    walked(app, "denoising", "copying-and-constraints")
    assert len(links(app)) == 1


def test_the_home_page_has_no_foot(visit: Visit) -> None:
    assert catalogue("en")("common.builds_on") not in words(visit("home"))
