"""The race: four optimisers on one surface, in the browser, from where the reader points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import streamlit as st

from explorer.analysis.race import (
    ASKED_TURN,
    FIRST_THROW,
    HABITS,
    RACERS,
    RATES,
    Turning,
    changed_races,
    turning,
)
from explorer.analysis.surfaces import SURFACES, steepest
from explorer.charts.palette import OPTIMIZER_HUES
from explorer.components import program
from explorer.lessons.race_program import race_program
from explorer.specs import GradientSpec
from explorer.text import Catalogue
from explorer.ui.essay import Essay
from explorer.ui.language import say
from explorer.ui.session import memory

# In this order each needs only those before it.
PARTS = ("surfaces", "optimizers", "judge", "map", "chart", "program", "scene", "race")
ANSWERS = ("nobody", "plain", "adaptive", "all")
TOPIC = "turning"  # of the prediction
RANGES = {
    "momentum": (0, 0.99, 0.01),
    "alpha": (0.5, 0.999, 0.001),
    "beta1": (0, 0.99, 0.01),
    "beta2": (0.9, 0.9999, 0.0001),
}
"""Lowest, highest and step of what the racers keep of earlier gradients."""

_source = program("race", PARTS)
_mount = st.components.v2.component("race", html=_source.html, css=_source.css, js=_source.js)


def race_chapter() -> None:
    """The chapter on optimisers: a guess, the race, and what came of the guess."""
    essay = Essay("race", GradientSpec.lesson)
    st.subheader(essay.text("title"), anchor="race")
    st.markdown(essay.text("lead"))
    essay.prediction(ANSWERS, TOPIC)
    _mount(key="race", data=drawing(say()))
    st.markdown(essay.text("notice"))
    if TOPIC in memory().lesson(essay.slug).predictions:
        found = turning()
        essay.verdict(changed_races(found), TOPIC)
        st.markdown(told(essay, found))


def told(essay: Essay, found: Turning) -> str:
    """Who arrived when on the ravine as it was and on the turned one, and why."""

    def arrivals(steps: Mapping[str, int]) -> str:
        never = essay.text("never")
        return ", ".join(
            f"{essay.text(f'drawing.{name}')} {steps.get(name, never)}" for name in RACERS
        )

    return essay.text(
        "turned",
        straight=arrivals(found.straight),
        oblique=arrivals(found.oblique),
        degrees=f"{ASKED_TURN:g}",
    )


def drawing(text: Catalogue) -> dict[str, object]:
    """What the browser is told: all that is words or numbers, and no formula."""
    prefix = "race.drawing."
    words = {
        key.removeprefix(prefix): entry
        for key, entry in text.entries.items()
        if key.startswith(prefix)
    }
    surfaces = {}
    for name, surface in SURFACES.items():
        known = asdict(surface)
        del known["loss"]
        surfaces[name] = known | {"steepest": steepest(name)}
    return {
        "key": "race",
        "racers": RACERS,
        "hues": OPTIMIZER_HUES,
        "rates": RATES,
        "habits": HABITS,
        "ranges": RANGES,
        "seed": FIRST_THROW,
        "surfaces": surfaces,
        "programs": {name: race_program(name) for name in SURFACES},
        "words": words,
    }
