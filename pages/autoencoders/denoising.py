"""Can it tell the evidence from the noise? Denoisers side by side, noises crossed, a photo."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from explorer.lessons.cleaning import METHODS
from explorer.specs import DenoisingSpec
from explorer.ui.controls import settings
from explorer.ui.datasets import usable
from explorer.ui.denoising import matrix_part, other_noise, own_picture, pictures_part
from explorer.ui.essay import Essay
from explorer.ui.photo_denoising import (
    photo_part,
    photo_question,
    photo_try_this,
    photo_upload,
)
from explorer.ui.stage import Moment, stage

MAIN = ("dataset", "photo", "noise", "strength", "photo_strength", "hidden_widths", "steps")
MORE = ("latent_dim", "learning_rate", "batch_size", "seed")
IDLE = {
    "pictures": ("photo", "photo_strength"),
    "matrix": ("photo", "photo_strength", "noise"),
    "photo": ("dataset", "strength"),
}


def idle(values: Mapping[str, object]) -> tuple[str, ...]:
    """What has no meaning in the chosen view."""
    return IDLE[str(values["experiment"])]


essay = Essay("denoising", DenoisingSpec.lesson)

essay.claim()
question = st.empty()
essay.experiment()
chosen, _ = usable(settings(DenoisingSpec, MAIN, MORE, first=("experiment",), idle=idle))
view = chosen.experiment
other = other_noise(essay, chosen) if view == "pictures" else None


def draw(moment: Moment[DenoisingSpec]) -> None:
    if moment.spec.experiment == "pictures":
        pictures_part(essay, moment, other)
    elif moment.spec.experiment == "matrix":
        matrix_part(essay, moment)
    else:
        photo_part(essay, moment)


with question:
    if view == "pictures":
        essay.prediction(METHODS)
    elif view == "matrix":
        essay.prediction(("as_well", "somewhat", "harm"), "prediction_matrix")
    else:
        photo_question(essay)
moment = stage(chosen, draw)
if view == "photo":
    photo_upload(essay, moment)
    photo_try_this(essay)
elif view == "matrix":
    essay.try_this(3, "try_matrix")
else:
    own_picture(essay, moment, other)
    essay.try_this(6)
essay.script(chosen, moment)
