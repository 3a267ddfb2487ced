"""Shared meaning: its views in both languages, the reader's own number, and the verdicts."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.data.shared_numbers import held_out, learnt
from explorer.text import LANGUAGES, catalogue
from tests.pages.conftest import Visit, words

PAGE, STEM = "shared-meaning", "shared_meaning"
SAY = catalogue("en")


def cards(app: AppTest) -> list[str]:
    return [block.proto.body for block in app.get("html") if 'class="crossing"' in block.proto.body]


def said(app: AppTest) -> list[Any]:
    return [block.value for block in (*app.success, *app.info)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens_from_its_checkpoint(visit: Visit, language: str) -> None:
    app = visit(PAGE, lang=language)
    assert not app.exception
    assert not app.warning
    charts = len(app.get("vega_lite_chart")) + len(app.get("arrow_vega_lite_chart"))
    assert charts == 3
    assert "{" not in words(app)
    assert len(cards(app)) == 2
    assert all(card.count('class="strip"') == 2 for card in cards(app))
    say = catalogue(language)
    assert say(f"{STEM}.own_held_out", number=f"{int(held_out()[0]):,}") in words(app)


def test_a_number_crosses_whatever_it_is_typed_in(visit: Visit) -> None:
    app = visit(PAGE, lang="en")
    for typed, first in (("이천이십일", "천"), ("2021", "thousand"), ("Two thousand 21", None)):
        app.text_input[0].set_value(typed).run()
        assert not app.exception
        if first is None:
            assert [warning.value for warning in app.warning] != []
            assert cards(app) == []
            continue
        assert f">{first}</span>" in cards(app)[0]
        assert all("two thousand and twenty-one" in card for card in cards(app))
        assert all("이천이십일" in card for card in cards(app))
        assert "2,021" in words(app)


def test_a_number_that_was_learnt_is_said_to_be(visit: Visit) -> None:
    app = visit(PAGE, lang="en", paired="0.05")
    for number, state in ((learnt()[0], "paired"), (learnt()[-1], "alone")):
        app.text_input[0].set_value(str(int(number))).run()
        assert SAY(f"{STEM}.own_{state}", number=f"{int(number):,}") in words(app)


def test_without_the_pull_nothing_crosses_and_both_are_rebuilt(visit: Visit) -> None:
    app = visit(PAGE, lang="en", pull="0")
    assert not app.exception
    assert all(card.count('class="wrong"') == 1 for card in cards(app))
    assert all(card.count('class="right"') == 2 for card in cards(app))
    # The codes may shrink to a point only where something pulls them.
    assert "The danger of a pull" not in words(app)


def test_verdicts_are_those_of_the_runs(visit: Visit) -> None:
    app = visit(PAGE, lang="en")
    assert len(app.radio) == 2
    app.radio[0].set_value("most").run()
    app.radio[1].set_value("code").run()
    hardly, code = SAY(f"{STEM}.prediction.hardly"), SAY(f"{STEM}.prediction_pairs.code")
    most = SAY(f"{STEM}.prediction.most")
    assert SAY("common.prediction_failed", guess=most, truth=hardly) in said(app)
    assert SAY("common.prediction_held", truth=code) in said(app)


def test_runs_stand_beside_each_other_and_few_pairs_are_told(visit: Visit) -> None:
    app = visit(PAGE, lang="en", paired="0.05")
    table = next(block.value for block in app.markdown if SAY(f"{STEM}.run_shown") in block.value)
    assert table.count("\n") == 1 + 4, "heads, a rule, and four runs"
    assert "Paired numbers: 0.05" in table
    assert "Pull: 0 |" in table
    assert SAY(f"{STEM}.few_pairs", alone="7,600") in words(app)


def test_without_pairs_nobody_is_said_to_have_learnt_from_them(visit: Visit) -> None:
    app = visit(PAGE, lang="en", paired="0", hidden_dim="8", embedding_dim="4", steps="50")
    next(button for button in app.button if button.key == f"{PAGE}.step").click().run()
    assert not app.exception
    assert SAY(f"{STEM}.no_pairs") in words(app)
    for untrue in ("the same 0 pairs", "The danger of a pull", "the seq2seq model saw nothing"):
        assert untrue not in words(app)


def test_a_step_from_nothing_is_drawn(visit: Visit) -> None:
    app = visit(PAGE, lang="en", hidden_dim="8", embedding_dim="4", batch_size="16", steps="50")
    step = next(button for button in app.button if button.key == f"{PAGE}.step")
    step.click().run()
    assert not app.exception
    assert len(cards(app)) == 2
    reset = next(button for button in app.button if button.key == f"{PAGE}.reset")
    reset.click().run()
    assert not app.exception
