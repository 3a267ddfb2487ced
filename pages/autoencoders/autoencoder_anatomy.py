"""What is between the two halves? One autoencoder: drawn, trained, folded."""

from __future__ import annotations

import streamlit as st

from explorer.analysis.frames import code_points, loss_history, thumbnails
from explorer.analysis.reconstruction import compared
from explorer.charts.codes import MapLabels, latent_scatter
from explorer.charts.losses import LossLabels, loss_curve
from explorer.charts.pictures import error_row, ink_row
from explorer.data.exhibit import as_bytes, exhibit
from explorer.lessons.autoencoder_anatomy import widths
from explorer.specs import AnatomySpec
from explorer.ui.charts import show_chart
from explorer.ui.controls import settings
from explorer.ui.datasets import pictures_of, usable
from explorer.ui.essay import Essay
from explorer.ui.hourglass import draw_net
from explorer.ui.pictures import Strip, picture_rows
from explorer.ui.stage import Moment, stage

MAIN = ("dataset", "hidden_widths", "latent_dim", "activation", "learning_rate", "steps", "tied")
MORE = ("optimizer", "batch_size", "noise", "seed")

essay = Essay("autoencoder_anatomy", AnatomySpec.lesson)


def losses(moment: Moment[AnatomySpec]) -> None:
    """Training and test error up to this moment, and PCA's as the line to beat."""
    words = {f"{name}_mse": essay.text(name) for name in ("train", "test")}
    words["pca_test_mse"] = essay.text("pca")
    labels = LossLabels(
        step=essay.text("step_axis"),
        mse=essay.text("error_axis"),
        train=essay.text("train"),
        test=essay.text("test"),
        pca=essay.text("pca"),
        description=essay.text("loss_chart_alt"),
    )
    st.markdown(f"**{essay.text('loss_chart')}**")
    show_chart(loss_curve, loss_history(moment.history, words), labels, "anatomy.loss")


def code_map(moment: Moment[AnatomySpec]) -> None:
    """Where the test pictures lie in the code; of more than two units the first two."""
    pictures = pictures_of(moment.spec)
    latent_dim = moment.spec.latent_dim
    if latent_dim == 1:
        st.info(essay.text("map_line"))
        return
    title = "map_chart" if latent_dim == 2 else "map_first_two"
    st.markdown(f"**{essay.text(title, latent_dim=latent_dim)}**")
    labels = MapLabels(
        x=essay.text("code_x"),
        y=essay.text("code_y"),
        label=essay.text("class"),
        classes=pictures.classes,
        thumbnail_header=thumbnails(exhibit(pictures), pictures.height, pictures.width).header,
        description=essay.text("map_chart_alt"),
    )
    points = code_points(moment.snapshot.arrays["codes"][:, :2], pictures)
    show_chart(latent_scatter, points, labels, "anatomy.map")
    st.caption(essay.text("map_rim"))


def rows(moment: Moment[AnatomySpec]) -> None:
    """Originals, reconstructions and errors, one picture of each class."""
    pictures = pictures_of(moment.spec)
    shown = exhibit(pictures)
    size = pictures.height, pictures.width
    originals = as_bytes(shown.x[shown.examples])
    rebuilt = moment.snapshot.arrays["reconstructions"]
    sources = {
        "original": ink_row(originals, *size),
        "reconstruction": ink_row(rebuilt, *size),
        "error": error_row(originals, rebuilt, *size),
    }
    classes = ", ".join(pictures.classes)
    picture_rows(
        [
            Strip(essay.text(name), source, essay.text(f"{name}_alt", classes=classes))
            for name, source in sources.items()
        ]
    )
    st.caption(essay.text("error_key"))


def evidence(moment: Moment[AnatomySpec]) -> None:
    metrics = moment.snapshot.metrics
    result = compared(metrics["test_mse"], metrics["pca_test_mse"])
    essay.evidence(
        test=f"{metrics['test_mse']:.4f}",
        pca=f"{metrics['pca_test_mse']:.4f}",
        train=f"{metrics['train_mse']:.4f}",
        percent=f"{result.percent:.0f}",
    )
    essay.verdict(result.verdict)


def draw(moment: Moment[AnatomySpec]) -> None:
    left, right = st.columns(2)
    with left:
        losses(moment)
        rows(moment)
    with right:
        code_map(moment)
    evidence(moment)


essay.claim()
essay.prediction(("more", "same", "less", "half"))
essay.experiment()
chosen, pictures = usable(settings(AnatomySpec, MAIN, MORE))
draw_net(widths(chosen, pictures.pixels), tied=chosen.tied, key="anatomy.hourglass")
moment = stage(chosen, draw)
essay.try_this(4)
essay.script(chosen, moment)
