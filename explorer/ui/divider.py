"""Before and after in one frame, with a divider to drag."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import streamlit as st

from explorer.components import source

_source = source("divider")
_mount = st.components.v2.component("divider", html=_source.html, css=_source.css, js=_source.js)


@dataclass(frozen=True, kw_only=True)
class DividerLabels:
    """The divider's words; the alts are for those who cannot see the pictures."""

    before: str
    after: str
    before_alt: str
    after_alt: str
    handle: str


def divider(
    before: str, after: str, *, width: int, height: int, labels: DividerLabels, key: str
) -> None:
    """Draws `before` over `after`, two data URIs of pictures of width × height pixels.

    They fill the width of their place. The divider stays where the reader put it, whatever comes
    after it; pointer, finger and arrow keys move it, and nothing of that reaches the server.
    """
    drawing = {
        "key": key,
        "before": before,
        "after": after,
        "width": width,
        "height": height,
        "words": asdict(labels),
    }
    _mount(key=key, data=drawing)
