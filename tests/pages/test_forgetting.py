"""Forgetting: what is left of each word, the reader's own sentence, and the other views."""

from __future__ import annotations

import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.lessons import forgetting
from explorer.lessons.memory_questions import Sizes
from explorer.text import LANGUAGES, catalogue
from tests.pages.conftest import Visit, charts, html, words

PAGE = STEM = "forgetting"
SAY = catalogue("en")
HEART = 5  # charts: readout, lengths, map, gradient, swap


@pytest.fixture(autouse=True)
def few_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is measured on a thousand sentences is here measured on some dozens."""
    monkeypatch.setattr(forgetting, "STILL", Sizes(asked=10, held_out=200, learnt_from=1024))


def own(app: AppTest) -> Any:
    label = SAY(f"{STEM}.own_label")
    return next(field for field in app.text_input if field.label == label)


def choice(app: AppTest, key: str) -> Any:
    label = SAY(f"{STEM}.{key}")
    return next(box for box in app.selectbox if box.label == label)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens_from_its_checkpoint_with_everything_measured(visit: Visit, language: str) -> None:
    say = catalogue(language)
    app = visit(PAGE, lang=language)
    assert not app.exception
    assert charts(app) == HEART
    said = words(app)
    assert "{" not in said
    for key in ("readout_chart", "length_chart", "gradient_chart", "swap"):
        assert say(f"{STEM}.{key}", length=16) in said
    assert say(f"{STEM}.weights_gone") not in said
    assert say(f"{STEM}.asks.memory") in said
    assert 'class="shares"' in html(app)
    assert 'class="fading"' in html(app)
    assert 'class="swap"' in html(app)


def test_the_last_word_is_the_clearest_in_reverse_and_the_first_in_copy(visit: Visit) -> None:
    for task, answer, truth in (("reverse", "first", "last"), ("copy", "first", "first")):
        app = visit(PAGE, task=task)
        app.radio(key=f"{PAGE}.prediction").set_value(answer).run()
        assert not app.exception
        shown = [box.value for box in (*app.success, *app.info)]
        assert any(SAY(f"{STEM}.prediction.{truth}") in value for value in shown), task
        assert (len(app.success) == 1) == (answer == truth)


# The reader's own sentence ------------------------------------------------------------------------


def test_a_row_for_each_word_that_was_typed(visit: Visit) -> None:
    app = visit(PAGE)
    own(app).set_value("cat ANT, d pig").run()
    assert not app.exception
    triangle = next(block for block in html(app).split("<style>") if 'class="fading"' in block)
    assert len(re.findall('<div class="line(?: new)?" ', triangle)) == 3
    assert len(re.findall('<div class="line last(?: new)?" ', triangle)) == 1
    assert triangle.count('title="cat, after') == 4
    assert triangle.count('title="pig, after') == 1


def test_words_are_taken_from_buttons_and_taken_back(visit: Visit) -> None:
    app = visit(PAGE)
    own(app).set_value("cat ant").run()
    for label, line in (("dog", "cat ant dog"), ("pig", "cat ant dog pig"), ("⌫", "cat ant dog")):
        next(button for button in app.button if button.label == label).click().run()
        assert not app.exception
        assert own(app).value == line
    triangle = next(block for block in html(app).split("<style>") if 'class="fading"' in block)
    assert "new" not in "".join(re.findall('class="line[^"]*"', triangle)), "all were seen before"


def test_words_of_the_other_language_are_understood(visit: Visit) -> None:
    app = visit(PAGE)
    own(app).set_value("개미 cat").run()
    assert not app.exception
    assert ">ant<" in html(app)


@pytest.mark.parametrize("typed", ["", "cat unicorn", "<b>cat</b>", "cat " * 25])
def test_nonsense_gets_a_sentence_and_the_page_goes_on(visit: Visit, typed: str) -> None:
    app = visit(PAGE)
    own(app).set_value(typed).run()
    assert not app.exception
    assert len(app.warning) == 1
    assert charts(app) == HEART
    assert re.findall('class="line last[^"]*"', html(app)), "the line from before still stands"
    assert 'class="swap"' in html(app)


def test_controls_are_drawn_for_who_asks_and_named_for_all(visit: Visit) -> None:
    app = visit(PAGE)
    assert "The control: probes that learnt from shuffled labels" in words(app)
    reader = SAY(f"{STEM}.reader.control")
    for drawn in (False, True):
        specs = [chart.proto.spec for chart in app.get("vega_lite_chart")]
        assert any(reader in spec for spec in specs) == drawn
        switch = next(one for one in app.toggle if one.label == SAY(f"{STEM}.controls"))
        assert switch.value == drawn
        switch.set_value(True).run()
        assert not app.exception


def test_a_sentence_longer_than_trained_is_said_to_be_so(visit: Visit) -> None:
    app = visit(PAGE)
    own(app).set_value("cat " * 17).run()
    assert not app.exception
    assert SAY(f"{STEM}.own_too_long", length=16) in words(app)


def test_a_word_is_exchanged(visit: Visit) -> None:
    app = visit(PAGE)
    own(app).set_value("cat ant dog").run()
    choice(app, "swap_place").select_index(2).run()
    choice(app, "swap_word").select_index(1).run()
    assert not app.exception
    assert choice(app, "swap_place").value == 2
    swap = next(block for block in html(app).split("<style>") if 'class="swap"' in block)
    assert swap.count("linear-gradient") == 4
    assert "<mark>" in swap, "three words are recalled well, so the answer notices"
    assert "right would have been 1." in words(app)


def test_sorted_answers_have_no_place_in_the_source(visit: Visit) -> None:
    app = visit(PAGE, task="sort")  # shows the nearest checkpoint until it is run
    assert not app.exception
    assert SAY(f"{STEM}.about.sort") in words(app)


# The other views ----------------------------------------------------------------------------------


@pytest.mark.parametrize("experiment", ["cells", "sizes", "delay"])
def test_the_other_views_open(visit: Visit, experiment: str) -> None:
    app = visit(PAGE, experiment=experiment)
    assert not app.exception
    assert charts(app) >= 2
    assert SAY(f"capacity.try_{experiment}.1") in words(app)
    assert SAY(f"{STEM}.asks.{experiment}") in words(app)


def test_settings_that_mean_nothing_are_not_drawn(visit: Visit) -> None:
    wait = SAY(f"{STEM}.settings.delay.label")
    for experiment, drawn in (("memory", False), ("delay", True)):
        app = visit(PAGE, experiment=experiment)
        assert (wait in [slider.label for slider in app.slider]) == drawn
        assert ("Task" in [box.label for box in app.selectbox]) != drawn
