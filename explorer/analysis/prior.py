"""Codes beside their prior N(0, I): how far they reach, and what lives where the prior lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from torch import Tensor

from explorer.analysis.frames import loss_history
from explorer.training.loop import Snapshot

Floats = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]

PRIOR_SAMPLES = 2000
PRIOR_SEED = 0
BINS = 32
PRIOR_REACH = 4.0  # standard deviations of the prior that a histogram shows at least

TIE_PERCENT = 10.0
"""Two nets tie in a measure if they differ by less: three seeds alone moved labels by 5 to 7 %."""
EVEN_SHARE = 0.9
"""Classes are even if their entropy is at least this share of what equal shares would have."""

Net = Literal["ae", "vae"]
NETS: tuple[Net, ...] = ("ae", "vae")


def prior_codes(latent_dim: int, device: torch.device) -> Tensor:
    """(PRIOR_SAMPLES, latent_dim) codes from N(0, I): the same for every run and every device."""
    generator = torch.Generator().manual_seed(PRIOR_SEED)
    return torch.randn(PRIOR_SAMPLES, latent_dim, generator=generator).to(device)


def classes_seen(logits: Tensor) -> Counts:
    """How many rows of (N, classes) logits name each class: (classes,)."""
    counts: Counts = torch.bincount(logits.argmax(dim=1), minlength=logits.shape[1]).cpu().numpy()
    return counts


def entropy_bits(counts: Counts) -> float:
    """The entropy of counted classes in bits: 0 if there is one only, log2 n if n are equal."""
    shares = counts[counts > 0] / counts.sum()
    return float((shares * np.log2(1 / shares)).sum())


def spread(codes: Floats) -> float:
    """The standard deviation of (N, latent_dim) codes: root mean square over the units."""
    return float(np.sqrt(codes.var(axis=0, dtype=np.float64).mean()))


def offset(codes: Floats) -> float:
    """How far the mean of the codes (N, latent_dim) lies from 0 in the unit where it is worst."""
    return float(np.abs(codes.mean(axis=0, dtype=np.float64)).max())


def code_histogram(codes: Floats, units: Sequence[str], prior: str) -> pd.DataFrame:
    """value, height, series: a histogram of each code unit, and the density of N(0, 1) as `prior`.

    `units` names the code's units. Each series is scaled to a peak of 1, because the density of
    widely spread codes is far below the prior's.
    """
    reach = max(PRIOR_REACH, float(np.abs(codes).max(initial=0)))
    edges = np.linspace(-reach, reach, BINS + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    # The prior may be far narrower than a bin: it is drawn at places of its own.
    places = np.linspace(-PRIOR_REACH, PRIOR_REACH, BINS + 1)
    curves = {prior: (places, np.exp(-(places**2) / 2))}
    for unit, column in zip(units, codes.T, strict=True):
        heights = np.histogram(column, edges)[0]
        curves[unit] = middles, heights / max(1, heights.max())
    return pd.DataFrame(
        {
            "value": np.concatenate([x for x, _ in curves.values()]).astype(np.float32),
            "height": np.concatenate([y for _, y in curves.values()]).astype(np.float32),
            "series": np.repeat(list(curves), [len(x) for x, _ in curves.values()]),
        }
    )


def loss_parts(snapshots: Sequence[Snapshot], series: Mapping[str, str]) -> pd.DataFrame:
    """step, series, nats: the metrics named in `series`, in nats per image, under its words."""
    return loss_history(snapshots, series).rename(columns={"mse": "nats"})


def class_shares(
    counts: Mapping[Net, Counts], classes: tuple[str, ...], nets: Mapping[Net, str]
) -> pd.DataFrame:
    """class, net, percent: what part of each net's samples was seen as each class.

    `counts` and `nets`, the words, are by net.
    """
    rows = [
        (name, word, 100 * count / counts[net].sum())
        for net, word in nets.items()
        for name, count in zip(classes, counts[net], strict=True)
    ]
    return pd.DataFrame(rows, columns=["class", "net", "percent"])


class Duel(NamedTuple):
    """One measure of both nets, and who is better in it."""

    ae: float
    vae: float
    winner: Literal["ae", "vae", "tie"]


def duels(metrics: Mapping[str, float]) -> dict[str, Duel]:
    """test_mse, label_agreement and prior_class_entropy of both nets, and who is ahead in each."""
    measured = {
        name: (metrics[f"ae_{name}"], metrics[f"vae_{name}"])
        for name in ("test_mse", "label_agreement", "prior_class_entropy")
    }
    return {
        name: Duel(*values, _winner(*values, less_is_better=name == "test_mse"))
        for name, values in measured.items()
    }


def _winner(ae: float, vae: float, *, less_is_better: bool) -> Literal["ae", "vae", "tie"]:
    if abs(ae - vae) <= TIE_PERCENT / 100 * max(ae, vae):
        return "tie"
    return "ae" if (ae < vae) == less_is_better else "vae"


def evenly_seen(
    metrics: Mapping[str, float], classes: int
) -> Literal["ae", "vae", "both", "neither"]:
    """From whose prior samples the judge sees (nearly) all classes evenly; see EVEN_SHARE."""
    least = EVEN_SHARE * log2(classes)
    ae, vae = (metrics[f"{net}_prior_class_entropy"] >= least for net in NETS)
    if ae and vae:
        return "both"
    return "ae" if ae else "vae" if vae else "neither"
