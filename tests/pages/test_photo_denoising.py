"""The view with a colour photo: it opens finished, says what was measured, takes one's own."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from sklearn.datasets import load_sample_image
from streamlit.testing.v1 import AppTest

from explorer.charts.photos import jpeg_uri
from explorer.data.photos import as_jpeg, photo
from explorer.errors import UploadError
from explorer.text import LANGUAGES, catalogue
from tests.pages.conftest import Visit, html, words
from tests.pages.test_pages import until

LESSON = "denoising"
UPLOADER = 0


def opened(visit: Visit, **query: str) -> AppTest:
    app = visit(LESSON, experiment="photo", **query)
    assert not app.exception
    return app


def brought(app: AppTest, name: str, content: bytes) -> AppTest:
    app.file_uploader[UPLOADER].set_value((name, content, "image/png"))
    return app.run()


def own_photo() -> bytes:
    """A part of the flower, in front of the pavilion's net."""
    buffer = BytesIO()
    Image.fromarray(load_sample_image("flower.jpg")[100:300, 150:450]).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens_with_a_finished_run(visit: Visit, language: str) -> None:
    app, say = opened(visit, lang=language), catalogue(language)
    told = words(app)
    for key in ("divided", "original", "learnt_from", "close", "bars_chart", "own.title"):
        assert say(f"photo_denoising.{key}") in told
    assert say("common.checkpoint").split(".")[0] in told
    assert say("photo_denoising.own.first") in told
    shown = html(app)
    assert jpeg_uri(as_jpeg(photo("china"))) in shown
    assert jpeg_uri(as_jpeg(photo("flower"))) in shown
    assert shown.count("<figure>") == 6
    assert shown.count("<img") == shown.count('alt="') == 8


def test_the_evidence_names_what_was_measured(visit: Visit) -> None:
    from explorer.lessons.shelf import shelved
    from explorer.specs import DenoisingSpec

    checkpoint = shelved(DenoisingSpec(experiment="photo"))
    assert checkpoint is not None
    told = words(opened(visit))
    for name in ("noisy", "dae", "ridge", "pca", "median"):
        assert f"{checkpoint.metrics[f'{name}_psnr']:.1f}" in told
    assert f"{checkpoint.metrics['dae_ssim']:.2f}" in told


def test_the_guess_gets_its_verdict(visit: Visit) -> None:
    app, say = opened(visit), catalogue("en")
    app.radio(key="denoising.prediction_photo").set_value("worse").run()
    assert not app.exception
    assert say("photo_denoising.prediction_photo.better") in words(app)
    assert any(say("photo_denoising.prediction_photo.worse") in info.value for info in app.info)


def test_a_photo_of_ones_own_is_cleaned_and_measured(visit: Visit) -> None:
    app, say = opened(visit), catalogue("en")
    brought(app, "mine.png", own_photo())
    assert not app.exception
    template = re.escape(say("photo_denoising.own.gain"))
    pattern = re.sub(r"\\{(noisy|dae|best_psnr)\\}", r"(?P<\1>[\\d.]+)", template)
    found = re.search(pattern.replace(r"\{best\}", "(?P<best>.+)"), words(app))
    assert found is not None
    assert float(found["dae"]) > float(found["noisy"]) + 5
    assert float(found["best_psnr"]) > float(found["noisy"]) + 5
    assert html(app).count("<figure>") == 12


def test_what_is_no_photo_gets_a_sentence_and_the_page_goes_on(visit: Visit) -> None:
    app = opened(visit)
    brought(app, "mine.png", own_photo())
    brought(app, "evil.png", b"<svg><script>alert(1)</script></svg>")
    assert not app.exception
    expected = UploadError("upload.unknown", file="evil.png", allowed="PNG, JPEG, WebP")
    assert expected.sentence("en") in [error.value for error in app.error]
    assert html(app).count("<figure>") == 12  # the one that was brought before
    assert "<script" not in html(app)


def test_an_older_moment_has_no_weights_and_says_so(visit: Visit) -> None:
    app, say = opened(visit, steps="3", seed="21"), catalogue("en")
    app.button(key=f"{LESSON}.start").click().run()
    until(app, say("common.state.finished"))
    brought(app, "mine.png", own_photo())
    assert html(app).count("<figure>") == 12
    app.session_state["explorer"].lessons[LESSON].moment = 0  # as the time machine's slider does
    app.run()
    assert not app.exception
    assert say("photo_denoising.own.older_moment") in words(app)
    assert html(app).count("<figure>") == 6


def test_settings_of_the_other_views_are_not_drawn(visit: Visit) -> None:
    app, say = opened(visit), catalogue("en")
    labels = {widget.label for kind in (app.selectbox, app.slider) for widget in kind}
    assert say("settings.photo.label") in labels
    assert say("settings.photo_strength.label") in labels
    assert say("denoising.settings.strength.label") not in labels
