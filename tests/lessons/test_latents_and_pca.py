"""Four codes are judged alike, the linear one becomes PCA, and the deep one does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.analysis.codes import label_agreement, largest_principal_angle, trustworthiness
from explorer.analysis.reconstruction import principal_components, reconstruction_mse
from explorer.data.pictures import PictureSet, load_pictures
from explorer.lessons.latents_and_pca import (
    BATCH_SIZE,
    CODE_SIZES,
    METHODS,
    BoltzmannLearner,
    LinearLearner,
    MapExperiment,
    SizesExperiment,
    latents_experiment,
    settled_angle,
)
from explorer.specs import LatentsSpec
from explorer.training.loop import EverySteps, Snapshot, train


@pytest.fixture(scope="module")
def digits() -> PictureSet:
    return load_pictures("digits")


@pytest.fixture(scope="module")
def map_run(digits: PictureSet) -> list[Snapshot]:
    """A real run of 400 steps, seen every 200."""
    spec = LatentsSpec(latent_dim=2, steps=400)
    return list(train(MapExperiment(spec, digits), spec.budget, EverySteps(200)))


def ran(spec: LatentsSpec, pictures: PictureSet) -> list[Snapshot]:
    return list(train(latents_experiment(spec, pictures), spec.budget, EverySteps(1)))


# What is shown ------------------------------------------------------------------------------------


@pytest.mark.parametrize("latent_dim", [1, 2, 5])
def test_the_map_shows_every_method_alike(latent_dim: int, digits: PictureSet) -> None:
    first, last = ran(LatentsSpec(hidden_widths=(8,), latent_dim=latent_dim, steps=1), digits)
    for snapshot in (first, last):
        assert set(snapshot.metrics) == {
            "test_mse",
            "linear_max_angle_degrees",
            *(f"{method}_test_mse" for method in METHODS),
            *(f"{method}_label_agreement" for method in METHODS),
            *(f"{method}_trustworthiness" for method in METHODS),
        }
        assert set(snapshot.arrays) == {
            *(f"{method}_plane" for method in METHODS),
            *(f"{method}_reconstructions" for method in METHODS),
        }
        for method in METHODS:
            assert 0 < snapshot.metrics[f"{method}_test_mse"] < 1
            assert 0 <= snapshot.metrics[f"{method}_label_agreement"] <= 1
            assert 0 <= snapshot.metrics[f"{method}_trustworthiness"] <= 1
            assert snapshot.arrays[f"{method}_plane"].shape == (360, 2)
            assert snapshot.arrays[f"{method}_plane"].dtype == np.float32
            assert snapshot.arrays[f"{method}_reconstructions"].shape == (10, 64)
            assert snapshot.arrays[f"{method}_reconstructions"].dtype == np.uint8
        assert snapshot.metrics["test_mse"] == snapshot.metrics["deep_test_mse"]
        assert 0 <= snapshot.metrics["linear_max_angle_degrees"] <= 90


def test_the_sizes_show_three_methods_at_every_size(digits: PictureSet) -> None:
    first, last = ran(LatentsSpec(hidden_widths=(8,), experiment="sizes", steps=1), digits)
    for snapshot in (first, last):
        assert snapshot.arrays == {}
        assert set(snapshot.metrics) == {
            "test_mse",
            *(f"{name}_{k}_test_mse" for name in ("pca", "linear", "deep") for k in CODE_SIZES),
        }
        assert snapshot.metrics["test_mse"] == snapshot.metrics["deep_32_test_mse"]
    pca = [first.metrics[f"pca_{size}_test_mse"] for size in CODE_SIZES]
    assert pca == sorted(pca, reverse=True)
    assert CODE_SIZES[0] == 1
    assert CODE_SIZES[-1] == 32 == LatentsSpec.bounds("latent_dim")[1]


def test_the_spec_names_the_experiment(digits: PictureSet) -> None:
    assert isinstance(latents_experiment(LatentsSpec(), digits), MapExperiment)
    assert isinstance(latents_experiment(LatentsSpec(experiment="sizes"), digits), SizesExperiment)


def test_pca_stands_still(map_run: list[Snapshot], digits: PictureSet) -> None:
    first, *_, last = map_run
    for name in (name for name in first.metrics if name.startswith("pca_")):
        assert first.metrics[name] == last.metrics[name]
    expected = principal_components(digits).mse(digits.test.numpy(), 2)
    assert first.metrics["pca_test_mse"] == pytest.approx(expected)
    codes = principal_components(digits).encode(digits.test.numpy(), 2)
    np.testing.assert_allclose(first.arrays["pca_plane"], codes, atol=1e-6)
    labels, pictures = digits.test_labels.numpy(), digits.test.numpy()
    assert first.metrics["pca_label_agreement"] == label_agreement(codes, labels)
    assert first.metrics["pca_trustworthiness"] == trustworthiness(pictures, codes)


# What is learnt -----------------------------------------------------------------------------------


def test_all_three_learn_and_the_deep_one_beats_pca(map_run: list[Snapshot]) -> None:
    first, *_, last = map_run
    for method in ("linear", "deep", "rbm"):
        assert last.metrics[f"{method}_test_mse"] < first.metrics[f"{method}_test_mse"]
    assert last.metrics["deep_test_mse"] < 0.9 * last.metrics["pca_test_mse"]
    assert last.metrics["deep_label_agreement"] > last.metrics["pca_label_agreement"]


def test_the_linear_subspace_turns_into_pcas(map_run: list[Snapshot]) -> None:
    angles = [snapshot.metrics["linear_max_angle_degrees"] for snapshot in map_run]
    assert angles[0] > 60
    assert angles == sorted(angles, reverse=True)
    assert angles[-1] < angles[0] / 4


@pytest.mark.parametrize("latent_dim", [2, 8])
def test_the_linear_autoencoder_becomes_pca(latent_dim: int, digits: PictureSet) -> None:
    linear = LinearLearner(digits, latent_dim, torch.Generator().manual_seed(0))
    for _ in range(2000):
        linear.step()
    pca = principal_components(digits)
    decoder = linear.model.decoder.detach().numpy()
    assert largest_principal_angle(decoder, pca.components[:latent_dim]) < 1
    with torch.no_grad():
        x_hat = linear.decode(linear.encode(digits.test))
    pca_mse = pca.mse(digits.test.numpy(), latent_dim)
    assert reconstruction_mse(digits.test, x_hat) == pytest.approx(pca_mse, rel=0.01)


def test_test_pictures_are_never_trained_on(digits: PictureSet) -> None:
    blank = replace(digits, test=torch.zeros(40, 64), test_labels=torch.arange(40) % 10)
    experiments = [MapExperiment(LatentsSpec(hidden_widths=(8,)), each) for each in (digits, blank)]
    for experiment in experiments:
        for _ in range(3):
            experiment.step()
    usual, without = (experiment.weights() for experiment in experiments)
    for name, weight in usual.items():
        assert torch.equal(weight, without[name]), name


@pytest.mark.parametrize(
    ("degrees", "word"),
    [(0, "same"), (4.9, "same"), (5, "partly"), (59.9, "partly"), (60, "perpendicular")],
)
def test_the_angle_in_a_word(degrees: float, word: str) -> None:
    assert settled_angle(degrees) == word


# The machine --------------------------------------------------------------------------------------


def test_the_rbm_is_scikit_learns(digits: PictureSet) -> None:
    rbm = BoltzmannLearner(digits, 3, seed=0)
    codes = rbm.encode(digits.test[:5])
    np.testing.assert_array_equal(codes, rbm.model.transform(digits.test[:5].numpy()))
    assert 0 <= codes.min() <= codes.max() <= 1
    field = codes.numpy() @ rbm.model.components_ + rbm.model.intercept_visible_
    np.testing.assert_allclose(rbm.decode(codes), 1 / (1 + np.exp(-field)), rtol=1e-5)


def test_the_rbm_learns_the_same_from_the_same_seed(digits: PictureSet) -> None:
    machines = [BoltzmannLearner(digits, 3, seed) for seed in (0, 0, 1)]
    for machine in machines:
        for _ in range(2 * len(digits.train) // BATCH_SIZE):
            machine.step()
    one, twin, other = (machine.model.components_ for machine in machines)
    np.testing.assert_array_equal(one, twin)
    assert not np.array_equal(one, other)
