"""A beam on the page: what it went on with after each word, and what it left behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

import streamlit as st

from explorer.data.pairs import PairCorpus
from explorer.models.decoding import BeamStep, Hypothesis
from explorer.text import Catalogue

# What was left is told by its dashes, by its line and to screen readers by its tag.
_STYLE = """<style>
.beam{padding:0!important;margin:0!important;list-style:none}
.beam li{display:flex;margin:0;gap:.6rem;align-items:baseline;padding:.3rem 0;
border-top:1px solid color-mix(in srgb,currentColor 20%,transparent)}
.beam .n{flex:0 0 1.6rem;text-align:right;opacity:.7;font-variant-numeric:tabular-nums}
.beam .all{display:flex;flex-wrap:wrap;gap:.3rem .5rem;min-width:0}
.beam .one{padding:.05rem .5rem;border:1.5px solid color-mix(in srgb,currentColor 45%,transparent);
border-radius:6px;overflow-wrap:anywhere}
.beam del{text-decoration:none;border-style:dashed!important;opacity:.55}
.beam .win{border-color:#D55E00;box-shadow:inset 0 0 0 1px #D55E00}
.beam small{opacity:.75;font-variant-numeric:tabular-nums;white-space:nowrap}
</style>"""


def beam_table(steps: Sequence[BeamStep], corpus: PairCorpus, text: Catalogue) -> None:
    """One row a word: the live candidates with their log-probability, then those left behind.

    The way to the winner is framed; a line below says what the signs mean.
    """
    winner = steps[-1].kept[0]
    rows = "".join(
        f'<li><span class="n">{count}</span><span class="all">'
        f"{''.join(_row(step, winner, corpus, text))}</span></li>"
        for count, step in enumerate(steps, start=1)
    )
    st.html(f'{_STYLE}<ol class="beam">{rows}</ol>')
    st.caption(text("seq2seq_steps.beam.legend"))


def log_probability(nats: float, digits: int = 2) -> str:
    """−1.25; what would be rounded to 0, which only certainty has, is told by what it is above."""
    least = 10.0**-digits
    if -least / 2 < nats < 0:
        return f"> −{least:.{digits}f}"
    return f"{nats:.{digits}f}".replace("-", "−")


def _row(step: BeamStep, winner: Hypothesis, corpus: PairCorpus, text: Catalogue) -> Iterator[str]:
    for hypothesis in step.kept:
        leads = hypothesis.tokens == winner.tokens[: len(hypothesis.tokens)]
        name = "one win" if leads else "one"
        yield f'<span class="{name}">{_candidate(hypothesis, corpus, text)}</span>'
    for hypothesis in step.dropped:
        title = escape(text("seq2seq_steps.beam.dropped"))
        yield f'<del class="one" title="{title}">{_candidate(hypothesis, corpus, text)}</del>'


def _candidate(hypothesis: Hypothesis, corpus: PairCorpus, text: Catalogue) -> str:
    said = escape(corpus.target_text(hypothesis.tokens))
    title = escape(text("seq2seq_steps.beam.ended"))
    end = f' <abbr title="{title}">■</abbr>' if hypothesis.ended else ""
    nats = escape(log_probability(hypothesis.log_probability))
    return f"<bdi>{said}</bdi>{end} <small>{nats}</small>"
