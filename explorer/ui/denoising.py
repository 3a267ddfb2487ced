"""Denoisers on the page: side by side, noises crossed, and the reader's own picture."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import streamlit as st

from explorer.analysis.crossing import crossing
from explorer.analysis.quality_frames import noise_matrix, psnr_history, quality_scores
from explorer.charts.denoisers import DenoiserLabels, psnr_curve, quality_bars
from explorer.charts.noise_matrix import MatrixLabels, noise_heatmap
from explorer.charts.pictures import error_row, ink_row
from explorer.data.exhibit import as_bytes, exhibit
from explorer.data.noise import NOISES
from explorer.data.pictures import PictureSet
from explorer.data.scans import scanned
from explorer.errors import UploadError
from explorer.lessons.cleaning import METHODS, SSIM_PICTURES, Outcome, outcome, own_outcome
from explorer.lessons.denoising import MATRIX_EXAMPLES, matrix_noise
from explorer.specs import DenoisingSpec
from explorer.ui.charts import show_chart
from explorer.ui.controls import Field
from explorer.ui.datasets import pictures_of
from explorer.ui.drawing import drawing_pad
from explorer.ui.essay import Essay
from explorer.ui.language import said
from explorer.ui.pictures import Strip, picture_rows
from explorer.ui.stage import Moment
from explorer.ui.uploads import upload_picture

Floats = npt.NDArray[np.float32]

SHOWN = ("noisy", *METHODS)
_STYLE = """<style>
.cleaned{display:grid;grid-template-columns:max-content minmax(0,1fr) minmax(0,1fr);
gap:.4rem 1rem;align-items:center;line-height:1.2}
.cleaned img{width:100%;display:block;image-rendering:pixelated;border-radius:2px}
@media(max-width:640px){.cleaned{grid-template-columns:minmax(0,1fr)}
.cleaned b:first-child{display:none}.cleaned span{margin-top:.3rem}}
.methods{display:grid;grid-template-columns:repeat(auto-fill,minmax(7.5rem,1fr));gap:.8rem}
.methods figure{margin:0}.methods img{width:100%;display:block;image-rendering:pixelated;
border:1px solid #80808080;border-radius:3px}.methods figcaption{line-height:1.3;padding-top:.3rem;
word-break:keep-all}
</style>"""


class Disturbance(NamedTuple):
    """A noise and how strong it is."""

    noise: str
    strength: float


def _named(noise: str) -> str:
    return Field(DenoisingSpec, "noise").named(noise)


def other_noise(essay: Essay, spec: DenoisingSpec) -> Disturbance | None:
    """The noise of the test if the reader has switched on another than the training's, else None.

    It is no part of the run: the same nets are looked at, nothing is trained anew.
    """
    help_text = essay.text("test.help")
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        if not st.toggle(essay.text("test.other"), key="denoising.test.other", help=help_text):
            return None
        noise = st.selectbox(
            essay.text("test.noise"),
            list(NOISES),
            index=list(NOISES).index("gaussian" if spec.noise == "masking" else "masking"),
            format_func=_named,
            key=f"denoising.test.noise.{essay.say.language}",
            width=260,
        )
        strength = st.slider(
            essay.text("test.strength"), 0.0, 1.0, 0.5, 0.05, key="denoising.test.strength"
        )
    return Disturbance(noise, strength)


# Side by side -------------------------------------------------------------------------------------


def pictures_part(essay: Essay, moment: Moment[DenoisingSpec], other: Disturbance | None) -> None:
    """All methods on the test pictures, under the training's noise or the `other`."""
    spec, pictures = moment.spec, pictures_of(moment.spec)
    own = Disturbance(spec.noise, spec.strength)
    other = None if other == own else other
    test = outcome(spec, pictures, moment.snapshot, *(other or own))
    if test is None:
        st.info(essay.text("older_moment"))
        other, test = None, outcome(spec, pictures, moment.snapshot, *own)
    assert test is not None, "under the noise of the training there is always something to show"
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**{essay.text('psnr_chart', **_words(own))}**")
        curves = {method: essay.text(f"short.{method}") for method in METHODS}
        labels = denoiser_labels(essay, curves, "psnr_chart_alt")
        show_chart(psnr_curve, psnr_history(moment.history, curves), labels, "denoising.psnr")
    with right:
        st.markdown(f"**{essay.text('bars_chart', **_words(other or own))}**", help=_means(essay))
        bars = {method: essay.text(method) for method in SHOWN}
        labels = denoiser_labels(essay, bars, "bars_chart_alt")
        show_chart(quality_bars, quality_scores(test.metrics, bars), labels, "denoising.bars")
    _rows(essay, pictures, test)
    _evidence(essay, moment, test, other)


