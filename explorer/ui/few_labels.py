"""Few labels on the page: four curves, the table of gains, and what they say in words."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import streamlit as st

from explorer.analysis.label_curves import (
    DESCENTS,
    LABEL_COUNTS,
    STARTS,
    UNITS,
    Gain,
    gain,
    largest_gain,
    stuck,
)
from explorer.analysis.stack_frames import CHANCE, label_accuracies
from explorer.charts.stack import LabelCurveLabels, label_curve
from explorer.lessons.few_labels import RATES, label_phases
from explorer.specs import StackedSpec
from explorer.ui.charts import show_chart
from explorer.ui.essay import Essay
from explorer.ui.stage import Moment

FEW, MANY = LABEL_COUNTS[0], LABEL_COUNTS[-1]


def few_labels(moment: Moment[StackedSpec], essay: Essay) -> None:
    """The whole experiment below its buttons; `essay` has its words."""
    _phase(moment, essay)
    hint = essay.text("curves_help", draws=moment.spec.draws, rates=essay.text("rates", **RATES))
    st.markdown(f"**{essay.text('curves')}**", help=hint)
    columns = st.columns(2, gap="large") * 2
    for (unit, descent), column in zip(product(UNITS, DESCENTS), columns, strict=True):
        with column:
            _curve(moment.snapshot.metrics, unit, descent, essay)
    _evidence(moment.snapshot.metrics, essay)


def _phase(moment: Moment[StackedSpec], essay: Essay) -> None:
    """What is being learnt at this moment."""
    phases, layers = label_phases(moment.spec), len(moment.spec.hidden_widths)
    phase = phases.at(max(moment.snapshot.step - 1, 0)).phase
    numbers = {"phase": phase + 1, "phases": len(phases.ends), "draws": moment.spec.draws}
    if phase < layers:
        st.markdown(essay.text("phase_pretraining", layer=phase + 1, **numbers))
    else:
        st.markdown(essay.text("phase_labels", count=LABEL_COUNTS[phase - layers], **numbers))


def _curve(metrics: Mapping[str, float], unit: str, descent: str, essay: Essay) -> None:
    words = {name: essay.text(name) for name in ("pretrained", "scratch", "chance")}
    kind = {"activation": essay.text(unit), "optimizer": essay.text(descent)}
    labels = LabelCurveLabels(
        labels=essay.text("count_axis"),
        percent=essay.text("accuracy_axis"),
        description=essay.text("curve_alt", **kind),
        **words,
    )
    st.markdown(f"**{essay.text('curve_chart', **kind)}**")
    rows = label_accuracies(metrics, unit, descent, words)
    show_chart(label_curve, rows, labels, f"stacked.{unit}.{descent}")


def _evidence(metrics: Mapping[str, float], essay: Essay) -> None:
    begun = gain(metrics, UNITS[0], DESCENTS[0], FEW)
    if begun is None:
        errors = {unit: f"{metrics[f'{unit}_test_mse']:.4f}" for unit in UNITS}
        essay.evidence("notice_labels_none", **errors)
        return
    essay.evidence("notice_labels", n=begun.n)
    _table(metrics, essay)
    if stuck(metrics, MANY):
        curve = f"label_curve.sigmoid.sgd.{{}}.{MANY}.mean"
        percents = {start: f"{100 * metrics[curve.format(start)]:.0f}" for start in STARTS}
        chance = f"{CHANCE:.0f}"
        st.markdown(essay.text("notice_stuck", count=MANY, chance=chance, **percents))
    _relu(metrics, essay)
    if (measured := largest_gain(metrics)) is not None:
        essay.verdict(measured, "prediction_labels")


def _relu(metrics: Mapping[str, float], essay: Essay) -> None:
    """What pretraining is worth to ReLU nets, in words, as far as it has been measured."""
    for count in (MANY, FEW):
        gains = {descent: gain(metrics, "relu", descent, count) for descent in DESCENTS}
        known = {descent: each for descent, each in gains.items() if each is not None}
        if len(known) < len(gains):
            continue
        means = {descent: _signed(each.mean) for descent, each in known.items()}
        verdicts = {each.verdict for each in known.values()}
        if count == MANY:
            key = "notice_equal" if verdicts == {"nothing"} else "notice_equal_not"
            st.markdown(essay.text(key, count=count, **means))
        elif verdicts == {"helps"}:
            st.markdown(essay.text("notice_relu_few", count=count, **means))


def _table(metrics: Mapping[str, float], essay: Essay) -> None:
    """One row a kind of net: the gain with the fewest and the most labels, and what that means."""
    header = (
        essay.text("gains_kind"),
        *(essay.text("gains_few", count=count) for count in (FEW, MANY)),
        essay.text("gains_verdict", count=MANY),
    )
    rows = [header, ("---", "---:", "---:", "---")]
    for unit, descent in product(UNITS, DESCENTS):
        kind = essay.text("curve_chart", activation=essay.text(unit), optimizer=essay.text(descent))
        first, last = (gain(metrics, unit, descent, count) for count in (FEW, MANY))
        verdict = essay.text(last.verdict if last else "unmeasured")
        rows.append((kind, _written(first, essay), _written(last, essay), verdict))
    st.markdown("\n".join(f"| {' | '.join(row)} |" for row in rows))


def _written(measured: Gain | None, essay: Essay) -> str:
    if measured is None:
        return essay.text("unmeasured")
    spread = f"{measured.spread:.1f}"
    return essay.text("gain_value", mean=_signed(measured.mean), spread=spread)


def _signed(points: float) -> str:
    """With its sign, as it is printed: a true minus."""
    return f"{points:+.1f}".replace("-", "−")
