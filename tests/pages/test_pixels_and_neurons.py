"""The page on pixels and neurons: both chapters, and what it says of the net that reads digits."""

from __future__ import annotations

import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.data.exhibit import exhibit
from explorer.data.pictures import load_pictures
from explorer.lessons.pixels_and_neurons import swayed
from explorer.lessons.shelf import shelved
from explorer.specs import PixelsSpec
from explorer.text import LANGUAGES, catalogue
from tests.pages.conftest import Visit, words
from tests.pages.test_pages import until

PAGE = "pixels-and-neurons"


def text(key: str, **values: object) -> str:
    return catalogue("en")(f"digits.{key}", **values)


def components(app: AppTest) -> int:
    return len(app.get("bidi_component"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_chapters_and_experiment_are_there_and_linked(visit: Visit, language: str) -> None:
    app = visit(PAGE, lang=language)
    assert not app.exception
    say = catalogue(language)
    anchors = {element.proto.anchor: element.value for element in app.subheader}
    assert anchors["experiment"] == say("pixels_and_neurons.experiment.digits")
    chapters = next(text.value for text in app.markdown if "(#photo)" in text.value)
    assert re.findall(r"\(#(\w+)\)", chapters) == ["photo", "neuron", "experiment"]
    assert {"photo", "neuron", "experiment"} <= anchors.keys()
    assert f"(?experiment=gates&lang={language}#experiment)" in chapters
    assert components(app) == 4  # photo, neuron, sheet, reader
    assert "{" not in words(app)


def test_the_sentences_are_what_was_measured(visit: Visit) -> None:
    checkpoint = shelved(PixelsSpec())
    assert checkpoint is not None
    newest = checkpoint.timeline.newest
    assert newest is not None
    pictures = load_pictures("digits")
    right = newest.arrays["guesses"] == exhibit(pictures).labels
    certainty = newest.arrays["certainty"]
    said = words(visit(PAGE))
    accuracy = checkpoint.metrics["test_accuracy"]
    assert accuracy == pytest.approx(right.mean())
    assert accuracy >= 0.95
    trained = f"{100 * checkpoint.metrics['train_accuracy']:.1f}"
    assert (
        text(
            "notice",
            test_count=360,
            right_count=int(right.sum()),
            accuracy=f"{100 * accuracy:.1f}",
            train_accuracy=trained,
            chance="10",
        )
        in said
    )
    sure = certainty >= 0.9
    share = f"{100 * right[sure].mean():.1f}"
    assert text("sure", sure="90", sure_count=int(sure.sum()), sure_right=share) in said
    share = f"{100 * right[~sure].mean():.1f}"
    assert text("unsure", unsure_count=int((~sure).sum()), unsure_right=share) in said
    blank, shuffled = newest.arrays["blank"], newest.arrays["shuffled_certainty"] >= 0.9
    assert (
        text(
            "blank",
            sure="90",
            blank_class=int(blank.argmax()),
            blank_certainty=f"{100 * blank.max():.0f}",
            shuffled=f"{100 * shuffled.mean():.0f}",
        )
        in said
    )
    found = swayed(newest, PixelsSpec(), pictures)
    assert found is not None
    loudest, chance = (f"{100 * share:.0f}" for share in found)
    assert text("swayed", share="10", loudest=loudest, random=chance) in said


def test_a_net_that_is_never_sure_is_not_praised_for_it(visit: Visit) -> None:
    """At its first step nothing reaches 90 %: that sentence has nothing to say."""
    app = visit(PAGE, steps="200", seed="23")
    app.button(key=f"{PAGE}.step").click().run()
    until(app, catalogue("en")("common.state.paused"))
    said = words(app)
    assert text("sure", sure="90", sure_count=0, sure_right="nan") not in said
    assert "nan" not in said
    assert text("unsure", unsure_count=360, unsure_right="0.0").split("360")[0] in said
    assert not app.exception


def test_the_verdict_follows_the_measurement(visit: Visit) -> None:
    app = visit(PAGE)
    app.radio(key=f"{PAGE}.prediction_digits").set_value("below_80").run()
    assert any(text("prediction_digits.above") in info.value for info in app.info)
    app.radio(key=f"{PAGE}.prediction_digits").set_value("above").run()
    assert any(text("prediction_digits.above") in success.value for success in app.success)


def test_an_older_moment_has_its_own_net_and_says_less(visit: Visit) -> None:
    app = visit(PAGE)
    rubbed = text("swayed", share="10", loudest="0", random="0").split("**")[0]
    assert rubbed in words(app)
    slider = next(one for one in app.select_slider if str(one.key).startswith(f"{PAGE}.moment"))
    slider.set_value(0).run()
    assert not app.exception
    assert rubbed not in words(app)
    assert components(app) == 4
    accuracy = re.search(r"\((\d+\.\d)", words(app).split("test pictures it reads")[1])
    assert accuracy is not None
    assert float(accuracy[1]) < 40


def test_absent_pictures_give_way_to_the_digits(visit: Visit) -> None:
    """MNIST is not at hand here: a sentence, and the digits instead."""
    app = visit(PAGE, dataset="mnist")
    assert not app.exception
    assert any("mnist" in warning.value for warning in app.warning)
    assert components(app) == 4


def test_certainty_on_the_page_is_a_probability() -> None:
    checkpoint = shelved(PixelsSpec())
    assert checkpoint is not None
    for snapshot in checkpoint.timeline.snapshots():
        assert (snapshot.arrays["certainty"] <= 1).all()
        np.testing.assert_allclose(snapshot.arrays["blank"].sum(), 1, atol=2e-3)
