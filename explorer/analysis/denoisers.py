"""Three ways to clean a picture without a net: PCA, a linear map, a median filter.

Each has one choice to make, which is made on pictures held back from the training part, never on
test pictures. All outputs are clipped to 0…1, where pixels live.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.ndimage import median_filter
from sklearn.decomposition import PCA

from explorer.analysis.quality import psnr

Floats = npt.NDArray[np.float32]
Quality = Callable[[Floats, Floats], float]  # of clean and cleaned pictures; more is better

VALIDATION_SHARE = 1 / 6  # of the training part, on which the choices are made
VALIDATION_MOST = 1000  # pictures; the filter takes a millisecond for each
COMPONENTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)
PENALTIES = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1)  # squared weight against squared error a picture
FILTER_SIDES = (1, 3, 5)  # pixels
AT_ONCE = 4096  # rows that are copied, of the 47 million pixels of a large set


class Examples(NamedTuple):
    """Pictures and what became of them: noisy[i] is clean[i % len(clean)] with noise of its own."""

    clean: Floats  # (N, pixels)
    noisy: Floats  # (copies * N, pixels)

    @property
    def copies(self) -> int:
        return len(self.noisy) // len(self.clean)


class PcaDenoiser(NamedTuple):
    """Keeps what lies in the span of the clean pictures' first principal components.

    What the noise adds on average is taken off first.
    """

    mean: Floats  # (pixels,), of clean pictures
    noisy_mean: Floats  # (pixels,)
    components: Floats  # (k, pixels), orthonormal rows

    def clean(self, noisy: Floats) -> Floats:
        """(N, pixels) → (N, pixels)"""
        codes = (noisy - self.noisy_mean) @ self.components.T  # (N, k)
        cleaned: Floats = np.clip(codes @ self.components + self.mean, 0, 1)
        return cleaned


class RidgeDenoiser(NamedTuple):
    """The linear map from noisy to clean pixels with the least squared error, weights penalised."""

    weights: Floats  # (pixels, pixels)
    bias: Floats  # (pixels,)
    penalty: float

    def clean(self, noisy: Floats) -> Floats:
        """(N, pixels) → (N, pixels)"""
        cleaned: Floats = np.clip(noisy @ self.weights + self.bias, 0, 1)
        return cleaned


class MedianDenoiser(NamedTuple):
    """Each pixel becomes the median of the square around it; beyond the edge is paper."""

    side: int  # pixels of the square's side
    height: int
    width: int

    def clean(self, noisy: Floats) -> Floats:
        """(N, pixels) → (N, pixels)"""
        pictures = noisy.reshape(-1, self.height, self.width)
        size = (1, self.side, self.side)
        filtered: Floats = median_filter(pictures, size=size, mode="constant")
        return filtered.reshape(noisy.shape)


def _parted(examples: Examples) -> tuple[Examples, Examples]:
    """The first pictures, to fit on, and the last, to choose on; of these one noisy copy."""
    count, pixels = examples.clean.shape
    cut = count - max(1, int(count * VALIDATION_SHARE))
    copies = examples.noisy.reshape(examples.copies, count, pixels)
    fit = Examples(examples.clean[:cut], copies[:, :cut].reshape(-1, pixels))
    held_back = slice(cut, cut + VALIDATION_MOST)
    return fit, Examples(examples.clean[held_back], copies[0, held_back])


def fit_pca(examples: Examples, quality: Quality = psnr) -> PcaDenoiser:
    """PCA of the clean pictures; of COMPONENTS, the number that cleans held-back pictures best."""
    fit, held_back = _parted(examples)
    sizes = [size for size in COMPONENTS if size <= min(fit.clean.shape)]
    widest = _pca(fit, sizes[-1])
    best = max(
        sizes,
        key=lambda size: quality(
            held_back.clean,
            widest._replace(components=widest.components[:size]).clean(held_back.noisy),
        ),
    )
    return _pca(examples, best)


def _pca(examples: Examples, size: int) -> PcaDenoiser:
    pca = PCA(size, svd_solver="covariance_eigh").fit(examples.clean)
    return PcaDenoiser(
        mean=pca.mean_.astype(np.float32),
        noisy_mean=examples.noisy.mean(0),
        components=pca.components_.astype(np.float32),
    )


def fit_ridge(examples: Examples, quality: Quality = psnr) -> RidgeDenoiser:
    """Ridge regression in closed form (Hoerl & Kennard 1970); of PENALTIES, the one whose map
    cleans held-back pictures best."""
    fit, held_back = _parted(examples)
    moments = _moments(fit)
    best = max(
        PENALTIES,
        key=lambda penalty: quality(
            held_back.clean, _ridge(*moments, penalty).clean(held_back.noisy)
        ),
    )
    return _ridge(*_moments(examples), best)


def _moments(examples: Examples) -> tuple[Floats, Floats]:
    """(pixels+1, pixels+1) and (pixels+1, pixels): mean products of noisy pixels, and a 1 for the
    bias, with one another and with clean pixels."""
    pixels = examples.clean.shape[1]
    gram = np.zeros((pixels + 1, pixels + 1), np.float32)
    cross = np.zeros((pixels + 1, pixels), np.float32)
    for start in range(0, len(examples.noisy), AT_ONCE):
        noisy = examples.noisy[start : start + AT_ONCE]
        inputs = np.column_stack([noisy, np.ones(len(noisy), np.float32)])
        gram += inputs.T @ inputs
        rows = np.arange(start, start + len(noisy)) % len(examples.clean)
        cross += inputs.T @ examples.clean[rows]
    gram /= len(examples.noisy)
    cross /= len(examples.noisy)
    return gram, cross


def _ridge(gram: Floats, cross: Floats, penalty: float) -> RidgeDenoiser:
    penalties = np.full(len(gram), penalty)
    penalties[-1] = 0  # the bias is free
    solution = np.linalg.solve(gram + np.diag(penalties), cross).astype(np.float32)
    return RidgeDenoiser(weights=solution[:-1], bias=solution[-1], penalty=penalty)


def fit_median(examples: Examples, height: int, width: int) -> MedianDenoiser:
    """Of FILTER_SIDES, the one that cleans held-back pictures best; 1 leaves them as they are."""
    _, held_back = _parted(examples)
    return max(
        (MedianDenoiser(side, height, width) for side in FILTER_SIDES),
        key=lambda median: psnr(held_back.clean, median.clean(held_back.noisy)),
    )
