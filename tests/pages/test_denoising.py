"""The lesson on noise: three views, another noise in the test, and what a reader brings along."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer.data.drawings import DRAWING_SIDE
from explorer.lessons.cleaning import METHODS
from explorer.text import LANGUAGES, catalogue
from tests.pages.conftest import Visit, html, words
from tests.pages.test_pages import until

LESSON = "denoising"
EN = catalogue("en")


def other_noise(app: AppTest) -> AppTest:
    return app.toggle(key="denoising.test.other").set_value(True).run()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", ["pictures", "matrix"])
def test_a_view_opens_with_its_evidence(visit: Visit, view: str, language: str) -> None:
    app = visit(LESSON, lang=language, experiment=view)
    assert not app.exception
    assert catalogue(language)("common.checkpoint") in words(app)
    assert " dB" in words(app)
    assert "{" not in words(app)


@pytest.mark.parametrize(
    ("topic", "answer"), [("prediction", "dae"), ("prediction_matrix", "harm")]
)
def test_a_view_gives_its_verdict_on_the_guess(visit: Visit, topic: str, answer: str) -> None:
    view = "pictures" if topic == "prediction" else "matrix"
    app = visit(LESSON, experiment=view)
    app.radio(key=f"{LESSON}.{topic}").set_value(answer).run()
    truth = EN(f"denoising.{topic}.{answer}")
    assert EN("common.prediction_held", truth=truth) in [box.value for box in app.success]


def test_every_method_has_its_row_of_pictures_and_of_errors(visit: Visit) -> None:
    drawn = html(visit(LESSON))
    for method in ("noisy", *METHODS):
        name = EN(f"denoising.{method}")
        for alt in ("cleaned_alt", "errors_alt"):
            assert f'alt="{EN(f"denoising.{alt}", method=name)}"' in drawn


def test_another_noise_in_the_test_changes_the_numbers_and_trains_nothing(visit: Visit) -> None:
    app = visit(LESSON)
    before = html(app)
    values = {"noise": EN("denoising.settings.noise.masking"), "strength": "0.5"}
    other_noise(app)
    assert not app.exception
    assert html(app) != before
    assert EN("denoising.bars_chart", **values) in words(app)
    assert any(values["noise"] in line.value and " dB" in line.value for line in app.markdown)
    assert not dict(app.query_params).get("noise")
    app.selectbox(key="denoising.test.noise.en").set_value("blocks").run()
    app.slider(key="denoising.test.strength").set_value(0.0).run()
    assert not app.exception
    assert EN(
        "denoising.bars_chart", noise=EN("denoising.settings.noise.blocks"), strength="0"
    ) in (words(app))
    app.toggle(key="denoising.test.other").set_value(False).run()
    assert html(app) == before


def test_older_moments_have_no_weights_and_say_so(visit: Visit) -> None:
    app = other_noise(visit(LESSON, steps="20", hidden_widths="8", seed="9"))
    app.button(key=f"{LESSON}.start").click().run()
    until(app, EN("common.state.finished"))
    assert EN("denoising.older_moment") not in words(app)
    # As the time machine does, which the driver cannot move.
    app.session_state["explorer"].lesson(LESSON).moment = 0
    app.run()
    assert not app.exception
    assert EN("denoising.older_moment") in words(app)


def test_the_views_that_have_no_test_noise_do_not_ask_for_it(visit: Visit) -> None:
    app = visit(LESSON, experiment="matrix")
    assert not [toggle for toggle in app.toggle if toggle.key == "denoising.test.other"]
    assert not [box for box in app.selectbox if box.label == EN("denoising.settings.noise.label")]


# What a reader brings along -----------------------------------------------------------------------


def png(pixels: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.asarray(pixels, np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def upload(app: AppTest, content: bytes, name: str = "mine.png") -> AppTest:
    app.segmented_control(key="denoising.own.way").set_value("upload").run()
    app.file_uploader[0].set_value((name, content, "image/png"))
    return app.run()


def figure() -> bytes:
    paper = np.full((200, 160, 3), 240)
    paper[40:160, 70:90] = 20
    return png(paper)


def test_ones_own_picture_is_cleaned_by_every_method(visit: Visit) -> None:
    app = upload(visit(LESSON), figure())
    assert not app.exception
    assert not app.error
    drawn = html(app)
    for method in ("noisy", *METHODS):
        alt = EN("denoising.own.cleaned_alt", method=EN(f"denoising.{method}"))
        assert f'alt="{alt}"' in drawn
    other_noise(app)
    assert EN("denoising.own.result", noise="masking", strength="0.5") in words(app)
    assert html(app) != drawn


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.png"),
        (b"no picture at all", "words.png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "drawing.svg"),
        (figure()[:60], "cut.png"),
        (figure(), "really.jpg"),
        (png(np.zeros((5000, 5000))), "huge.png"),
        (png(np.full((90, 90, 3), 200)), "even.png"),
    ],
)
def test_what_is_no_picture_gets_a_sentence_and_the_page_goes_on(
    visit: Visit, content: bytes, name: str
) -> None:
    app = upload(visit(LESSON), content, name)
    assert not app.exception
    assert len(app.error) == 1
    assert len(app.error[0].value) > 20
    assert EN("denoising.own.upload_first") in words(app)
    assert EN("denoising.own.cleaned_alt", method="PCA") not in html(app)


def test_before_anything_is_drawn_the_page_asks_for_it(visit: Visit) -> None:
    app = visit(LESSON)
    assert EN("denoising.own.draw_first") in words(app)
    assert DRAWING_SIDE > 28  # a drawing is scaled down for every set, never up


def test_a_noise_equal_to_the_trainings_is_no_other_noise(visit: Visit) -> None:
    app = visit(LESSON, noise="masking")
    usual = html(app)
    other_noise(app)
    assert app.selectbox(key="denoising.test.noise.en").value == "gaussian"
    assert html(app) != usual
    app.selectbox(key="denoising.test.noise.en").set_value("masking").run()
    assert html(app) == usual
    assert "Another noise in the test**" not in words(app)


def test_a_filter_that_changes_nothing_is_called_so(visit: Visit) -> None:
    assert "changes nothing" in words(visit(LESSON, noise="masking"))
    assert "3×3" in words(visit(LESSON))
