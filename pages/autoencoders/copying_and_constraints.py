"""Why not simply copy? Four nets and what they cannot know; and memory of lists with a rule."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from explorer.analysis.copying import copy_findings
from explorer.analysis.recall import SORTS, best_kept, position_recall
from explorer.data.foreign import FOREIGN, KINDS
from explorer.data.number_lists import information
from explorer.lessons.copying_and_constraints import NETS, code_sizes
from explorer.specs import CopyingSpec
from explorer.ui import copying, recall
from explorer.ui.controls import settings
from explorer.ui.datasets import usable
from explorer.ui.essay import Essay
from explorer.ui.recall_game import recall_game, rounds
from explorer.ui.stage import Moment, stage

MAIN = ("dataset", "latent_dim", "expansion", "length", "hidden_dim", "learning_rate", "steps")
MORE = ("target_activity", "noise", "batch_size", "seed")
OF_PICTURES = ("dataset", "latent_dim", "expansion", "target_activity", "noise")
OF_PATTERNS = ("length", "hidden_dim")


def idle(values: Mapping[str, object]) -> tuple[str, ...]:
    """What means nothing in the view that is chosen."""
    return OF_PICTURES if values["experiment"] == "patterns" else OF_PATTERNS


essay = Essay("copying_and_constraints", CopyingSpec.lesson)


def draw_pictures(moment: Moment[CopyingSpec]) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        copying.returned_map(essay, moment)
    with right:
        copying.rebuilt_rows(essay, moment, "digits")
        copying.rebuilt_rows(essay, moment, "noise")
    for column, kind in zip(st.columns(2, gap="large"), ("digits", "noise"), strict=True):
        with column:
            copying.error_curves(essay, moment, kind)
    for column, kind in zip(st.columns(2, gap="large"), ("inverted", "shuffled"), strict=True):
        with column:
            copying.rebuilt_rows(essay, moment, kind)
    pictures_evidence(moment)


def pictures_evidence(moment: Moment[CopyingSpec]) -> None:
    metrics = moment.snapshot.metrics
    found, nets = copy_findings(metrics, NETS), copying.net_words(essay)

    def percent(net: str, *some: str) -> str:
        shares = [max(0.0, metrics[f"returned.{net}.{kind}"]) for kind in some]
        return f"{100 * sum(shares) / len(shares):.0f}"

    essay.evidence(
        "notice_pictures",
        **{kind: percent("overcomplete", kind) for kind in KINDS},
        connoisseur=nets[found.connoisseur],
        own=percent(found.connoisseur, "digits"),
        foreign=percent(found.connoisseur, *FOREIGN),
        activity=f"{metrics['sparse_activity']:.3f}",
        target=f"{moment.spec.target_activity:g}",
        free_activity=f"{metrics['activity.overcomplete']:.2f}",
    )
    copies = metrics["selectivity.overcomplete"] < 0.5 and found.copier == "overcomplete"
    st.markdown(essay.text("copies" if copies else "copies_little"))
    if found.misjudged is not None:
        ratios = (
            f"{metrics[f'error_ratio.{net}']:,.0f}" for net in (found.copier, found.misjudged)
        )
        st.markdown(
            essay.text(
                "ratio_misleads",
                copier=nets[found.copier],
                misjudged=nets[found.misjudged],
                **dict(zip(("high", "low"), ratios, strict=True)),
            )
        )
    essay.verdict(found.noise_champion)


def draw_patterns(moment: Moment[CopyingSpec]) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        recall.places(essay, moment)
        recall.learning(essay, moment)
    with right:
        recall.lengths(essay, moment)
        recall.own_list(essay, moment)
    recall.examples(essay, moment)
    patterns_evidence(moment)


def patterns_evidence(moment: Moment[CopyingSpec]) -> None:
    metrics, length = moment.snapshot.metrics, moment.spec.length
    bits = dict(zip(SORTS, information(length), strict=True))
    essay.evidence(
        "notice_patterns",
        length=length,
        hidden_dim=moment.spec.hidden_dim,
        **{f"{sort}_bits": f"{bits[sort]:.0f}" for sort in SORTS},
        **{f"{sort}_whole": f"{100 * metrics[f'{sort}_sequence_accuracy']:.0f}" for sort in SORTS},
        first=f"{100 * position_recall(metrics, 'random')[0]:.0f}",
        last=f"{100 * position_recall(metrics, 'random')[-1]:.0f}",
    )
    if tries := {sort: tried for sort, tried in rounds(essay.slug).items() if tried.answer}:
        st.markdown(
            " ".join(
                essay.text(
                    f"game.beside_{sort}",
                    score=tried.score,
                    of=len(tried.numbers),
                    net=f"{sum(position_recall(metrics, sort)):.1f}",
                    length=length,
                )
                for sort, tried in tries.items()
            )
        )
    essay.verdict(best_kept(metrics), "prediction_patterns")


essay.claim()
question = st.container()
essay.experiment()
chosen, pictures = usable(settings(CopyingSpec, MAIN, MORE, first=("experiment",), idle=idle))
if chosen.experiment == "pictures":
    with question:
        essay.prediction(NETS)
    sizes = {net: f"{size:,}" for net, size in code_sizes(chosen, pictures.pixels).items()}
    st.caption(essay.text("sizes", pixels=f"{pictures.pixels:,}", **sizes))
    moment = stage(chosen, draw_pictures)
    essay.try_this(3)
else:
    with question:
        recall_game(essay.stem, essay.slug, chosen.length)
        essay.prediction(("first", "middle", "last"), "prediction_patterns")
    moment = stage(chosen, draw_patterns)
    essay.try_this(3, "try_patterns")
essay.script(chosen, moment)
