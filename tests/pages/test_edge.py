"""How far a step may be on a real net: it opens finished, and says what was measured."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from explorer.analysis.edge import journey
from explorer.lessons.edge_of_stability import FACTORS, learning_rates
from explorer.lessons.shelf import shelved
from explorer.specs import GradientSpec
from explorer.text import LANGUAGES, catalogue
from tests.pages.conftest import Visit
from tests.pages.test_pages import until

LESSON = "gradient-descent"


def said(app: AppTest) -> str:
    kinds = (app.subheader, app.markdown, app.caption, app.info, app.success)
    return "\n".join(element.value for kind in kinds for element in kind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens_with_a_finished_run_and_its_numbers(visit: Visit, language: str) -> None:
    app, say = visit(LESSON, experiment="edge", lang=language), catalogue(language)
    assert not app.exception
    words = said(app)
    for key in ("edge.about", "edge.sharpness_chart", "edge.loss_chart", "edge.try.1"):
        assert say(key) in words
    assert say("ball.title") in words
    spec = GradientSpec(experiment="edge")
    checkpoint = shelved(spec)
    assert checkpoint is not None
    assert checkpoint.spec == spec
    history = checkpoint.timeline.snapshots()
    for name, rate in learning_rates(spec).items():
        went = journey(history, name)
        assert f"{went.late:.2f}" in words
        assert f"η = {rate:g}" in words
    courses = {name: journey(history, name).course for name in FACTORS}
    assert courses == {"small": "rising", "middle": "limit", "large": "limit"}
    named = {name: say("edge.net", rate=f"{rate:g}") for name, rate in learning_rates(spec).items()}
    assert say("edge.arrived", who=f"{named['middle']}, {named['large']}") in words
    assert say("edge.waiting", nets=named["small"]) in words


def test_a_guess_is_held_against_where_the_curvature_went(visit: Visit) -> None:
    app, say = visit(LESSON, experiment="edge", lang="en"), catalogue("en")
    question = say("edge.prediction_edge.question")
    (guess,) = [radio for radio in app.radio if radio.label == question]
    guess.set_value("falls").run()
    assert not app.exception
    truth = say("edge.prediction_edge.limit")
    failed = say("common.prediction_failed", guess=say("edge.prediction_edge.falls"), truth=truth)
    assert failed in said(app)


def test_a_run_that_took_few_steps_decides_nothing(visit: Visit) -> None:
    app, say = visit(LESSON, experiment="edge", steps="3", lang="en"), catalogue("en")
    question = say("edge.prediction_edge.question")
    (guess,) = [radio for radio in app.radio if radio.label == question]
    guess.set_value("stays").run()
    app.button(key=f"{LESSON}.start").click().run()
    until(app, say("common.state.finished"))
    words = said(app)
    assert say("edge.undecided") in words
    assert say("common.prediction_held", truth=say("edge.prediction_edge.stays")) not in words
    assert say("edge.arrived_none") not in words


def test_the_balls_question_is_answered_by_the_measured_limits(visit: Visit) -> None:
    app, say = visit(LESSON, lang="en"), catalogue("en")
    (guess,) = [radio for radio in app.radio if radio.label == say("ball.steeper.question")]
    guess.set_value("half").run()
    assert not app.exception
    assert say("common.prediction_held", truth=say("ball.steeper.half")) in said(app)
