"""The lesson's view with a colour photo: noisy and cleaned under one divider, close up, measured.

The page calls `photo_question` where it asks for a guess, `photo_part` inside the stage, and below
it `photo_upload` and `photo_try_this`, all only while the view is `photo`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from html import escape

import numpy as np
import numpy.typing as npt
import streamlit as st

from explorer.analysis.quality_frames import psnr_history, quality_scores
from explorer.charts.denoisers import psnr_curve, quality_bars
from explorer.charts.photos import close_up, jpeg_uri
from explorer.data.patches import PATCH
from explorer.data.photos import PHOTO_SIDE, as_jpeg, as_pixels, from_jpeg, photo
from explorer.lessons.photo_denoising import (
    PHOTO_METHODS,
    PHOTO_STANDARDS,
    PhotoTask,
    cleaned_with,
    held_against_standards,
    other_photo,
    photo_quality,
    photo_task,
    sample_task,
)
from explorer.specs import DenoisingSpec
from explorer.ui.charts import show_chart
from explorer.ui.controls import Field
from explorer.ui.denoising import denoiser_labels
from explorer.ui.divider import DividerLabels, divider
from explorer.ui.essay import Essay
from explorer.ui.session import memory
from explorer.ui.stage import Moment
from explorer.ui.uploads import upload_picture

Bytes = npt.NDArray[np.uint8]

SHOWN = ("noisy", *PHOTO_METHODS)
# Noise is what JPEG cannot pack. It travels with every look at a run, and looks the same at this.
NOISE_QUALITY = 60
# Where there is something to see close up, as shares of height and width.
PLACES = {"china": (0.12, 0.27), "flower": (0.45, 0.62)}
MIDDLE = (0.5, 0.5)
_TASK = "own_photo_task"  # what the page remembers of the reader's own photo

_STYLE = """<style>
.close{display:grid;grid-template-columns:repeat(6,1fr);gap:.8rem}
@media(max-width:900px){.close{grid-template-columns:repeat(3,1fr)}}
.close figure{margin:0}.close img{width:100%;display:block;image-rendering:pixelated;
border-radius:3px}.close figcaption{line-height:1.3;padding-top:.3rem;word-break:keep-all}
.whole img{width:100%;height:auto;display:block;border-radius:3px}
</style>"""


def photo_question(essay: Essay) -> None:
    """The reader's guess: how will a net do that has never seen this photo?"""
    _own_words(essay).prediction(("better", "same", "worse"), "prediction_photo")


def photo_part(essay: Essay, moment: Moment[DenoisingSpec]) -> None:
    """The photo at this moment of the training, and every method beside the net."""
    words, spec = _own_words(essay), moment.spec
    task = sample_task(spec)
    cleaned = moment.snapshot.arrays["cleaned"]
    left, right = st.columns([2, 1], gap="large")
    with left:
        _divided(words, spec, task, cleaned, "denoising.photo.divider")
    with right:
        st.markdown(f"**{words.text('original')}**")
        _whole(spec.photo, words.text("original_alt"))
        st.markdown(f"**{words.text('learnt_from')}**")
        _whole(other_photo(spec.photo), words.text("learnt_from_alt"))
    _close_ups(words, task, from_jpeg(cleaned), PLACES[spec.photo])
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**{words.text('psnr_chart')}**")
        curves = {method: words.text(method) for method in PHOTO_METHODS}
        labels = denoiser_labels(words, curves, "psnr_chart_alt")
        show_chart(psnr_curve, psnr_history(moment.history, curves), labels, "denoising.photo.psnr")
    with right:
        _bars(words, moment.snapshot.metrics, "denoising.photo.bars")
    _evidence(words, moment)


def photo_upload(essay: Essay, moment: Moment[DenoisingSpec] | None) -> None:
    """A photo of the reader's own, cleaned with the net of this moment."""
    words = _own_words(essay)
    st.subheader(words.text("own.title"), anchor="own")
    st.markdown(words.text("own.about"))
    pixels = upload_picture(
        words.text("own.label"), lesson=essay.slug, key="photo", longest_side=PHOTO_SIDE
    )
    if moment is None or moment.spec.experiment != "photo":
        st.info(words.text("own.nothing_trained"))
    elif pixels is None:
        memory().lesson(essay.slug).notes.pop(_TASK, None)
        st.caption(words.text("own.first"))
    elif not moment.snapshot.weights:
        st.info(words.text("own.older_moment"))
    else:
        _own_photo(words, moment, pixels)


def photo_try_this(essay: Essay) -> None:
    """Things to try with a photo."""
    _own_words(essay).try_this(5)


def _own_words(essay: Essay) -> Essay:
    """This view's texts stand in a file of their own."""
    return Essay("photo_denoising", essay.slug)


