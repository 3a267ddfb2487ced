"""How much a context vector carries: the cells beside each other, the sizes, and the long wait."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import sqrt

import streamlit as st

from explorer.analysis.capacity import (
    GUESSED,
    IN_BITS,
    RECALLED,
    best_cell,
    kept_over,
    late_gain,
    reach_frame,
    size_findings,
    size_frame,
)
from explorer.analysis.frames import loss_history
from explorer.charts.capacity import (
    ReachLabels,
    SizeLabels,
    learning_curve,
    reach_curve,
    size_bits,
    size_reach,
)
from explorer.data.delayed_recall import DELAY_CHANCE, DELAY_LENGTH
from explorer.data.token_tasks import information
from explorer.lessons.forgetting_curves import (
    BATCH_SHARE,
    CELL_NAMES,
    SIZES,
    TESTED,
    TESTED_OF_DELAYS,
    TESTED_OF_SIZES,
    tried_delays,
    waits,
)
from explorer.specs import ForgettingSpec
from explorer.ui.charts import show_chart
from explorer.ui.essay import Essay
from explorer.ui.stage import Moment

PREDICTIONS: dict[str, tuple[str, ...]] = {
    "cells": CELL_NAMES,
    "sizes": ("less", "same", "more"),
    "delay": ("all", "gates", "rnn", "none"),
}
"""What the reader may answer in each of these experiments."""

TRIES = 3


def prediction(essay: Essay, experiment: str) -> None:
    """The reader commits to a guess about this experiment before seeing."""
    _own(essay).prediction(PREDICTIONS[experiment], f"prediction_{experiment}")


def measured_answer(moment: Moment[ForgettingSpec]) -> str | None:
    """Which of PREDICTIONS is true in this moment; None while too little is learnt to tell."""
    spec, metrics = moment.spec, moment.snapshot.metrics
    if spec.experiment == "cells":
        return best_cell(metrics, CELL_NAMES, spec.max_length)
    if spec.experiment == "sizes":
        found = size_findings(metrics, SIZES, _held(spec))
        return None if found is None else found.growth
    return kept_over(metrics, spec.delay)


def try_this(essay: Essay, experiment: str) -> None:
    """Things to try with this experiment."""
    _own(essay).try_this(TRIES, f"try_{experiment}")


def cells_view(essay: Essay, moment: Moment[ForgettingSpec]) -> None:
    """RNN, GRU and LSTM over the lengths and over the training, and what that comes to."""
    words, spec, metrics = _own(essay), moment.spec, moment.snapshot.metrics
    st.caption(
        words.text("cells.about", both=2 * spec.hidden_dim, **_setting(spec)),
    )
    chance_word = words.text("chance") if spec.task in GUESSED else ""
    for column, (chart, name, chance) in zip(
        st.columns(2, gap="large"),
        (("whole", "sequence", ""), ("word", "told", chance_word)),
        strict=True,
    ):
        with column:
            st.markdown(f"**{words.text(f'cells.{chart}_chart')}**")
            reached = reach_frame(
                metrics, f"{name}_accuracy_by_length", _cells(words), spec.max_length
            )
            labels = ReachLabels(
                cells=tuple(_cells(words).items()),
                x=words.text("cells.whole_axis"),
                share=words.text(f"cells.{chart}_share"),
                chance=chance,
                description=words.text(f"cells.{chart}_alt"),
            )
            show_chart(reach_curve, reached, labels, f"capacity.cells.{chart}")
    error = f"{100 * 0.5 / sqrt(TESTED):.0f}"
    st.caption(words.text("cells.hint", length=spec.max_length, tested=TESTED, error=error))
    _learning(words, moment, "cells", f"told_accuracy_by_length.{{}}.{spec.max_length}")
    _cells_evidence(words, moment)
    _verdict(words, moment)


def _cells_evidence(words: Essay, moment: Moment[ForgettingSpec]) -> None:
    spec, metrics = moment.spec, moment.snapshot.metrics
    bits = words.text("no_bits")
    if spec.task in IN_BITS:
        shown = {f"{cell}_bits": f"{metrics[f'bits.{cell}']:.0f}" for cell in CELL_NAMES}
        bits = words.text("cells.bits", **shown)
    words.evidence(
        "cells.notice",
        length=spec.max_length,
        recalled=_percent(RECALLED),
        **{
            f"{cell}_whole": _percent(
                metrics[f"sequence_accuracy_by_length.{cell}.{spec.max_length}"]
            )
            for cell in CELL_NAMES
        },
        **{f"{cell}_longest": f"{metrics[f'longest_recalled.{cell}']:.0f}" for cell in CELL_NAMES},
        bits=bits,
    )


def sizes_view(essay: Essay, moment: Moment[ForgettingSpec]) -> None:
    """The longest length recalled and the bits that get through, over the size of the context."""
    words, spec, metrics = _own(essay), moment.spec, moment.snapshot.metrics
    st.caption(words.text("sizes.about", cell=words.text(f"cells.{spec.cell}"), **_setting(spec)))
    recalled = _percent(RECALLED)
    carried = size_frame(metrics, SIZES, spec.max_length, _held(spec))
    charts = [("longest", size_reach), ("bits", size_bits)]
    shown = charts if spec.task in IN_BITS else charts[:1]
    for column, (chart, draw) in zip(st.columns(2, gap="large"), shown, strict=False):
        with column:
            help_words = words.text(
                f"sizes.{chart}_help", recalled=recalled, tested=TESTED_OF_SIZES
            )
            st.markdown(f"**{words.text(f'sizes.{chart}_chart')}**", help=help_words)
            labels = SizeLabels(
                sizes=SIZES,
                size=words.text("sizes.size_axis"),
                value=words.text(f"sizes.{chart}_axis"),
                per_unit=words.text("sizes.per_unit"),
                limit=words.text(f"sizes.{chart}_limit"),
                description=words.text(f"sizes.{chart}_alt"),
            )
            show_chart(draw, carried, labels, f"capacity.sizes.{chart}")
    _sizes_evidence(words, moment)
    _verdict(words, moment)


def _sizes_evidence(words: Essay, moment: Moment[ForgettingSpec]) -> None:
    spec, metrics = moment.spec, moment.snapshot.metrics
    ends = {"small": SIZES[0], "large": SIZES[-1]}
    reach = {
        f"{end}_longest": f"{metrics[f'longest_recalled.{size}']:.0f}" for end, size in ends.items()
    }
    if spec.task not in IN_BITS:
        words.evidence("sizes.notice_pattern", **ends, **reach, recalled=_percent(RECALLED))
        st.markdown(words.text("no_bits"))
        return
    found = size_findings(metrics, SIZES, _held(spec))
    if found is None:
        st.info(words.text("sizes.too_early", small=SIZES[0]))
        return
    words.evidence(
        "sizes.notice",
        **ends,
        **reach,
        **{f"{end}_bits": f"{metrics[f'bits.{size}']:.1f}" for end, size in ends.items()},
        **{f"{end}_rate": f"{metrics[f'bits.{size}'] / size:.2f}" for end, size in ends.items()},
        wider=f"{found.wider:.0f}",
        more=f"{found.more:.1f}",
        recalled=_percent(RECALLED),
    )
    st.markdown(
        words.text(
            "sizes.limit_reached" if found.full else "sizes.limit_open",
            full=", ".join(map(str, found.full)),
            held=f"{_held(spec):.0f}",
            length=spec.max_length,
            still=words.text(
                "sizes.still",
                **ends,
                **{
                    f"{end}_gain": f"{late_gain(moment.history, size):+.1f}"
                    for end, size in ends.items()
                },
            ),
        )
    )


def delay_view(essay: Essay, moment: Moment[ForgettingSpec]) -> None:
    """Symbols recalled after a wait: where gates pay, and how far beyond what was trained."""
    words, spec = _own(essay), moment.spec
    so_long = ", ".join(map(str, waits(spec.delay)))
    st.caption(words.text("delay.about", waits=so_long, **_setting(spec)))
    hints = {
        "wait": words.text(
            "delay.wait_hint", tested=TESTED_OF_DELAYS, symbols=TESTED_OF_DELAYS * DELAY_LENGTH
        ),
        "tried": words.text("delay.tried_hint"),
    }
    for column, (chart, name) in zip(
        st.columns(2, gap="large"), (("wait", "wait"), ("tried", "delay")), strict=True
    ):
        with column:
            st.markdown(f"**{words.text(f'delay.{chart}_chart', delay=spec.delay)}**")
            reached = reach_frame(
                moment.snapshot.metrics, f"told_accuracy_by_{name}", _cells(words), spec.delay
            )
            labels = ReachLabels(
                cells=tuple(_cells(words).items()),
                x=words.text(f"delay.{chart}_axis"),
                share=words.text("delay.share"),
                chance=words.text("chance"),
                beyond=chart == "tried",
                description=words.text(f"delay.{chart}_alt"),
            )
            show_chart(reach_curve, reached, labels, f"capacity.delay.{chart}")
            st.caption(hints[chart])
    _learning(words, moment, "delay", f"told_accuracy_by_wait.{{}}.{spec.delay}")
    _delay_evidence(words, moment)
    _verdict(words, moment)


def _delay_evidence(words: Essay, moment: Moment[ForgettingSpec]) -> None:
    metrics, delay = moment.snapshot.metrics, moment.spec.delay
    beyond = tried_delays(delay)[-1]

    def shares(ending: str, name: str) -> dict[str, str]:
        return {f"{cell}{ending}": _percent(metrics[name.format(cell)]) for cell in CELL_NAMES}

    words.evidence(
        "delay.notice",
        delay=delay,
        beyond=beyond,
        chance=f"{100 * DELAY_CHANCE:.1f}",
        **shares("", f"told_accuracy_by_wait.{{}}.{delay}"),
        **shares("_none", "told_accuracy_by_wait.{}.0"),
        **shares("_beyond", f"told_accuracy_by_delay.{{}}.{beyond}"),
    )
    st.markdown(words.text(f"delay.because.{kept_over(metrics, delay)}"))


VIEWS: Mapping[str, Callable[[Essay, Moment[ForgettingSpec]], None]] = {
    "cells": cells_view,
    "sizes": sizes_view,
    "delay": delay_view,
}


def _own(essay: Essay) -> Essay:
    """The same lesson with the words of these three views."""
    return Essay("capacity", essay.slug)


def _cells(words: Essay) -> dict[str, str]:
    return {cell: words.text(f"cells.{cell}") for cell in CELL_NAMES}


def _setting(spec: ForgettingSpec) -> dict[str, int]:
    return {"hidden_dim": spec.hidden_dim, "batch": spec.batch_size // BATCH_SHARE}


def _held(spec: ForgettingSpec) -> float:
    """Bits of the longest answer that is trained."""
    return information(spec.task, spec.max_length)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def _learning(words: Essay, moment: Moment[ForgettingSpec], view: str, metric: str) -> None:
    """The metric of each cell, whose name goes into its braces, while they learn."""
    spec = moment.spec
    title = words.text(f"{view}.learning_chart", length=spec.max_length, delay=spec.delay)
    st.markdown(f"**{title}**")
    series = {metric.format(cell): word for cell, word in _cells(words).items()}
    history = loss_history(moment.history, series)
    labels = ReachLabels(
        cells=tuple(_cells(words).items()),
        x=words.text("step_axis"),
        share=words.text("cells.word_share" if view == "cells" else "delay.share"),
        description=words.text(f"{view}.learning_alt"),
    )
    columns = {"series": "net", "mse": "share"}
    show_chart(learning_curve, history.rename(columns=columns), labels, f"capacity.{view}.learning")


def _verdict(words: Essay, moment: Moment[ForgettingSpec]) -> None:
    measured = measured_answer(moment)
    if measured is not None:
        words.verdict(measured, f"prediction_{moment.spec.experiment}")
