"""Many neurons read digits: the reader under the reader's hand, how it learns, what it is worth."""

from __future__ import annotations

import streamlit as st

from explorer.analysis.reading import (
    ANSWERS,
    SURE,
    accuracy_shares,
    answer_of,
    certainty_held,
    loss_curves,
    mix_ups,
)
from explorer.charts.learning import (
    LearningLabels,
    MixUpLabels,
    accuracy_curves,
    cross_entropy_curve,
    mix_up_map,
)
from explorer.data.exhibit import exhibit
from explorer.lessons.pixels_and_neurons import RUBBED, net_of, swayed
from explorer.specs import PixelsSpec
from explorer.ui.charts import show_chart
from explorer.ui.datasets import pictures_of
from explorer.ui.digit_reader import digit_reader
from explorer.ui.drawing import drawing_pad
from explorer.ui.essay import Essay
from explorer.ui.stage import Moment

PARTS = ("train", "test")


def digits_question(essay: Essay) -> None:
    """The reader's guess: how much will it learn?"""
    _own_words(essay).prediction(tuple(ANSWERS), "prediction_digits")


def digits_part(essay: Essay, moment: Moment[PixelsSpec]) -> None:
    """The net of this moment: asked by the reader, while it learned, and judged."""
    words = _own_words(essay)
    _reader(words, moment)
    for column, kind in zip(st.columns(2, gap="large"), ("loss", "accuracy"), strict=True):
        with column:
            _curve(words, moment, kind)
    _evidence(words, moment)


def digits_try_this(essay: Essay) -> None:
    """Things to try with digits."""
    _own_words(essay).try_this(5)


def _own_words(essay: Essay) -> Essay:
    """This view's texts stand in a file of their own."""
    return Essay("digits", essay.slug)


def _reader(words: Essay, moment: Moment[PixelsSpec]) -> None:
    """A sheet to draw on, and what the net makes of it or of a test picture."""
    pictures = pictures_of(moment.spec)
    left, right = st.columns([1, 2], gap="medium")
    with left:
        drawn = drawing_pad(pictures, key="digits.pad", preview=False)
        st.markdown(words.text("how"))
    with right:
        digit_reader(
            moment.spec,
            pictures,
            net=net_of(moment.snapshot),
            guesses=moment.snapshot.arrays["guesses"],
            drawn=drawn,
            key="digits.reader",
        )


def _curve(words: Essay, moment: Moment[PixelsSpec], kind: str) -> None:
    help_words = words.text("loss_help") if kind == "loss" else None
    st.markdown(f"**{words.text(f'{kind}_chart')}**", help=help_words)
    series = {part: words.text(part) for part in PARTS}
    labels = LearningLabels(
        step=words.text("step_axis"),
        value=words.text(f"{kind}_axis"),
        chance=words.text("chance"),
        description=words.text(f"{kind}_alt"),
        **series,
    )
    classes = len(pictures_of(moment.spec).classes)
    frames, chart = {
        "loss": (loss_curves, cross_entropy_curve),
        "accuracy": (accuracy_shares, accuracy_curves),
    }[kind]
    show_chart(chart, frames(moment.history, series, classes), labels, f"digits.{kind}")


def _mix_ups(words: Essay, moment: Moment[PixelsSpec]) -> None:
    st.markdown(f"**{words.text('mix_ups')}**")
    pictures = pictures_of(moment.spec)
    labels = MixUpLabels(
        truth=words.text("truth"),
        said=words.text("said"),
        count=words.text("count"),
        classes=pictures.classes,
        description=words.text("mix_ups_alt"),
    )
    counts = mix_ups(exhibit(pictures).labels, moment.snapshot.arrays["guesses"], pictures.classes)
    show_chart(mix_up_map, counts, labels, "digits.mix_ups")


def _evidence(words: Essay, moment: Moment[PixelsSpec]) -> None:
    """How many it reads right, which it takes for which, and what its certainty is worth."""
    metrics, arrays = moment.snapshot.metrics, moment.snapshot.arrays
    pictures = pictures_of(moment.spec)
    right = arrays["guesses"] == exhibit(pictures).labels
    words.evidence(
        test_count=len(right),
        right_count=int(right.sum()),
        accuracy=f"{100 * metrics['test_accuracy']:.1f}",
        train_accuracy=f"{100 * metrics['train_accuracy']:.1f}",
        chance=f"{100 / len(pictures.classes):.0f}",
    )
    left, right = st.columns(2, gap="large")
    with left:
        _mix_ups(words, moment)
    with right:
        st.markdown("\n".join(f"- {sentence}" for sentence in _more(words, moment)))
    if moment.snapshot.ending is not None:  # it was asked what comes out in the end
        words.verdict(answer_of(metrics["test_accuracy"]), "prediction_digits")


def _more(words: Essay, moment: Moment[PixelsSpec]) -> list[str]:
    """What its certainty is worth, what it says to what is no digit."""
    arrays, pictures = moment.snapshot.arrays, pictures_of(moment.spec)
    held = certainty_held(arrays["certainty"], arrays["guesses"] == exhibit(pictures).labels)
    sure = f"{100 * SURE:.0f}"
    sentences = []
    if held.sure:
        share = f"{100 * held.sure_right:.1f}"
        sentences.append(words.text("sure", sure=sure, sure_count=held.sure, sure_right=share))
    if held.unsure:
        share = f"{100 * held.unsure_right:.1f}"
        sentences.append(words.text("unsure", unsure_count=held.unsure, unsure_right=share))
    blank = arrays["blank"]
    sentences.append(
        words.text(
            "blank",
            sure=sure,
            blank_class=pictures.classes[int(blank.argmax())],
            blank_certainty=f"{100 * float(blank.max()):.0f}",
            shuffled=f"{100 * float((arrays['shuffled_certainty'] >= SURE).mean()):.0f}",
        )
    )
    if not moment.live and (found := swayed(moment.snapshot, moment.spec, pictures)):
        shares = {name: f"{100 * share:.0f}" for name, share in found._asdict().items()}
        sentences.append(words.text("swayed", share=f"{100 * RUBBED:.0f}", **shares))
    return sentences
