"""The reader tries first: a list flashes, they type it back, and their recall is scored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import SystemRandom
from time import time

import streamlit as st
import torch

from explorer.analysis.recall import SORTS, right_places
from explorer.data.number_lists import RULES, list_to_remember, parse
from explorer.errors import DataError
from explorer.text import Catalogue
from explorer.ui.language import said, say
from explorer.ui.number_lists import Recalled, recalled_lists
from explorer.ui.session import memory

SECONDS_A_NUMBER = 0.8

# The time is the element's own, because two lists may be seen at once.
_STYLE = """<style>
.flash{min-height:5.2rem;animation:gone 0s linear var(--seconds) forwards}
.flash b{font-size:1.5rem;line-height:1.5;word-spacing:.5rem;font-variant-numeric:tabular-nums}
.flash i{display:block;height:5px;border-radius:3px;background:#1f8a70;
transform-origin:left;animation:shrink var(--seconds) linear forwards}
@keyframes gone{to{visibility:hidden}}
@keyframes shrink{to{transform:scaleX(0)}}
@media(prefers-reduced-motion:reduce){.flash i{display:none}}
</style>"""


@dataclass(frozen=True)
class Round:
    """A list that was shown to the reader, and what they typed."""

    numbers: tuple[int, ...]
    gone_at: float  # by the clock of this machine
    answer: tuple[int, ...] | None = None

    @property
    def score(self) -> int:
        """How many numbers stand in their right place."""
        return sum(right_places(self.numbers, self.answer or ()))


def rounds(slug: str) -> dict[str, Round]:
    """The reader's latest try of either sort, by its name in SORTS."""
    tries: dict[str, Round] = memory().lesson(slug).notes.setdefault("rounds", {})
    return tries


@st.fragment
def recall_game(stem: str, slug: str, length: int) -> None:
    """One list with a rule and one without, of `length` numbers each."""
    text = say()
    with st.container(border=True):
        seconds = f"{length * SECONDS_A_NUMBER:.0f}"
        st.markdown(text(f"{stem}.game.intro", length=length, seconds=seconds))
        for column, sort in zip(st.columns(2, gap="large"), SORTS, strict=True):
            with column:
                _one(text, stem, slug, sort, length)


def _one(text: Catalogue, stem: str, slug: str, sort: str, length: int) -> None:
    tries = rounds(slug)
    current = tries.get(sort)
    st.markdown(f"**{text(f'{stem}.game.{sort}')}**")
    if current is not None and current.answer is None:
        _flash(text, stem, current)
        _answer_form(text, stem, slug, sort)
        return
    if current is not None and current.answer is not None:
        recalled_lists(
            [Recalled("", current.numbers, current.answer)],
            asked_word=text(f"{stem}.asked"),
            said_word=text(f"{stem}.you"),
        )
        of = len(current.numbers)
        st.markdown(text(f"{stem}.game.score", score=current.score, length=of))
    label = text(f"{stem}.game.{'show' if current is None else 'again'}")
    key = f"{slug}.game.{sort}"
    st.button(label, key=key, on_click=_show, args=(slug, sort, length), icon="⚡")


def _show(slug: str, sort: str, length: int) -> None:
    dice = SystemRandom()
    rule = dice.choice(list(RULES)) if sort == "pattern" else None
    generator = torch.Generator().manual_seed(dice.getrandbits(32))
    numbers = list_to_remember(rule, length, generator)
    rounds(slug)[sort] = Round(numbers, time() + length * SECONDS_A_NUMBER)


def _flash(text: Catalogue, stem: str, current: Round) -> None:
    """The list for as long as it may still be seen; the browser hides it by itself."""
    left = current.gone_at - time()
    if left > 0:
        numbers = " ".join(map(str, current.numbers))
        flash = f'<div class="flash" style="--seconds:{left:.2f}s"><b>{numbers}</b><i></i></div>'
        st.html(_STYLE + flash)
    else:
        st.caption(text(f"{stem}.game.gone"))


def _answer_form(text: Catalogue, stem: str, slug: str, sort: str) -> None:
    with st.form(f"{slug}.game.{sort}.form", border=False):
        typed = st.text_input(
            text(f"{stem}.game.type"), max_chars=120, key=f"{slug}.game.{sort}.answer"
        )
        if st.form_submit_button(text(f"{stem}.game.check")):
            try:
                answer = parse(typed, least=1)
            except DataError as error:
                st.warning(said(error))
                return
            tries = rounds(slug)
            tries[sort] = replace(tries[sort], answer=answer)
            st.rerun()  # the evidence holds it beside the net
