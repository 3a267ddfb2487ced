"""What a class does, done by a real Chromium: start, watch, pause, step, replay, switch, reload."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from explorer.text import LANGUAGES, catalogue
from tests.browser.conftest import Server, fresh_server

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
EN, KO = catalogue("en"), catalogue("ko")
LESSONS = ("autoencoder-anatomy", "latents-and-pca")
TITLES = {slug: f"course.{slug.replace('-', '_')}.title" for slug in LESSONS}


def button(page: Page, word: str) -> Locator:
    """The button of the stage that says `word` (an emoji stands before it)."""
    return page.get_by_test_id("stMain").get_by_role(
        "button", name=re.compile(rf"{re.escape(word)}$")
    )


def step_shown(page: Page) -> int:
    """The step that the status line names."""
    status = page.get_by_text(re.compile(r"(Step [\d,]+,|[\d,]+걸음째)")).first.inner_text()
    found = re.search(r"Step ([\d,]+)|([\d,]+)걸음째", status)
    assert found is not None
    return int((found[1] or found[2]).replace(",", ""))


def wait_for_step(page: Page, beyond: int) -> int:
    for _ in range(150):
        if (step := step_shown(page)) > beyond:
            return step
        page.wait_for_timeout(100)
    raise AssertionError(f"the run did not get beyond step {beyond}")


def eventually(page: Page, holds: Callable[[], bool]) -> None:
    for _ in range(50):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come to hold within five seconds")


def evidence_error(page: Page) -> float:
    """The test error that the evidence of the anatomy lesson names."""
    said = page.get_by_text(re.compile(r"this autoencoder \d")).inner_text()
    found = re.search(r"this autoencoder (\d\.\d+)", said)
    assert found is not None
    return float(found[1])


def marks(page: Page, alt: str) -> bytes:
    """What the chart with this alt text shows, as pixels."""
    return page.locator(f'[data-testid=stVegaLiteChart][aria-label="{alt}"]').screenshot()


def test_a_student_trains_watches_pauses_steps_and_replays(server: Server, visit: Visit) -> None:
    page = visit(server.url)
    page.get_by_role("link", name=re.compile(EN(TITLES["autoencoder-anatomy"]))).last.click()
    expect(page.get_by_role("heading", name=EN(TITLES["autoencoder-anatomy"]))).to_be_visible()
    page.get_by_text(EN("autoencoder_anatomy.prediction.half")).first.click()

    button(page, EN("common.start")).click()
    expect(page.get_by_text(EN("common.state.running"))).to_be_visible()
    early_step = wait_for_step(page, 0)
    early_map = marks(page, EN("autoencoder_anatomy.map_chart_alt"))
    wait_for_step(page, early_step + 200)
    eventually(page, lambda: marks(page, EN("autoencoder_anatomy.map_chart_alt")) != early_map)

    button(page, EN("common.pause")).click()
    expect(page.get_by_text(EN("common.state.paused"))).to_be_visible()
    paused = step_shown(page)
    page.wait_for_timeout(1000)
    assert step_shown(page) == paused
    trained_error = evidence_error(page)
    button(page, EN("common.step")).click()
    assert wait_for_step(page, paused) == paused + 1

    slider = page.get_by_role("slider").last
    slider.press("Home")
    expect(page.get_by_text(re.compile("Step 0,"))).to_be_visible()
    # So the error had fallen by more than half. The evidence is drawn a moment after the status.
    eventually(page, lambda: evidence_error(page) > 2 * trained_error)
    slider.press("End")
    expect(page.get_by_text(re.compile(f"Step {paused + 1:,},"))).to_be_visible()

    button(page, EN("common.resume")).click()
    expect(page.get_by_text(EN("common.state.running"))).to_be_visible()
    expect(page.get_by_text(EN("common.state.finished"))).to_be_visible(timeout=60_000)
    expect(page.get_by_text(re.compile("Measured|held"))).to_be_visible()
    button(page, EN("common.replay")).click()
    expect(page.get_by_text(EN("common.state.playing"))).to_be_visible()


def test_the_address_and_a_reload_keep_settings_run_and_language(
    server: Server, visit: Visit
) -> None:
    page = visit(f"{server.url}/autoencoder-anatomy?latent_dim=3&steps=30000&seed=5")
    button(page, EN("common.start")).click()
    reached = wait_for_step(page, 50)
    page.get_by_role("radio", name=LANGUAGES["ko"]).or_(
        page.get_by_test_id("stSidebar").get_by_text(LANGUAGES["ko"])
    ).first.click()
    heading = page.get_by_role("heading", name=KO(TITLES["autoencoder-anatomy"]))
    expect(heading).to_be_visible()
    expect(page.get_by_text(KO("common.state.running"))).to_be_visible()

    page.reload()
    expect(heading).to_be_visible()
    expect(page.get_by_text(KO("common.state.running"))).to_be_visible()
    assert wait_for_step(page, reached) > reached
    query = parse_qs(urlsplit(page.url).query)
    assert query == {"lang": ["ko"], "latent_dim": ["3"], "steps": ["30000"], "seed": ["5"]}

    page.get_by_role("link", name=re.compile(KO(TITLES["latents-and-pca"]))).first.click()
    expect(page.get_by_role("heading", name=KO(TITLES["latents-and-pca"]))).to_be_visible()
    assert parse_qs(urlsplit(page.url).query)["lang"] == ["ko"]
    page.get_by_role("link", name=re.compile(KO(TITLES["autoencoder-anatomy"]))).first.click()
    expect(heading).to_be_visible()
    expect(page.get_by_text(KO("common.state.running"))).to_be_visible()
    button(page, KO("common.reset")).click()


def test_two_readers_share_a_run_and_neither_takes_it_from_the_other(
    server: Server, visit: Visit
) -> None:
    address = f"{server.url}/autoencoder-anatomy?steps=500&seed=13"
    mine = visit(address)
    button(mine, EN("common.start")).click()
    expect(mine.get_by_text(EN("common.state.finished"))).to_be_visible(timeout=30_000)
    theirs = visit(address)
    expect(theirs.get_by_text(EN("common.state.finished"))).to_be_visible()
    button(theirs, EN("common.reset")).click()
    expect(theirs.get_by_text(EN("common.state.finished"))).to_have_count(0)
    mine.get_by_text(EN("autoencoder_anatomy.prediction.half")).first.click()
    expect(mine.get_by_text(EN("common.predicted"))).to_be_visible()
    expect(mine.get_by_text(EN("common.state.finished"))).to_be_visible()
    # Equal settings are one run: a second start shows from the beginning what was trained.
    button(theirs, EN("common.start")).click()
    expect(theirs.get_by_text(EN("common.state.playing"))).to_be_visible()
    expect(theirs.get_by_text(EN("common.state.finished"))).to_be_visible(timeout=30_000)


@pytest.mark.parametrize(("locale", "say"), [("en-GB", EN), ("ko-KR", KO), ("fr-FR", EN)])
def test_the_browsers_language_is_followed(
    server: Server, visit: Visit, locale: str, say: Callable[..., str]
) -> None:
    page = visit(f"{server.url}/latents-and-pca", locale=locale)
    expect(page.get_by_role("heading", name=say(TITLES["latents-and-pca"]))).to_be_visible()


def test_a_deep_link_on_a_fresh_server_opens_its_lesson(visit: Visit) -> None:
    with fresh_server() as fresh:
        page = visit(f"{fresh.url}/latents-and-pca?latent_dim=8")
        expect(page.get_by_role("heading", name=EN(TITLES["latents-and-pca"]))).to_be_visible(
            timeout=30_000
        )
        navigation = page.get_by_test_id("stSidebarNav")
        for name in (EN("course.home"), *(EN(title) for title in TITLES.values())):
            expect(navigation.get_by_text(name, exact=True)).to_be_visible()
        page.wait_for_timeout(500)
        assert page.get_by_text(re.compile("page not found", re.IGNORECASE)).count() == 0
        assert fresh.stop() == 0


def test_the_server_ends_cleanly_while_a_run_trains(visit: Visit) -> None:
    with fresh_server() as fresh:
        page = visit(f"{fresh.url}/autoencoder-anatomy?steps=30000")
        button(page, EN("common.start")).click()
        wait_for_step(page, 20)
        assert fresh.stop() == 0


def test_tied_weights_fold_the_drawing_into_one_net(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/autoencoder-anatomy")
    fold = page.get_by_role("button", name=EN("hourglass.fold"))
    expect(fold).to_be_disabled()
    page.get_by_text(EN("settings.tied.label"), exact=True).click()
    expect(fold).to_be_enabled()
    fold.click()
    expect(fold).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text(EN("hourglass.folded_note"))).to_be_visible()


def test_a_brush_in_one_map_changes_the_others(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/latents-and-pca")
    chart = page.get_by_test_id("stVegaLiteChart").first
    expect(chart.locator("canvas, svg").first).to_be_visible()
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    page.wait_for_timeout(1500)
    right = {
        "x": box["x"] + box["width"] * 0.55,
        "y": box["y"],
        "width": box["width"] * 0.4,
        "height": box["height"],
    }
    before = page.screenshot(clip=right)  # type: ignore[arg-type]
    middle = box["y"] + box["height"] * 0.6
    page.mouse.move(box["x"] + box["width"] * 0.05, middle - 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.15, middle + 40, steps=8)
    page.mouse.up()
    page.wait_for_timeout(500)
    assert page.screenshot(clip=right) != before  # type: ignore[arg-type]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
@pytest.mark.parametrize("path", ["", *LESSONS])
def test_a_telephone_shows_every_page_without_scrolling_sideways(
    server: Server, visit: Visit, path: str, locale: str, dark: bool
) -> None:
    page = visit(f"{server.url}/{path}", locale=locale, width=400, dark=dark)
    expect(page.get_by_role("heading").first).to_be_visible()
    page.wait_for_timeout(1500)
    overhang = page.evaluate(
        "() => { const m = document.querySelector('[data-testid=stMain]');"
        " return m.scrollWidth - m.clientWidth }"
    )
    assert overhang <= 0
    assert page.get_by_test_id("stException").count() == 0


def test_pictures_and_charts_have_words_for_those_who_cannot_see_them(
    server: Server, visit: Visit
) -> None:
    for slug in LESSONS:
        page = visit(f"{server.url}/{slug}")
        expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
        page.wait_for_timeout(1500)
        assert page.locator("[data-testid=stMain] img:not([alt])").count() == 0
        drawn = page.get_by_test_id("stVegaLiteChart")
        for i in range(drawn.count()):
            expect(drawn.nth(i)).to_have_attribute("aria-label", re.compile(r"\w+ .*\."))


@pytest.mark.parametrize(
    "address",
    [
        "autoencoder-anatomy?tied=http://evil.example/x",
        "autoencoder-anatomy?tied=www.evil.example",
        "autoencoder-anatomy?lang=http://evil.ex/ab",
    ],
)
def test_an_address_puts_no_link_into_the_page(server: Server, visit: Visit, address: str) -> None:
    page = visit(f"{server.url}/{address}")
    expect(page.get_by_test_id("stAlert").first).to_contain_text("evil")
    assert page.locator("a[href*=evil]").count() == 0


def test_the_choices_change_their_language_with_the_page(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/latents-and-pca?lang=en")
    chosen = page.get_by_role("combobox", name=EN("settings.dataset.label"))
    expect(chosen).to_have_value(EN("settings.dataset.digits"))
    page.get_by_role("radio", name=LANGUAGES["ko"]).or_(
        page.get_by_test_id("stSidebar").get_by_text(LANGUAGES["ko"])
    ).first.click()
    chosen = page.get_by_role("combobox", name=KO("settings.dataset.label"))
    expect(chosen).to_have_value(KO("settings.dataset.digits"))
