"""The home page in a real Chromium: narrow in both languages, a film, and a story to walk."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from explorer.lessons.course import COURSE, LESSONS
from explorer.lessons.glimpses import training_film
from explorer.text import catalogue
from tests.browser.conftest import Server, wait_until_it_scrolls_down_only

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
LOCALES = {"en": "en-US", "ko": "ko-KR"}


def marker(page: Page, slug: str) -> tuple[str, bool]:
    """What the rail shows beside a lesson: its number, and whether it has a tick."""
    step = page.locator(f"[class*=st-key-lesson-]:is([class$='-{slug}'], [class*='-{slug} '])")
    disc = step.locator(".disc")
    tick = disc.evaluate("(disc) => getComputedStyle(disc, '::after').content")
    return disc.inner_text(), "✓" in tick


def top_of(picture: Locator) -> float:
    return float(
        picture.evaluate("(picture) => new DOMMatrix(getComputedStyle(picture).transform).f")
    )


@pytest.mark.parametrize(("language", "dark"), [("en", False), ("ko", True)])
def test_the_narrow_home_page_scrolls_down_only(
    server: Server, visit: Visit, language: str, dark: bool
) -> None:
    page = visit(server.url, locale=LOCALES[language], dark=dark, width=400)
    say = catalogue(language)
    expect(page.get_by_role("heading", name=say("home.title"))).to_be_visible()
    expect(page.locator(".glimpse")).to_have_count(len(COURSE))
    wait_until_it_scrolls_down_only(page)
    # Every picture is there, and wide enough to be seen.
    for image in page.locator(".glimpse img, .film img").all():
        assert image.evaluate("(image) => image.complete && image.naturalWidth > 0")
        assert image.evaluate("(image) => image.getBoundingClientRect().width") >= 280
    start = page.locator(".st-key-onward-home a")
    assert start.evaluate("(link) => link.getBoundingClientRect().height") >= 40
    expect(start).to_contain_text(say(f"course.{COURSE[0].stem}.title"))


def test_the_film_runs_once_to_the_end_of_the_training_and_again_when_asked(
    server: Server, visit: Visit
) -> None:
    film = training_film()
    assert film is not None
    page = visit(server.url)
    reel = page.locator(".film .reel img")
    reel.wait_for()
    height = reel.evaluate("(picture) => picture.getBoundingClientRect().height")
    frame = page.locator(".film .reel").evaluate("(reel) => reel.getBoundingClientRect().height")
    page.wait_for_function(
        "() => document.querySelector('.film .reel img').getAnimations().length === 0"
    )
    # At rest the reel shows its last frame whole, and the last step is the one that is named.
    assert top_of(reel) == pytest.approx(frame - height, abs=0.6)
    last = page.locator(".film .count b")
    line = height_of_lines(last) / len(film.steps)
    assert top_of(last) == pytest.approx(-(len(film.steps) - 1) * line, abs=0.6)
    page.locator(".film label").click()
    assert top_of(reel) > frame - height + 1
    assert reel.evaluate("(picture) => picture.getAnimations().length") == 1


def height_of_lines(block: Locator) -> float:
    return float(block.evaluate("(block) => block.getBoundingClientRect().height"))


def test_who_wants_no_motion_sees_the_end(server: Server, visit: Visit) -> None:
    page = visit("about:blank")
    page.emulate_media(reduced_motion="reduce")
    page.goto(server.url)
    reel = page.locator(".film .reel img")
    reel.wait_for()
    assert reel.evaluate("(picture) => picture.getAnimations().length") == 0
    assert top_of(reel) < 0
    expect(page.locator(".film label")).to_be_hidden()


def test_a_newcomer_starts_reads_on_and_finds_the_ticks(server: Server, visit: Visit) -> None:
    page = visit(server.url)
    say = catalogue("en")
    first, second, third, *_ = COURSE
    page.locator(".st-key-onward-home a").click()
    expect(
        page.get_by_role("heading", level=1, name=say(f"course.{first.stem}.title"))
    ).to_be_visible()
    foot = page.locator(".st-key-foot a").first
    expect(foot).to_contain_text(say(f"course.{second.stem}.title"))
    foot.click()
    expect(
        page.get_by_role("heading", level=1, name=say(f"course.{second.stem}.title"))
    ).to_be_visible()
    page.locator(".st-key-foot").wait_for()
    page.get_by_test_id("stSidebarNavLink").filter(has_text=say("course.home")).click()
    expect(page.locator(".st-key-onward-home a")).to_contain_text(
        re.compile(re.escape(say(f"course.{third.stem}.title")))
    )
    page.locator(".glimpse").last.wait_for()
    shown = [marker(page, lesson.slug) for lesson in (first, second, third)]
    assert shown == [("1", True), ("2", True), ("3", False)]


def test_what_to_know_before_stands_under_a_narrow_title(server: Server, visit: Visit) -> None:
    lesson = LESSONS["copying-and-constraints"]
    page = visit(f"{server.url}/{lesson.slug}", width=400)
    before = page.locator(".st-key-builds-on a")
    expect(before).to_have_count(len(lesson.needs))
    for link in before.all():
        assert link.evaluate("(link) => link.getBoundingClientRect().height") >= 32
    claim = page.get_by_text(catalogue("en")(f"course.{lesson.stem}.question"))
    below, above = claim.bounding_box(), before.last.bounding_box()
    assert below is not None
    assert above is not None
    assert above["y"] + above["height"] <= below["y"]
