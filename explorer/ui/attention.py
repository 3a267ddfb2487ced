"""Two nets beside each other: over lengths, over training, where one looks, what moves both."""

from __future__ import annotations

from math import sqrt

import streamlit as st

from explorer.analysis.attention import (
    HALF,
    STARTS,
    by_length,
    failing,
    fails_at,
    first_look,
    gained,
    learning_frame,
    length_frame,
    looks_after_word,
    map_frame,
    source_places,
    way_without,
)
from explorer.analysis.capacity import GUESSED
from explorer.analysis.price import Price, prices
from explorer.charts.attention import (
    TwoLabels,
    WordMapLabels,
    learning_curve,
    length_curve,
    word_map,
)
from explorer.lessons.attention import (
    BEYOND,
    DERIVED,
    LOOKED,
    TESTED,
    TESTED_OF_OTHERS,
    pulled,
)
from explorer.specs import AttentionSpec
from explorer.ui.charts import show_chart
from explorer.ui.essay import Essay
from explorer.ui.stage import Moment


def net_words(essay: Essay) -> dict[str, str]:
    """What the page calls each net."""
    return {net: essay.text(f"nets.{net}") for net in STARTS}


def _labels(
    essay: Essay, chart: str, x: str, *, chance: bool = False, **values: object
) -> TwoLabels:
    return TwoLabels(
        nets=tuple(net_words(essay).items()),
        x=essay.text(x),
        share=essay.text("share_axis"),
        chance=essay.text("chance") if chance else "",
        description=essay.text(f"{chart}_alt", **values),
    )


def lengths(essay: Essay, moment: Moment[AttentionSpec]) -> None:
    """Both nets over the length of the sentence: whole sentences, and single words."""
    for column, measure in zip(st.columns(2, gap="large"), ("sequence", "told"), strict=True):
        with column:
            _lengths(essay, moment, measure)
    st.caption(
        essay.text(
            "length_hint",
            length=moment.spec.max_length,
            count=TESTED,
            others=TESTED_OF_OTHERS,
            error=_error(TESTED_OF_OTHERS),
        )
    )


def _error(count: int) -> str:
    """The largest standard error of a share of so many sentences, in percentage points."""
    return f"{100 * 0.5 / sqrt(count):.0f}"


def _lengths(essay: Essay, moment: Moment[AttentionSpec], measure: str) -> None:
    longest = moment.spec.max_length
    st.markdown(f"**{essay.text(f'{measure}_chart')}**", help=essay.text(f"{measure}_help"))
    frame = length_frame(moment.snapshot.metrics, measure, longest, net_words(essay))
    chance = moment.spec.task in GUESSED
    labels = _labels(essay, measure, "length_axis", chance=chance)
    show_chart(length_curve, frame, labels, f"attention.{measure}")


def learning(essay: Essay, moment: Moment[AttentionSpec]) -> None:
    """The longest trained sentences while both nets learn."""
    longest = moment.spec.max_length
    st.markdown(f"**{essay.text('learning_chart', length=longest)}**")
    frame = learning_frame(moment.history, longest, net_words(essay))
    labels = _labels(essay, "learning", "step_axis", length=longest)
    show_chart(learning_curve, frame, labels, "attention.learning")


def ways(essay: Essay, moment: Moment[AttentionSpec]) -> None:
    """Where the one net looks, and from which source words the answers of both come: mean maps."""
    found = {} if moment.live else pulled(moment.spec, moment.snapshot)
    looks, *rest = st.columns([1, 1, 1] if found else [1, 2], gap="medium")
    with looks:
        st.markdown(f"**{essay.text('looks_chart')}**", help=essay.text("looks_help", count=LOOKED))
        frame = map_frame(moment.snapshot.arrays["looks"], 1.0)
        show_chart(word_map, frame, _map_labels(essay, "with", "looks"), "attention.looks")
    if not found:
        rest[0].info(essay.text("weights_later" if moment.live else "weights_gone"))
        return
    top = max(float(pull.strengths.max()) for pull in found.values())
    for column, (net, pull) in zip(rest, found.items(), strict=True):
        with column:
            st.markdown(f"**{essay.text(f'pull_chart.{net}')}**", help=essay.text("pull_help"))
            frame = map_frame(pull.strengths, top)
            show_chart(word_map, frame, _map_labels(essay, net, "pull"), f"attention.pull.{net}")
    st.caption(essay.text("pull_hint", count=DERIVED))


