"""The thirteen lessons in order, and the one door through which their runs start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from explorer.data.pictures import PictureSet, load_pictures
from explorer.lessons.attention import AttentionExperiment, attention_data, examine_attention
from explorer.lessons.autoencoder_anatomy import AnatomyExperiment
from explorer.lessons.copying_and_constraints import copying_experiment
from explorer.lessons.denoising import denoising_experiment
from explorer.lessons.evidence_and_culprit import EvidenceExperiment
from explorer.lessons.forgetting import examine, forgetting_data, forgetting_experiment
from explorer.lessons.gradient_descent import examine_gradient, gradient_experiment
from explorer.lessons.latent_walk import WalkExperiment
from explorer.lessons.latents_and_pca import latents_experiment
from explorer.lessons.pixels_and_neurons import pixels_experiment
from explorer.lessons.seq2seq_steps import StepsExperiment, examine_steps, steps_data
from explorer.lessons.shared_meaning import (
    MeaningExperiment,
    examine_meaning,
    meaning_data,
)
from explorer.lessons.stacked_features import stacked_experiment
from explorer.specs import (
    AnatomySpec,
    AttentionSpec,
    CopyingSpec,
    DenoisingSpec,
    EvidenceSpec,
    ForgettingSpec,
    GradientSpec,
    LatentsSpec,
    MeaningSpec,
    PictureSpec,
    PixelsSpec,
    Spec,
    StackedSpec,
    StepsSpec,
    WalkSpec,
)
from explorer.training.checkpoints import fingerprint
from explorer.training.devices import on_device
from explorer.training.loop import Clock, Experiment, Snapshot, train

Material = PictureSet | torch.device
"""What a run learns from: pictures that must be at hand, or the device on which it makes its own
sequences."""


def material(spec: Spec, data_dir: Path | None, device: torch.device) -> Material:
    """What the run of a spec learns from, on `device`; DataError when it cannot be had."""
    if isinstance(spec, PictureSpec):
        return load_pictures(spec.dataset, data_dir, device)
    return device


def _of_pictures(spec: PictureSpec, data_dir: Path | None) -> str:
    return fingerprint(load_pictures(spec.dataset, data_dir))


@dataclass(frozen=True)
class Lesson:
    """One page of the course, the settings of its runs, and how one of them begins.

    `data` gives a sha256 of what a spec's run learns from, to tell whether two runs saw the same;
    DataError when it cannot be had. `examine` measures what is measured once, when a run stands
    still: metrics from the weights of its newest moment. `needs` are the slugs of the lessons that
    it builds on.
    """

    slug: str
    part: str
    emoji: str
    spec: type[Spec]
    begin: Callable[[Any, Any], Experiment]
    data: Callable[[Any, Path | None], str] = _of_pictures
    examine: Callable[[Any, Snapshot], Mapping[str, float]] | None = None
    needs: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """The page's path below `pages/`, which is also the stem of its texts."""
        return f"{self.part}/{self.stem}.py"

    @property
    def stem(self) -> str:
        return self.slug.replace("-", "_")


COURSE = (
    Lesson("pixels-and-neurons", "learning", "🔍", PixelsSpec, pixels_experiment),
    Lesson(
        "gradient-descent",
        "learning",
        "⛰️",
        GradientSpec,
        gradient_experiment,
        examine=examine_gradient,
        needs=("pixels-and-neurons",),
    ),
    Lesson(
        "autoencoder-anatomy",
        "autoencoders",
        "⏳",
        AnatomySpec,
        AnatomyExperiment,
        needs=("pixels-and-neurons", "gradient-descent"),
    ),
    Lesson(
        "evidence-and-culprit",
        "autoencoders",
        "🕵️",
        EvidenceSpec,
        EvidenceExperiment,
        needs=("autoencoder-anatomy",),
    ),
    Lesson(
        "latents-and-pca",
        "autoencoders",
        "🗺️",
        LatentsSpec,
        latents_experiment,
        needs=("autoencoder-anatomy",),
    ),
    Lesson(
        "latent-walk",
        "autoencoders",
        "🚶",
        WalkSpec,
        WalkExperiment,
        needs=("latents-and-pca",),
    ),
    Lesson(
        "denoising",
        "autoencoders",
        "🧹",
        DenoisingSpec,
        denoising_experiment,
        needs=("autoencoder-anatomy",),
    ),
    Lesson(
        "copying-and-constraints",
        "autoencoders",
        "🪞",
        CopyingSpec,
        copying_experiment,
        needs=("autoencoder-anatomy", "denoising"),
    ),
    Lesson(
        "stacked-features",
        "autoencoders",
        "🧱",
        StackedSpec,
        stacked_experiment,
        needs=("autoencoder-anatomy",),
    ),
    Lesson(
        "seq2seq-steps",
        "sequences",
        "👣",
        StepsSpec,
        StepsExperiment,
        steps_data,
        examine_steps,
        needs=("gradient-descent", "autoencoder-anatomy"),
    ),
    Lesson(
        "forgetting",
        "sequences",
        "🌫️",
        ForgettingSpec,
        forgetting_experiment,
        forgetting_data,
        examine,
        needs=("seq2seq-steps",),
    ),
    Lesson(
        "attention",
        "sequences",
        "🔦",
        AttentionSpec,
        AttentionExperiment,
        attention_data,
        examine_attention,
        needs=("forgetting",),
    ),
    Lesson(
        "shared-meaning",
        "sequences",
        "🤝",
        MeaningSpec,
        MeaningExperiment,
        meaning_data,
        examine_meaning,
        needs=("autoencoder-anatomy", "seq2seq-steps"),
    ),
)
PARTS = ("learning", "autoencoders", "sequences")
LESSONS = {lesson.slug: lesson for lesson in COURSE}


def begin(spec: Spec, learns_from: Material) -> Experiment:
    """The experiment of a spec before its first step, on the device of what it learns from."""
    return LESSONS[spec.lesson].begin(spec, learns_from)


def data_of(spec: Spec, data_dir: Path | None = None) -> str:
    """The sha256 of what the run of a spec learns from; DataError when it cannot be had."""
    return LESSONS[spec.lesson].data(spec, data_dir)


def examined(spec: Spec, final: Snapshot) -> Mapping[str, float]:
    """What is measured once at the end of a run, beside the metrics of its snapshots."""
    examine = LESSONS[spec.lesson].examine
    return examine(spec, final) if examine is not None else {}


def snapshots(
    spec: Spec, clock: Clock, *, device: str = "auto", data_dir: Path | None = None
) -> Iterator[Snapshot]:
    """The run of a spec, from the data to its last snapshot; a generator, nothing happens before.

    Raises DataError or DeviceError when the data or the device cannot be had.
    """
    return on_device(
        device,
        lambda where: train(begin(spec, material(spec, data_dir, where)), spec.budget, clock),
    )
