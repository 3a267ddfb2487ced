"""The page that walks through a seq2seq model: whose pairs, which sentence, what of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from html import escape

import streamlit as st

from explorer.analysis.answers import FEW, SORTS, answer_history, answers_by_length
from explorer.analysis.trace import Trace
from explorer.charts.answers import AnswerLabels, answer_bars, answer_curve
from explorer.data import own_pairs as own
from explorer.data.pairs import PairCorpus, corpus
from explorer.errors import DataError
from explorer.lessons.seq2seq_steps import (
    BEAM_SENTENCES,
    beamed,
    drawn_source,
    examine_steps,
    plane_of,
    standing,
    traced,
    tried_lengths,
)
from explorer.specs import StepsSpec
from explorer.ui.beams import beam_table, log_probability
from explorer.ui.charts import show_chart
from explorer.ui.essay import Essay
from explorer.ui.language import said, say
from explorer.ui.own_pairs import own_pairs
from explorer.ui.sentence_walk import sentence_walk
from explorer.ui.session import memory
from explorer.ui.stage import Moment

WIDEST_BEAM = 5
WALK_HEIGHT = 900  # pixels; about that of a walk of some words
_STYLE = """<style>
.answers{width:100%;border-collapse:collapse}
.answers td,.answers th{padding:.25rem .5rem .25rem 0;text-align:left;vertical-align:top;
border-top:1px solid color-mix(in srgb,currentColor 20%,transparent);overflow-wrap:anywhere}
.answers del{background:#D55E00;color:#fff;text-decoration:line-through 2px;border-radius:4px;
padding:0 .25rem}
</style>"""


def usable(spec: StepsSpec) -> StepsSpec:
    """The spec if its pairs are here, with the place to bring one's own where these are chosen.

    Else a sentence, and the same settings with the pairs that are always here.
    """
    lesson = memory().lesson(spec.lesson)
    if spec.corpus != own.CORPUS:
        return spec.but(pairs="")
    with st.container(border=True):
        brought = own_pairs(say(), lesson=spec.lesson, key="pairs")
        if brought is not None:
            _download(brought)
    before, lesson.notes["brought"] = lesson.notes.get("brought"), brought
    taken_away = brought is None and before == spec.pairs != ""
    if taken_away or brought not in (None, spec.pairs):
        lesson.spec = spec.but(pairs=brought or "")
        st.rerun()  # the address now names them, or none
    fallback = spec.but(corpus=StepsSpec().corpus, pairs="")
    if not spec.pairs:
        st.info(say()("seq2seq_steps.own.none"))
        return fallback
    try:
        corpus(spec.corpus, spec.pairs)
    except DataError as error:
        st.warning(said(error))
        return fallback
    return spec


def _download(digest: str) -> None:
    """The pairs that were kept, as the program at the foot of the page reads them."""
    rows = (f"{' '.join(source)}\t{' '.join(target)}\n" for source, target in own.kept(digest))
    st.download_button(
        say()("seq2seq_steps.own.download"),
        "".join(rows),
        file_name="pairs.tsv",
        mime="text/tab-separated-values",
        key=f"{StepsSpec.lesson}.pairs.download",
        icon="⬇️",
    )


def pairs_of(spec: StepsSpec) -> PairCorpus | None:
    """The corpus of a spec that is being shown; None once the server let go of it."""
    try:
        return corpus(spec.corpus, spec.pairs)
    except DataError as error:
        st.warning(said(error))
        return None


# The sentence -------------------------------------------------------------------------------------


def sentence(essay: Essay, spec: StepsSpec, pairs: PairCorpus) -> tuple[int, ...] | None:
    """A field for the reader's own sentence and a button for another one; its ids.

    None, with a sentence that says why, for what the model cannot read.
    """
    draws: Counter[str] = memory().lesson(essay.slug).notes.setdefault("draws", Counter())
    name = f"{spec.corpus}.{spec.pairs}"
    numbers = spec.corpus.startswith("numbers-")
    help_key = "sentence_help_numbers" if numbers else "sentence_help"
    field, button = st.columns([4, 1], vertical_alignment="bottom")
    with button:
        another = f"{essay.slug}.another"
        st.button(
            essay.text("another"), key=another, icon="🎲", on_click=draws.update, args=([name],)
        )
    with field:
        typed = st.text_input(
            essay.text("sentence"),
            pairs.source_text(drawn_source(pairs, draws[name])),
            max_chars=400,
            key=f"{essay.slug}.sentence.{name}.{draws[name]}",
            help=essay.text(help_key),
        )
    try:
        return tuple(pairs.source.ids(pairs.tokenise(typed)))
    except DataError as error:
        st.warning(said(error))
        return None


def walk(essay: Essay, moment: Moment[StepsSpec], pairs: PairCorpus) -> Trace | None:
    """The reader's sentence through the net of `stood`; None where it cannot be followed."""
    st.subheader(essay.text("walk"), anchor="walk")
    net = stood(moment)
    if net is None:
        # As high as what follows when the run is paused, so that the page does not jump.
        st.container(height=WALK_HEIGHT, border=True).info(essay.text("weights_later"))
        return None
    source = sentence(essay, net.spec, pairs)
    if source is None:
        return None
    found = traced(net.spec, net.snapshot, source)
    plane = plane_of(net.spec, net.snapshot)
    if found is None or plane is None:
        st.info(essay.text("weights_gone"))
        return None
    known = standing(pairs, found.source)
    kind = "unknown" if known is None else "held_out" if known.held_out else "trained"
    st.caption(
        essay.text("as_it_was", step=f"{net.snapshot.step:,}")
        if moment.live
        else essay.text(f"standing.{kind}")
    )
    cell, key = net.spec.cell, f"{essay.stem}.walk"
    sentence_walk(found, plane, pairs, cell=cell, key=key, past=moment.live)
    # Below the walk, so that it does not give the end away.
    right = None if known is None else known.answer
    _said(essay, pairs, found, right)
    return found