def _map_labels(essay: Essay, net: str, chart: str) -> WordMapLabels:
    return WordMapLabels(
        net=net,
        source=essay.text("source_axis"),
        answer=essay.text("answer_axis"),
        value=essay.text(f"{chart}_value"),
        description=essay.text(f"{chart}_alt", net=net_words(essay)[net]),
    )


# What it comes to ---------------------------------------------------------------------------------


def evidence(essay: Essay, moment: Moment[AttentionSpec]) -> None:
    """The sentences with this moment's numbers, and what became of the guesses."""
    spec, metrics = moment.spec, moment.snapshot.metrics
    length = spec.max_length
    whole = {net: by_length(metrics, net, "sequence") for net in STARTS}
    essay.evidence(
        length=length,
        count=TESTED,
        error=_error(TESTED),
        **{f"{net}_whole": f"{100 * shares[length]:.0f}" for net, shares in whole.items()},
    )
    gain = gained(metrics, length)
    if gain != "much":
        st.markdown(essay.text(f"gain_{gain}"))
    st.markdown(
        " ".join(
            essay.text(
                f"half.{'never' if (at := fails_at(metrics, net)) is None else 'from'}",
                net=net_words(essay)[net],
                length=max(whole[net]) if at is None else at,
            )
            for net in STARTS
        )
        + " "
        + essay.text(f"beyond.{failing(metrics, length)}", length=length, beyond=BEYOND)
    )
    _looked(essay, moment)
    _came(essay, moment)
    essay.verdict(first_look(metrics))
    essay.verdict(failing(metrics, length), "prediction_length")


def _looked(essay: Essay, moment: Moment[AttentionSpec]) -> None:
    """How much of the look lies on the brightest place of a row, and which place that is."""
    spec, metrics = moment.spec, moment.snapshot.metrics
    looks, places = moment.snapshot.arrays["looks"], source_places(spec.task, spec.max_length)
    if places is None:  # what is said where depends on the sentence, so a mean map has no line
        shares = {
            "peak": metrics["first_look.peak"],
            "on_word": metrics["on_word"],
            "even": metrics["on_word_chance"],
        }
        words = {name: f"{100 * share:.0f}" for name, share in shares.items()}
        st.markdown(essay.text("looked_anywhere", **words))
        return
    brightest = float(looks.max(axis=1).mean())
    even = f"{100 / len(places):.0f}"
    key = "looked" if brightest >= HALF else "looked_nowhere"
    sentence = essay.text(key, brightest=f"{100 * brightest:.0f}", even=even)
    if brightest >= HALF:
        after = looks_after_word(looks, places)
        side = "on" if after == 0 else "right" if after > 0 else "left"
        sentence += " " + essay.text(f"offset.{side}", places=abs(after))
        if after != 0:
            # A state holds what was read up to it: left of it, or right of it if read backwards.
            holds = (after > 0) != spec.reverse_source
            sentence += " " + essay.text(f"offset.{'holds' if holds else 'cannot'}")
    st.markdown(sentence)


def _came(essay: Essay, moment: Moment[AttentionSpec]) -> None:
    """How long the way is without attention, and how much of the gradient the right word has."""
    spec = moment.spec
    found = {} if moment.live else pulled(spec, moment.snapshot)
    if not found:
        return
    shares = {
        f"{net}_{which}": f"{100 * float(pull.on_word[place]):.0f}"
        for net, pull in found.items()
        for which, place in (("first", 0), ("last", -1))
    }
    even = f"{100 * moment.snapshot.metrics['on_word_chance']:.0f}"
    st.markdown(essay.text("came", even=even, **shares))
    way = way_without(spec.task, spec.max_length, reverse_source=spec.reverse_source)
    if way is not None:
        st.markdown(essay.text("way", first=way.first, last=way.last))


def price_table(essay: Essay, spec: AttentionSpec) -> None:
    """What looking back costs, at the longest trained length."""
    found = prices(spec, spec.max_length)
    st.markdown(f"**{essay.text('price.title', length=spec.max_length)}**")
    heads = [essay.text(f"price.{head}") for head in (*STARTS, "ratio")]
    rows = [("", *heads), ("---", "---:", "---:", "---:")]
    for field in Price._fields:
        with_it, without = (getattr(found[net], field) for net in STARTS)
        ratio = f"{with_it / without:.1f} ×"
        rows.append((essay.text(f"price.{field}"), f"{with_it:,}", f"{without:,}", ratio))
    st.markdown("\n".join(f"| {' | '.join(row)} |" for row in rows))
    st.caption(essay.text("price.hint"))
