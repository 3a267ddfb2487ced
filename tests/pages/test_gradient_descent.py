"""Gradient descent: two chapters and a real net, with the remedies that are on and without."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from explorer.analysis.overfitting import ARMS
from explorer.text import LANGUAGES, catalogue
from tests.pages.conftest import Visit, charts, words
from tests.pages.test_pages import until

PAGE = "gradient-descent"
OFF = {"early_stopping": "false", "weight_decay": "0", "dropout": "0", "more_pictures": "0"}


def labels(app: AppTest) -> set[str]:
    """Of all settings that are drawn."""
    return {widget.label for kind in (app.slider, app.select_slider, app.toggle) for widget in kind}


def tables(app: AppTest) -> list[str]:
    return [block.value for block in app.markdown if block.value.startswith("| ")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_overfitting_opens_with_its_curves_and_what_each_remedy_changed(
    visit: Visit, language: str
) -> None:
    say = catalogue(language)
    app = visit(PAGE, lang=language)
    assert not app.exception
    assert charts(app) == 4
    assert [metric.label for metric in app.metric][1:] == [
        say("overfitting.unknown"),
        say("overfitting.gap"),
    ]
    (table,) = tables(app)
    rows = table.splitlines()
    assert len(rows) == 2 + len(ARMS) - 1
    assert all(
        say(f"overfitting.arm.{arm}") in row for arm, row in zip(ARMS[1:], rows[2:], strict=True)
    )
    assert say("overfitting.helps") in table
    assert "{" not in words(app)


def test_the_checkpoint_shows_overfitting_and_the_early_stop(visit: Visit) -> None:
    app = visit(PAGE)
    said = words(app)
    assert "by heart" in said
    assert "The steps since have raised it by **" in said
    assert "Not more mistakes, but surer ones" in said
    assert "**Early stopping** looks at" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_other_question_is_asked_with_settings_of_its_own(visit: Visit, language: str) -> None:
    say = catalogue(language)
    here, there = visit(PAGE, lang=language), visit(PAGE, lang=language, experiment="edge")
    assert not there.exception
    own = {say(f"gradient_descent.settings.{name}.label") for name in ("dropout", "early_stopping")}
    assert own <= labels(here)
    assert not own & labels(there)
    assert say("gradient_descent.settings.edge_rate.label") in labels(there) - labels(here)


def test_the_arm_beside_is_the_readers_choice(visit: Visit) -> None:
    say = catalogue("en")
    app = visit(PAGE)
    assert "**Early stopping: train and test**" in words(app)
    choice = next(group for group in app.pills if group.label == say("overfitting.compare"))
    choice.set_value("dropout").run()
    assert not app.exception
    assert "**Dropout: train and test**" in words(app)
    assert "**Early stopping: train and test**" not in words(app)


def test_a_finished_run_gives_its_verdict(visit: Visit) -> None:
    say = catalogue("en")
    app = visit(PAGE, steps="60", draws="2", hidden_dim="8", seed="5")
    app.radio(key=f"{PAGE}.prediction_overfitting").set_value("none").run()
    app.button(key=f"{PAGE}.start").click().run()
    until(app, say("common.state.finished"))
    guess = say("overfitting.prediction_overfitting.none")
    assert any(guess in element.value for kind in (app.info, app.success) for element in kind)


def test_a_remedy_at_0_is_called_off(visit: Visit) -> None:
    sliders = visit(PAGE, dropout="0").select_slider
    (dropout,) = (slider for slider in sliders if slider.label == "Dropout")
    assert dropout.options[0] == "off"
    assert dropout.value == 0


def test_where_the_loss_never_fell_the_start_is_not_called_the_best(visit: Visit) -> None:
    say = catalogue("en")
    app = visit(PAGE, steps="60", draws="2", pictures="20", learning_rate="0.3", **OFF)
    app.button(key=f"{PAGE}.start").click().run()
    until(app, say("common.state.finished"))
    said = words(app)
    assert "at no moment shown here lower than before the first step" in said
    assert not app.metric[1].delta.endswith("step 0")


def rising() -> None:
    """What the stage shows of a run whose test loss never fell, looked at every ten steps."""
    from explorer.lessons.course import snapshots
    from explorer.specs import GradientSpec
    from explorer.training.loop import EverySteps
    from explorer.ui.essay import Essay
    from explorer.ui.language import settle_language
    from explorer.ui.overfitting import overfitting_part
    from explorer.ui.stage import Moment

    settle_language()
    learning = {"steps": 60, "draws": 2, "pictures": 20, "learning_rate": 0.3}
    off = {"early_stopping": False, "weight_decay": 0, "dropout": 0, "more_pictures": 0}
    spec = GradientSpec.build(learning | off)
    history = list(snapshots(spec, EverySteps(10), device="cpu"))
    steps = tuple(snapshot.step for snapshot in history)
    moment = Moment(spec, history[-1], history, steps, live=False)
    overfitting_part(Essay("gradient_descent", spec.lesson), moment)


def test_a_loss_that_only_rose_is_counted_from_the_first_moment_after_the_start() -> None:
    app = AppTest.from_function(rising, default_timeout=60).run()
    assert not app.exception
    assert app.metric[1].delta.startswith("+")
    assert app.metric[1].delta.endswith("since step 10")


def test_settings_of_others_are_named_as_their_widgets_name_them(visit: Visit) -> None:
    app = visit(PAGE, **OFF, steps="500")
    said = words(app)
    for setting in ("Early stopping: on", "More pictures: +800", "Steps: 1,500", "Dropout: 0.5"):
        assert setting in said
    assert "조기 종료: 켬" in words(visit(PAGE, lang="ko", **OFF))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_other_experiment_has_a_link_above_in_the_readers_language(
    visit: Visit, language: str
) -> None:
    assert f"(?experiment=edge&lang={language}#experiment)" in words(visit(PAGE, lang=language))


def test_with_all_remedies_off_the_page_says_so(visit: Visit) -> None:
    say = catalogue("en")
    app = visit(PAGE, steps="20", draws="2", hidden_dim="8", **OFF)
    app.button(key=f"{PAGE}.start").click().run()
    until(app, say("common.state.finished"))
    assert not app.exception
    assert say("overfitting.all_off") in words(app)
    assert charts(app) == 3
    assert not tables(app)
