"""The ball on a curve: how far a step goes, in the browser; and what PyTorch says of the limit."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from explorer.analysis.step_limit import START, TARGET, largest_rate
from explorer.charts import palette
from explorer.components import program
from explorer.specs import GradientSpec
from explorer.text import Catalogue
from explorer.ui.essay import Essay
from explorer.ui.language import say

# In this order each needs only those before it.
PARTS = ("descent", "scene", "ball")
OPENING_RATE = 5.0  # the learning rate of the first view: a child that overshoots
STEEPER = 10.0  # times as steep: the second direction of a bowl in the plane
TOPIC = "steeper"  # of the prediction

_source = program("ball", PARTS)
_mount = st.components.v2.component("ball", html=_source.html, css=_source.css, js=_source.js)


def ball_chapter(curvature: float) -> None:
    """The chapter: the ball, a question, and the limit as measured where the curvature is λ."""
    essay = Essay("ball", GradientSpec.lesson)
    st.subheader(essay.text("title"), anchor="ball")
    landing = START - OPENING_RATE * curvature * (START - TARGET)
    places = {"start": START, "target": TARGET, "rate": OPENING_RATE, "landing": landing}
    st.markdown(essay.text("about", **{name: f"{place:g}" for name, place in places.items()}))
    ball(curvature, key="gradient-descent.ball")
    essay.prediction(("same", "half", "quarter", "double"), TOPIC)
    essay.verdict(answer(largest_rate(2 * curvature) / largest_rate(curvature)), TOPIC)
    st.markdown(essay.text("notice", **measured(curvature)))


def ball(curvature: float, *, key: str) -> None:
    """Draw the ball; where the reader put it stays, until the page brings another `curvature`."""
    text = say()
    drawing = {
        "key": key,
        "curvature": curvature,
        "opening": OPENING_RATE,
        "hues": palette.ZONE_HUES,
        "words": words(text),
    }
    _mount(key=key, data=drawing)


def words(text: Catalogue) -> dict[str, str]:
    """The drawing's words by the names that it knows; it fills in `{…}` as the ball goes."""
    prefix = "ball.drawing."
    found = {
        key.removeprefix(prefix): entry
        for key, entry in text.entries.items()
        if key.startswith(prefix)
    }
    return found | {"language": text.language}


def measured(curvature: float) -> Mapping[str, str]:
    """The limits on a bowl of one direction and on one of two, of which the second is steeper."""
    steep = STEEPER * curvature
    limits = {
        "predicted": 2 / curvature,
        "measured": largest_rate(curvature),
        "measured_both": largest_rate(curvature, steep),
        "predicted_both": 2 / steep,
    }
    numbers = {"curvature": curvature, "steep": steep}
    return {name: f"{number:g}" for name, number in numbers.items()} | {
        name: f"{limit:.3g}" for name, limit in limits.items()
    }


def answer(ratio: float) -> str:
    """Which prediction holds where twice the curvature makes the limit `ratio` times as large."""
    answers = {"quarter": 0.25, "half": 0.5, "same": 1.0, "double": 2.0}
    return min(answers, key=lambda name: abs(answers[name] - ratio))
