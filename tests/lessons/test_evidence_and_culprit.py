"""The lesson on evidence and culprit: what it promises, and what decay makes of noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor

from explorer.data.clues import TEST, TRAINING, ever_inked, lying_around, with_noise
from explorer.data.pictures import PictureSet, load_pictures
from explorer.lessons.evidence_and_culprit import EvidenceExperiment, became_of_noise
from explorer.specs import EvidenceSpec
from explorer.training.loop import EverySteps, Snapshot, train

SETTLED = 1500  # steps


@pytest.fixture(scope="module")
def digits() -> PictureSet:
    return load_pictures("digits")


def ran(spec: EvidenceSpec, pictures: PictureSet) -> tuple[EvidenceExperiment, list[Snapshot]]:
    experiment = EvidenceExperiment(spec, pictures)
    return experiment, list(train(experiment, spec.budget, EverySteps(250)))


@pytest.fixture(scope="module")
def default(digits: PictureSet) -> tuple[EvidenceExperiment, list[Snapshot]]:
    return ran(EvidenceSpec(steps=SETTLED), digits)


@pytest.fixture(scope="module")
def undecayed(digits: PictureSet) -> tuple[EvidenceExperiment, list[Snapshot]]:
    return ran(EvidenceSpec(steps=SETTLED, weight_decay=0), digits)


# What is shown ------------------------------------------------------------------------------------


def test_every_snapshot_has_what_is_promised(digits: PictureSet) -> None:
    _, snapshots = ran(EvidenceSpec(steps=2, noise_features=5), digits)
    for snapshot in snapshots:
        assert set(snapshot.metrics) == {
            *("test_mse", "induction_accuracy", "train_accuracy", "swayed_by_noise"),
            *("noise_to_signal_weight_ratio", "mean_norm.informative", "mean_norm.noise"),
            *("mean_norm.blank", "consistency.confirmed_right", "consistency.confirmed_wrong"),
            *("consistency.contradicted_right", "consistency.contradicted_wrong"),
            "consistency.mse",
        }
        shapes = {name: array.shape for name, array in snapshot.arrays.items()}
        assert shapes == {"encoder": (10, 69), "bias": (10,), "decoder": (64, 10)}


def test_snapshots_do_not_change_with_the_weights(digits: PictureSet) -> None:
    experiment = EvidenceExperiment(EvidenceSpec(), digits)
    before = experiment.observe(0, 0.0)
    kept = {name: array.copy() for name, array in before.arrays.items()}
    experiment.step()
    for name, array in kept.items():
        np.testing.assert_array_equal(before.arrays[name], array)


def test_a_set_without_blank_pixels_has_no_norm_of_them(digits: PictureSet) -> None:
    everywhere = replace(digits, train=digits.train.clamp_min(0.01))
    _, (*_, last) = ran(EvidenceSpec(steps=1), everywhere)
    assert "mean_norm.blank" not in last.metrics


def test_the_numbers_are_those_of_the_model(digits: PictureSet) -> None:
    spec = EvidenceSpec(steps=60, seed=4)
    experiment, (*_, last) = ran(spec, digits)
    weight = experiment.model.encoder.weight.detach()
    clues = with_noise(digits.test, lying_around(360, 32, 4, TEST))
    with torch.no_grad():
        scores = clues @ weight.T + experiment.model.encoder.bias
        decoded = scores.softmax(dim=1) @ experiment.model.decoder.T
    right = scores.argmax(dim=1) == digits.test_labels
    assert last.metrics["induction_accuracy"] == pytest.approx(right.double().mean().item())
    mse = (decoded - digits.test).square().mean().item()
    assert last.metrics["test_mse"] == pytest.approx(mse, rel=1e-5)

    norms, inked = weight.norm(dim=0), ever_inked(digits)
    signal = norms[:64][inked].mean().item()
    assert last.metrics["mean_norm.informative"] == pytest.approx(signal)
    assert last.metrics["mean_norm.blank"] == pytest.approx(norms[:64][~inked].mean().item())
    ratio = norms[64:].mean().item() / signal
    assert last.metrics["noise_to_signal_weight_ratio"] == pytest.approx(ratio)


def test_consistency_is_counted_picture_by_picture(digits: PictureSet) -> None:
    experiment, (*_, last) = ran(EvidenceSpec(steps=40), digits)
    evidence = experiment.model.decoder.detach().T.double().numpy()
    clues = experiment.test_clues
    counts = dict.fromkeys(
        (f"{a}_{b}" for a in ("confirmed", "contradicted") for b in ("right", "wrong")), 0
    )
    errors = []
    with torch.no_grad():
        guesses = experiment.model.induce(clues).argmax(dim=1).tolist()
    for scene, guess, truth in zip(
        digits.test.double().numpy(), guesses, digits.test_labels.tolist(), strict=True
    ):
        misfits = ((evidence - scene) ** 2).mean(axis=1)
        confirmed = "confirmed" if misfits.argmin() == guess else "contradicted"
        counts[f"{confirmed}_{'right' if guess == truth else 'wrong'}"] += 1
        errors.append(misfits[guess])
    for outcome, count in counts.items():
        assert last.metrics[f"consistency.{outcome}"] == pytest.approx(count / 360)
    assert last.metrics["consistency.mse"] == pytest.approx(np.mean(errors), rel=1e-5)


# What is learnt -----------------------------------------------------------------------------------


def test_with_decay_noise_is_forgotten_and_digits_are_told_apart(
    default: tuple[EvidenceExperiment, list[Snapshot]],
) -> None:
    _, (first, *_, last) = default
    assert first.metrics["noise_to_signal_weight_ratio"] == pytest.approx(1, abs=0.1)
    assert last.metrics["noise_to_signal_weight_ratio"] <= 0.02
    assert last.metrics["induction_accuracy"] >= 0.93
    assert last.metrics["swayed_by_noise"] == 0
    assert last.metrics["mean_norm.blank"] == 0


def test_without_decay_noise_is_learnt_by_heart(
    undecayed: tuple[EvidenceExperiment, list[Snapshot]],
) -> None:
    """The ratio falls all the same, because the pixels' weights grow faster."""
    _, (first, *_, last) = undecayed
    assert last.metrics["mean_norm.noise"] > 1.3 * first.metrics["mean_norm.noise"]
    assert 0.25 < last.metrics["noise_to_signal_weight_ratio"] < 0.6
    assert last.metrics["swayed_by_noise"] > 0
    assert last.metrics["train_accuracy"] > last.metrics["induction_accuracy"] + 0.02


