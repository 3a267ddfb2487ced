"""Is the code just PCA? Four codes of the same pictures, and errors over code sizes."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from explorer.analysis.frames import (
    angle_history,
    linked_points,
    method_scores,
    size_errors,
    thumbnails,
)
from explorer.analysis.reconstruction import compared, gains_by_size
from explorer.charts.angles import AngleLabels, angle_curve
from explorer.charts.linked import LinkedLabels, linked_scatters
from explorer.charts.pictures import ink_row
from explorer.charts.sizes import SizeLabels, size_curve
from explorer.data.exhibit import as_bytes, exhibit
from explorer.lessons.latents_and_pca import METHODS, settled_angle
from explorer.specs import LatentsSpec
from explorer.ui.charts import show_chart
from explorer.ui.controls import settings
from explorer.ui.datasets import pictures_of, usable
from explorer.ui.essay import Essay
from explorer.ui.pictures import Strip, picture_rows
from explorer.ui.scores import score_table
from explorer.ui.stage import Moment, stage

MAIN = ("dataset", "latent_dim", "hidden_widths", "learning_rate", "steps")
MORE = ("activation", "noise", "seed")


def idle(values: Mapping[str, object]) -> tuple[str, ...]:
    """Over all code sizes there is no one to choose."""
    return ("latent_dim",) if values["experiment"] == "sizes" else ()


essay = Essay("latents_and_pca", LatentsSpec.lesson)
words = {method: essay.text(method) for method in METHODS}


def maps(moment: Moment[LatentsSpec]) -> None:
    """The same points under four codes; a brush in one lights them in all."""
    pictures = pictures_of(moment.spec)
    st.markdown(f"**{essay.text('map_chart')}**")
    hints = [essay.text("map_hint"), essay.text("map_rim")]
    if moment.spec.latent_dim > 2:
        hints.append(essay.text("map_projected", latent_dim=moment.spec.latent_dim))
    st.caption(" ".join(hints))
    labels = LinkedLabels(
        methods=tuple(words.items()),
        label=essay.text("class"),
        classes=pictures.classes,
        thumbnail_header=thumbnails(exhibit(pictures), pictures.height, pictures.width).header,
        description=essay.text("map_alt"),
    )
    planes = {method: moment.snapshot.arrays[f"{method}_plane"] for method in METHODS}
    show_chart(linked_scatters, linked_points(planes, pictures), labels, "latents.maps")


def rebuilt(moment: Moment[LatentsSpec]) -> None:
    """One picture of each class, as each code gives it back."""
    pictures = pictures_of(moment.spec)
    shown, size = exhibit(pictures), (pictures.height, pictures.width)
    classes = ", ".join(pictures.classes)
    original = ink_row(as_bytes(shown.x[shown.examples]), *size)
    strips = [Strip(essay.text("original"), original, essay.text("original_alt", classes=classes))]
    for method, word in words.items():
        row = ink_row(moment.snapshot.arrays[f"{method}_reconstructions"], *size)
        strips.append(Strip(word, row, essay.text("rebuilt_alt", method=word)))
    picture_rows(strips)


def angle(moment: Moment[LatentsSpec]) -> None:
    """The linear autoencoder's subspace on its way to PCA's."""
    st.markdown(f"**{essay.text('angle_chart')}**")
    labels = AngleLabels(
        step=essay.text("step_axis"),
        degrees=essay.text("angle_axis"),
        description=essay.text("angle_alt"),
    )
    show_chart(angle_curve, angle_history(moment.history), labels, "latents.angle")


def scores(moment: Moment[LatentsSpec]) -> None:
    """The four codes measured."""
    st.markdown(f"**{essay.text('scores')}**", help=essay.text("scores_help"))
    score_table(method_scores(moment.snapshot.metrics, words), essay.text)


def draw_map(moment: Moment[LatentsSpec]) -> None:
    maps(moment)
    left, right = st.columns(2, gap="large")
    with left:
        angle(moment)
    with right:
        st.markdown(f"**{essay.text('rebuilt')}**")
        rebuilt(moment)
    scores(moment)
    map_evidence(moment)


def draw_sizes(moment: Moment[LatentsSpec]) -> None:
    st.markdown(f"**{essay.text('sizes_chart')}**")
    labels = SizeLabels(
        code_size=essay.text("size_axis"),
        mse=essay.text("error_axis"),
        pca=words["pca"],
        linear=words["linear"],
        deep=words["deep"],
        description=essay.text("sizes_alt"),
    )
    three = {method: words[method] for method in ("pca", "linear", "deep")}
    show_chart(size_curve, size_errors(moment.snapshot.metrics, three), labels, "latents.sizes")
    sizes_evidence(moment)


def map_evidence(moment: Moment[LatentsSpec]) -> None:
    metrics = moment.snapshot.metrics
    errors = {name: metrics[f"{name}_test_mse"] for name in ("pca", "linear", "deep")}
    degrees = metrics["linear_max_angle_degrees"]
    essay.evidence(
        "notice_map",
        step=f"{moment.snapshot.step:,}",
        angle=f"{degrees:.1f}",
        percent=f"{compared(errors['deep'], errors['pca']).percent:.0f}",
        **{name: f"{error:.4f}" for name, error in errors.items()},
    )
    essay.verdict(settled_angle(degrees))


def sizes_evidence(moment: Moment[LatentsSpec]) -> None:
    gains = gains_by_size(moment.snapshot.metrics)
    essay.evidence(
        "notice_sizes",
        wins=gains.wins,
        sizes=gains.sizes,
        best=gains.best_size,
        percent=f"{gains.best_percent:.0f}",
    )
    essay.verdict(gains.verdict, "prediction_sizes")


essay.claim()
question = st.empty()
essay.experiment()
chosen, _ = usable(settings(LatentsSpec, MAIN, MORE, first=("experiment",), idle=idle))
with question:
    if chosen.experiment == "map":
        essay.prediction(("same", "partly", "perpendicular"))
    else:
        essay.prediction(("small", "middle", "large"), "prediction_sizes")
moment = stage(chosen, draw_map if chosen.experiment == "map" else draw_sizes)
essay.try_this(4)
essay.script(chosen, moment)