def _words(disturbance: Disturbance) -> dict[str, str]:
    return {"noise": _named(disturbance.noise), "strength": f"{disturbance.strength:g}"}


def _means(essay: Essay) -> str:
    return essay.text("bars_help", pictures=SSIM_PICTURES)


def denoiser_labels(essay: Essay, methods: dict[str, str], alt: str) -> DenoiserLabels:
    """The words of either chart for `methods`, name → word; `alt` is the key of its alt text."""
    return DenoiserLabels(
        methods=tuple(methods.items()),
        step=essay.text("step_axis"),
        psnr=essay.text("psnr_axis"),
        ssim="SSIM",
        description=essay.text(alt),
    )


def _rows(essay: Essay, pictures: PictureSet, test: Outcome) -> None:
    """One picture of each class: what each method makes of it, and where that is wrong."""
    shown, size = exhibit(pictures), (pictures.height, pictures.width)
    originals = as_bytes(shown.x[shown.examples])
    alt = essay.text("original_alt", classes=", ".join(pictures.classes))
    cells = [
        f"<b></b><b>{escape(essay.text('outputs'))}</b><b>{escape(essay.text('errors'))}</b>",
        f"<span>{escape(essay.text('original'))}</span>{_image(ink_row(originals, *size), alt)}",
        f"<small>{escape(essay.text('error_key'))}</small>",
    ]
    for method in SHOWN:
        name, row = essay.text(method), test.rows[method]
        cleaned_alt = essay.text("cleaned_alt", method=name)
        errors_alt = essay.text("errors_alt", method=name)
        cells += [
            f"<span>{escape(essay.text(f'short.{method}'))}</span>",
            _image(ink_row(row, *size), cleaned_alt),
            _image(error_row(originals, row, *size), errors_alt),
        ]
    st.html(f'{_STYLE}<div class="cleaned">{"".join(cells)}</div>')


def _image(source: str, alt: str) -> str:
    return f'<img src="{source}" alt="{escape(alt)}">'


def _evidence(
    essay: Essay, moment: Moment[DenoisingSpec], test: Outcome, other: Disturbance | None
) -> None:
    metrics = moment.snapshot.metrics
    psnrs = {method: metrics[f"{method}_psnr"] for method in SHOWN}
    best = max(METHODS, key=psnrs.__getitem__)
    essay.evidence(
        "notice_ahead" if best == "dae" else "notice_behind",
        components=f"{metrics['pca_components']:.0f}",
        median_filter=_median_words(essay, metrics),
        best=essay.text(best),
        margin=f"{abs(psnrs['dae'] - psnrs['ridge']):.1f}",
        **{name: f"{psnrs[name]:.1f}" for name in SHOWN if name != "median"},
    )
    if other is not None:
        now = {method: test.metrics[f"{method}_psnr"] for method in SHOWN}
        st.markdown(
            essay.text(
                "notice_other_harm" if now["dae"] < now["noisy"] else "notice_other",
                own=f"{psnrs['dae']:.1f}",
                dae=f"{now['dae']:.1f}",
                noisy=f"{now['noisy']:.1f}",
                best=essay.text(max(METHODS, key=now.__getitem__)),
                **_words(other),
            )
        )
    essay.verdict(best)


def _median_words(essay: Essay, metrics: Mapping[str, float]) -> str:
    """A filter of one pixel, which leaves all as it is, was chosen because none does any good."""
    side, psnr = metrics["median_side"], f"{metrics['median_psnr']:.1f}"
    return essay.text("median_none" if side == 1 else "median_some", side=f"{side:.0f}", psnr=psnr)


# Noises crossed -----------------------------------------------------------------------------------


