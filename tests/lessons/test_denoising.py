"""Denoisers are judged alike, two nets differ in their noise alone, and noises can be crossed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from skimage.metrics import peak_signal_noise_ratio

from explorer.data.exhibit import as_bytes, exhibit
from explorer.data.noise import NOISES
from explorer.data.pictures import PictureSet, load_pictures
from explorer.lessons.cleaning import (
    METHODS,
    NETS,
    SSIM_PICTURES,
    STANDARDS,
    begin_at_mean,
    new_net,
    noisy_exhibit,
    outcome,
    own_outcome,
    standards,
)
from explorer.lessons.denoising import (
    MATRIX_EXAMPLES,
    MATRIX_PICTURES,
    MatrixExperiment,
    PicturesExperiment,
    denoising_experiment,
    matrix_noise,
)
from explorer.lessons.photo_denoising import PhotoExperiment
from explorer.specs import DenoisingSpec
from explorer.training.loop import EverySteps, Snapshot, train

SHOWN = ("noisy", *METHODS)
SMALL = DenoisingSpec(hidden_widths=(16,), latent_dim=8, steps=3)


@pytest.fixture(scope="module")
def digits() -> PictureSet:
    return load_pictures("digits")


@pytest.fixture(scope="module")
def run(digits: PictureSet) -> list[Snapshot]:
    """A real run of 400 steps, seen every 200."""
    spec = DenoisingSpec(steps=400)
    return list(train(PicturesExperiment(spec, digits), spec.budget, EverySteps(200)))


def ran(spec: DenoisingSpec, pictures: PictureSet) -> Snapshot:
    *_, last = train(denoising_experiment(spec, pictures), spec.budget, EverySteps(10**9))
    return last


# What is shown ------------------------------------------------------------------------------------


@pytest.mark.parametrize("noise", NOISES)
def test_every_method_is_measured_and_shown_alike(noise: str, digits: PictureSet) -> None:
    last = ran(SMALL.but(noise=noise), digits)
    assert set(last.metrics) == {
        "test_mse",
        *("median_side", "pca_components", "ridge_penalty"),
        *(f"{method}_psnr" for method in SHOWN),
        *(f"{method}_ssim" for method in SHOWN),
    }
    for method in SHOWN:
        assert 0 < last.metrics[f"{method}_psnr"] < 60
        assert -1 <= last.metrics[f"{method}_ssim"] <= 1
    assert set(last.arrays) == {"ae_cleaned", "dae_cleaned"}
    for row in last.arrays.values():
        assert row.shape == (10, 64)
        assert row.dtype == np.uint8


def test_every_number_is_what_scikit_image_says_of_the_pictures(digits: PictureSet) -> None:
    spec, clean = SMALL.but(noise="masking", strength=0.3), digits.test.numpy()
    experiment = PicturesExperiment(spec, digits)
    experiment.step()
    metrics = experiment.observe(1, 0.0).metrics
    noisy = noisy_exhibit(digits, "masking", 0.3)
    assert (noisy == 0).sum() > (clean == 0).sum()
    with torch.no_grad():
        x_hat = (
            experiment.learners["dae"].average.model(torch.from_numpy(noisy)).reconstruction.numpy()
        )
    by_hand = {
        "noisy": noisy,
        "ridge": standards(digits, "masking", 0.3, 0).ridge.clean(noisy),
        "dae": x_hat,
    }
    for method, cleaned in by_hand.items():
        each = [
            peak_signal_noise_ratio(a, b, data_range=1)  # type: ignore[no-untyped-call]
            for a, b in zip(clean, cleaned, strict=True)
        ]
        assert metrics[f"{method}_psnr"] == pytest.approx(np.mean(each), rel=1e-5)
    assert metrics["test_mse"] == pytest.approx(np.mean((x_hat - clean) ** 2), rel=1e-5)


def test_standards_stand_still(run: list[Snapshot]) -> None:
    first, *_, last = run
    for method in ("noisy", *STANDARDS):
        assert first.metrics[f"{method}_psnr"] == last.metrics[f"{method}_psnr"]


def test_the_spec_names_the_experiment(digits: PictureSet) -> None:
    kinds = {"pictures": PicturesExperiment, "matrix": MatrixExperiment, "photo": PhotoExperiment}
    assert set(kinds) == set(DenoisingSpec.choices("experiment"))
    for name, kind in kinds.items():
        assert type(denoising_experiment(SMALL.but(experiment=name), digits)) is kind


# What is learnt -----------------------------------------------------------------------------------


def test_the_denoising_net_beats_every_standard_and_the_plain_one_does_not(
    run: list[Snapshot],
) -> None:
    metrics = run[-1].metrics
    psnrs = {method: metrics[f"{method}_psnr"] for method in SHOWN}
    assert psnrs["dae"] > psnrs["ridge"] + 0.5
    assert psnrs["ridge"] > psnrs["pca"] > psnrs["noisy"] + 3
    assert psnrs["ae"] < psnrs["ridge"]
    assert metrics["dae_ssim"] > metrics["ridge_ssim"]


def test_a_new_net_answers_with_the_mean_picture(digits: PictureSet) -> None:
    net = new_net(DenoisingSpec(), digits, torch.Generator())
    with torch.no_grad():
        answer = net.decoder(torch.zeros(1, 64))[0]
    np.testing.assert_allclose(answer, digits.train.mean(0).clamp(0.003, 0.997), atol=1e-5)
    *_, bias = net.decoder.parameters()
    assert bias.requires_grad
    with torch.no_grad():
        bias.zero_()
    begin_at_mean(net.decoder, digits.train)
    assert bias.abs().min() > 0


def test_the_two_nets_differ_in_nothing_but_the_noise(digits: PictureSet) -> None:
    """At strength 0 there is none, so that they stay equal to the last bit."""
    weights = ran(SMALL.but(strength=0), digits).weights
    for name in (name for name in weights if name.startswith("ae.")):
        np.testing.assert_array_equal(weights[name], weights[f"d{name}"])
    noisy = ran(SMALL, digits).weights
    assert any((noisy[n] != noisy[f"d{n}"]).any() for n in noisy if n.startswith("ae."))


@pytest.mark.parametrize("experiment", ["pictures", "matrix"])
def test_test_pictures_are_never_learnt_from(experiment: str, digits: PictureSet) -> None:
    blank = replace(digits, test=torch.zeros(40, 64), test_labels=torch.arange(40) % 10)
    spec = SMALL.but(experiment=experiment)
    usual, without = (ran(spec, pictures).weights for pictures in (digits, blank))
    for name, weight in usual.items():
        np.testing.assert_array_equal(weight, without[name])
    fitted = [standards(pictures, "gaussian", 0.5, 0) for pictures in (digits, blank)]
    np.testing.assert_array_equal(fitted[0].ridge.weights, fitted[1].ridge.weights)
    assert fitted[0].choices == fitted[1].choices


@pytest.mark.parametrize(
    "change",
    [{"noise": "blocks"}, {"strength": 0.2}, {"batch_size": 64}, {"learning_rate": 0.1}],
)
def test_every_setting_of_the_training_counts(
    change: dict[str, object], digits: PictureSet
) -> None:
    usual, changed = (ran(spec, digits).weights for spec in (SMALL, SMALL.but(**change)))
    assert (usual["dae.encoder.layers.0.weight"] != changed["dae.encoder.layers.0.weight"]).any()


@pytest.mark.parametrize("experiment", ["pictures", "matrix"])
def test_weights_make_a_round_trip(experiment: str, digits: PictureSet) -> None:
    spec = SMALL.but(experiment=experiment)
    trained, fresh = (denoising_experiment(spec, digits) for _ in range(2))
    for _ in range(3):
        trained.step()
    assert fresh.observe(3, 0.0).metrics != trained.observe(3, 0.0).metrics
    fresh.load_weights(trained.weights())
    assert fresh.observe(3, 0.0).metrics == trained.observe(3, 0.0).metrics


# Noises crossed -----------------------------------------------------------------------------------


def test_the_matrix_crosses_every_noise_with_every_noise(digits: PictureSet) -> None:
    last = ran(SMALL.but(experiment="matrix"), digits)
    assert set(last.metrics) == {
        *("test_mse", "test_pictures"),
        *(f"noisy_psnr.{noise}" for noise in NOISES),
        *(f"psnr_matrix.{trained}.{tested}" for trained in NOISES for tested in NOISES),
    }
    assert last.metrics["test_pictures"] == MATRIX_PICTURES
    shape = (len(NOISES) * MATRIX_EXAMPLES, 64)
    assert {name: array.shape for name, array in last.arrays.items()} == {
        f"{noise}_cleaned": shape for noise in NOISES
    }
    assert matrix_noise(digits, 0.5).shape == shape


def test_a_cell_is_the_net_of_its_row_under_the_noise_of_its_column(digits: PictureSet) -> None:
    experiment = MatrixExperiment(SMALL.but(experiment="matrix"), digits)
    for _ in range(3):
        experiment.step()
    seen = experiment.observe(3, 0.0)
    noisy = noisy_exhibit(digits, "blocks", 0.5)[:MATRIX_PICTURES]
    with torch.no_grad():
        net = experiment.learners["masking"].average.model
        x_hat = net(torch.from_numpy(noisy)).reconstruction
    each = [
        peak_signal_noise_ratio(a, b, data_range=1)  # type: ignore[no-untyped-call]
        for a, b in zip(digits.test.numpy(), x_hat.numpy(), strict=False)
    ]
    assert seen.metrics["psnr_matrix.masking.blocks"] == pytest.approx(np.mean(each), rel=1e-5)
    column = list(NOISES).index("blocks") * MATRIX_EXAMPLES
    shown = seen.arrays["masking_cleaned"][column : column + MATRIX_EXAMPLES]
    np.testing.assert_allclose(shown, as_bytes(x_hat[:MATRIX_EXAMPLES]), atol=1)
    expected = as_bytes(torch.from_numpy(noisy[:MATRIX_EXAMPLES]))
    np.testing.assert_array_equal(
        matrix_noise(digits, 0.5)[column : column + MATRIX_EXAMPLES], expected
    )


def test_a_net_is_best_under_the_noise_it_knows(digits: PictureSet) -> None:
    metrics = ran(DenoisingSpec(experiment="matrix", steps=300), digits).metrics
    for own in ("gaussian", "masking"):
        other = "masking" if own == "gaussian" else "gaussian"
        ahead = metrics[f"psnr_matrix.{own}.{own}"] - metrics[f"psnr_matrix.{other}.{own}"]
        assert ahead > 1, own


# Another noise in the test ------------------------------------------------------------------------


def test_under_the_noise_of_the_training_the_outcome_is_the_snapshot(
    run: list[Snapshot], digits: PictureSet
) -> None:
    for snapshot in run:  # older ones too, which have no weights any more
        found = outcome(DenoisingSpec(steps=400), digits, snapshot, "gaussian", 0.5)
        assert found is not None
        assert found.metrics == snapshot.metrics
        assert set(found.rows) == set(SHOWN)
        np.testing.assert_array_equal(found.rows["dae"], snapshot.arrays["dae_cleaned"])


def test_weights_give_what_the_experiment_gave(run: list[Snapshot], digits: PictureSet) -> None:
    """The same noise once more, as if it were another one: from the weights alone."""
    snapshot, spec = run[-1], DenoisingSpec(steps=400)
    almost = outcome(spec, digits, snapshot, "gaussian", 0.5 + 1e-9)
    assert almost is not None
    for method in SHOWN:
        assert almost.metrics[f"{method}_psnr"] == pytest.approx(
            snapshot.metrics[f"{method}_psnr"], abs=1e-3
        )
        assert almost.metrics[f"{method}_ssim"] == pytest.approx(
            snapshot.metrics[f"{method}_ssim"], abs=1e-3
        )


def test_another_noise_is_met_by_methods_that_know_the_trainings(
    run: list[Snapshot], digits: PictureSet
) -> None:
    found = outcome(DenoisingSpec(steps=400), digits, run[-1], "masking", 0.5)
    assert found is not None
    noisy = noisy_exhibit(digits, "masking", 0.5)
    linear = standards(digits, "gaussian", 0.5, 0).ridge.clean(noisy)
    each = [
        peak_signal_noise_ratio(a, b, data_range=1)  # type: ignore[no-untyped-call]
        for a, b in zip(digits.test.numpy(), linear, strict=True)
    ]
    assert found.metrics["ridge_psnr"] == pytest.approx(np.mean(each), rel=1e-5)
    assert found.metrics["dae_psnr"] < run[-1].metrics["dae_psnr"]
    first = as_bytes(torch.from_numpy(noisy[exhibit(digits).examples]))
    np.testing.assert_array_equal(found.rows["noisy"], first)


def test_without_weights_there_is_no_outcome_under_another_noise(digits: PictureSet) -> None:
    last = replace(ran(SMALL, digits), weights={})
    assert outcome(SMALL, digits, last, "masking", 0.5) is None


def test_the_noise_of_the_test_is_the_same_in_every_run_and_has_its_ssim_count(
    digits: PictureSet,
) -> None:
    one = ran(SMALL.but(seed=1), digits).metrics
    two = ran(SMALL.but(seed=2), digits).metrics
    assert one["noisy_psnr"] == two["noisy_psnr"]
    assert one["dae_psnr"] != two["dae_psnr"]
    assert len(digits.test) > SSIM_PICTURES


# The reader's own picture -------------------------------------------------------------------------


def test_ones_own_picture_is_cleaned_by_every_method(
    run: list[Snapshot], digits: PictureSet
) -> None:
    own = digits.test[0].numpy()
    spec = DenoisingSpec(steps=400)
    found = own_outcome(spec, digits, run[-1].weights, own, "gaussian", 0.5)
    again = own_outcome(spec, digits, run[-1].weights, own, "gaussian", 0.5)
    assert found.metrics == again.metrics
    assert {name: row.shape for name, row in found.rows.items()} == dict.fromkeys(SHOWN, (1, 64))
    assert found.metrics["dae_psnr"] > found.metrics["noisy_psnr"] + 2
    clean = own_outcome(spec, digits, run[-1].weights, own, "masking", 0.0)
    assert clean.metrics["noisy_psnr"] == 60


def test_a_snapshot_of_another_net_is_a_mistake(digits: PictureSet) -> None:
    with pytest.raises(KeyError, match=r"ae\."):
        own_outcome(SMALL, digits, {}, digits.test[0].numpy(), "gaussian", 0.5)
    assert NETS == ("ae", "dae")
