"""Of the words of a sentence: those said, those that some reader finds besides, and the rest."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

from explorer.analysis.forgetting import Blame
from explorer.charts import palette
from explorer.ui.essay import Essay

ROOM = 0.08  # a part that is smaller has its number below the bar alone

# The second part is the shade that the chart of the readers has between its lines.
_STYLE = f"""<style>
.shares .bar{{display:flex;height:3rem;border-radius:6px;overflow:hidden}}
.shares .bar span{{display:flex;align-items:center;justify-content:center;box-sizing:border-box;
min-width:0;font-size:1.4rem;font-weight:700;font-variant-numeric:tabular-nums}}
.shares .said{{background:{palette.DECODER};color:#000}}
.shares .way{{background:color-mix(in srgb,{palette.DECODER} 30%,transparent);
border:2px solid {palette.DECODER}}}
.shares .lost{{border:2px solid {palette.FAINT}}}
.shares .bar span:last-child{{border-radius:0 6px 6px 0}}
.shares ul{{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.6rem;margin:.5rem 0 0;
padding:0;font-size:1.05rem}}
.shares li{{display:flex;align-items:center;gap:.5rem;margin:0;padding:0}}
.shares i{{flex:none;width:1.1rem;height:1.1rem;border-radius:3px;box-sizing:border-box}}
</style>"""


def shares_bar(essay: Essay, found: Blame) -> None:
    """One bar of three parts that make up all words, each named below."""
    shares = {"said": found.said, "way": found.on_the_way, "lost": found.not_found}
    words = {part: essay.text(f"part.{part}") for part in shares}
    st.html(_STYLE + shares_html(shares, words, essay.text("parts_alt")))


def shares_html(shares: Mapping[str, float], words: Mapping[str, str], title: str) -> str:
    """`title` and all the words with their numbers are what a screen reader says of the bar."""
    named = {part: f"{words[part]}: {100 * share:.0f}%" for part, share in shares.items()}
    parts = "".join(
        f'<span class="{part}" style="flex:{max(share, 0):.4f}">{_inside(share)}</span>'
        for part, share in shares.items()
        if share > 0
    )
    below = "".join(
        f'<li><i class="{part}"></i><span>{escape(name)}</span></li>'
        for part, name in named.items()
    )
    alt = escape(f"{title} {'; '.join(named.values())}.")
    return (
        f'<div class="shares"><div class="bar" role="img" aria-label="{alt}">{parts}</div>'
        f"<ul>{below}</ul></div>"
    )


def _inside(share: float) -> str:
    return f"{100 * share:.0f}%" if share >= ROOM else ""
