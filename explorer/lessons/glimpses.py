"""One real picture of each lesson, for the home page: from its checkpoint, or simply computed.

A glimpse is data; `explorer.charts.glimpses` draws it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from explorer.data.exhibit import as_bytes, exhibit
from explorer.data.foreign import inputs_of_each_kind
from explorer.data.pairs import corpus
from explorer.data.photos import photo
from explorer.data.pictures import PictureSet, load_pictures
from explorer.errors import CheckpointError
from explorer.lessons.autoencoder_anatomy import widths
from explorer.lessons.cleaning import noisy_exhibit
from explorer.lessons.course import LESSONS
from explorer.lessons.shelf import path_for
from explorer.models.vae import VariationalAutoencoder
from explorer.specs import (
    AnatomySpec,
    AttentionSpec,
    CopyingSpec,
    DenoisingSpec,
    EvidenceSpec,
    ForgettingSpec,
    LatentsSpec,
    MeaningSpec,
    StackedSpec,
    StepsSpec,
    WalkSpec,
)
from explorer.training.checkpoints import Checkpoint, load

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

SHOWN = 8  # pictures in a row
POINTS = 200  # on a map: enough to see its shape
START, TARGET, LEARNING_RATE = 1.0, 2.0, 5.0  # of the step that is too long
WAY = ("0", "2", "8", "1")  # the digits that the walk passes
PACES = 3  # pictures from one of them to the next
PHOTO = "china"


@dataclass(frozen=True, eq=False)
class Inked:
    """Rows of grey pictures, 255 is ink."""

    rows: tuple[Bytes, ...]  # (n, height·width) each
    height: int
    width: int


@dataclass(frozen=True, eq=False)
class Planes:
    """A colour photo, of which each plane can be shown alone."""

    pixels: Bytes  # (H, W, 3)


@dataclass(frozen=True)
class Leap:
    """One step of gradient descent on the bowl ½·(x − target)²."""

    start: float
    target: float
    landing: float


@dataclass(frozen=True)
class Waist:
    """The widths of all layers, from pixels to pixels."""

    widths: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Maps:
    """Planes of points side by side; points of one group have one colour."""

    points: tuple[Floats, ...]  # (N, 2) each
    groups: tuple[npt.NDArray[np.int64], ...]  # (N,) each
    languages: bool = False  # the groups are languages, not classes


@dataclass(frozen=True)
class Sayings:
    """What was read, and what was said to it."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Falling:
    """A share 0…1 for each length from 1 on."""

    shares: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Cells:
    """A map of weights 0…1."""

    shares: Floats  # (rows, columns)


Glimpse = Inked | Planes | Leap | Waist | Maps | Sayings | Falling | Cells


@dataclass(frozen=True, eq=False)
class Film:
    """A net's pictures of the same digits, at each moment that was kept of its training."""

    originals: Inked
    moments: tuple[Bytes, ...]  # (n, pixels) each
    steps: tuple[int, ...]
    pixels: int
    latent_dim: int


@cache
def glimpse(slug: str) -> Glimpse | None:
    """The picture of a lesson; None if its checkpoint cannot be read, which its page explains."""
    if slug in _COMPUTED:
        return _COMPUTED[slug]()
    found = _default(slug) if slug in _SEEN else None
    return _SEEN[slug](found) if found is not None else None


@cache
def training_film() -> Film | None:
    """How the autoencoder of the third lesson learnt its ten digits; None without a checkpoint."""
    found = _default(AnatomySpec.lesson)
    if found is None:
        return None
    pictures, moments = _pictures(), found.timeline.snapshots()
    return Film(
        originals=Inked(
            (as_bytes(exhibit(pictures).x[exhibit(pictures).examples]),),
            pictures.height,
            pictures.width,
        ),
        moments=tuple(moment.arrays["reconstructions"] for moment in moments),
        steps=tuple(moment.step for moment in moments),
        pixels=pictures.pixels,
        latent_dim=AnatomySpec().latent_dim,
    )


def _default(slug: str) -> Checkpoint[Any] | None:
    spec_type = LESSONS[slug].spec
    try:
        return load(path_for(spec_type()), spec_type)
    except CheckpointError:
        return None


def _pictures() -> PictureSet:
    return load_pictures(_DATASET)


def _inked(*rows: Bytes) -> Inked:
    pictures = _pictures()
    return Inked(tuple(row[:SHOWN] for row in rows), pictures.height, pictures.width)


def _final(checkpoint: Checkpoint[Any]) -> dict[str, npt.NDArray[Any]]:
    newest = checkpoint.timeline.newest
    assert newest is not None, "a checkpoint has at least one snapshot"
    return dict(newest.arrays)


# One for each lesson ------------------------------------------------------------------------------


