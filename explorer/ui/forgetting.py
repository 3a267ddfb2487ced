"""What is left in the context vector and what is said of it: charts, and the sentences below."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from explorer.analysis.forgetting import (
    INDEPENDENT,
    KEPT_WHOLE,
    NEEDED_FIRST,
    accuracy_frame,
    blame,
    by_position,
    clearest,
    has_map,
    longest_kept,
    most_hidden,
    place_frame,
    position_frame,
    readout_frame,
    shown_readers,
    standard_error,
)
from explorer.charts.forgetting import (
    BarLabels,
    LengthLabels,
    ReadoutLabels,
    accuracy_curve,
    place_bars,
    readout_curve,
    recall_heatmap,
)
from explorer.lessons.forgetting import examine
from explorer.lessons.memory_questions import LIVE
from explorer.specs import ForgettingSpec
from explorer.ui.charts import show_chart
from explorer.ui.essay import Essay
from explorer.ui.forgetting_shares import shares_bar
from explorer.ui.session import memory
from explorer.ui.stage import Moment

MORE_THAN_ONE = 1.5  # words of an answer that become others when one should

Metrics = Mapping[str, float]


def measured(essay: Essay, moment: Moment[ForgettingSpec]) -> Metrics:
    """What is known of a moment: while it moves, from few sentences; standing still, from many."""
    metrics = moment.snapshot.metrics
    if not moment.live:
        with st.spinner(essay.text("measuring")):
            metrics = {**metrics, **examine(moment.spec, moment.snapshot)}
    return {
        "sentences_asked": LIVE.asked,
        "sentences_held_out": LIVE.held_out,
        **metrics,
    }


def readout(essay: Essay, moment: Moment[ForgettingSpec], metrics: Metrics) -> None:
    """The heart: what the vector holds of each word, and what the decoder says."""
    spec = moment.spec
    st.markdown(
        f"**{essay.text('readout_chart', length=spec.max_length)}**",
        help=essay.text("readout_help"),
    )
    controls = _controls(essay)
    words = {
        reader: essay.text(f"reader.{reader}")
        for reader in shown_readers(spec.task, controls=controls)
    }
    labels = ReadoutLabels(
        readers=tuple(words.items()),
        place=essay.text("place_axis"),
        share=essay.text("share_axis"),
        chance=essay.text("chance"),
        description=essay.text("readout_alt_controls" if controls else "readout_alt"),
    )
    show_chart(
        readout_curve, readout_frame(metrics, words, spec.task), labels, "forgetting.readout"
    )
    count = int(metrics["sentences_held_out"])
    hints = [essay.text("readout_hint", count=f"{count:,}", error=_points(0.5, count))]
    if not by_position(metrics, "nonlinear_probe"):
        hints.append(essay.text("weights_later" if moment.live else "weights_gone"))
    if spec.task not in INDEPENDENT:
        hints.append(essay.text(f"readout_{spec.task}"))
    st.caption(" ".join(hints))


def _controls(essay: Essay) -> bool:
    """Whether the reader wants to see what the readers are held against."""
    notes = memory().lesson(essay.slug).notes
    notes["controls"] = st.toggle(
        essay.text("controls"),
        notes.get("controls", False),
        key=f"forgetting.controls.{essay.say.language}",
        help=essay.text("controls_help"),
    )
    return bool(notes["controls"])


def accuracies(essay: Essay, moment: Moment[ForgettingSpec], metrics: Metrics) -> None:
    """Whole answers and single words, over the length."""
    st.markdown(f"**{essay.text('length_chart')}**", help=essay.text("length_help"))
    longest = moment.spec.max_length
    words = {kind: essay.text(f"kind.{kind}") for kind in KEPT_WHOLE}
    frame = accuracy_frame(metrics, words, longest, moment.spec.task)
    show_chart(accuracy_curve, frame, _lengths(essay, moment, "length_alt"), "forgetting.lengths")
    count = int(metrics["sentences_asked"])
    st.caption(essay.text("length_hint", length=longest, count=count, error=_points(0.5, count)))


def heatmap(essay: Essay, moment: Moment[ForgettingSpec]) -> None:
    """Recall of each place in sentences of each length."""
    key = "map_chart" if has_map(moment.spec.task) else "map_chart_sorted"
    st.markdown(f"**{essay.text(key)}**")
    frame = place_frame(moment.snapshot.arrays["places"], moment.spec.max_length)
    show_chart(recall_heatmap, frame, _lengths(essay, moment, "map_alt"), "forgetting.map")
    st.caption(essay.text("map_hint", count=LIVE.asked, longest_count=LIVE.held_out))


def _lengths(essay: Essay, moment: Moment[ForgettingSpec], alt: str) -> LengthLabels:
    whole, word = (essay.text(f"kind.{kind}") for kind in KEPT_WHOLE)
    sorted_answer = not has_map(moment.spec.task)
    return LengthLabels(
        kinds=(whole, word),
        length=essay.text("length_axis"),
        place=essay.text("answer_place_axis" if sorted_answer else "place_axis"),
        share=essay.text("share_axis"),
        chance=essay.text("blind" if sorted_answer else "chance_word"),
        edge=essay.text("edge"),
        description=essay.text(alt),
    )


def movers(essay: Essay, moment: Moment[ForgettingSpec], metrics: Metrics) -> None:
    """How much each word moves the vector: by derivative, and by being exchanged; and what the
    bars come to. Nothing where it was not measured.
    """
    if not by_position(metrics, "gradient"):
        return
    counts = {"gradient": "sentences_derived", "swap_distance": "sentences_swapped"}
    for column, name in zip(st.columns(2, gap="large"), counts, strict=True):
        with column:
            st.markdown(f"**{essay.text(f'{name}_chart')}**", help=essay.text(f"{name}_help"))
            labels = BarLabels(
                place=essay.text("place_axis"),
                value=essay.text(f"{name}_axis"),
                description=essay.text(f"{name}_alt"),
            )
            frame = position_frame(by_position(metrics, name))
            show_chart(place_bars, frame, labels, f"forgetting.{name}")
            st.caption(essay.text("mean_of", count=int(metrics[counts[name]])))
    _moved(essay, moment.spec.task, metrics)


def _moved(essay: Essay, task: str, metrics: Metrics) -> None:
    far, slopes = by_position(metrics, "swap_distance"), by_position(metrics, "gradient")
    words = by_position(metrics, "swap_words")
    one = "moved_more" if max(words[0], words[-1]) > MORE_THAN_ONE else "moved_one"
    st.markdown(
        essay.text(
            "moved",
            last=len(far),
            first_far=_percent(far[0]),
            last_far=_percent(far[-1]),
            first_slope=f"{slopes[0]:.2f}",
            last_slope=f"{slopes[-1]:.2f}",
            first_words=f"{words[0]:.1f}",
            last_words=f"{words[-1]:.1f}",
        )
        + (f" {essay.text(one)}" if has_map(task) else "")
    )


# The sentences ------------------------------------------------------------------------------------


def notice(essay: Essay, moment: Moment[ForgettingSpec], metrics: Metrics) -> None:
    """Whose fault it is, which word is the clearest, and what the probes could not see."""
    spec, longest = moment.spec, moment.spec.max_length
    faulty = blame(metrics, spec.task)
    if faulty is None:
        said = sum(by_position(metrics, "recall")) / longest
        essay.evidence("notice_sorted", length=longest, said=_percent(said))
    else:
        essay.evidence(
            "notice",
            length=longest,
            said=_percent(faulty.said),
            way=_percent(faulty.on_the_way),
            lost=_percent(faulty.not_found),
        )
        shares_bar(essay, faulty)
        told = "" if faulty.told is None else _percent(faulty.told)
        st.markdown(essay.text(f"fault.{faulty.fault}", told=told))
    st.markdown(f"{_counted(essay, longest, metrics)} {_about_controls(essay, metrics)}")
    st.markdown(" ".join(_about_probes(essay, spec, metrics)))
    essay.verdict(clearest(metrics, int(metrics["sentences_held_out"])).answer)


def _counted(essay: Essay, longest: int, metrics: Metrics) -> str:
    """Whole sentences, and up to which length most come back."""
    return essay.text(
        "whole",
        length=longest,
        kept=longest_kept(metrics, longest),
        whole=_percent(metrics[f"sequence_accuracy_by_length.{longest}"]),
    )


def _about_controls(essay: Essay, metrics: Metrics) -> str:
    """What a probe gets that can only guess, whether or not its line is drawn."""
    control = by_position(metrics, "probe_control")
    return essay.text(
        "guessed",
        control=f"{100 * sum(control) / len(control):.1f}",
        chance=f"{100 * metrics['chance']:.3g}",
    )


def _about_probes(essay: Essay, spec: ForgettingSpec, metrics: Metrics) -> list[str]:
    count = int(metrics["sentences_held_out"])
    trained, fresh = (clearest(metrics, count, name) for name in ("probe", "untrained_probe"))
    probes, untrained = by_position(metrics, "probe"), by_position(metrics, "untrained_probe")
    sentences = [
        essay.text(
            f"clear.{trained.answer}",
            place=trained.place,
            share=_percent(trained.share),
            low=_percent(min(probes)),
            high=_percent(max(probes)),
        ),
        essay.text(
            f"fresh.{fresh.answer}",
            place=fresh.place,
            share=_percent(fresh.share),
            first=_percent(untrained[0]),
            chance=f"{100 * metrics['chance']:.3g}",
        ),
    ]
    if fresh.answer == ("first" if spec.reverse_source else "last"):
        sentences.append(essay.text("why.read_last"))
    if trained.answer == NEEDED_FIRST.get(spec.task):
        sentences.append(essay.text("why.needed_first"))
    if spec.task in INDEPENDENT:
        place, probe, told = most_hidden(metrics)
        if told - probe > 3 * standard_error(0.5, count):
            values = {"place": place, "probe": _percent(probe), "told": _percent(told)}
            sentences.append(essay.text("hidden", **values))
    return sentences


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def _points(share: float, count: int) -> str:
    """The standard error of a share, in percentage points."""
    return f"{100 * standard_error(share, count):.1f}"