def matrix_part(essay: Essay, moment: Moment[DenoisingSpec]) -> None:
    """A net for each noise on every noise: numbers, pictures, and what to notice."""
    words = {noise: _named(noise) for noise in NOISES}
    metrics = moment.snapshot.metrics
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**{essay.text('matrix_chart')}**")
        labels = MatrixLabels(
            trained=essay.text("trained_axis"),
            tested=essay.text("tested_axis"),
            psnr=essay.text("psnr_axis"),
            gain=essay.text("gain"),
            noises=tuple(words.values()),
            untreated=essay.text("untreated"),
            description=essay.text("matrix_chart_alt"),
        )
        frame = noise_matrix(metrics, words, essay.text("untreated"))
        show_chart(noise_heatmap, frame, labels, "denoising.matrix")
        st.caption(essay.text("matrix_key", pictures=f"{metrics['test_pictures']:.0f}"))
    with right:
        st.markdown(f"**{essay.text('matrix_pictures')}**")
        _matrix_rows(essay, moment, words)
    found = crossing(metrics)
    worst = {"trained": words[found.worst_trained], "tested": words[found.worst_tested]}
    essay.evidence(
        "notice_matrix_harm" if found.worst_gain < 0 else "notice_matrix",
        wins=found.wins,
        noises=len(words),
        loss=f"{abs(found.worst_gain):.1f}",
        **worst,
    )
    essay.verdict(found.masking_on_gaussian, "prediction_matrix")


def _matrix_rows(essay: Essay, moment: Moment[DenoisingSpec], words: dict[str, str]) -> None:
    pictures = pictures_of(moment.spec)
    size = pictures.height, pictures.width
    tested_on = ", ".join(words.values())
    noisy = matrix_noise(pictures, moment.spec.strength)
    strips = [Strip(essay.text("noisy"), ink_row(noisy, *size), essay.text("matrix_noisy_alt"))]
    for trained, word in words.items():
        row = ink_row(moment.snapshot.arrays[f"{trained}_cleaned"], *size)
        strips.append(Strip(word, row, essay.text("matrix_row_alt", trained=word)))
    picture_rows(strips)
    st.caption(essay.text("matrix_rows_key", noises=tested_on, each=MATRIX_EXAMPLES))


# The reader's own picture -------------------------------------------------------------------------


def own_picture(
    essay: Essay, moment: Moment[DenoisingSpec] | None, other: Disturbance | None
) -> None:
    """Draw or upload one, and see what each method makes of it under the noise of the test."""
    st.subheader(essay.text("own.title"), anchor="own")
    if moment is None:
        st.info(essay.text("own.nothing_trained"))
        return
    pictures = pictures_of(moment.spec)
    way = st.segmented_control(
        essay.text("own.title"),
        ("draw", "upload"),
        default="draw",
        format_func=lambda name: essay.text(f"own.{name}"),
        key="denoising.own.way",
        label_visibility="collapsed",
        required=True,
    )
    if way == "upload":
        own = _uploaded(essay, pictures)
    else:
        own = drawing_pad(pictures, key="denoising.own.pad")
    if own is None:
        st.info(essay.text(f"own.{way}_first"))
    elif not moment.snapshot.weights:
        st.info(essay.text("older_moment"))
    else:
        _own_methods(essay, moment, own, other)


def _uploaded(essay: Essay, pictures: PictureSet) -> Floats | None:
    """(pixels,) of the picture that the reader brought; None without one, or if it is refused."""
    st.caption(essay.text("own.about"))
    rgb = upload_picture(essay.text("own.file"), lesson=essay.slug, key="picture")
    try:
        return scanned(rgb, pictures) if rgb is not None else None
    except UploadError as refusal:
        st.error(said(refusal))
        return None


def _own_methods(
    essay: Essay, moment: Moment[DenoisingSpec], own: Floats, other: Disturbance | None
) -> None:
    spec, pictures = moment.spec, pictures_of(moment.spec)
    size = pictures.height, pictures.width
    noise = other or Disturbance(spec.noise, spec.strength)
    test = own_outcome(spec, pictures, moment.snapshot.weights, own, *noise)
    st.markdown(f"**{essay.text('own.result', **_words(noise))}**")
    figures = "".join(
        f'<figure><img src="{ink_row(test.rows[method], *size)}" '
        f'alt="{escape(essay.text("own.cleaned_alt", method=essay.text(method)))}">'
        f"<figcaption>{escape(essay.text(method))}<br>"
        f"<b>{test.metrics[f'{method}_psnr']:.1f} dB</b></figcaption></figure>"
        for method in SHOWN
    )
    st.html(f'{_STYLE}<div class="methods">{figures}</div>')
