"""What lives between the points? An autoencoder and a VAE under one pointer."""

from __future__ import annotations

from math import log2

import streamlit as st

from explorer.analysis.prior import (
    NETS,
    PRIOR_SAMPLES,
    TIE_PERCENT,
    class_shares,
    code_histogram,
    duels,
    evenly_seen,
    loss_parts,
)
from explorer.charts.loss_parts import PartLabels, loss_parts_curve
from explorer.charts.prior import (
    HistogramLabels,
    ShareLabels,
    class_bars,
    histogram_over_prior,
)
from explorer.data.exhibit import as_bytes, exhibit
from explorer.lessons.latent_walk import PIXEL_SIGMA, decoder_layers
from explorer.specs import WalkSpec
from explorer.ui.charts import show_chart
from explorer.ui.controls import settings
from explorer.ui.datasets import pictures_of, usable
from explorer.ui.duels import duel_table
from explorer.ui.essay import Essay
from explorer.ui.latent_pad import PadModel, latent_pad
from explorer.ui.stage import Moment, stage

MAIN = ("dataset", "latent_dim", "beta", "learning_rate", "steps")
MORE = ("hidden_widths", "activation", "batch_size", "seed")

essay = Essay("latent_walk", WalkSpec.lesson)
nets = {net: essay.text(net) for net in NETS}


def pad(moment: Moment[WalkSpec]) -> None:
    """Both codes under one pointer; older moments hold no weights, and so decode nothing."""
    pictures, arrays = pictures_of(moment.spec), moment.snapshot.arrays
    shown = exhibit(pictures)
    latent_pad(
        [
            PadModel(
                net, word, arrays[f"{net}_codes"], decoder_layers(moment.snapshot.weights, net)
            )
            for net, word in nets.items()
        ],
        step=moment.snapshot.step,
        labels=shown.labels,
        classes=pictures.classes,
        pictures=as_bytes(shown.x),
        height=pictures.height,
        width=pictures.width,
        activation=moment.spec.activation,
        key="walk.pad",
    )


def parts(moment: Moment[WalkSpec]) -> None:
    """What the two nets go down, with the VAE's two parts apart."""
    words = {name: essay.text(name) for name in ("ae_reconstruction", "vae_reconstruction")}
    series = {f"{name}_loss": word for name, word in words.items()}
    series["vae_kl"] = essay.text("vae_kl")
    labels = PartLabels(
        step=essay.text("step_axis"),
        nats=essay.text("parts_axis"),
        **words,
        vae_kl=essay.text("vae_kl"),
        description=essay.text("parts_alt"),
    )
    about = essay.text("parts_help", beta=f"{moment.spec.beta:g}", sigma=PIXEL_SIGMA)
    st.markdown(f"**{essay.text('parts_chart')}**", help=about)
    show_chart(loss_parts_curve, loss_parts(moment.history, series), labels, "walk.parts")


def shares(moment: Moment[WalkSpec]) -> None:
    """Which classes the judge sees in pictures of random codes."""
    classes, snapshot = pictures_of(moment.spec).classes, moment.snapshot
    counts = {net: snapshot.arrays[f"{net}_prior_classes"] for net in NETS}
    labels = ShareLabels(
        classes=classes,
        percent=essay.text("shares_axis"),
        **nets,
        equal=essay.text("equal"),
        label=essay.text("class"),
        description=essay.text("shares_alt"),
    )
    accuracy = f"{100 * snapshot.metrics['judge_accuracy']:.0f}"
    about = essay.text("shares_help", count=f"{PRIOR_SAMPLES:,}", accuracy=accuracy)
    st.markdown(f"**{essay.text('shares_chart')}**", help=about)
    show_chart(class_bars, class_shares(counts, classes, nets), labels, "walk.shares")


def histograms(moment: Moment[WalkSpec]) -> None:
    """The codes of each net over the bell that random codes are drawn from."""
    units = tuple(essay.text("unit", number=index + 1) for index in range(moment.spec.latent_dim))
    prior = essay.text("prior")
    for column, (net, word) in zip(st.columns(2, gap="large"), nets.items(), strict=True):
        labels = HistogramLabels(
            value=essay.text("value_axis"),
            prior=prior,
            units=units,
            net=net,
            description=essay.text("histogram_alt", net=word),
        )
        curves = code_histogram(moment.snapshot.arrays[f"{net}_codes"], units, prior)
        with column:
            st.markdown(
                f"**{essay.text('histogram', net=word)}**", help=essay.text("histogram_help")
            )
            show_chart(histogram_over_prior, curves, labels, f"walk.codes.{net}")


def evidence(moment: Moment[WalkSpec]) -> None:
    metrics, classes = moment.snapshot.metrics, len(pictures_of(moment.spec).classes)
    measured = duels(metrics)
    entropy, most = measured["prior_class_entropy"], f"{log2(classes):.2f}"
    essay.evidence(
        count=f"{PRIOR_SAMPLES:,}",
        ae=f"{entropy.ae:.2f}",
        vae=f"{entropy.vae:.2f}",
        most=most,
        **{f"{net}_std": f"{metrics[f'{net}_code_std']:.1f}" for net in NETS},
    )
    ahead = {
        "rebuilding": measured["test_mse"].winner,
        "neighbours": measured["label_agreement"].winner,
    }
    st.markdown(" ".join(essay.text(f"{topic}.{winner}") for topic, winner in ahead.items()))
    duel_table(measured, metrics, essay.text)
    st.caption(essay.text("table_help", percent=f"{TIE_PERCENT:g}", most=most))
    essay.verdict(evenly_seen(metrics, classes))


def draw(moment: Moment[WalkSpec]) -> None:
    pad(moment)
    left, right = st.columns(2, gap="large")
    with left:
        parts(moment)
    with right:
        shares(moment)
    histograms(moment)
    evidence(moment)


essay.claim()
essay.prediction(("ae", "vae", "both", "neither"))
essay.experiment()
chosen, _ = usable(settings(WalkSpec, MAIN, MORE))
moment = stage(chosen, draw)
essay.try_this(4)
essay.script(chosen, moment)
