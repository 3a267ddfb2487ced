"""From clues to the label, and back: a net whose code is the label, and clues that are noise."""

from __future__ import annotations

import math

import streamlit as st

from explorer.analysis.evidence import Halves, consistency, norm_history, ratio_history
from explorer.charts.boards import columns, levels, norm_board
from explorer.charts.clues import NormLabels, RatioLabels, norm_curve, ratio_curve
from explorer.charts.pictures import ink_row
from explorer.data.clues import ever_inked
from explorer.lessons.evidence_and_culprit import KINDS, became_of_noise
from explorer.specs import EvidenceSpec
from explorer.ui.case import board, investigate
from explorer.ui.charts import show_chart
from explorer.ui.controls import settings
from explorer.ui.datasets import pictures_of, usable
from explorer.ui.essay import Essay
from explorer.ui.stage import Moment, stage

MAIN = ("dataset", "noise_features", "penalty", "weight_decay", "learning_rate", "steps")
MORE = ("batch_size", "seed")

essay = Essay("evidence_and_culprit", EvidenceSpec.lesson)
words = {kind: essay.text(f"kind.{kind}") for kind in KINDS}


def curves(moment: Moment[EvidenceSpec]) -> None:
    """How long the weights of each kind of clue are, step by step, and noise beside pixels."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**{essay.text('norm_chart')}**")
        labels = NormLabels(
            step=essay.text("step_axis"),
            norm=essay.text("norm_axis"),
            description=essay.text("norm_alt"),
            **words,
        )
        show_chart(norm_curve, norm_history(moment.history, words), labels, "evidence.norms")
    with right:
        st.markdown(f"**{essay.text('ratio_chart')}**")
        ratio = RatioLabels(
            step=essay.text("step_axis"),
            ratio=essay.text("ratio_axis"),
            description=essay.text("ratio_alt"),
        )
        show_chart(ratio_curve, ratio_history(moment.history), ratio, "evidence.ratio")


def weights(moment: Moment[EvidenceSpec], halves: Halves) -> None:
    """Every clue as a square, and the evidence of all culprits."""
    pictures = pictures_of(moment.spec)
    size = pictures.height, pictures.width
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.markdown(f"**{essay.text('board')}**")
        source = norm_board(halves.norms, ever_inked(pictures).numpy(), *size)
        squares = columns(len(halves.norms), *size)
        board(source, essay.text("board_alt"), squares, pictures.height)
        st.caption(essay.text("board_key"))
    with right:
        st.markdown(f"**{essay.text('all_evidence')}**")
        row = ink_row(levels(halves.decoder.T), *size)
        alt = essay.text("all_evidence_alt", classes=", ".join(pictures.classes))
        board(row, alt, len(pictures.classes) * (pictures.width + 1), pictures.height)
        st.caption(essay.text("all_evidence_key"))


def evidence(moment: Moment[EvidenceSpec]) -> None:
    first, now = moment.history[0].metrics, moment.snapshot.metrics
    noise_first, noise = first["mean_norm.noise"], now["mean_norm.noise"]
    essay.evidence(
        ratio=f"{now['noise_to_signal_weight_ratio']:.2f}",
        noise_first=f"{noise_first:.2f}",
        noise=f"{noise:.2f}",
        signal_first=f"{first['mean_norm.informative']:.2f}",
        signal=f"{now['mean_norm.informative']:.2f}",
    )
    st.markdown("\n".join(f"- {sentence}" for sentence in more(moment)))
    essay.verdict(became_of_noise(noise, noise_first))


def more(moment: Moment[EvidenceSpec]) -> list[str]:
    """What else was measured: blank pixels, the sway of noise, both halves held together."""
    first, now = moment.history[0].metrics, moment.snapshot.metrics
    sentences = []
    if "mean_norm.blank" in now:
        key = "blank_decays" if moment.spec.weight_decay else "blank_stays"
        lengths = {"before": first["mean_norm.blank"], "after": now["mean_norm.blank"]}
        count = int((~ever_inked(pictures_of(moment.spec))).sum())
        sentences.append(
            essay.text(key, count=count, **{name: f"{n:.2f}" for name, n in lengths.items()})
        )
    shares = {name: now[name] for name in ("train_accuracy", "induction_accuracy")}
    shares["swayed"] = now["swayed_by_noise"]
    sentences.append(essay.text("swayed", **percents(shares)))
    said = consistency(now)
    key = "consistency" if said.confirmed < 1 else "always_confirmed"
    sentences.append(essay.text(key, **percents(said._asdict())))
    return sentences


def percents(shares: dict[str, float]) -> dict[str, str]:
    """Shares in percent; what never happened has a dash."""
    return {name: "–" if math.isnan(n) else f"{100 * n:.1f}" for name, n in shares.items()}


def draw(moment: Moment[EvidenceSpec]) -> None:
    halves = Halves.of(moment.snapshot)
    curves(moment)
    weights(moment, halves)
    st.subheader(essay.text("case.title"), anchor="case")
    investigate(essay, moment.spec, halves, pictures_of(moment.spec))
    evidence(moment)


essay.claim()
essay.prediction(("grow", "stay", "shrink"))
essay.experiment()
chosen, _ = usable(settings(EvidenceSpec, MAIN, MORE))
moment = stage(chosen, draw)
essay.try_this(4)
essay.script(chosen, moment)
