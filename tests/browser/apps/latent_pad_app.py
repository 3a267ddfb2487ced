"""The latent pad on a page of its own, with nets that were never trained.

The address says what is shown: `?dim=3&set=digits&activation=gelu&live=1&lang=ko`.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from explorer.ui.latent_pad import PadModel, latent_pad
from explorer.ui.session import memory
from tests.browser.apps.latent_pad_nets import (
    CLASSES,
    SIDES,
    SPREADS,
    codes,
    decoder,
    shown,
    widths,
)

LIVE_SECONDS = 0.25


def current_step() -> int:
    """The step that the address names; on a live page one more with every update."""
    if "live" not in st.query_params:
        return int(st.query_params.get("step", "0"))
    notes = memory().lesson("pad").notes
    notes["step"] = notes.get("step", -1) + 1
    return int(notes["step"])


def page() -> None:
    asked = st.query_params
    dim, name = int(asked.get("dim", "2")), asked.get("set", "mnist")
    activation, side, step = asked.get("activation", "silu"), SIDES[name], current_step()
    pictures, labels = shown(side)
    layers = widths(name, dim)
    latent_pad(
        [
            PadModel(
                model,
                model.upper(),
                codes(labels, dim, spread, step),
                [] if "closed" in asked else decoder(model, layers, activation, step),
            )
            for model, spread in SPREADS.items()
        ],
        step=step,
        labels=labels,
        classes=CLASSES,
        pictures=pictures,
        height=side,
        width=side,
        activation=activation,
        key="pad",
    )


st.set_page_config(layout="wide")
memory().language = st.query_params.get("lang", "en")
st.title(Path(__file__).stem)
if st.toggle("shown", value=True):
    st.fragment(page, run_every=LIVE_SECONDS if "live" in st.query_params else None)()
