"""How well pictures come back, and what the best linear code would have done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from sklearn.decomposition import PCA
from torch import Tensor

from explorer.data.pictures import PictureSet
from explorer.data.remembered import remembered

Floats = npt.NDArray[np.float32]

MAX_COMPONENTS = 64


def reconstruction_mse(x: Tensor, x_hat: Tensor) -> float:
    """Mean squared error per pixel, pixels in 0…1."""
    return torch.mean((x - x_hat) ** 2).item()


@dataclass(frozen=True, eq=False)
class PrincipalComponents:
    """PCA fitted on the training pictures only; components are nested, so one fit serves all."""

    mean: Floats  # (pixels,)
    components: Floats  # (MAX_COMPONENTS, pixels), orthonormal rows, largest variance first

    def encode(self, x: Floats, latent_dim: int) -> Floats:
        """(N, pixels) → (N, latent_dim)"""
        codes: Floats = np.matmul(x - self.mean, self.components[:latent_dim].T)
        return codes

    def decode(self, z: Floats) -> Floats:
        """(N, latent_dim) → (N, pixels)"""
        pictures: Floats = z @ self.components[: z.shape[1]] + self.mean
        return pictures

    def mse(self, x: Floats, latent_dim: int) -> float:
        """Mean squared error per pixel of x through a code of `latent_dim`."""
        return float(np.mean((self.decode(self.encode(x, latent_dim)) - x) ** 2))


@remembered
def principal_components(pictures: PictureSet) -> PrincipalComponents:
    """The principal components of the training part (scikit-learn's PCA); computed once a set."""
    pca = PCA(n_components=MAX_COMPONENTS, svd_solver="covariance_eigh")
    pca.fit(pictures.train.cpu().numpy())
    return PrincipalComponents(
        mean=pca.mean_.astype(np.float32), components=pca.components_.astype(np.float32)
    )


class Comparison(NamedTuple):
    """An error beside the one to beat."""

    percent: float  # of the error to beat
    verdict: Literal["more", "same", "less", "half"]


def compared(mse: float, to_beat: float) -> Comparison:
    """`more` from 110 % of the error to beat, `same` from 90 %, `less` from 50 %, then `half`."""
    percent = 100 * mse / to_beat
    verdicts: tuple[tuple[float, Literal["more", "same", "less"]], ...] = (
        (110, "more"),
        (90, "same"),
        (50, "less"),
    )
    return Comparison(percent, next((word for bound, word in verdicts if percent >= bound), "half"))


class Gains(NamedTuple):
    """Where the deep autoencoder beats PCA, over code sizes."""

    sizes: int
    wins: int
    best_size: int
    best_percent: float  # of PCA's error, at best_size
    verdict: Literal["small", "middle", "large"]


def gains_by_size(metrics: Mapping[str, float]) -> Gains:
    """From deep_K_test_mse and pca_K_test_mse; `small` is up to 3 numbers, `middle` up to 12."""
    percents = {
        int(name.split("_")[1]): 100 * metrics[name.replace("pca", "deep")] / pca
        for name, pca in metrics.items()
        if name.startswith("pca_")
    }
    best = min(percents, key=percents.__getitem__)
    return Gains(
        sizes=len(percents),
        wins=sum(percent < 100 for percent in percents.values()),
        best_size=best,
        best_percent=percents[best],
        verdict="small" if best <= 3 else "middle" if best <= 12 else "large",
    )
