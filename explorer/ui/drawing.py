"""The drawing pad on the page: a sheet, a button that clears it, and what the net receives.

Paper is white and ink is black in either theme, as in all pictures of the app.
"""

from __future__ import annotations

from html import escape

import numpy as np
import numpy.typing as npt
import streamlit as st
import torch

from explorer.charts.pictures import ink_row
from explorer.components import source
from explorer.data.drawings import DRAWING_SIDE, as_picture, received
from explorer.data.exhibit import as_bytes
from explorer.data.pictures import PictureSet
from explorer.errors import DataError
from explorer.ui.language import said, say

_source = source("drawing_pad")
_mount = st.components.v2.component(
    "drawing_pad", html=_source.html, css=_source.css, js=_source.js
)

_SHOWN = 128  # pixels of the page for the small picture's side


def drawing_pad(
    pictures: PictureSet, *, key: str, preview: bool = True
) -> npt.NDArray[np.float32] | None:
    """(pixels,) in 0…1: what the reader has drawn, as `pictures` would hold it.

    None while the sheet is blank. The pad has its label and its hint, and beside it stands the
    small picture that is returned, unless the page shows that itself (`preview`). The ink stays
    through reruns and when the reader comes back to the page. What is no drawing is refused with a
    sentence, and None is returned.
    """
    text = say()
    st.markdown(f"**{text('drawing.label', classes=', '.join(pictures.classes))}**")
    st.caption(text("drawing.hint"))
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=260):
            words = {name: text(f"drawing.{name}") for name in ("clear", "pad")}
            data = {"key": key, "side": DRAWING_SIDE, "words": words}
            # Without something to call on a change the result would not hold the ink.
            sent = _mount(key=key, data=data, on_ink_change=lambda: None)
        picture: npt.NDArray[np.float32] | None = None
        try:
            ink = received(sent.get("ink"))
            picture = None if ink is None else as_picture(ink, pictures)
        except DataError as error:
            st.error(said(error))
        if preview:
            with st.container(width=180):
                _show(picture, pictures)
    return picture


def _show(picture: npt.NDArray[np.float32] | None, pictures: PictureSet) -> None:
    """The small picture, or white paper of its size."""
    text, size = say(), {"height": pictures.height, "width": pictures.width}
    pixels = np.zeros(pictures.pixels, np.float32) if picture is None else picture
    uri = ink_row(as_bytes(torch.from_numpy(pixels[None])), **size)
    alt = text("drawing.waiting") if picture is None else text("drawing.received_alt", **size)
    st.html(
        f'<img src="{uri}" alt="{escape(alt)}" style="width:{_SHOWN}px;image-rendering:pixelated;'
        'border:1px solid #808080;border-radius:4px">'
    )
    st.caption(alt if picture is None else text("drawing.received", **size))
