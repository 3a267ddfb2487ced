"""One neuron that learns what a dog is: first its criterion moves, then its weights."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from explorer.analysis.perceptron import START, course, first_places, strongest
from explorer.components import program
from explorer.data.animals import CLUES, DOGS, EMOJI, TABLES
from explorer.specs import PixelsSpec
from explorer.text import Catalogue
from explorer.ui.essay import Essay
from explorer.ui.language import say
from explorer.ui.session import memory

# In this order each needs only those before it.
PARTS = ("shared/activations", "perceptron", "plot", "neuron")

_source = program("neuron", PARTS)
_mount = st.components.v2.component("neuron", html=_source.html, css=_source.css, js=_source.js)


@st.fragment
def neuron_chapter() -> None:
    """What one neuron decides: a guess, the neuron itself, and what came of teaching it."""
    essay = Essay("neuron", PixelsSpec.lesson)
    st.subheader(essay.text("title"), anchor="neuron")
    st.markdown(essay.text("about"))
    essay.prediction(CLUES)
    if neuron_board(key="neuron"):
        _evidence(essay)
    else:
        st.markdown(essay.text("before"))
    st.markdown(essay.text("bridge"))


def neuron_board(*, key: str) -> bool:
    """The neuron to teach; whether its weights have been right about all the animals by now.

    What the reader did with it stays in the browser until they close the page; nothing else of it
    reaches the server.
    """
    notes = memory().lesson(PixelsSpec.lesson).notes
    sent = _mount(key=key, data={"key": key, **board(say())}, on_learnt_change=lambda: None)
    notes[key] = notes.get(key, False) or bool(sent.get("learnt"))
    return bool(notes[key])


def board(text: Catalogue) -> dict[str, object]:
    """What the browser is told: the tables of animals, where the neuron starts, and all words."""
    return {
        "clues": [text(f"neuron.clues.{clue}") for clue in CLUES],
        "tables": {
            name: [
                {
                    "name": case.name,
                    "x": list(case.clues),
                    "truth": case.truth,
                    "emoji": EMOJI[case.name],
                    "label": text(f"neuron.animals.{case.name}"),
                    "seen": text(f"neuron.seen.{case.name}"),
                }
                for case in cases
            ]
            for name, cases in TABLES.items()
        },
        "start": {"weights": list(START.weights), "bias": START.bias},
        "words": words(text),
    }


def words(text: Catalogue) -> Mapping[str, str]:
    """The board's words by the names that it knows; it fills in `{…}` itself."""
    prefix = "neuron.board."
    return {
        key.removeprefix(prefix): entry
        for key, entry in text.entries.items()
        if key.startswith(prefix)
    }


def _evidence(essay: Essay) -> None:
    """The run that everyone begins with, and whether another order would have told otherwise."""
    learnt = course(DOGS, weights=True)
    neuron, (first,) = learnt.neuron, strongest(learnt.neuron)
    alone, shared, orders = first_places(DOGS, first)
    notice = essay.text(
        "notice",
        mistakes=learnt.mistakes,
        weights=", ".join(
            f"{essay.text(f'clues.{clue}')} {weight:g}".replace("-", "−")
            for clue, weight in zip(CLUES, neuron.weights, strict=True)
        ),
        criterion=f"{neuron.criterion:g}",
        best=essay.text(f"clues.{CLUES[first]}"),
        alone=f"{alone:,}",
        shared=f"{shared:,}",
        orders=f"{orders:,}",
    )
    st.markdown(notice)
    essay.verdict(CLUES[first])