def test_l2_shortens_noise_and_never_reaches_zero(digits: PictureSet) -> None:
    _, (*_, last) = ran(EvidenceSpec(steps=SETTLED, penalty="l2", weight_decay=0.01), digits)
    assert 0.1 < last.metrics["noise_to_signal_weight_ratio"] < 0.35
    assert last.metrics["mean_norm.noise"] > 0.05


@pytest.mark.parametrize("decay", [0.0, 0.004])
def test_nothing_but_decay_moves_the_weights_of_blank_pixels(
    decay: float, digits: PictureSet
) -> None:
    """Their gradient is 0. With L2 each step divides them by 1 + η·λ/(1 − momentum)."""
    spec = EvidenceSpec(penalty="l2", weight_decay=decay, learning_rate=0.03)
    experiment = EvidenceExperiment(spec, digits)
    blank = (~ever_inked(digits)).nonzero().flatten()
    before = experiment.model.encoder.weight.detach()[:, blank].clone()
    for _ in range(50):
        experiment.step()
    after = experiment.model.encoder.weight.detach()[:, blank]
    torch.testing.assert_close(after, before / (1 + 0.03 * decay / 0.1) ** 50)


def test_deduction_settles_at_the_mean_picture_of_each_culprit(
    default: tuple[EvidenceExperiment, list[Snapshot]], digits: PictureSet
) -> None:
    experiment, _ = default
    for culprit in range(10):
        mean = digits.train[digits.train_labels == culprit].mean(dim=0)
        evidence = experiment.model.decoder.detach()[:, culprit]
        assert (evidence - mean).abs().max() < 0.08
        assert (evidence - mean).square().mean() < 5e-4


def test_induction_with_l2_is_softmax_regression(digits: PictureSet) -> None:
    """scikit-learn minimises Σ cross-entropy + ‖w‖²/2C, which is ours with λ = 1/(C·N)."""
    strength = 0.05
    spec = EvidenceSpec(
        penalty="l2", weight_decay=strength, learning_rate=0.1, steps=1500, batch_size=4096
    )
    experiment, _ = ran(spec, digits)
    clues = with_noise(digits.train, lying_around(len(digits.train), 32, 0, TRAINING))
    oracle = LogisticRegression(C=1 / (strength * len(clues)), tol=1e-6, max_iter=5000)
    oracle.fit(clues.double().numpy(), digits.train_labels.numpy())
    weight = experiment.model.encoder.weight.detach().numpy()
    np.testing.assert_allclose(weight, oracle.coef_, atol=2e-3)


def weights_after(steps: int, spec: EvidenceSpec, pictures: PictureSet) -> dict[str, Tensor]:
    experiment = EvidenceExperiment(spec, pictures)
    for _ in range(steps):
        experiment.step()
    return experiment.weights()


def test_test_pictures_are_never_trained_on(digits: PictureSet) -> None:
    spec = EvidenceSpec(noise_features=3)
    blank = replace(digits, test=torch.zeros(40, 64), test_labels=torch.arange(40) % 10)
    usual, without = (weights_after(12, spec, pictures) for pictures in (digits, blank))
    for name, weight in usual.items():
        assert torch.equal(weight, without[name])


@pytest.mark.parametrize(
    "change",
    [{"weight_decay": 0.1}, {"penalty": "l2"}, {"learning_rate": 0.1}, {"batch_size": 64}],
)
def test_every_setting_of_the_training_counts(
    change: dict[str, object], digits: PictureSet
) -> None:
    spec = EvidenceSpec()
    before = [weights_after(0, each, digits) for each in (spec, spec.but(**change))]
    after = [weights_after(3, each, digits) for each in (spec, spec.but(**change))]
    for name in before[0]:
        assert torch.equal(before[0][name], before[1][name])
    assert not torch.equal(after[0]["encoder.weight"], after[1]["encoder.weight"])


@pytest.mark.parametrize(
    ("now", "word"),
    [(0.0, "shrink"), (0.19, "shrink"), (0.21, "stay"), (0.59, "stay"), (1, "grow")],
)
def test_what_became_of_noise_in_a_word(now: float, word: str) -> None:
    assert became_of_noise(now, 0.4) == word
