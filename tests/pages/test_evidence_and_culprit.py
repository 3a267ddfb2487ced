"""The page on evidence and culprit: one case, its suspects, and what it says of the run."""

from __future__ import annotations

import base64
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from explorer.data.pictures import load_pictures
from explorer.text import catalogue
from explorer.ui import drawing
from tests.pages.conftest import Visit, html, words
from tests.pages.test_pages import until

PAGE = "evidence-and-culprit"
STEM = "evidence_and_culprit"


def text(key: str, **values: object) -> str:
    return catalogue("en")(f"{STEM}.{key}", **values)


def start_of(key: str) -> str:
    """A sentence up to its first number."""
    return catalogue("en").entries[f"{STEM}.{key}"].split("{")[0]


def test_the_next_picture_and_the_next_mistake(visit: Visit) -> None:
    app = visit(PAGE)
    labels = load_pictures("digits").test_labels.tolist()
    assert text("case.right", truth=labels[0]) in words(app)
    app.button(key="evidence.next").click().run()
    assert f"It was {labels[1]}" in words(app)
    app.button(key="evidence.mistake").click().run()
    assert ": wrong." in words(app)
    assert ": right." not in words(app)
    assert not app.exception


def test_a_suspect_is_whom_the_net_names_until_the_reader_names_one(visit: Visit) -> None:
    app = visit(PAGE)
    guess = load_pictures("digits").test_labels[0].item()
    assert text("case.evidence", suspect=guess) in words(app)
    before = html(app)
    app.button_group(key="evidence.suspect.10").set_value(8).run()
    assert text("case.evidence", suspect=8) in words(app)
    assert text("case.evidence", suspect=guess) not in words(app)
    assert html(app) != before


def test_a_score_is_the_sum_that_the_page_says(visit: Visit) -> None:
    (caption,) = [c.value for c in visit(PAGE).caption if c.value.startswith(start_of("case.sum"))]
    numbers = [
        float(part.strip("*:.,")) for part in caption.split() if part.strip("*:.,")[:1] in "+-"
    ]
    *parts, score = numbers
    assert len(parts) == 3
    assert sum(parts) == pytest.approx(score, abs=0.016)  # of three rounded numbers


def test_other_things_lie_around(visit: Visit) -> None:
    """The picture of the scene changes, and a net that ignores noise says what it said before."""
    app = visit(PAGE)
    before, said = html(app), words(app)
    app.button(key="evidence.around").click().run()
    assert html(app) != before
    assert words(app) == said
    swayed = visit(PAGE, weight_decay="0")
    before_score = [c.value for c in swayed.caption if c.value.startswith(start_of("case.sum"))]
    swayed.button(key="evidence.around").click().run()
    after_score = [c.value for c in swayed.caption if c.value.startswith(start_of("case.sum"))]
    assert after_score != before_score


def test_a_drawing_becomes_a_case(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: dict[str, Any] = {"ink": None}
    monkeypatch.setattr(drawing, "_mount", lambda **_arguments: SimpleNamespace(get=sent.get))
    app = visit(PAGE)
    app.button_group(key="evidence.source").set_value("drawn").run()
    waiting = text("case.draw_first")
    assert waiting in words(app)

    ink = np.zeros((64, 64), np.uint8)
    ink[8:56, 28:36] = 255  # an upright bar
    sent["ink"] = base64.b64encode(ink.tobytes()).decode()
    app.run()
    assert waiting not in words(app)
    assert text("case.evidence", suspect="1") in words(app)

    sent["ink"] = "no drawing"
    app.run()
    assert not app.exception
    assert any("64×64" in error.value for error in app.error)
    assert waiting in words(app)


@pytest.mark.parametrize(("decay", "key"), [("0.005", "blank_decays"), ("0", "blank_stays")])
def test_blank_pixels_get_the_sentence_that_is_true(visit: Visit, decay: str, key: str) -> None:
    said = words(visit(PAGE, weight_decay=decay))
    keys = ("blank_decays", "blank_stays")
    tails = {each: catalogue("en").entries[f"{STEM}.{each}"].split("({count})")[1] for each in keys}
    found = {each for each, tail in tails.items() if tail.split("{")[0] in said}
    assert found == {key}


@pytest.mark.parametrize(("decay", "became"), [("0.005", "shrink"), ("0", "grow")])
def test_the_verdict_follows_the_measurement(visit: Visit, decay: str, became: str) -> None:
    app = visit(PAGE, weight_decay=decay)
    app.radio(key=f"{PAGE}.prediction").set_value("stay").run()
    truth = text(f"prediction.{became}")
    assert any(f"Measured: {truth}" in info.value for info in app.info)


def test_an_older_moment_has_its_own_case(visit: Visit) -> None:
    """Every moment that was kept holds what the case needs, so the replay shows it too."""
    app = visit(PAGE, steps="200", seed="21")
    app.button(key=f"{PAGE}.start").click().run()
    until(app, catalogue("en")("common.state.finished"))
    trained = html(app)
    slider = app.select_slider[-1]
    slider.set_value(0).run()
    assert not app.exception
    assert html(app) != trained