def _own_photo(words: Essay, moment: Moment[DenoisingSpec], pixels: Bytes) -> None:
    task = _remembered_task(words.slug, pixels, moment.spec)
    cleaned = cleaned_with(moment.snapshot.weights, task, moment.spec)
    metrics = task.metrics | photo_quality(task.clean, {"dae": cleaned})
    left, right = st.columns([3, 2], gap="large")
    with left:
        _divided(words, moment.spec, task, as_jpeg(as_pixels(cleaned)), "denoising.photo.own")
    with right:
        _bars(words, metrics, "denoising.photo.own.bars")
    best = max(PHOTO_STANDARDS, key=lambda name: metrics[f"{name}_psnr"])
    st.markdown(
        words.text(
            "own.gain",
            noisy=f"{metrics['noisy_psnr']:.1f}",
            dae=f"{metrics['dae_psnr']:.1f}",
            best=words.text(best),
            best_psnr=f"{metrics[f'{best}_psnr']:.1f}",
        )
    )
    _close_ups(words, task, as_pixels(cleaned), MIDDLE)


def _remembered_task(slug: str, pixels: Bytes, spec: DenoisingSpec) -> PhotoTask:
    """The task of an uploaded photo, kept with its reader and nowhere else."""
    notes = memory().lesson(slug).notes
    known = notes.get(_TASK)
    key = spec.photo, spec.noise, spec.photo_strength
    if known is None or known[0] is not pixels or known[1] != key:
        notes[_TASK] = known = (pixels, key, photo_task(pixels, spec))
    task: PhotoTask = known[2]
    return task


# The pictures -------------------------------------------------------------------------------------


def _divided(words: Essay, spec: DenoisingSpec, task: PhotoTask, cleaned: Bytes, key: str) -> None:
    """The noisy photo over the cleaned one, which comes as the bytes of a JPEG file."""
    st.markdown(f"**{words.text('divided')}**", help=words.text("divided_help", patch=PATCH))
    noise = Field(DenoisingSpec, "noise").named(spec.noise)
    _, height, width = task.clean.shape
    divider(
        jpeg_uri(as_jpeg(as_pixels(task.noisy), NOISE_QUALITY)),
        jpeg_uri(cleaned),
        width=width,
        height=height,
        labels=DividerLabels(
            before=words.text("noisy"),
            after=words.text("cleaned"),
            before_alt=words.text("noisy_alt", noise=noise, strength=f"{spec.photo_strength:g}"),
            after_alt=words.text("cleaned_alt"),
            handle=words.text("handle"),
        ),
        key=key,
    )


def _whole(name: str, alt: str) -> None:
    st.html(f'{_STYLE}<div class="whole"><img src="{_photo_uri(name)}" alt="{escape(alt)}"></div>')


@lru_cache
def _photo_uri(name: str) -> str:
    return jpeg_uri(as_jpeg(photo(name)))


def _close_ups(words: Essay, task: PhotoTask, cleaned: Bytes, place: tuple[float, float]) -> None:
    """The same part of the photo by every method, and of the original."""
    st.markdown(f"**{words.text('close')}**")
    planes = {"noisy": task.noisy, **task.cleaned, "original": task.clean}
    pixels = {name: as_pixels(plane) for name, plane in planes.items()} | {"dae": cleaned}
    figures = "".join(
        f'<figure><img src="{jpeg_uri(as_jpeg(close_up(pixels[name], place)))}" '
        f'alt="{escape(words.text("close_alt", method=words.text(name)))}">'
        f"<figcaption>{escape(words.text(name))}</figcaption></figure>"
        for name in (*SHOWN, "original")
    )
    st.html(f'{_STYLE}<div class="close">{figures}</div>')


# The numbers --------------------------------------------------------------------------------------


def _bars(words: Essay, metrics: Mapping[str, float], key: str) -> None:
    st.markdown(f"**{words.text('bars_chart')}**", help=words.text("bars_help"))
    bars = {method: words.text(method) for method in SHOWN}
    labels = denoiser_labels(words, bars, "bars_chart_alt")
    show_chart(quality_bars, quality_scores(metrics, bars), labels, key)


def _evidence(words: Essay, moment: Moment[DenoisingSpec]) -> None:
    metrics = moment.snapshot.metrics
    words.evidence(
        step=f"{moment.snapshot.step:,}",
        components=f"{metrics['pca_components']:.0f}",
        side=f"{metrics['median_side']:.0f}",
        **{method: f"{metrics[f'{method}_psnr']:.1f}" for method in SHOWN},
        **{f"{name}_ssim": f"{metrics[f'{name}_ssim']:.2f}" for name in ("noisy", "ridge", "dae")},
    )
    words.verdict(held_against_standards(metrics), "prediction_photo")
