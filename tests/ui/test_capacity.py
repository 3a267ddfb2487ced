"""The three views of capacity: their numbers are those of the run, in both languages."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from explorer.text import LANGUAGES, catalogue
from explorer.ui.capacity import PREDICTIONS, TRIES, VIEWS

EXPERIMENTS = ("cells", "sizes", "delay")
CHARTS = {"cells": 3, "sizes": 2, "delay": 3}


def page(
    experiment: str,
    language: str,
    guess: str | None = None,
    learnt: float = 1.0,
    task: str = "reverse",
) -> None:
    """One view of a made-up run, in which everything is known; without this module's imports."""
    from explorer.data.token_tasks import information
    from explorer.lessons.forgetting_curves import CELL_NAMES, SIZES, tried_delays, waits
    from explorer.specs import ForgettingSpec
    from explorer.training.loop import Snapshot
    from explorer.ui import capacity
    from explorer.ui.essay import Essay
    from explorer.ui.session import memory
    from explorer.ui.stage import Moment

    memory().language = language
    settings = {"max_length": 6, "delay": 8, "hidden_dim": 40, "steps": 90, "task": task}
    spec = ForgettingSpec.build({"experiment": experiment, **settings})

    def metrics(gained: float) -> dict[str, float]:
        found = {"chance": 0.125, "test_loss": 1.0}
        nets = CELL_NAMES if experiment == "cells" else tuple(map(str, SIZES))
        for rank, net in enumerate(nets, start=1):
            found |= {
                f"{name}_accuracy_by_length.{net}.{length}": (1 - 0.1 * length) * rank / len(nets)
                for name in ("sequence", "told")
                for length in range(1, 11)
            }
            found[f"longest_recalled.{net}"] = rank * learnt
            if task != "pattern":
                found[f"bits.{net}"] = rank * gained * learnt
        for cell, share in zip(CELL_NAMES, (0.25, 0.96, 0.97), strict=True):
            found |= {f"told_accuracy_by_wait.{cell}.{wait}": share for wait in waits(8)}
            found |= {f"told_accuracy_by_delay.{cell}.{delay}": share for delay in tried_delays(8)}
        return found

    assert information("reverse", 6) == 24
    history = [Snapshot(step, 0.0, metrics(1 + step / 90)) for step in (0, 30, 60, 90)]
    moment = Moment(spec, history[-1], history, (0, 30, 60, 90), live=False)
    essay = Essay("forgetting", spec.lesson)
    if guess is not None:
        memory().lesson(spec.lesson).predictions[f"prediction_{experiment}"] = guess
    capacity.prediction(essay, experiment)
    capacity.VIEWS[experiment](essay, moment)
    capacity.try_this(essay, experiment)


def shown(
    experiment: str,
    language: str = "en",
    guess: str | None = None,
    learnt: float = 1.0,
    task: str = "reverse",
) -> AppTest:
    asked = (experiment, language, guess, learnt, task)
    app = AppTest.from_function(page, args=asked, default_timeout=30).run()
    assert not app.exception
    return app


def prose(app: AppTest) -> str:
    return "\n".join(element.value for element in [*app.markdown, *app.caption])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_a_view_has_its_charts_and_its_words(experiment: str, language: str) -> None:
    app, say = shown(experiment, language), catalogue(language)
    assert len(app.get("vega_lite_chart")) == CHARTS[experiment]
    text = prose(app)
    assert "{" not in text
    for number in range(1, TRIES + 1):
        assert say(f"capacity.try_{experiment}.{number}") in text
    (question,) = app.radio
    assert question.options == [
        say(f"capacity.prediction_{experiment}.{answer}") for answer in PREDICTIONS[experiment]
    ]


@pytest.mark.parametrize(
    ("experiment", "sentence"),
    [
        ("cells", "RNN **13 %**, GRU **27 %**, LSTM **40 %**"),
        ("cells", "at least 2, 4 and 6 bits"),
        ("cells", "LSTM hands over 80 numbers, the others 40"),
        ("sizes", "grow from 2.0 to 12.0: **6.0 times**"),
        ("sizes", "smallest net carries at least 0.25 bits, one of the largest 0.05"),
        ("sizes", "the smallest reaches 1 words, the largest 6"),
        ("sizes", "the 24 bits that a sentence of 6 words holds"),
        ("sizes", "changed by +0.3 (net of 8 units) and by +2.0 (net of 256 units)"),
        ("delay", "After 8 blanks come back, of all symbols: RNN **25 %**, GRU **96 %**"),
        ("delay", "to guess gives 12.5 %"),
        ("delay", "After 12 blanks, more than any of them was trained on: RNN 25 %"),
        ("delay", "A gate can leave a number as it is"),
        ("delay", "longest wait (0, 2, 4, 8 blanks)"),
    ],
)
def test_the_numbers_in_a_sentence_are_computed(experiment: str, sentence: str) -> None:
    assert sentence in prose(shown(experiment))


@pytest.mark.parametrize(
    ("experiment", "truth", "wrong"),
    [("cells", "lstm", "rnn"), ("sizes", "less", "more"), ("delay", "gates", "none")],
)
def test_the_verdict_is_the_runs(experiment: str, truth: str, wrong: str) -> None:
    say = catalogue("en")
    word = say(f"capacity.prediction_{experiment}.{truth}")
    right = shown(experiment, guess=truth)
    assert [box.value for box in right.success] == [say("common.prediction_held", truth=word)]
    other = say(f"capacity.prediction_{experiment}.{wrong}")
    failed = say("common.prediction_failed", guess=other, truth=word)
    assert [box.value for box in shown(experiment, guess=wrong).info] == [failed]
    silent = shown(experiment)
    assert not silent.success
    assert not silent.info


@pytest.mark.parametrize("experiment", ["cells", "sizes"])
def test_nobody_is_told_a_verdict_before_anything_is_learnt(experiment: str) -> None:
    app = shown(experiment, guess=PREDICTIONS[experiment][0], learnt=0.0)
    assert not app.success
    early = [catalogue("en")("capacity.sizes.too_early", small=8)]
    assert [box.value for box in app.info] == (early if experiment == "sizes" else [])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("experiment", ["cells", "sizes"])
def test_of_a_pattern_no_bits_are_told_and_the_view_says_so(experiment: str, language: str) -> None:
    app, say = shown(experiment, language, task="pattern"), catalogue(language)
    assert say("capacity.no_bits") in prose(app)
    assert say("capacity.sizes.bits_chart") not in prose(app)
    assert len(app.get("vega_lite_chart")) == CHARTS[experiment] - (experiment == "sizes")
    assert say("capacity.no_bits") not in prose(shown(experiment, language))
    assert "{" not in prose(app)


@pytest.mark.parametrize(("task", "drawn"), [("copy", 1), ("reverse", 1), ("sort", 0)])
def test_chance_is_drawn_only_where_nobody_who_is_blind_does_better(task: str, drawn: int) -> None:
    specs = [chart.proto.spec for chart in shown("cells", task=task).get("vega_lite_chart")]
    assert sum("'chance'" in spec for spec in specs) == drawn


def test_each_view_has_a_prediction() -> None:
    assert set(VIEWS) == set(PREDICTIONS) == set(EXPERIMENTS)
