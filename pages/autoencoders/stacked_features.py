"""What do deeper layers see? A stack, its units, and classifiers with few labels."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from explorer.analysis.features import UNITS_MEASURED, UNITS_SHOWN, layer_mean, trend
from explorer.analysis.stack_frames import stack_history, unit_measures
from explorer.charts.pictures import ink_row
from explorer.charts.stack import GrowthLabels, UnitLabels, growth_curve, unit_strips
from explorer.data.exhibit import as_bytes, exhibit
from explorer.lessons.stacked_features import feature_phases
from explorer.specs import StackedSpec
from explorer.ui.charts import show_chart
from explorer.ui.controls import settings
from explorer.ui.datasets import pictures_of, usable
from explorer.ui.essay import Essay
from explorer.ui.few_labels import few_labels
from explorer.ui.pictures import Strip, picture_rows
from explorer.ui.stage import Moment, stage
from explorer.ui.unit_gallery import unit_gallery

MAIN = ("dataset", "hidden_widths", "activation", "initialisation", "noise", "steps", "draws")
MORE = ("learning_rate", "batch_size", "seed")


def idle(values: Mapping[str, object]) -> tuple[str, ...]:
    """Few labels are always compared for two activations; there is one stack else."""
    return ("activation",) if values["experiment"] == "labels" else ("draws",)


essay = Essay("stacked_features", StackedSpec.lesson)


def growth(moment: Moment[StackedSpec]) -> None:
    """The error of the stack, phase by phase."""
    st.markdown(f"**{essay.text('growth_chart')}**", help=essay.text("growth_help"))
    words = {name: essay.text(name) for name in ("alone", "together")}
    labels = GrowthLabels(
        step=essay.text("step_axis"),
        mse=essay.text("error_axis"),
        description=essay.text("growth_alt"),
        **words,
    )
    depth = len(moment.spec.hidden_widths)
    history = stack_history(moment.history, feature_phases(moment.spec), depth, words)
    show_chart(growth_curve, history, labels, "stacked.growth")


def rebuilt(moment: Moment[StackedSpec]) -> None:
    """One picture of each class, through one layer, two layers, …"""
    pictures = pictures_of(moment.spec)
    shown, size = exhibit(pictures), (pictures.height, pictures.width)
    original = ink_row(as_bytes(shown.x[shown.examples]), *size)
    alt = essay.text("original_alt", classes=", ".join(pictures.classes))
    strips = [Strip(essay.text("original"), original, alt)]
    for layer in range(1, len(moment.spec.hidden_widths) + 1):
        row = ink_row(moment.snapshot.arrays[f"rebuilt_{layer}"], *size)
        label = essay.text("through", layers=layer)
        strips.append(Strip(label, row, essay.text("through_alt", layers=layer)))
    st.markdown(f"**{essay.text('rebuilt')}**")
    picture_rows(strips)


def scales(moment: Moment[StackedSpec]) -> None:
    """How local and how telling the units of each layer are."""
    words = {name: essay.text(name) for name in ("unit", "mean", "untrained")}
    depth = len(moment.spec.hidden_widths)
    measures = {"area": "pattern_share", "class": "class_share"}
    for (name, measure), column in zip(measures.items(), st.columns(2, gap="large"), strict=True):
        labels = UnitLabels(
            layer=essay.text("layer_axis"),
            percent=essay.text(f"scale_{name}_axis"),
            description=essay.text(f"scale_{name}_alt"),
            **words,
        )
        rows = unit_measures(moment.snapshot, moment.history[0], measure, depth, words)
        with column:
            st.markdown(
                f"**{essay.text(f'scale_{name}')}**",
                help=essay.text(f"scale_{name}_help", units=UNITS_MEASURED),
            )
            show_chart(unit_strips, rows, labels, f"stacked.{name}")


def draw_features(moment: Moment[StackedSpec]) -> None:
    spec = moment.spec
    phases = feature_phases(spec)
    phase = phases.at(max(moment.snapshot.step - 1, 0)).phase
    together = phase == len(spec.hidden_widths)
    error = moment.snapshot.metrics[f"layers.{min(phase + 1, len(spec.hidden_widths))}.own_mse"]
    numbers = {"phase": phase + 1, "phases": len(phases.ends), "layer": phase + 1}
    key = "phase_together" if together else "phase_alone"
    st.markdown(essay.text(key, error=f"{error:.4f}", **numbers))
    left, right = st.columns(2, gap="large")
    with left:
        growth(moment)
    with right:
        rebuilt(moment)
    st.markdown(f"**{essay.text('gallery')}**", help=essay.text("gallery_help", units=UNITS_SHOWN))
    for layer, width in enumerate(spec.hidden_widths, start=1):
        unit_gallery(moment.snapshot, pictures_of(spec), layer, width, essay.text)
    scales(moment)
    features_evidence(moment)


def features_evidence(moment: Moment[StackedSpec]) -> None:
    metrics, depth = moment.snapshot.metrics, len(moment.spec.hidden_widths)
    top = f"layers.{depth}"
    percents = {
        "area_low": metrics["layers.1.pattern_share"],
        "area_high": metrics[f"{top}.pattern_share"],
        "area_spread": metrics[f"{top}.pattern_share_spread"],
        "class_low": metrics["layers.1.class_share"],
        "class_high": metrics[f"{top}.class_share"],
        "class_untrained": moment.history[0].metrics[f"{top}.class_share"],
    }
    written = {name: f"{100 * value:.0f}" for name, value in percents.items()}
    mse = f"{metrics['test_mse']:.4f}"
    essay.evidence("notice_features", mse=mse, depth=depth, shown=UNITS_MEASURED, **written)
    if depth == 1:
        st.markdown(essay.text("notice_one_layer"))
        return
    widths = moment.spec.hidden_widths
    trends = {
        measure: trend(
            layer_mean(metrics, 1, measure, widths[0]),
            layer_mean(metrics, depth, measure, widths[-1]),
        )
        for measure in ("pattern_share", "class_share")
    }
    st.markdown(essay.text(f"notice_area_{trends['pattern_share']}"))
    essay.verdict(trends["class_share"])


def draw_labels(moment: Moment[StackedSpec]) -> None:
    few_labels(moment, essay)


essay.claim()
question = st.empty()
essay.experiment()
chosen, _ = usable(settings(StackedSpec, MAIN, MORE, first=("experiment",), idle=idle))
with question:
    if chosen.experiment == "features":
        essay.prediction(("rises", "same", "falls"))
    else:
        essay.prediction(
            ("sigmoid_few", "sigmoid_many", "relu_few", "relu_many"), "prediction_labels"
        )
moment = stage(chosen, draw_features if chosen.experiment == "features" else draw_labels)
essay.try_this(4)
essay.script(chosen, moment)
