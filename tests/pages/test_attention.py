"""Attention: the sentence, looks that are turned without a mouse, and verdicts from the run."""

from __future__ import annotations

import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.text import LANGUAGES, catalogue
from tests.pages.conftest import Visit, charts, html, words

PAGE = "attention"
SAY = catalogue("en")


def labelled(widgets: Any, key: str) -> Any:
    return next(widget for widget in widgets if widget.label == SAY(f"attention.{key}"))


def say(app: AppTest, sentence: str) -> AppTest:
    labelled(app.text_input, "own.label").set_value(sentence)
    return app.run()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens_from_its_checkpoint_with_every_part(visit: Visit, language: str) -> None:
    app, text = visit(PAGE, lang=language), catalogue(language)
    assert not app.exception
    assert charts(app) == 6
    assert "{" not in words(app)
    for part in ("own.title", "price.title"):
        title = text(f"attention.{part}", length=16)
        assert any(title in block.value for block in (*app.subheader, *app.markdown))
    assert html(app).count('class="row"') == 3  # what should be said, without, with


def test_what_is_said_is_the_answer_of_the_shown_net(visit: Visit) -> None:
    app = say(visit(PAGE), "cat dog elk")
    assert "<b>elk</b><b>dog</b><b>cat</b>" in html(app)
    assert SAY("attention.own.score", of=3, with_right=3, without_right=3) in words(app)


def test_letters_and_korean_words_are_understood(visit: Visit) -> None:
    app = say(visit(PAGE), "c, D 늑대")
    assert not app.warning
    assert "<b>elk</b><b>dog</b><b>cat</b>" in html(app)


@pytest.mark.parametrize("typed", ["", "cat dragon", "<b>cat</b>", " ".join(["cat"] * 40)])
def test_nonsense_gets_a_sentence_and_the_page_goes_on(visit: Visit, typed: str) -> None:
    app = say(visit(PAGE), typed)
    assert not app.exception
    assert len(app.warning) == 1
    assert charts(app) == 6


def test_a_sentence_beyond_the_trained_lengths_is_said_to_be_one(visit: Visit) -> None:
    app = say(visit(PAGE), " ".join("abcdefghijklmnopabc"))
    assert not app.exception
    assert SAY("attention.own.too_long", length=16) in words(app)


def test_another_sentence_can_be_drawn(visit: Visit) -> None:
    app = visit(PAGE)
    before = labelled(app.text_input, "own.label").value
    app.button(key="looks.draw").click().run()
    after = labelled(app.text_input, "own.label").value
    assert len(before.split()) == len(after.split()) == 16
    assert before != after


def test_a_look_is_turned_and_let_go_without_a_mouse(visit: Visit) -> None:
    app = say(visit(PAGE), "cat dog elk fox")
    assert app.button(key="looks.reset").disabled
    labelled(app.selectbox, "own.row").set_value(1)
    labelled(app.selectbox, "own.column").set_value(0)
    app.button(key="looks.turn").click().run()
    assert not app.exception
    assert "<mark>" in html(app)
    assert html(app).count('class="row"') == 4
    assert "from there" not in words(app).split("Looks turned: 1.")[0]
    assert "Looks turned: 1." in words(app)
    app.button(key="looks.reset").click().run()
    assert "<mark>" not in html(app)
    assert "Looks turned" not in words(app)


def test_a_look_that_is_turned_by_nothing_loses_its_word_only_if_it_lay_there(visit: Visit) -> None:
    """No weight for a word that had next to none changes nothing."""
    app = say(visit(PAGE), "cat dog elk fox")
    labelled(app.selectbox, "own.row").set_value(0)
    labelled(app.selectbox, "own.column").set_value(0)
    labelled(app.slider, "own.weight").set_value(0)
    app.button(key="looks.turn").click().run()
    assert SAY("attention.own.unchanged", looks=1, place=1) in words(app)


def test_another_sentence_has_no_turned_looks(visit: Visit) -> None:
    app = say(visit(PAGE), "cat dog elk fox")
    app.button(key="looks.turn").click().run()
    assert "Looks turned: 1." in words(app)
    assert "Looks turned" not in words(say(app, "cat dog elk"))


