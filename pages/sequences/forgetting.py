"""What does the context vector forget? What it holds of each word, and what the decoder loses."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from explorer.specs import ForgettingSpec
from explorer.ui import capacity, forgetting
from explorer.ui.controls import settings
from explorer.ui.essay import Essay
from explorer.ui.forgetting_sentence import own_sentence
from explorer.ui.stage import Moment, stage

MAIN = ("task", "cell", "hidden_dim", "max_length", "delay", "reverse_source", "steps")
MORE = ("embedding_dim", "learning_rate", "batch_size", "seed")
CLEAREST = ("first", "middle", "last", "same")
IDLE = {
    "memory": ("delay",),
    "cells": ("delay", "cell"),
    "sizes": ("delay", "hidden_dim"),
    "delay": ("task", "cell", "max_length", "reverse_source"),
}


def idle(values: Mapping[str, object]) -> tuple[str, ...]:
    """What means nothing in the view that is chosen."""
    return IDLE[str(values["experiment"])]


essay = Essay("forgetting", ForgettingSpec.lesson)


def draw_memory(moment: Moment[ForgettingSpec]) -> None:
    metrics = forgetting.measured(essay, moment)
    forgetting.readout(essay, moment, metrics)
    forgetting.notice(essay, moment, metrics)
    left, right = st.columns(2, gap="large")
    with left:
        forgetting.accuracies(essay, moment, metrics)
    with right:
        forgetting.heatmap(essay, moment)
    forgetting.movers(essay, moment, metrics)
    own_sentence(essay, moment)


def draw_curves(moment: Moment[ForgettingSpec]) -> None:
    capacity.VIEWS[moment.spec.experiment](essay, moment)


essay.claim()
question = st.container()
essay.experiment()
chosen = settings(ForgettingSpec, MAIN, MORE, first=("experiment",), idle=idle)
st.caption(essay.text(f"asks.{chosen.experiment}"))
if chosen.experiment == "memory":
    with question:
        essay.prediction(CLEAREST)
    st.caption(essay.text(f"about.{chosen.task}"))
    moment = stage(chosen, draw_memory)
    essay.try_this(4)
else:
    with question:
        capacity.prediction(essay, chosen.experiment)
    moment = stage(chosen, draw_curves)
    capacity.try_this(essay, chosen.experiment)
essay.script(chosen, moment)
