"""PSNR and SSIM are those of scikit-image, picture by picture."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from explorer.analysis.quality import SSIM_WINDOW, psnr, ssim

Floats = npt.NDArray[np.float32]


def pair(height: int, width: int, count: int = 12) -> tuple[Floats, Floats]:
    random = np.random.default_rng(0)
    clean = random.random((count, height * width)).astype(np.float32)
    strengths = random.random((count, 1)).astype(np.float32)  # some are much noisier than others
    noise = strengths * random.normal(0, 0.5, clean.shape).astype(np.float32)
    return clean, np.clip(clean + noise, 0, 1)


@pytest.mark.parametrize(("mse", "decibels"), [(1, 0), (0.1, 10), (0.01, 20), (0.25, 6.0206)])
def test_psnr_by_hand(mse: float, decibels: float) -> None:
    clean = np.zeros((3, 4), np.float32)
    assert psnr(clean, clean + np.float32(mse**0.5)) == pytest.approx(decibels, abs=1e-4)


def test_psnr_is_the_mean_over_pictures_and_not_that_of_their_mean_error() -> None:
    clean = np.zeros((2, 5), np.float32)
    cleaned = np.stack([np.full(5, 0.1), np.full(5, 1.0)]).astype(np.float32)
    assert psnr(clean, cleaned) == pytest.approx((20 + 0) / 2, abs=1e-4)


def test_an_equal_picture_has_60_decibels_and_not_infinitely_many() -> None:
    clean = np.ones((2, 9), np.float32)
    assert psnr(clean, clean) == pytest.approx(60)


@pytest.mark.parametrize(("height", "width"), [(8, 8), (28, 28), (9, 14)])
def test_both_agree_with_scikit_image(height: int, width: int) -> None:
    clean, cleaned = pair(height, width)
    pictures = [
        (a.reshape(height, width), b.reshape(height, width))
        for a, b in zip(*pair(height, width), strict=True)
    ]
    expected = [peak_signal_noise_ratio(a, b, data_range=1) for a, b in pictures]  # type: ignore[no-untyped-call]
    assert psnr(clean, cleaned) == pytest.approx(np.mean(expected), rel=1e-5)
    similar = [structural_similarity(a, b, win_size=SSIM_WINDOW, data_range=1) for a, b in pictures]  # type: ignore[no-untyped-call]
    assert ssim(clean, cleaned, height, width) == pytest.approx(np.mean(similar), abs=1e-5)


def test_equal_pictures_are_alike_and_a_negative_is_not() -> None:
    clean, _ = pair(8, 8)
    assert ssim(clean, clean, 8, 8) == pytest.approx(1)
    assert ssim(clean, 1 - clean, 8, 8) < 0
