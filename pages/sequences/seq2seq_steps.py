"""How does a sentence become a sentence? One of the reader's choice, in single steps."""

from __future__ import annotations

import streamlit as st

from explorer.analysis.trace import Trace
from explorer.data.pairs import PairCorpus
from explorer.lessons.seq2seq_steps import CUT_SHORT, TESTED, early_answer
from explorer.specs import StepsSpec
from explorer.ui import seq2seq_steps as steps
from explorer.ui.controls import settings
from explorer.ui.essay import Essay
from explorer.ui.language import quoted
from explorer.ui.stage import Moment, stage

MAIN = ("corpus", "cell", "hidden_dim", "attention", "learning_rate", "steps")
MORE = ("reverse_source", "embedding_dim", "batch_size", "seed")

essay = Essay("seq2seq_steps", StepsSpec.lesson)


def draw(moment: Moment[StepsSpec]) -> None:
    pairs = steps.pairs_of(moment.spec)
    if pairs is None:
        return
    found = steps.walk(essay, moment, pairs)
    if found is not None:
        steps.beam(essay, moment, pairs, found)
    st.subheader(essay.text("learning"), anchor="learning")
    steps.curves(essay, moment, pairs)
    steps.examples(essay, moment, pairs)
    evidence(moment, pairs, None if moment.live else found)


def evidence(moment: Moment[StepsSpec], pairs: PairCorpus, found: Trace | None) -> None:
    metrics = moment.snapshot.metrics
    essay.evidence(
        tested=min(TESTED, len(pairs.test.src)),
        sequence=f"{100 * metrics['sequence_accuracy']:.1f}",
        token=f"{100 * metrics['token_accuracy']:.1f}",
        loss=f"{metrics['test_loss']:.3f}",
    )
    early = early_answer(metrics)
    if early is not None:
        shares = {kind: f"{100 * metrics[f'cut_short.{kind}']:.0f}" for kind in CUT_SHORT}
        st.markdown(essay.text("notice_cut_short", **shares))
    if found is not None:
        furthest = found.reads[found.biggest_jump]
        st.markdown(
            essay.text(
                "notice_sentence"
                if moment.spec.attention == "none"
                else "notice_sentence_attention",
                context=len(found.context),
                words=len(found.reads),
                furthest=quoted(pairs.source.tokens[furthest.cell.token]),
                answer=quoted(pairs.target_text(found.said)),
                jump=f"{furthest.cell.jump:.2f}",
            )
        )
    if early is not None:
        essay.verdict(early)


essay.claim()
essay.prediction(CUT_SHORT)
essay.experiment()
chosen = steps.usable(settings(StepsSpec, MAIN, MORE))
shown = stage(chosen, draw)
essay.try_this(4)
essay.script(chosen, shown)