def stood(moment: Moment[StepsSpec]) -> Moment[StepsSpec] | None:
    """The moment whose net is looked into: this one, or the last that stood while a run is live.

    None if none did since these pairs were chosen.
    """
    notes = memory().lesson(moment.spec.lesson).notes
    if not moment.live:
        if moment.snapshot.weights:
            notes["stood"] = replace(moment, history=[moment.snapshot])
        return moment
    last: Moment[StepsSpec] | None = notes.get("stood")
    told = moment.spec.corpus, moment.spec.pairs
    return last if last is not None and (last.spec.corpus, last.spec.pairs) == told else None


def _said(essay: Essay, pairs: PairCorpus, found: Trace, right: Sequence[int] | None) -> None:
    """What the model says to the sentence, and what is right where that is known."""
    lines = [(essay.text("model"), pairs.target_text(found.said))]
    if right is not None:
        lines.append((essay.text("right_answer"), pairs.target_text(right)))
    text = " · ".join(f"{escape(who)}: <b><bdi>{escape(what)}</bdi></b>" for who, what in lines)
    st.html(f"<div>{text}</div>")


# The beam -----------------------------------------------------------------------------------------


def beam(essay: Essay, moment: Moment[StepsSpec], pairs: PairCorpus, found: Trace) -> None:
    """The candidates of a beam of the reader's width, and what it changes."""
    st.markdown(f"**{essay.text('beam.title')}**", help=essay.text("beam.help"))
    with st.container(width=320):
        width = st.slider(essay.text("beam.width"), 1, WIDEST_BEAM, 3, key=f"{essay.slug}.beam")
    net = stood(moment) or moment
    steps = beamed(net.spec, net.snapshot, found.source, width)
    beam_table(steps, pairs, say())
    best = steps[-1].kept[0]
    same = best.tokens == found.said
    st.markdown(
        essay.text(
            "beam.same" if same else "beam.differs",
            width=width,
            best=log_probability(best.log_probability, 3),
            greedy=log_probability(found.log_probability, 3),
        )
    )
    facts = examine_steps(net.spec, net.snapshot)
    st.caption(
        essay.text(
            "beam.facts",
            width=f"{facts['beam.width']:.0f}",
            most=BEAM_SENTENCES,
            **{
                name: f"{100 * facts[f'beam.{name}']:.0f}"
                for name in ("changed", "mended", "spoilt")
            },
        )
    )


# While it learns ----------------------------------------------------------------------------------


def curves(essay: Essay, moment: Moment[StepsSpec], pairs: PairCorpus) -> None:
    """Right answers over the training, and over their length where lengths differ."""
    left, right = st.columns(2, gap="large")
    words = {sort: essay.text(sort) for sort in SORTS}
    with left:
        st.markdown(f"**{essay.text('history')}**")
        frame = answer_history(moment.history, words)
        show_chart(answer_curve, frame, _labels(essay, "history"), f"{essay.slug}.history")
    with right:
        st.markdown(f"**{essay.text('lengths')}**")
        lengths = answers_by_length(moment.snapshot.metrics, tried_lengths(pairs))
        if len(lengths) > 1:
            show_chart(answer_bars, lengths, _labels(essay, "lengths"), f"{essay.slug}.lengths")
            if lengths["few"].any():
                st.caption(essay.text("few", few=FEW))
        else:
            st.info(essay.text("one_length", length=lengths["length"].iloc[0]))


def _labels(essay: Essay, chart: str) -> AnswerLabels:
    return AnswerLabels(
        sequence=essay.text("sequence"),
        token=essay.text("token"),
        x=essay.text(f"{chart}_axis"),
        share=essay.text("share_axis"),
        count=essay.text("tried"),
        description=essay.text(f"{chart}_alt"),
    )


def examples(essay: Essay, moment: Moment[StepsSpec], pairs: PairCorpus) -> None:
    """Held-out sources and what the net of this moment says to them; mistakes struck out."""
    st.markdown(f"**{essay.text('examples')}**")
    arrays = moment.snapshot.arrays
    rows = zip(*(arrays[name].tolist() for name in ("src", "tgt", "said")), strict=True)
    body = "".join(_example(pairs, *row) for row in rows)
    heads = "".join(f"<th>{escape(essay.text(name))}</th>" for name in ("source", "model"))
    st.html(f'{_STYLE}<table class="answers"><tr>{heads}</tr>{body}</table>')


def _example(
    pairs: PairCorpus, src: Sequence[int], tgt: Sequence[int], spoken: Sequence[int]
) -> str:
    source, right, answer = (
        escape(text)
        for text in (pairs.source_text(src), pairs.target_text(tgt), pairs.target_text(spoken))
    )
    shown = f"<bdi>{answer}</bdi>"
    if answer != right:
        shown = f"<del><bdi>{answer or '–'}</bdi></del> <bdi>{right}</bdi>"
    return f"<tr><td><bdi>{source}</bdi></td><td>{shown}</td></tr>"
