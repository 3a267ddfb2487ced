"""Picture rows on the page: a label and a strip a row, as sharp pixels at any width."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

# Ten pictures of 8×8 pixels fill a wide page only as ten tall blocks: the strips end at 46 rem.
_STYLE = """<style>
.strips{display:grid;grid-template-columns:fit-content(6rem) minmax(0,46rem);
gap:.4rem .8rem;align-items:center}
.strips span{font-size:1rem;line-height:1.2}
.strips img{width:100%;display:block;image-rendering:pixelated;border-radius:2px}
@media(max-width:640px){.strips{grid-template-columns:1fr}.strips span{margin-top:.3rem}}
</style>"""


@dataclass(frozen=True)
class Strip:
    """One row: its label, its pictures as a data URI, and what they are for who cannot see them."""

    label: str
    source: str
    alt: str


def picture_rows(strips: Sequence[Strip]) -> None:
    """Draws the rows below one another, aligned."""
    cells = "".join(
        f'<span>{escape(strip.label)}</span><img src="{strip.source}" alt="{escape(strip.alt)}">'
        for strip in strips
    )
    st.html(f'{_STYLE}<div class="strips">{cells}</div>')
