"""The anatomy lesson shows what it promises, learns from training pictures alone, and beats PCA."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from explorer.analysis.reconstruction import principal_components
from explorer.data.pictures import PictureSet, load_pictures
from explorer.lessons.autoencoder_anatomy import TRAINING_SAMPLE, AnatomyExperiment, widths
from explorer.models.autoencoder import parameter_count
from explorer.specs import AnatomySpec
from explorer.training.loop import EverySteps, Snapshot, train


@pytest.fixture(scope="module")
def digits() -> PictureSet:
    return load_pictures("digits")


def photos(rows: int = 80) -> PictureSet:
    """Random pictures of MNIST's size, of three classes."""
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(rows) % 3
    return PictureSet(
        name="noise",
        train=torch.rand(rows, 784, generator=generator),
        test=torch.rand(rows, 784, generator=generator),
        train_labels=labels,
        test_labels=labels,
        height=28,
        width=28,
        classes=("a", "b", "c"),
    )


def ran(spec: AnatomySpec, pictures: PictureSet) -> tuple[AnatomyExperiment, list[Snapshot]]:
    experiment = AnatomyExperiment(spec, pictures)
    return experiment, list(train(experiment, spec.budget, EverySteps(100)))


def weights_after(steps: int, spec: AnatomySpec, pictures: PictureSet) -> dict[str, Tensor]:
    experiment = AnatomyExperiment(spec, pictures)
    for _ in range(steps):
        experiment.step()
    return experiment.weights()


# What is shown ------------------------------------------------------------------------------------


@pytest.mark.parametrize("latent_dim", [1, 2, 9])
@pytest.mark.parametrize("tied", [False, True], ids=["untied", "tied"])
def test_every_snapshot_has_what_is_promised(
    latent_dim: int, tied: bool, digits: PictureSet
) -> None:
    spec = AnatomySpec(hidden_widths=(12,), latent_dim=latent_dim, tied=tied, steps=2)
    _, snapshots = ran(spec, digits)
    for snapshot in snapshots:
        assert set(snapshot.metrics) == {"train_mse", "test_mse", "pca_test_mse"}
        assert set(snapshot.arrays) == {"codes", "reconstructions"}
        assert snapshot.arrays["codes"].shape == (360, min(latent_dim, 2))
        assert snapshot.arrays["codes"].dtype == np.float32
        assert snapshot.arrays["reconstructions"].shape == (10, 64)
        assert snapshot.arrays["reconstructions"].dtype == np.uint8


def test_pictures_of_another_size_and_other_classes() -> None:
    _, (_, last) = ran(AnatomySpec(hidden_widths=(12,), steps=2), photos())
    assert last.arrays["codes"].shape == (80, 2)
    assert last.arrays["reconstructions"].shape == (3, 784)


def test_the_numbers_are_those_of_the_model(digits: PictureSet) -> None:
    experiment, (*_, last) = ran(AnatomySpec(hidden_widths=(12,), steps=20), digits)
    with torch.no_grad():
        x_hat, code = experiment.model(digits.test)
        seen = digits.train[:TRAINING_SAMPLE]
        train_mse = (experiment.model(seen).reconstruction - seen).square().mean().item()
    assert last.metrics["test_mse"] == pytest.approx((x_hat - digits.test).square().mean().item())
    assert last.metrics["train_mse"] == pytest.approx(train_mse)
    np.testing.assert_allclose(last.arrays["codes"], code, atol=1e-6)
    first_of_each = [digits.test_labels.tolist().index(label) for label in range(10)]
    expected = (x_hat[first_of_each] * 255).round()
    np.testing.assert_allclose(last.arrays["reconstructions"], expected, atol=1)


@pytest.mark.parametrize("latent_dim", [1, 2, 64])
def test_pca_has_the_same_code_size_and_the_same_test_pictures(
    latent_dim: int, digits: PictureSet
) -> None:
    _, (first, *_) = ran(AnatomySpec(latent_dim=latent_dim, steps=1), digits)
    expected = principal_components(digits).mse(digits.test.numpy(), latent_dim)
    assert first.metrics["pca_test_mse"] == expected


def test_the_widths_are_the_specs(digits: PictureSet) -> None:
    spec = AnatomySpec(hidden_widths=(20, 10), latent_dim=3, tied=True, steps=1)
    assert widths(spec, 64) == (64, 20, 10, 3)
    weights = weights_after(0, spec, digits)
    assert sum(weight.numel() for weight in weights.values()) == parameter_count(
        (64, 20, 10, 3), tied=True
    )
    assert not any(weight.requires_grad for weight in weights.values())


# What is learnt -----------------------------------------------------------------------------------


def test_it_beats_pca_within_a_few_hundred_steps(digits: PictureSet) -> None:
    _, snapshots = ran(AnatomySpec(steps=400), digits)
    errors = [snapshot.metrics["test_mse"] for snapshot in snapshots]
    assert errors[0] > 0.15
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.9 * snapshots[-1].metrics["pca_test_mse"]


def test_the_tied_net_learns_too(digits: PictureSet) -> None:
    _, (first, *_, last) = ran(AnatomySpec(tied=True, steps=400), digits)
    assert last.metrics["test_mse"] < first.metrics["test_mse"] / 3


def test_test_pictures_are_never_trained_on(digits: PictureSet) -> None:
    spec = AnatomySpec(hidden_widths=(12,))
    blank = replace(digits, test=torch.zeros(40, 64), test_labels=torch.arange(40) % 10)
    usual, without = (weights_after(12, spec, pictures) for pictures in (digits, blank))
    for name, weight in usual.items():
        assert torch.equal(weight, without[name])


@pytest.mark.parametrize(
    "change", [{"noise": 0.5}, {"batch_size": 64}, {"learning_rate": 0.1}, {"optimizer": "sgd"}]
)
def test_every_setting_of_the_training_counts(
    change: dict[str, object], digits: PictureSet
) -> None:
    spec = AnatomySpec(hidden_widths=(12,))
    before = [weights_after(0, each, digits) for each in (spec, spec.but(**change))]
    after = [weights_after(3, each, digits) for each in (spec, spec.but(**change))]
    for name in before[0]:
        assert torch.equal(before[0][name], before[1][name])
    assert not torch.equal(after[0]["encoder.layers.0.weight"], after[1]["encoder.layers.0.weight"])
