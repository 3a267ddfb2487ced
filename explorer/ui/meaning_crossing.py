"""A number that the reader writes, on its way through the codes, both ways."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
import streamlit as st

from explorer.data.number_words import LANGUAGES, parse_number, words_of, written
from explorer.data.shared_numbers import held_out, standing
from explorer.errors import DataError
from explorer.lessons.shared_meaning import Crossing, crossing, nets_of
from explorer.specs import MeaningSpec
from explorer.training.loop import Array
from explorer.ui.essay import Essay
from explorer.ui.language import said
from explorer.ui.meaning import language_words, way
from explorer.ui.stage import Moment

POSITIVE, NEGATIVE = (213, 94, 0), (0, 114, 178)  # of a unit, in red, green and blue

# Right and wrong are told by colour and by sign.
_STYLE = """<style>
.crossing .row{display:flex;gap:.6rem;align-items:baseline;margin:.3rem 0;line-height:1.45}
.crossing .who{flex:0 0 9.5rem;opacity:.75;font-size:.9rem}
.crossing .what{flex:1 1 0;min-width:0;overflow-wrap:anywhere}
.crossing .token{display:inline-block;padding:0 .4rem;margin:0 .2rem .2rem 0;border-radius:5px;
border:1px solid color-mix(in srgb,currentColor 35%,transparent)}
.crossing .strip{display:flex;height:22px;border:1px solid #80808080;border-radius:4px;
overflow:hidden}
.crossing .strip i{flex:1 1 0}
.crossing .right,.crossing .wrong{font-weight:700;padding:0 .35rem;border-radius:4px;color:#fff}
.crossing .right{background:#1F8A3B}.crossing .wrong{background:#C2327A}
@media(max-width:640px){.crossing .row{flex-wrap:wrap;gap:0 .6rem}.crossing .who{flex-basis:100%}
.crossing .what{flex-basis:100%}}
</style>"""


def own_number(essay: Essay, moment: Moment[MeaningSpec]) -> None:
    """Words in, words out: each language's code of a number, read by the other's decoder."""
    typed = st.text_input(
        essay.text("own"),
        written(words_of(int(held_out()[0]), essay.say.language), essay.say.language),
        max_chars=80,
        key="meaning.own",
        help=essay.text("own_help"),
    )
    try:
        number, how = parse_number(typed)
    except DataError as error:
        st.warning(said(error))
        return
    nets = nets_of(moment.spec, moment.snapshot)
    if nets is None:
        st.info(essay.text("weights_gone"))
        return
    sources = LANGUAGES if how != LANGUAGES[1] else LANGUAGES[::-1]  # what was typed comes first
    for column, source in zip(st.columns(2, gap="large"), sources, strict=True):
        with column:
            _card(essay, crossing(nets, number, source))
    state = standing(number, moment.spec.paired)
    st.caption(essay.text(f"own_{state}", number=f"{number:,}"))


def _card(essay: Essay, found: Crossing) -> None:
    names = language_words(essay)
    source, target = names[found.source], names[found.target]
    scale = max(1.0, float(np.abs([found.code, found.other_code]).max()))
    tokens = "".join(f'<span class="token">{escape(token)}</span>' for token in found.asked)
    rows = [
        (essay.text("card.reads", language=source), tokens),
        (essay.text("card.code", language=source), _strip(essay, found.code, scale)),
        (essay.text("card.other", language=target), _strip(essay, found.other_code, scale)),
        (
            essay.text("card.says", language=target),
            _answer(essay, found.said, found.number, found.target),
        ),
        (
            essay.text("card.rebuilds", language=source),
            _answer(essay, found.rebuilt, found.number, found.source),
        ),
        (essay.text("card.pairs"), _answer(essay, found.by_pairs, found.number, found.target)),
    ]
    cells = "".join(
        f'<div class="row"><span class="who">{escape(who)}</span>'
        f'<span class="what">{what}</span></div>'
        for who, what in rows
    )
    st.markdown(f"**{way(essay, found.source, found.target)}**")
    st.html(f'{_STYLE}<div class="crossing">{cells}</div>')


def _strip(essay: Essay, code: Array, scale: float) -> str:
    """A cell a unit: the stronger its colour the further it is from 0, which has none."""
    cells = "".join(
        f'<i style="background:rgba{(*(POSITIVE if value > 0 else NEGATIVE), round(strength, 2))}">'
        "</i>"
        for value, strength in zip(code.tolist(), np.abs(code / scale).tolist(), strict=True)
    )
    alt = essay.text(
        "card.strip_alt", units=len(code), low=f"{code.min():.2f}", high=f"{code.max():.2f}"
    )
    return f'<span class="strip" role="img" aria-label="{escape(alt)}">{cells}</span>'


def _answer(essay: Essay, tokens: Sequence[str], number: int, language: str) -> str:
    right = tuple(tokens) == words_of(number, language)
    word, sign = ("right", "✓") if right else ("wrong", "✗")
    mark = f'<span class="{word}" title="{escape(essay.text(f"card.{word}"))}">{sign}</span>'
    return f"{mark} {escape(written(tokens, language)) or '–'}"
