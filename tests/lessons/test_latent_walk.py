"""Two nets on equal terms: same data and error, judged alike by one who saw real pictures only."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.analysis.codes import label_agreement
from explorer.analysis.prior import PRIOR_SAMPLES, entropy_bits
from explorer.data.pictures import PictureSet, load_pictures
from explorer.errors import ExplorerError
from explorer.lessons.latent_walk import (
    PIXEL_SIGMA,
    WalkExperiment,
    decoder_layers,
    reconstruction_loss,
)
from explorer.models.autoencoder import Decoder
from explorer.specs import WalkSpec
from explorer.training.loop import EverySteps, Snapshot, train

NUMBERS = (
    "test_mse",
    "reconstruction_loss",
    "code_std",
    "code_mean",
    "label_agreement",
    "prior_class_entropy",
)


@pytest.fixture(scope="module")
def digits() -> PictureSet:
    return load_pictures("digits")


def ran(spec: WalkSpec, pictures: PictureSet) -> list[Snapshot]:
    return list(train(WalkExperiment(spec, pictures), spec.budget, EverySteps(10**6)))


@pytest.fixture(scope="module")
def run(digits: PictureSet) -> list[Snapshot]:
    """A real run of 800 steps, seen at its beginning and at its end."""
    return ran(WalkSpec(steps=800), digits)


# What is shown ------------------------------------------------------------------------------------


@pytest.mark.parametrize("latent_dim", [2, 3])
def test_both_nets_are_shown_alike(latent_dim: int, digits: PictureSet) -> None:
    for snapshot in ran(WalkSpec(hidden_widths=(8,), latent_dim=latent_dim, steps=1), digits):
        assert set(snapshot.metrics) == {
            "test_mse",
            "vae_kl",
            "judge_accuracy",
            *(f"{net}_{number}" for net in ("ae", "vae") for number in NUMBERS),
        }
        assert snapshot.metrics["test_mse"] == snapshot.metrics["ae_test_mse"]
        for net in ("ae", "vae"):
            codes, seen = (snapshot.arrays[f"{net}_{name}"] for name in ("codes", "prior_classes"))
            assert codes.shape == (360, latent_dim)
            assert codes.dtype == np.float32
            assert seen.shape == (10,)
            assert seen.sum() == PRIOR_SAMPLES
            assert snapshot.metrics[f"{net}_prior_class_entropy"] == entropy_bits(seen)
            agreement = label_agreement(codes, digits.test_labels.numpy())
            assert snapshot.metrics[f"{net}_label_agreement"] == agreement


def test_the_loss_is_a_gaussians_negative_log_likelihood() -> None:
    x, x_hat = torch.rand(2, 5, 7, generator=torch.Generator().manual_seed(0)).unbind()
    nll = F.gaussian_nll_loss(x_hat, x, torch.full_like(x, PIXEL_SIGMA**2), reduction="none")
    constant = 7 * math.log(PIXEL_SIGMA)  # of seven pixels; torch leaves out that of 2π
    expected = nll.sum(1).mean() - constant  # nats per image
    torch.testing.assert_close(reconstruction_loss(x, x_hat), expected)


def test_the_autoencoders_loss_is_its_error_in_other_units(run: list[Snapshot]) -> None:
    for snapshot in run:
        nats = snapshot.metrics["ae_test_mse"] * 64 / (2 * PIXEL_SIGMA**2)
        assert snapshot.metrics["ae_reconstruction_loss"] == pytest.approx(nats, rel=1e-5)


# What is learnt -----------------------------------------------------------------------------------


def test_both_learn_but_only_the_vae_fills_the_prior(run: list[Snapshot]) -> None:
    first, last = run
    for net in ("ae", "vae"):
        assert last.metrics[f"{net}_test_mse"] < 0.3 * first.metrics[f"{net}_test_mse"]
        assert last.metrics[f"{net}_label_agreement"] > 0.5
    assert last.metrics["judge_accuracy"] > 0.95
    assert last.metrics["vae_prior_class_entropy"] > 3.0
    assert last.metrics["ae_prior_class_entropy"] < 2.6
    assert 0.7 < last.metrics["vae_code_std"] < 1.4
    assert last.metrics["ae_code_std"] > 3
    assert last.metrics["vae_code_mean"] < 0.3 < last.metrics["ae_code_mean"]


def test_without_beta_nothing_holds_the_vae_at_the_prior(
    run: list[Snapshot], digits: PictureSet
) -> None:
    free = ran(WalkSpec(steps=300, beta=0), digits)[-1].metrics
    bound = ran(WalkSpec(steps=300, beta=20), digits)[-1].metrics
    assert free["vae_kl"] > 2 * run[-1].metrics["vae_kl"]
    assert bound["vae_kl"] < 0.1
    assert bound["vae_test_mse"] > 1.5 * free["vae_test_mse"]
    assert free["ae_test_mse"] == bound["ae_test_mse"]  # β is nothing to the autoencoder


def test_the_same_spec_is_the_same_run(digits: PictureSet) -> None:
    spec = WalkSpec(hidden_widths=(8,), steps=5)
    one, twin, other = (ran(each, digits)[-1] for each in (spec, spec, spec.but(seed=1)))
    assert one.metrics == twin.metrics
    assert one.metrics["vae_test_mse"] != other.metrics["vae_test_mse"]


def test_looking_changes_nothing(digits: PictureSet) -> None:
    spec = WalkSpec(hidden_widths=(8,))
    seen, unseen = WalkExperiment(spec, digits), WalkExperiment(spec, digits)
    for _ in range(3):
        seen.step()
        seen.observe(0, 0.0)
        unseen.step()
    for name, weight in seen.weights().items():
        assert torch.equal(weight, unseen.weights()[name]), name


def test_test_pictures_are_never_trained_on(digits: PictureSet) -> None:
    blank = replace(digits, test=torch.zeros(40, 64), test_labels=torch.arange(40) % 10)
    experiments = [WalkExperiment(WalkSpec(hidden_widths=(8,)), each) for each in (digits, blank)]
    for experiment in experiments:
        for _ in range(3):
            experiment.step()
    usual, without = (experiment.weights() for experiment in experiments)
    for name, weight in usual.items():  # the judge's among them
        assert torch.equal(weight, without[name]), name


def test_the_judge_is_the_same_for_all_runs_on_one_set(digits: PictureSet) -> None:
    experiments = [
        WalkExperiment(WalkSpec(seed=seed, hidden_widths=(8,)), digits) for seed in (0, 1)
    ]
    experiments[0].step()
    one, other = (
        {name: value for name, value in experiment.weights().items() if name.startswith("judge.")}
        for experiment in experiments
    )
    assert one
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_code_that_blew_up_ends_the_run_and_does_not_crash_it(digits: PictureSet) -> None:
    experiment = WalkExperiment(WalkSpec(hidden_widths=(8,)), digits)
    broken = {name: torch.full_like(value, torch.nan) for name, value in _nets(experiment).items()}
    experiment.load_weights(experiment.weights() | broken)
    metrics = experiment.observe(1, 0.0).metrics
    assert np.isnan(metrics["test_mse"])
    assert np.isnan(metrics["vae_label_agreement"])


def test_a_run_that_diverges_ends_with_a_sentence(digits: PictureSet) -> None:
    spec = WalkSpec(learning_rate=1, steps=100)
    with pytest.raises(ExplorerError, match="learning rate"):
        list(train(WalkExperiment(spec, digits), spec.budget, EverySteps(10)))


def _nets(experiment: WalkExperiment) -> dict[str, torch.Tensor]:
    return {name: w for name, w in experiment.weights().items() if not name.startswith("judge.")}


# What travels to the browser ----------------------------------------------------------------------


def test_the_decoders_of_the_newest_moment_are_the_nets_own(digits: PictureSet) -> None:
    spec = WalkSpec(hidden_widths=(8, 5), latent_dim=3, activation="gelu", steps=2)
    experiment = WalkExperiment(spec, digits)
    *_, last = train(experiment, spec.budget, EverySteps(10))
    for net in ("ae", "vae"):
        layers = decoder_layers(last.weights, net)
        assert [weight.shape for weight, _ in layers] == [(5, 3), (8, 5), (64, 8)]
        copy = Decoder((3, 5, 8, 64), "gelu", torch.Generator())
        for linear, (weight, bias) in zip(copy.layers, layers, strict=True):
            linear.load_state_dict(
                {"weight": torch.from_numpy(weight), "bias": torch.from_numpy(bias)}
            )
        z = torch.randn(4, 3, generator=torch.Generator().manual_seed(0))
        original = experiment.ae if net == "ae" else experiment.vae
        torch.testing.assert_close(copy(z), original.decode(z))


def test_a_moment_without_weights_has_no_decoder() -> None:
    assert decoder_layers({}, "ae") == []
