"""The walk through a sentence: its checkpoints, the reader's sentence and their own pairs."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.data import own_pairs
from explorer.lessons.seq2seq_steps import CUT_SHORT
from explorer.text import LANGUAGES, catalogue
from tests.pages.conftest import Visit, charts, html, words
from tests.ui.test_parcels import unpacked

PAGE = "seq2seq-steps"
STEM = "seq2seq_steps"
SAY = catalogue("en")


def walks(app: AppTest) -> list[dict[str, Any]]:
    """What each walk on the page tells the browser."""
    components = app.get("bidi_component")
    return [unpacked(component.proto.bytes)[0] for component in components]


def sentence(app: AppTest) -> Any:
    label = SAY(f"{STEM}.sentence")
    return next(field for field in app.text_input if field.label == label)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens_from_its_checkpoint(visit: Visit, language: str) -> None:
    app = visit(PAGE, lang=language)
    assert not app.exception
    assert charts(app) == 2
    (walk,) = walks(app)
    assert walk["cell"] == "gru"
    assert walk["words"]["play"] == catalogue(language)("sentence_walk.play")
    assert 'class="beam"' in html(app)
    assert "{" not in words(app)


def test_the_readers_sentence_is_followed(visit: Visit) -> None:
    app = visit(PAGE)
    sentence(app).set_value("six thousand and twelve").run()
    assert not app.exception
    (walk,) = walks(app)
    assert [row["word"] for row in walk["reads"]] == ["six", "thousand", "and", "twelve"]
    assert walk["writes"][-1]["so_far"] in html(app)


@pytest.mark.parametrize("typed", ["", "banana", "<b>two</b>", "two " * 40])
def test_nonsense_gets_a_sentence_and_the_page_goes_on(visit: Visit, typed: str) -> None:
    app = visit(PAGE)
    sentence(app).set_value(typed).run()
    assert not app.exception
    assert len(app.warning) == 1
    assert walks(app) == []
    assert charts(app) == 2


def test_another_sentence_is_drawn(visit: Visit) -> None:
    app = visit(PAGE)
    before = sentence(app).value
    app.button(key=f"{PAGE}.another").click().run()
    assert not app.exception
    assert sentence(app).value != before
    assert SAY(f"{STEM}.standing.held_out") in words(app)


def test_the_prediction_is_judged_by_what_was_measured(visit: Visit) -> None:
    app = visit(PAGE)
    next(radio for radio in app.radio if radio.key == f"{PAGE}.prediction").set_value("close").run()
    assert not app.exception
    assert any(SAY(f"{STEM}.prediction.close") in block.value for block in app.success)


def help_of(app: AppTest) -> str:
    return str(sentence(app).help)


def test_figures_are_offered_for_numbers_only(visit: Visit) -> None:
    assert help_of(visit(PAGE)) == SAY(f"{STEM}.sentence_help_numbers")
    assert help_of(visit(PAGE, corpus="dates-words-figures")) == SAY(f"{STEM}.sentence_help")


def test_sentences_of_one_word_are_not_judged(visit: Visit) -> None:
    lines = "\n".join(f"w{n}\tx{n}" for n in range(30))
    digest = own_pairs.keep(own_pairs.read_pairs(lines.encode()))
    app = visit(PAGE, corpus="own", pairs=digest, hidden_dim="8", embedding_dim="4", steps="50")
    next(radio for radio in app.radio if radio.key == f"{PAGE}.prediction").set_value("close").run()
    next(button for button in app.button if button.key == f"{PAGE}.step").click().run()
    assert not app.exception
    assert "Of 6 pairs" in words(app)
    assert "one word too early" not in words(app)
    truths = [SAY(f"{STEM}.prediction.{kind}") for kind in CUT_SHORT]
    assert not any(truth in block.value for block in app.success for truth in truths)


def test_an_older_moment_has_no_weights_to_walk_through(visit: Visit) -> None:
    app = visit(PAGE)
    slider = next(s for s in app.select_slider if s.label == SAY("common.replay_slider"))
    slider.set_value(2).run()
    assert not app.exception
    assert SAY(f"{STEM}.weights_gone") in words(app)
    assert walks(app) == []
    assert charts(app) == 2


def test_a_wider_beam_has_more_candidates(visit: Visit) -> None:
    app = visit(PAGE)
    beam = next(s for s in app.slider if s.key == f"{PAGE}.beam")
    before = html(app).count('class="one')
    beam.set_value(5).run()
    assert not app.exception
    assert html(app).count('class="one') > before


def test_answers_of_one_length_need_no_chart(visit: Visit) -> None:
    app = visit(PAGE, corpus="dates-words-figures")
    assert not app.exception
    assert charts(app) == 1
    assert SAY(f"{STEM}.one_length", length=10) in words(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pairs_that_are_gone_are_said_to_be_and_the_page_goes_on(
    visit: Visit, language: str
) -> None:
    app = visit(PAGE, lang=language, corpus="own", pairs="0123456789abcdef")
    assert not app.exception
    assert [block.value for block in app.warning] == [catalogue(language)("errors.pairs.gone")]
    assert walks(app)
    assert charts(app) == 2


def test_own_pairs_that_are_here_await_their_training(visit: Visit) -> None:
    lines = "\n".join(f"w{n} x{n % 5}\tx{n % 5} w{n % 3}" for n in range(60))
    digest = own_pairs.keep(own_pairs.read_pairs(lines.encode()))
    app = visit(PAGE, corpus="own", pairs=digest)
    assert not app.exception
    assert not app.warning
    assert digest in app.query_params["pairs"]


def test_own_pairs_are_brought_and_taken_away(visit: Visit) -> None:
    app = visit(PAGE, corpus="own")
    assert SAY(f"{STEM}.own.none") in words(app)
    app.text_area[0].set_value("\n".join(f"w{n} = x{n} y" for n in range(30)))
    next(button for button in app.button if button.label == SAY("own_pairs.use")).click().run()
    assert not app.exception
    assert "pairs" in app.query_params
    assert SAY(f"{STEM}.own.none") not in words(app)
    next(button for button in app.button if button.label == SAY("own_pairs.remove")).click().run()
    assert not app.exception
    assert "pairs" not in app.query_params
    assert SAY(f"{STEM}.own.none") in words(app)
