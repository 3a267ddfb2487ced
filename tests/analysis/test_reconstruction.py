"""Errors are per pixel, and PCA is scikit-learn's, fitted on the training pictures alone."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from explorer.analysis.reconstruction import (
    MAX_COMPONENTS,
    compared,
    gains_by_size,
    principal_components,
    reconstruction_mse,
)
from explorer.data.pictures import PictureSet, load_pictures
from explorer.specs import AnatomySpec, LatentsSpec


@pytest.fixture(scope="module")
def digits() -> PictureSet:
    return load_pictures("digits")


def test_mse_by_hand() -> None:
    x = torch.tensor([[0.0, 1.0], [0.5, 0.5]])
    x_hat = torch.tensor([[0.5, 1.0], [0.5, 0.0]])
    assert reconstruction_mse(x, x_hat) == pytest.approx((0.25 + 0 + 0 + 0.25) / 4)
    assert reconstruction_mse(x, x) == 0


def test_mse_does_not_depend_on_the_number_of_pictures_or_pixels() -> None:
    for shape in ((1, 1), (3, 64), (100, 784)):
        assert reconstruction_mse(torch.zeros(shape), torch.full(shape, 0.5)) == 0.25


# PCA ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("latent_dim", [1, 2, 8, 32, 64])
def test_the_error_of_pca_is_scikit_learns(digits: PictureSet, latent_dim: int) -> None:
    train, test = digits.train.numpy().astype(np.float64), digits.test.numpy().astype(np.float64)
    oracle = PCA(latent_dim).fit(train)
    expected = np.mean((oracle.inverse_transform(oracle.transform(test)) - test) ** 2)
    mse = principal_components(digits).mse(digits.test.numpy(), latent_dim)
    assert mse == pytest.approx(expected, rel=1e-4, abs=1e-9)


def test_codes_and_pictures_have_the_shapes_promised(digits: PictureSet) -> None:
    pca, x = principal_components(digits), digits.test.numpy()[:7]
    codes = pca.encode(x, 3)
    assert codes.shape == (7, 3)
    assert pca.decode(codes).shape == (7, 64)
    assert codes.dtype == pca.decode(codes).dtype == np.float32


def test_codes_are_nested(digits: PictureSet) -> None:
    pca, x = principal_components(digits), digits.test.numpy()
    np.testing.assert_allclose(pca.encode(x, 2), pca.encode(x, 8)[:, :2], atol=1e-6)


def test_components_are_orthonormal_and_ordered(digits: PictureSet) -> None:
    pca = principal_components(digits)
    assert pca.components.shape == (MAX_COMPONENTS, 64)
    np.testing.assert_allclose(pca.components @ pca.components.T, np.eye(64), atol=1e-5)
    variances = pca.encode(digits.train.numpy(), MAX_COMPONENTS).var(axis=0)
    assert (np.diff(variances) < 1e-6).all()


def test_there_are_components_for_every_code_size_a_spec_may_have() -> None:
    assert AnatomySpec.bounds("latent_dim")[1] <= MAX_COMPONENTS
    assert LatentsSpec.bounds("latent_dim")[1] <= MAX_COMPONENTS


def test_pca_has_seen_the_training_part_only(digits: PictureSet) -> None:
    pca = principal_components(digits)
    np.testing.assert_allclose(pca.mean, digits.train.mean(0), atol=1e-6)
    train, test = digits.train.numpy(), digits.test.numpy()
    assert pca.mse(train, 8) < pca.mse(test, 8)


def test_pca_is_computed_once_a_set(digits: PictureSet) -> None:
    assert principal_components(digits) is principal_components(digits)


# In words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("percent", "verdict"),
    [
        *((200, "more"), (110, "more")),
        *((109, "same"), (90, "same")),
        *((89, "less"), (50, "less")),
        *((49, "half"), (0, "half")),
    ],
)
def test_an_error_beside_the_one_to_beat(percent: float, verdict: str) -> None:
    assert compared(percent, 100) == (percent, verdict)
    assert compared(0.04 * percent, 0.04 * 200).percent == pytest.approx(percent / 2)


def metrics(**percents: float) -> dict[str, float]:
    """Metrics of a `sizes` run in which the deep error is so many percent of PCA's, by size."""
    errors = {"test_mse": 0.01, "linear_1_test_mse": 0.05}
    for size, percent in percents.items():
        errors[f"pca_{size[1:]}_test_mse"] = 0.04
        errors[f"deep_{size[1:]}_test_mse"] = 0.04 * percent / 100
    return errors


def test_gains_by_hand() -> None:
    gains = gains_by_size(metrics(k1=80, k2=60, k8=75, k32=120))
    assert (gains.sizes, gains.wins, gains.best_size) == (4, 3, 2)
    assert gains.best_percent == pytest.approx(60)
    assert gains.verdict == "small"


@pytest.mark.parametrize(
    ("best", "verdict"), [(1, "small"), (3, "small"), (4, "middle"), (12, "middle"), (16, "large")]
)
def test_where_the_largest_gain_is_in_a_word(best: int, verdict: str) -> None:
    sizes = dict.fromkeys(("k1", "k3", "k4", "k12", "k16"), 90.0) | {f"k{best}": 40.0}
    gains = gains_by_size(metrics(**sizes))
    assert (gains.best_size, gains.verdict) == (best, verdict)
    assert not math.isnan(gains.best_percent)
