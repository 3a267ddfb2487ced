"""How far should a step be? A ball, a race of four, and a real net that must know when to stop."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from explorer.specs import GradientSpec
from explorer.ui.ball import ball_chapter
from explorer.ui.controls import settings
from explorer.ui.datasets import usable
from explorer.ui.edge import edge_part, edge_question, edge_try_this
from explorer.ui.essay import Essay
from explorer.ui.language import PARAMETER
from explorer.ui.overfitting import overfitting_part, overfitting_question, overfitting_try_this
from explorer.ui.race import race_chapter
from explorer.ui.stage import Moment, stage

MAIN = (
    *("early_stopping", "weight_decay", "dropout", "more_pictures"),
    *("pictures", "edge_rate", "steps"),
)
MORE = ("dataset", "hidden_dim", "learning_rate", "draws", "seed")
OF_OVERFITTING = (
    *("early_stopping", "weight_decay", "dropout", "more_pictures"),
    *("hidden_dim", "learning_rate", "draws"),
)
OF_EDGE = ("edge_rate",)
PARTS = {
    "overfitting": (overfitting_question, overfitting_part, overfitting_try_this),
    "edge": (edge_question, edge_part, edge_try_this),
}


def idle(values: Mapping[str, object]) -> tuple[str, ...]:
    """What means nothing in the experiment that is chosen."""
    return OF_OVERFITTING if values["experiment"] == "edge" else OF_EDGE


essay = Essay("gradient_descent", GradientSpec.lesson)


def draw(moment: Moment[GradientSpec]) -> None:
    _, part, _ = PARTS[moment.spec.experiment]
    part(essay, moment)


essay.claim()
st.markdown(essay.text("chapters", edge=f"?experiment=edge&{PARAMETER}={essay.say.language}"))
bowl = st.container()
race_chapter()
essay.experiment()
question = st.container()
chosen, _ = usable(settings(GradientSpec, MAIN, MORE, first=("experiment",), idle=idle))
with bowl:
    ball_chapter(chosen.curvature)
ask, _part, suggest = PARTS[chosen.experiment]
with question:
    ask(essay)
moment = stage(chosen, draw)
suggest(essay)
essay.script(chosen, moment)
