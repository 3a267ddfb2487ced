"""How good a cleaned picture is: PSNR and SSIM, as the literature on denoising reports them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from skimage.metrics import structural_similarity

Floats = npt.NDArray[np.float32]

LEAST_MSE = 1e-6  # smaller than what rounding to 256 grey levels does
SSIM_WINDOW = 7  # pixels a side; the usual 11 would not fit an 8×8 picture


def psnr(clean: Floats, cleaned: Floats) -> float:
    """Peak signal-to-noise ratio in dB of (N, pixels) in 0…1: -10·log10(MSE) of each picture,
    averaged over the pictures, as tables on denoising have it.

    An error below LEAST_MSE counts as LEAST_MSE, so a picture has 60 dB at most.
    """
    mse = np.mean((cleaned - clean) ** 2, axis=1, dtype=np.float64)  # (N,)
    return float(np.mean(-10 * np.log10(np.maximum(mse, LEAST_MSE))))


def ssim(clean: Floats, cleaned: Floats, height: int, width: int) -> float:
    """Structural similarity (Wang et al. 2004) of (N, pixels) in 0…1, averaged over the pictures.

    scikit-image's, with uniform windows of SSIM_WINDOW pixels a side: 1 for equal pictures, about 0
    for unrelated ones. The pictures stand below one another as one tall picture, which is ten times
    as fast, and only windows that lie within one picture count.
    """
    tall = (-1, width)
    _, similarity = structural_similarity(  # type: ignore[no-untyped-call]
        clean.reshape(tall), cleaned.reshape(tall), win_size=SSIM_WINDOW, data_range=1, full=True
    )
    rim = SSIM_WINDOW // 2
    return float(similarity.reshape(-1, height, width)[:, rim:-rim, rim:-rim].mean())
