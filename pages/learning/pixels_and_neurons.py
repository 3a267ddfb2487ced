"""What does a machine see, and what does one neuron decide? Pixels, one neuron, then many."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from explorer.specs import PixelsSpec
from explorer.ui.colour_planes import photo_chapter
from explorer.ui.controls import settings
from explorer.ui.datasets import usable
from explorer.ui.digits import digits_part, digits_question, digits_try_this
from explorer.ui.essay import Essay
from explorer.ui.gates import gates_part, gates_question, gates_try_this
from explorer.ui.language import PARAMETER
from explorer.ui.neuron import neuron_chapter
from explorer.ui.stage import stage

MAIN = ("dataset", "hidden_dim", "gate_units", "starts", "activation", "learning_rate", "steps")
MORE = ("batch_size", "seed")
OF_DIGITS = ("dataset", "hidden_dim", "batch_size")
OF_GATES = ("gate_units", "starts")


def idle(values: Mapping[str, object]) -> tuple[str, ...]:
    """What means nothing in the experiment that is chosen."""
    return OF_DIGITS if values["experiment"] == "gates" else OF_GATES


essay = Essay("pixels_and_neurons", PixelsSpec.lesson)


# Of each experiment what asks for a guess, what is drawn of a moment, and what to try.
BEATS = {
    "digits": (digits_question, digits_part, digits_try_this),
    "gates": (gates_question, gates_part, gates_try_this),
}


def ways(chosen: str) -> dict[str, str]:
    """Where the links to the experiments lead: down the page, or to it with the other chosen."""
    elsewhere = f"?experiment={{}}&{PARAMETER}={essay.say.language}#experiment"
    return {name: "#experiment" if name == chosen else elsewhere.format(name) for name in BEATS}


essay.claim()
chapters = st.empty()
chapters.markdown(essay.text("chapters", **ways("digits")))  # its place, until more is known
photo_chapter()
neuron_chapter()
question = st.container()
chosen, _ = usable(settings(PixelsSpec, MAIN, MORE, first=("experiment",), idle=idle))
asked, part, try_this = BEATS[chosen.experiment]
chapters.markdown(essay.text("chapters", **ways(chosen.experiment)))
with question:
    st.subheader(essay.text(f"experiment.{chosen.experiment}"), anchor="experiment")
    st.markdown(essay.text(f"about.{chosen.experiment}"))
    asked(essay)
moment = stage(chosen, lambda moment: part(essay, moment))
try_this(essay)
essay.script(chosen, moment)