def _photo() -> Planes:
    return Planes(photo(PHOTO))


def _leap() -> Leap:
    return Leap(START, TARGET, START - LEARNING_RATE * (START - TARGET))


def _waist() -> Waist:
    down = widths(AnatomySpec(), _pictures().pixels)
    return Waist((*down, *down[-2::-1]))


def _culprits(found: Checkpoint[EvidenceSpec]) -> Inked:
    decoder = torch.from_numpy(_final(found)["decoder"])  # (pixels, classes)
    return _inked(as_bytes(decoder.T))


def _maps(found: Checkpoint[LatentsSpec]) -> Maps:
    arrays, labels = _final(found), exhibit(_pictures()).labels[:POINTS]
    planes = tuple(arrays[f"{method}_plane"][:POINTS] for method in ("pca", "deep"))
    return Maps(planes, (labels, labels))


@torch.inference_mode()
def _walk(found: Checkpoint[WalkSpec]) -> Inked:
    """What the VAE decodes on straight lines between the codes of one test picture each of WAY."""
    pictures, spec = _pictures(), found.spec
    layers = (pictures.pixels, *spec.hidden_widths, spec.latent_dim)
    vae = VariationalAutoencoder(layers, spec.activation, torch.Generator())
    own = {name.removeprefix("vae."): value for name, value in found.weights.items()}
    vae.load_state_dict({name: own[name] for name in vae.state_dict()})
    codes = torch.from_numpy(_final(found)["vae_codes"])[exhibit(pictures).examples]
    stops = [codes[pictures.classes.index(name)] for name in WAY]
    shares = torch.arange(PACES)[:, None] / PACES
    legs = [a + (b - a) * shares for a, b in pairwise(stops)]
    path = torch.cat([*legs, stops[-1][None]])  # ((stops − 1) · PACES + 1, latent_dim)
    return Inked((as_bytes(vae.decode(path)),), pictures.height, pictures.width)


def _cleaned(found: Checkpoint[DenoisingSpec]) -> Inked:
    pictures, spec = _pictures(), found.spec
    noisy = noisy_exhibit(pictures, spec.noise, spec.strength)[exhibit(pictures).examples]
    return _inked(as_bytes(torch.from_numpy(noisy)), _final(found)["dae_cleaned"])


def _copies(found: Checkpoint[CopyingSpec]) -> Inked:
    shown, arrays = exhibit(_pictures()), _final(found)
    asked = as_bytes(inputs_of_each_kind(shown.x)["shuffled"][shown.examples])
    return _inked(asked, *(arrays[f"{net}.shuffled"] for net in ("overcomplete", "undercomplete")))


def _patterns(found: Checkpoint[StackedSpec]) -> Inked:
    arrays = _final(found)
    depth = len(found.spec.hidden_widths)
    return _inked(*(arrays[f"patterns_{layer}"] for layer in range(1, depth + 1)))


def _sayings(found: Checkpoint[StepsSpec]) -> Sayings:
    pairs, arrays = corpus(found.spec.corpus, found.spec.pairs), _final(found)
    rows = zip(arrays["src"].tolist(), arrays["said"].tolist(), strict=True)
    said = [(pairs.source_text(src), pairs.target_text(answer)) for src, answer in rows]
    return Sayings(tuple(said[:3]))


def _falling(found: Checkpoint[ForgettingSpec]) -> Falling:
    lengths = range(1, found.spec.max_length + 1)
    return Falling(tuple(found.metrics[f"token_accuracy_by_length.{n}"] for n in lengths))


def _looks(found: Checkpoint[AttentionSpec]) -> Cells:
    return Cells(_final(found)["looks"])


def _meanings(found: Checkpoint[MeaningSpec]) -> Maps:
    places = _final(found)["map"]  # (languages, N, 2)
    groups = np.repeat(np.arange(len(places)), places.shape[1])
    return Maps((places.reshape(-1, 2),), (groups,), languages=True)


_DATASET = "digits"  # on which all checkpoints were trained that know pictures
_COMPUTED: dict[str, Callable[[], Glimpse]] = {
    "pixels-and-neurons": _photo,
    "gradient-descent": _leap,
    AnatomySpec.lesson: _waist,
}
_SEEN: dict[str, Callable[[Any], Glimpse]] = {
    EvidenceSpec.lesson: _culprits,
    LatentsSpec.lesson: _maps,
    WalkSpec.lesson: _walk,
    DenoisingSpec.lesson: _cleaned,
    CopyingSpec.lesson: _copies,
    StackedSpec.lesson: _patterns,
    StepsSpec.lesson: _sayings,
    ForgettingSpec.lesson: _falling,
    AttentionSpec.lesson: _looks,
    MeaningSpec.lesson: _meanings,
}
