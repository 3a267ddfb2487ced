"""Lists of numbers on the page: what was asked, and below it what was recalled, mistakes marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from explorer.analysis.recall import right_places

# A mistake is told by its colour, by its line and to screen readers by its tag.
_STYLE = """<style>
.lists .pair{border-top:1px solid color-mix(in srgb,currentColor 20%,transparent);
padding:.35rem 0;overflow-x:auto}
.lists .name{font-weight:600}
.lists .row{display:flex;gap:.1rem;font-variant-numeric:tabular-nums;line-height:1.5}
.lists .row>*{flex:1 0 1.25rem;max-width:2.2rem;padding-right:.15rem;text-align:right;
border-radius:4px}
.lists .row .who{flex:0 0 3.8rem;max-width:none;text-align:left;opacity:.75}
.lists del{background:#D55E00;color:#fff;text-decoration:line-through 2px}
</style>"""


@dataclass(frozen=True)
class Recalled:
    """A list under a name, and what somebody made of it."""

    name: str
    asked: Sequence[int]
    said: Sequence[int]


def recalled_lists(rows: Sequence[Recalled], *, asked_word: str, said_word: str) -> None:
    """Draws each list with its recall below; numbers that are wrong are struck out."""
    cells = "".join(
        f'<div class="pair"><div class="name">{escape(row.name)}</div>'
        f"{_line(asked_word, row.asked, [True] * len(row.asked))}"
        f"{_line(said_word, row.said, _marks(row), len(row.asked))}</div>"
        for row in rows
    )
    st.html(f'{_STYLE}<div class="lists">{cells}</div>')


def _marks(row: Recalled) -> list[bool]:
    """Whether each number said is right; those beyond the list are not."""
    return [*right_places(row.asked, row.said), *[False] * len(row.said)][: len(row.said)]


def _line(who: str, numbers: Sequence[int], right: Sequence[bool], cells: int = 0) -> str:
    """One line of at least so many cells, so that a short answer stands below the right places."""
    tags = "".join(
        f"<span>{number}</span>" if good else f"<del>{number}</del>"
        for number, good in zip(numbers, right, strict=True)
    )
    blanks = "<span></span>" * (cells - len(numbers))
    return f'<div class="row"><span class="who">{escape(who)}</span>{tags}{blanks}</div>'
