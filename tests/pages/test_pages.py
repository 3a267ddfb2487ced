"""Every page, in both languages, with good settings and with nonsense."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import SelectSlider

from explorer.lessons import shelf
from explorer.lessons.course import LESSONS
from explorer.text import LANGUAGES, catalogue
from explorer.ui import stage
from explorer.ui.session import LessonMemory
from tests.pages.conftest import PAGES, ROOT, Visit, charts, words

LESSON_PAGES = [page for page in PAGES if page != "home"]


def layers(app: AppTest) -> Any:
    """The text field of the hidden layers."""
    label = catalogue("en")("settings.hidden_widths.label")
    return next(field for field in app.text_input if field.label == label)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_in_the_language_of_its_address(
    visit: Visit, page: str, language: str
) -> None:
    app = visit(page, lang=language)
    say = catalogue(language)
    assert not app.exception
    expected = "home.title" if page == "home" else f"course.{LESSONS[page].stem}.title"
    assert app.title[0].value == say(expected)
    assert dict(app.query_params)["lang"] in (language, [language])


@pytest.mark.parametrize("page", LESSON_PAGES)
def test_a_lesson_does_not_open_blank(visit: Visit, page: str) -> None:
    app = visit(page)
    assert not app.exception
    assert charts(app) >= 1
    assert catalogue("en")("common.checkpoint") in words(app)


def test_every_lesson_has_a_page() -> None:
    assert all((ROOT / path).is_file() for path in PAGES.values())


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"latent_dim": "9999"}, ("latent_dim", "9999", "1 … 64")),
        ({"latent_dim": "two"}, ("latent_dim", "two")),
        ({"activation": "wiggle"}, ("activation", "wiggle", "silu")),
        ({"hidden_widths": "1,2,3,4,5,6"}, ("hidden_widths", "1")),
        ({"learning_rate": "nan"}, ("learning_rate", "nan")),
        ({"no_such_setting": "<script>"}, ("no_such_setting",)),
        ({"steps": "none"}, ("steps", "seconds")),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nonsense_in_the_address_gets_a_sentence_and_a_working_page(
    visit: Visit, language: str, query: dict[str, str], named: tuple[str, ...]
) -> None:
    app = visit("autoencoder-anatomy", lang=language, **query)
    assert not app.exception
    assert any(all(word in warning.value for word in named) for warning in app.warning)
    assert charts(app) >= 1
    assert not set(query) & set(app.query_params)


@pytest.mark.parametrize(
    "trap",
    ["[the results](https://example.org)", "![](https://example.org/x.png)", "www.example.org"],
)
def test_an_address_cannot_put_a_link_into_a_sentence(visit: Visit, trap: str) -> None:
    app = visit("autoencoder-anatomy", seed=trap)
    (warning,) = (element.value for element in app.warning)
    assert "example" in warning
    assert not re.search(r"(?<!\\)\[|://|www\.", warning)


def test_good_settings_beside_nonsense_are_kept(visit: Visit) -> None:
    app = visit("autoencoder-anatomy", latent_dim="3", optimizer="magic")
    assert dict(app.query_params)["latent_dim"] in ("3", ["3"])
    assert "optimizer" not in app.query_params


def test_an_unknown_language_gets_a_sentence(visit: Visit) -> None:
    app = visit("home", lang="tlh")
    assert not app.exception
    assert any("tlh" in warning.value for warning in app.warning)


def test_a_wrong_layer_width_is_refused_and_the_last_good_one_stays(visit: Visit) -> None:
    app = visit("autoencoder-anatomy")
    layers(app).set_value("64, banana").run()
    assert not app.exception
    assert any("banana" in warning.value for warning in app.warning)
    assert "hidden_widths" not in app.query_params
    layers(app).set_value("64, 16").run()
    assert dict(app.query_params)["hidden_widths"] in ("64,16", ["64,16"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_absent_data_set_gets_a_sentence_and_the_digits_go_on(
    visit: Visit, language: str
) -> None:
    app = visit("autoencoder-anatomy", lang=language, dataset="kmnist")
    assert not app.exception
    assert any("kmnist" in warning.value for warning in app.warning)
    assert charts(app) >= 1
    assert any(button.key == "download.kmnist" for button in app.button)


def test_a_damaged_checkpoint_gets_a_sentence_and_a_run_can_start(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for path in shelf.SHELF.glob("*.safetensors"):
        broken = bytearray(path.read_bytes())
        broken[len(broken) // 2] ^= 0xFF
        (tmp_path / path.name).write_bytes(bytes(broken))
    monkeypatch.setattr(shelf, "SHELF", tmp_path)
    stage.forget_checkpoints()
    try:
        app = visit("autoencoder-anatomy")
        assert not app.exception
        assert any(".safetensors" in warning.value for warning in app.warning)
        assert not app.button(key="autoencoder-anatomy.start").disabled
    finally:
        stage.forget_checkpoints()


def until(app: AppTest, text: str, *, seconds: float = 60) -> AppTest:
    """Polls the page as its fragment would, until it says `text`."""
    deadline = time.monotonic() + seconds
    while text not in words(app):
        assert time.monotonic() < deadline, f"the page never said {text!r}"
        time.sleep(0.1)
        app.run()
    return app


@pytest.mark.parametrize("page", LESSON_PAGES)
def test_a_run_starts_pauses_steps_and_is_replayed(visit: Visit, page: str) -> None:
    say = catalogue("en")
    app = visit(page, steps="30000", seed="11")
    app.button(key=f"{page}.start").click().run()
    until(app, say("common.state.running"))
    app.button(key=f"{page}.start").click().run()
    until(app, say("common.state.paused"))
    assert app.button(key=f"{page}.start").label == say("common.resume")
    before = words(app)
    app.button(key=f"{page}.step").click().run()
    assert words(app) != before
    app.button(key=f"{page}.reset").click().run()
    assert say("common.state.paused") not in words(app)
    assert not app.exception


def test_a_finished_run_gives_its_verdict_on_the_guess(visit: Visit) -> None:
    say = catalogue("en")
    app = visit("autoencoder-anatomy", steps="200", seed="12")
    app.radio(key="autoencoder-anatomy.prediction").set_value("more").run()
    app.button(key="autoencoder-anatomy.start").click().run()
    until(app, say("common.state.finished"))
    guess = say("autoencoder_anatomy.prediction.more")
    assert any(guess in element.value for kind in (app.info, app.success) for element in kind)


def test_a_run_that_diverges_says_so_and_the_page_goes_on(visit: Visit) -> None:
    page, say = "autoencoder-anatomy", catalogue("en")
    app = visit(page, optimizer="sgd", activation="identity", learning_rate="1", seed="14")
    app.button(key=f"{page}.start").click().run()
    until(app, say("common.state.failed"))
    assert not app.exception
    assert any("learning rate" in error.value for error in app.error)
    assert charts(app) >= 1
    app.button(key=f"{page}.reset").click().run()
    assert not app.error


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_home_page_counts_the_digits(visit: Visit, language: str) -> None:
    """1,797 scans with pixels 0 to 16, as scikit-learn's own documentation has them."""
    said = words(visit("home", lang=language))
    assert "1,797" in said
    assert "17" in said.replace("1,797", "")
    assert "{" not in said


def test_a_checkpoints_moment_stays_while_its_reader_touches_something_else(visit: Visit) -> None:
    page = "autoencoder-anatomy"
    app = visit(page)
    scale(app, f"{page}.moment.").set_value(3).run()
    assert memory_of(app, page).moment == 3
    app.radio(key=f"{page}.prediction").set_value("more").run()
    assert memory_of(app, page).moment == 3
    scale(app, f"{page}.steps.").set_value(200).run()
    assert memory_of(app, page).moment is None


def scale(app: AppTest, prefix: str) -> SelectSlider[Any]:
    return next(slider for slider in app.select_slider if str(slider.key).startswith(prefix))


def memory_of(app: AppTest, page: str) -> LessonMemory:
    remembered = app.session_state["explorer"].lesson(page)
    assert isinstance(remembered, LessonMemory)
    return remembered
