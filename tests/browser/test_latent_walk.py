"""The walk as a class takes it: guess, train, see the losses move, go back in time, in Korean."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from explorer.text import catalogue
from tests.browser.conftest import Server
from tests.browser.test_journeys import button, eventually, marks, wait_for_step

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
EN, KO = catalogue("en"), catalogue("ko")
LESSON = "latent-walk"
NETS = ("ae", "vae")


def histogram_alt(net: str) -> str:
    return EN("latent_walk.histogram_alt", net=EN(f"latent_walk.{net}"))


def bits(page: Page) -> tuple[float, float]:
    """The entropies that the evidence names: the VAE's and the autoencoder's."""
    said = page.get_by_text(re.compile("Of the pictures decoded from")).inner_text()
    vae, ae = re.findall(r"(\d\.\d\d) bits", said)[:2]
    return float(vae), float(ae)


def test_a_student_guesses_trains_and_goes_back_in_time(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/{LESSON}?steps=1000&seed=3")
    page.get_by_text(EN("latent_walk.prediction.vae")).first.click()
    expect(page.get_by_text(EN("common.predicted"))).to_be_visible()
    button(page, EN("common.start")).click()
    expect(page.get_by_text(EN("common.state.running"))).to_be_visible()
    early = wait_for_step(page, 0)
    drawn = [EN("latent_walk.parts_alt"), EN("latent_walk.shares_alt")]
    drawn += [histogram_alt(net) for net in NETS]
    before = {alt: marks(page, alt) for alt in drawn}
    wait_for_step(page, early + 100)
    for alt in drawn:
        eventually(page, lambda alt=alt: marks(page, alt) != before[alt])  # type: ignore[misc]

    expect(page.get_by_text(EN("common.state.finished"))).to_be_visible(timeout=60_000)
    expect(page.get_by_text(re.compile("Your guess held"))).to_be_visible()
    vae, ae = bits(page)
    assert vae > 3.0 > ae
    page.get_by_role("slider", name="Time machine").last.press("Home")
    expect(page.get_by_text(re.compile("Step 0,"))).to_be_visible()
    eventually(page, lambda: bits(page)[0] < 1)
    # The weights of an older moment are gone, and the pad says so.
    expect(page.get_by_text(EN("latent_pad.closed")).first).to_be_visible()


def test_the_page_in_korean_with_codes_of_three_numbers(server: Server, visit: Visit) -> None:
    page = visit(f"{server.url}/{LESSON}?lang=ko&latent_dim=3", width=400)
    expect(page.get_by_role("heading", name=KO("course.latent_walk.title"))).to_be_visible()
    for net in NETS:
        alt = KO("latent_walk.histogram_alt", net=KO(f"latent_walk.{net}"))
        chart = page.locator(f'[data-testid=stVegaLiteChart][aria-label="{alt}"]')
        expect(chart).to_be_visible()
        third = chart.get_by_text(KO("latent_walk.unit", number=3))
        expect(third.first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
