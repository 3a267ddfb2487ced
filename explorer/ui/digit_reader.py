"""The digit reader: a picture under the reader's hand, and a net that reads it in the browser.

Which pixels spoke for and against an answer, what each hidden neuron said: all of it follows the
pen, without a question to the server.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import streamlit as st

from explorer.charts import palette
from explorer.data.exhibit import exhibit
from explorer.data.pictures import DATASETS, PictureSet
from explorer.specs import PixelsSpec
from explorer.text import Catalogue
from explorer.ui.language import say
from explorer.ui.parcels import (
    Parcel,
    album,
    fingerprint,
    floats,
    message,
    opener,
    program_parcel,
    wished,
)

# In this order each needs only those before it.
PARTS = ("shared/activations", "net", "boards", "tiles", "reader")

_mount = st.components.v2.component("digit_reader", js=opener("digit_reader"))

Floats = npt.NDArray[np.float32]


def digit_reader(
    spec: PixelsSpec,
    pictures: PictureSet,
    *,
    net: Floats | None,
    guesses: npt.NDArray[np.integer],
    drawn: Floats | None,
    key: str,
) -> None:
    """Draw the reader for the net of `spec` at one moment.

    `net` holds weights and biases of the hidden layer and of the classes in a row, None if they are
    gone; `guesses` (M,) are what it says of the test pictures of the exhibit. A new drawing `drawn`
    (pixels,) in 0…1 is put before it. Raises ValueError if the numbers do not fit the spec.
    """
    shown, ink = exhibit(pictures), DATASETS[pictures.name].ink
    classes = pictures.classes
    wanted = (pictures.pixels + 1) * spec.hidden_dim + (spec.hidden_dim + 1) * len(classes)
    if net is not None and (net.shape != (wanted,) or not np.isfinite(net).all()):
        raise ValueError(f"a net of {net.shape} numbers and not {wanted}, or what is no number")
    drawing = b"" if drawn is None else floats(drawn)
    header = {
        "key": key,
        "height": pictures.height,
        "width": pictures.width,
        "ink": ink,
        "hidden": spec.hidden_dim,
        "activation": spec.activation,
        "classes": list(classes),
        "sides": [_rgb(palette.FOR), _rgb(palette.AGAINST)],
        "drawn": fingerprint(drawing) if drawing else "",
        "words": words(say()),
    }
    blobs = {
        "labels": shown.labels.astype(np.uint8).tobytes(),
        "guesses": guesses.astype(np.uint8).tobytes(),
        "drawn": drawing,
    }
    weights = b"" if net is None else floats(net)
    parcels = {
        "program": program_parcel("digit_reader", PARTS),
        "pictures": album((shown.pictures * ink).round().astype(np.uint8).tobytes()),
        "weights": Parcel(fingerprint(weights) if weights else "", lambda: weights),
    }
    _mount(key=key, data=message(header, blobs, parcels, wished(key)), on_wish_change=lambda: None)


def words(text: Catalogue) -> dict[str, str]:
    """The reader's words by the names that the drawing knows; it fills in `{…}` itself."""
    prefix = "digits.reader."
    return {
        key.removeprefix(prefix): entry
        for key, entry in text.entries.items()
        if key.startswith(prefix)
    }


def _rgb(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