def test_another_training_has_no_turned_looks(visit: Visit) -> None:
    app = say(visit(PAGE, hidden_dim="16", max_length="8"), "cat dog elk fox")
    app.button(key="looks.turn").click().run()
    assert "Looks turned: 1." in words(app)
    app.button(key=f"{PAGE}.step").click().run()  # from the checkpoint to a net of no steps
    assert not app.exception
    assert html(app).count('class="row"') == 3
    assert "Looks turned" not in words(app)
    app.button(key="looks.turn").click().run()
    assert "Looks turned: 1." in words(app)
    app.button(key=f"{PAGE}.step").click().run()  # the same training goes on
    assert "Looks turned: 1." in words(app)


def test_what_can_be_picked_is_a_new_widget_in_another_language_and_for_another_answer(
    visit: Visit,
) -> None:
    keys = set()
    for language in LANGUAGES:
        app = (
            say(visit(PAGE, lang=language), "a b c") if language == "en" else visit(PAGE, lang="ko")
        )
        keys |= {one.key for one in app.selectbox if str(one.key).startswith("looks.row.")}
    app = say(visit(PAGE), "a b d")
    keys |= {one.key for one in app.selectbox if str(one.key).startswith("looks.row.")}
    assert len(keys) == 3


@pytest.mark.parametrize(
    ("query", "side"), [({}, "right"), ({"task": "copy"}, "on"), ({"task": "sort"}, None)]
)
def test_how_much_of_the_look_lies_where(
    visit: Visit, query: dict[str, str], side: str | None
) -> None:
    spoken = words(visit(PAGE, **query))
    if side is None:
        assert SAY("attention.looked_anywhere", peak="@", on_word="@", even="@")[:40] in spoken
        return
    found = re.search(r"\*\*(\d+) %\*\* of the look lies on a single place", spoken)
    assert found is not None
    assert int(found[1]) >= 50
    assert SAY(f"attention.offset.{side}", places=1) in spoken
    assert (SAY("attention.offset.holds") in spoken) == (side == "right")


@pytest.mark.parametrize(
    ("query", "answer"), [({}, "end"), ({"task": "copy"}, "start"), ({"task": "sort"}, "depends")]
)
def test_the_verdict_is_that_of_the_run(visit: Visit, query: dict[str, str], answer: str) -> None:
    app = visit(PAGE, **query)
    app.radio(key=f"{PAGE}.prediction").set_value(answer).run()
    truth = SAY(f"attention.prediction.{answer}")
    assert any(truth in block.value for block in app.success)


def test_where_attention_gains_nothing_the_page_says_so(visit: Visit) -> None:
    gain = SAY("attention.gain_little")
    assert gain in words(visit(PAGE, task="sort"))
    assert gain not in words(visit(PAGE))


def test_before_anything_is_learnt_nothing_is_said_of_what_attention_is_worth(visit: Visit) -> None:
    app = visit(PAGE)
    assert SAY("attention.gain_neither") not in words(app)
    slider = next(one for one in app.select_slider if str(one.key).startswith(f"{PAGE}.moment."))
    slider.set_value(0).run()
    assert not app.exception
    assert SAY("attention.gain_neither") in words(app)
    assert SAY("attention.gain_little") not in words(app)


@pytest.mark.parametrize(("task", "drawn"), [("copy", 2), ("sort", 0)])
def test_chance_is_drawn_where_words_can_only_be_guessed(
    visit: Visit, task: str, drawn: int
) -> None:
    specs = [chart.proto.spec for chart in visit(PAGE, task=task).get("vega_lite_chart")]
    assert sum("'chance'" in spec for spec in specs) == drawn


def test_an_older_moment_shows_its_mean_look_but_has_no_net(visit: Visit) -> None:
    app = visit(PAGE)
    slider = next(one for one in app.select_slider if str(one.key).startswith(f"{PAGE}.moment."))
    slider.set_value(3).run()
    assert not app.exception
    assert SAY("attention.weights_gone") in words(app)
    assert charts(app) == 4  # the two maps of gradients are missing
