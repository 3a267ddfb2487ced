"""The latent pad: two nets' codes under one pointer, decoded in the reader's own browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import streamlit as st

from explorer.charts.palette import CLASSES, EMPTY
from explorer.models.layers import ACTIVATIONS
from explorer.text import Catalogue
from explorer.ui.language import say
from explorer.ui.parcels import (
    Parcel,
    album,
    fingerprint,
    floats,
    message,
    opener,
    program_parcel,
    wished,
)

MOST_POINTS = 2000

# In this order each needs only those before it.
PARTS = (
    "shared/activations",
    "decoder",
    "chance",
    "codes",
    "views",
    "raster",
    "plane",
    "panels",
    "stock",
    "show",
    "pad",
)
HINTS = {2: "hint", 3: "hint_3d"}
KEYS = {2: "flat", 3: "deep"}

_mount = st.components.v2.component("latent_pad", js=opener("latent_pad"))

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class PadModel:
    """One net as the pad shows it; `vae` is the name whose grid follows the prior's quantiles."""

    name: str
    label: str
    codes: npt.NDArray[np.float32]
    """(M, latent_dim), latent_dim 2 or 3, M ≤ MOST_POINTS; for a VAE the posterior means."""
    decoder: Sequence[tuple[npt.NDArray[np.floating], npt.NDArray[np.floating]]]
    """Weight (out, in) and bias (out,) of each layer from the code to the pixels. Hidden layers
    have the pad's activation, and the last one a sigmoid unless that is the identity. Empty: this
    moment cannot be decoded."""

    @property
    def widths(self) -> list[int]:
        """Units from the code to the pixels; only those of the code if it cannot be decoded."""
        return [self.codes.shape[1], *(weight.shape[0] for weight, _ in self.decoder)]


def latent_pad(
    models: Sequence[PadModel],
    *,
    step: int,
    labels: npt.NDArray[np.int64],
    classes: Sequence[str],
    pictures: npt.NDArray[np.uint8],
    height: int,
    width: int,
    activation: str,
    key: str,
) -> None:
    """Draw the pad of `models` after `step` steps, for the same M test pictures.

    `labels` (M,) index `classes`; `pictures` (M, height·width) are ink levels 0…255. While a net
    trains call it again with the same `key`: points glide to their new places, and the reader keeps
    mode, path and cross. Raises ValueError if these contradict each other or hold NaN.
    """
    _check(models, labels, classes, pictures, height * width, activation)
    count, dim = models[0].codes.shape
    header = {
        "key": key,
        "step": int(step),
        "count": count,
        "dim": dim,
        "classes": list(classes),
        "colours": list(CLASSES[: len(classes)]),
        "empty": [int(EMPTY[at : at + 2], 16) for at in (1, 3, 5)],
        "height": int(height),
        "width": int(width),
        "activation": activation,
        "models": [{"name": m.name, "label": m.label, "widths": m.widths} for m in models],
        "words": words(say(), dim),
    }
    blobs = {
        "labels": labels.astype(np.uint8).tobytes(),
        "codes": b"".join(floats(model.codes) for model in models),
    }
    parcels = {
        "program": program_parcel("latent_pad", PARTS),
        "pictures": album(np.ascontiguousarray(pictures).tobytes()),
        "weights": _weights(models),
    }
    _mount(
        key=key,
        data=message(header, blobs, parcels, wished(key)),
        on_wish_change=lambda: None,
    )


def words(text: Catalogue, dim: int) -> dict[str, str]:
    """The pad's words for codes of `dim` numbers, by the names that the drawing knows."""
    prefix = "latent_pad."
    flat = {
        key.removeprefix(prefix): entry
        for key, entry in text.entries.items()
        if key.startswith(prefix) and key.count(".") == 1
    }
    hints = {
        f"hint_{mode}": text(f"{prefix}{HINTS[dim]}.{mode}")
        for mode in ("walk", "path", "samples", "grid")
    }
    return flat | hints | {"keys": text(f"{prefix}keys.{KEYS[dim]}")}


# Checks -----------------------------------------------------------------------------------------


def _check(
    models: Sequence[PadModel],
    labels: npt.NDArray[np.int64],
    classes: Sequence[str],
    pictures: npt.NDArray[np.uint8],
    pixels: int,
    activation: str,
) -> None:
    if not models:
        raise ValueError("a pad without a model")
    if len({model.name for model in models}) < len(models):
        raise ValueError("two models of one name")
    if activation not in ACTIVATIONS:
        raise ValueError(f"no activation {activation!r}")
    if len(classes) > len(CLASSES):
        raise ValueError(f"{len(classes)} classes, but {len(CLASSES)} colours")
    shape = models[0].codes.shape
    if len(shape) != 2 or not 1 <= shape[0] <= MOST_POINTS or shape[1] not in HINTS:
        raise ValueError(f"codes of shape {shape}")
    if labels.shape != (shape[0],) or pictures.shape != (shape[0], pixels):
        raise ValueError(
            f"labels {labels.shape} and pictures {pictures.shape} for {shape[0]} points of"
            f" {pixels} pixels"
        )
    if pictures.dtype != np.uint8:
        raise ValueError(f"pictures of {pictures.dtype}, not ink levels 0…255")
    if not 0 <= labels.min() <= labels.max() < len(classes):
        raise ValueError(f"labels {labels.min()}…{labels.max()} of {len(classes)} classes")
    for model in models:
        _check_model(model, shape, pixels)


def _check_model(model: PadModel, shape: tuple[int, ...], pixels: int) -> None:
    if model.codes.shape != shape:
        raise ValueError(f"{model.name}: codes of shape {model.codes.shape} beside {shape}")
    if not np.isfinite(model.codes).all():
        raise ValueError(f"{model.name}: codes that are not numbers")
    if model.decoder and model.widths[-1] != pixels:
        raise ValueError(f"{model.name}: decodes {model.widths[-1]} pixels, not {pixels}")
    for (weight, bias), fit in zip(model.decoder, pairwise(model.widths), strict=True):
        if weight.shape != fit[::-1] or bias.shape != fit[1:]:
            raise ValueError(
                f"{model.name}: weights {weight.shape} and biases {bias.shape} for {fit}"
            )
        if not (np.isfinite(weight).all() and np.isfinite(bias).all()):
            raise ValueError(f"{model.name}: weights that are not numbers")


# Parcels ----------------------------------------------------------------------------------------


def _weights(models: Sequence[PadModel]) -> Parcel:
    """All decoders, layer after layer; nothing unless each can be decoded or has no decoder."""
    rows = [floats(part) for model in models for layer in model.decoder for part in layer]
    return Parcel(fingerprint(*rows) if rows else "", lambda: b"".join(rows))
