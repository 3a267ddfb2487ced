"""PCA, linear map and median filter: against their oracles, and chosen on held-back pictures."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge

from explorer.analysis import denoisers
from explorer.analysis.denoisers import (
    Examples,
    MedianDenoiser,
    fit_median,
    fit_pca,
    fit_ridge,
)
from explorer.analysis.quality import psnr
from explorer.data.noise import NOISES
from explorer.data.pictures import load_pictures

Floats = npt.NDArray[np.float32]


def disturbed(x: torch.Tensor, noise: str, copies: int, seed: int = 0) -> Floats:
    generator = torch.Generator().manual_seed(seed)
    noisy = [NOISES[noise](x, 0.5, generator, 8, 8) for _ in range(copies)]
    return torch.cat(noisy).numpy()


@pytest.fixture(scope="module")
def examples() -> Examples:
    train = load_pictures("digits").train
    return Examples(train.numpy(), disturbed(train, "gaussian", 2))


@pytest.fixture(scope="module")
def noisy_test() -> tuple[Floats, Floats]:
    x = load_pictures("digits").test
    return x.numpy(), disturbed(x, "gaussian", 1, seed=5)


def test_all_outputs_are_pictures(examples: Examples, noisy_test: tuple[Floats, Floats]) -> None:
    clean, noisy = noisy_test
    for denoiser in (fit_pca(examples), fit_ridge(examples), fit_median(examples, 8, 8)):
        cleaned = denoiser.clean(noisy)
        assert cleaned.shape == clean.shape
        assert cleaned.dtype == np.float32
        assert 0 <= cleaned.min() <= cleaned.max() <= 1
        assert psnr(clean, cleaned) > psnr(clean, noisy)


def test_ridge_is_scikit_learns(examples: Examples, noisy_test: tuple[Floats, Floats]) -> None:
    ours = fit_ridge(examples)
    theirs = Ridge(alpha=ours.penalty * len(examples.noisy))
    theirs.fit(examples.noisy.astype(np.float64), np.tile(examples.clean, (2, 1)))
    expected = np.clip(theirs.predict(noisy_test[1]), 0, 1)
    np.testing.assert_allclose(ours.clean(noisy_test[1]), expected, atol=1e-3)


def test_pca_is_scikit_learns_once_the_mean_of_the_noise_is_off(
    examples: Examples, noisy_test: tuple[Floats, Floats]
) -> None:
    ours = fit_pca(examples)
    theirs = PCA(len(ours.components), svd_solver="covariance_eigh").fit(examples.clean)
    shifted = noisy_test[1] - examples.noisy.mean(0) + examples.clean.mean(0)
    expected = theirs.inverse_transform(theirs.transform(shifted))
    np.testing.assert_allclose(ours.clean(noisy_test[1]), np.clip(expected, 0, 1), atol=1e-4)


def test_the_median_by_hand() -> None:
    picture = np.zeros((1, 25), np.float32)
    picture[0, [6, 7, 8, 11, 12, 13]] = 1  # rows 1 and 2, columns 1 to 3
    picture[0, 20] = 1  # a lonely grain in a corner
    expected = np.zeros((5, 5), np.float32)
    expected[1, 2] = expected[2, 2] = 1  # only there do five of nine agree
    cleaned = MedianDenoiser(3, 5, 5).clean(picture)
    np.testing.assert_array_equal(cleaned.reshape(5, 5), expected)
    np.testing.assert_array_equal(MedianDenoiser(1, 5, 5).clean(picture), picture)


def test_choices_are_the_best_on_what_was_held_back(
    examples: Examples, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fitted by hand on the first five sixths and judged on the first copy of the last sixth."""
    count = len(examples.clean)
    cut = count - int(count * denoisers.VALIDATION_SHARE)
    copies = examples.noisy.reshape(2, count, 64)
    fit = Examples(examples.clean[:cut], copies[:, :cut].reshape(-1, 64))
    clean, noisy = examples.clean[cut:], copies[0, cut:]

    def judged(fitter: object, name: str, options: tuple[float, ...]) -> dict[float, float]:
        qualities = {}
        for option in options:
            monkeypatch.setattr(denoisers, name, (option,))
            qualities[option] = psnr(clean, fitter(fit).clean(noisy))  # type: ignore[operator]
        monkeypatch.undo()
        return qualities

    by_size = judged(fit_pca, "COMPONENTS", (4, 12, 48))
    chosen = len(fit_pca(examples).components)
    assert chosen in denoisers.COMPONENTS
    assert max(by_size, key=by_size.__getitem__) == 12 == chosen
    penalties = judged(fit_ridge, "PENALTIES", denoisers.PENALTIES)
    # The choice is made on a fit that makes a choice of its own, here among one.
    assert fit_ridge(examples).penalty == max(penalties, key=penalties.__getitem__)


@pytest.mark.parametrize("noise", ["masking", "blocks"])
def test_extinguished_pictures_can_be_fitted(noise: str) -> None:
    """At full strength all that is left is the mean picture, and nothing is singular."""
    train = load_pictures("digits").train[:300]
    black = Examples(train.numpy(), NOISES[noise](train, 1.0, torch.Generator(), 8, 8).numpy())
    cleaned = fit_ridge(black).clean(black.noisy[:1])
    np.testing.assert_allclose(cleaned[0], black.clean.mean(0), atol=1e-4)
    assert np.isfinite(fit_pca(black).clean(black.noisy)).all()
    assert fit_median(black, 8, 8).side == 1
