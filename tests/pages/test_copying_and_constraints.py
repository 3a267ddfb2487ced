"""Copying and constraints: both views, the reader's own list, and the list that they remember."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.data.number_lists import LONGEST, RULES, rule_of
from explorer.text import LANGUAGES, catalogue
from explorer.ui import recall_game
from tests.pages.conftest import Visit, charts, html, words

PAGE = "copying-and-constraints"
STEM = "copying_and_constraints"


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_views_open_from_their_checkpoint(visit: Visit, language: str) -> None:
    say = catalogue(language)
    pictures = visit(PAGE, lang=language)
    assert charts(pictures) == 3
    assert html(pictures).count("<img") == 4 * 5
    lists = visit(PAGE, lang=language, experiment="patterns")
    assert charts(lists) == 3
    assert all(say(f"{STEM}.rule.{rule}") in html(lists) for rule in RULES)
    for app in (pictures, lists):
        assert not app.exception
        assert "{" not in words(app)


def test_settings_of_the_other_view_are_not_drawn(visit: Visit) -> None:
    say = catalogue("en")
    narrow, context = (
        say(f"{STEM}.settings.{name}.label") for name in ("latent_dim", "hidden_dim")
    )
    pictures, lists = visit(PAGE), visit(PAGE, experiment="patterns")
    assert narrow in [slider.label for slider in pictures.slider]
    assert context not in [slider.label for slider in pictures.slider]
    assert context in [slider.label for slider in lists.slider]
    assert narrow not in [slider.label for slider in lists.slider]
    assert len(pictures.selectbox) == 1
    assert len(lists.selectbox) == 0, "lists of numbers have no picture set"


def test_the_simple_ratio_is_warned_of(visit: Visit) -> None:
    assert "Beware of the simple ratio" in words(visit(PAGE))


# The reader's own list ----------------------------------------------------------------------------


def own(app: AppTest) -> Any:
    label = catalogue("en")(f"{STEM}.own")
    return next(field for field in app.text_input if field.label == label)


def test_the_own_list_begins_as_50_48_46(visit: Visit) -> None:
    app = visit(PAGE, experiment="patterns")
    assert own(app).value.startswith("50, 48, 46, 44")
    assert "<span>50</span><span>48</span>" in html(app)


@pytest.mark.parametrize(
    ("typed", "standing"),
    [
        ("7 31 7 31 7 31", "own_trained"),
        ("3 1 4 15 92 65", "own_without_rule"),
        (" ".join(["5", "6"] * (LONGEST // 2)), "own_too_long"),
    ],
)
def test_it_says_what_the_net_has_had_to_do_with_the_list(
    visit: Visit, typed: str, standing: str
) -> None:
    app = visit(PAGE, experiment="patterns")
    own(app).set_value(typed).run()
    assert not app.exception
    assert catalogue("en")(f"{STEM}.{standing}", length=12) in words(app)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("typed", ["", "1 2 3", "1, 2, banana, 4", "1 2 3 400", "<b>1</b> 2 3 4"])
def test_nonsense_gets_a_sentence_and_the_page_goes_on(
    visit: Visit, typed: str, language: str
) -> None:
    app = visit(PAGE, experiment="patterns", lang=language)
    label = catalogue(language)(f"{STEM}.own")
    next(field for field in app.text_input if field.label == label).set_value(typed).run()
    assert not app.exception
    assert len(app.warning) == 1
    assert charts(app) == 3


# The reader tries first ---------------------------------------------------------------------------


@pytest.mark.parametrize("sort", ["pattern", "random"])
def test_a_list_flashes_is_typed_back_and_scored(visit: Visit, sort: str) -> None:
    say = catalogue("en")
    app = visit(PAGE, experiment="patterns", length="8")
    app.button(key=f"{PAGE}.game.{sort}").click().run()
    tried = app.session_state["explorer"].lessons[PAGE].notes["rounds"][sort]
    assert len(tried.numbers) == 8
    assert (rule_of(tried.numbers) is not None) == (sort == "pattern")
    assert " ".join(map(str, tried.numbers)) in html(app)
    wrong = (tried.numbers[-1] + 1) % 100
    answer = [*map(str, tried.numbers[:-1]), str(wrong)]
    app.text_input(key=f"{PAGE}.game.{sort}.answer").set_value(" ".join(answer))
    app.button(
        key=f"FormSubmitter:{PAGE}.game.{sort}.form-{say(f'{STEM}.game.check')}"
    ).click().run()
    assert not app.exception
    assert say(f"{STEM}.game.score", score=7, length=8) in words(app)
    assert f"<del>{wrong}</del>" in html(app)
    beside = say(f"{STEM}.game.beside_{sort}", score=7, of=8, net="", length="").split("the net")[0]
    assert beside in words(app)


def test_the_list_is_gone_once_its_time_is_over(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit(PAGE, experiment="patterns")
    app.button(key=f"{PAGE}.game.random").click().run()
    tried = app.session_state["explorer"].lessons[PAGE].notes["rounds"]["random"]
    assert tried.score == 0
    monkeypatch.setattr(recall_game, "time", lambda: tried.gone_at + 1)
    app.run()
    assert " ".join(map(str, tried.numbers)) not in html(app)
    assert catalogue("en")(f"{STEM}.game.gone") in words(app)


def test_a_nonsense_answer_is_refused_and_may_be_typed_again(visit: Visit) -> None:
    say = catalogue("en")
    app = visit(PAGE, experiment="patterns")
    app.button(key=f"{PAGE}.game.pattern").click().run()
    app.text_input(key=f"{PAGE}.game.pattern.answer").set_value("seven")
    app.button(
        key=f"FormSubmitter:{PAGE}.game.pattern.form-{say(f'{STEM}.game.check')}"
    ).click().run()
    assert any("seven" in warning.value for warning in app.warning)
    assert app.session_state["explorer"].lessons[PAGE].notes["rounds"]["pattern"].answer is None
