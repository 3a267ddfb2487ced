"""What clues say adds up to the score; probabilities, misfits and consistency by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from explorer.analysis.evidence import (
    Halves,
    consistency,
    culprits,
    norm_history,
    ratio_history,
    score_parts,
)
from explorer.models.label_autoencoder import LabelAutoencoder
from explorer.training.loop import Snapshot

PIXELS, CLUES, CLASSES = 3, 5, 2

HALVES = Halves(
    encoder=np.array([[1.0, 0.0, -2.0, 0.5, 0.0], [0.0, 3.0, 1.0, 0.0, 0.0]]),
    bias=np.array([0.25, -1.0]),
    decoder=np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.5]]),
)
SCENE = np.array([1.0, 0.0, 0.5, 1.0, 0.3])


def test_a_score_taken_apart_by_hand() -> None:
    np.testing.assert_array_equal(HALVES.voices(SCENE, 0), [1.0, 0.0, -1.0, 0.5, 0.0])
    assert score_parts(HALVES, SCENE, 0) == (0.25, 0.0, 0.5, 0.75)
    assert score_parts(HALVES, SCENE, 1) == (-1.0, 0.5, 0.0, -0.5)


def test_probabilities_by_hand() -> None:
    """Scores 0.75 and −0.5: a difference of 1.25."""
    expected = 1 / (1 + math.exp(-1.25))
    assert HALVES.probabilities(SCENE) == pytest.approx([expected, 1 - expected])
    assert HALVES.probabilities(SCENE[None]).shape == (1, 2)


def test_huge_scores_have_probabilities_too() -> None:
    sure = HALVES._replace(bias=np.array([-1e4, 1e4]))
    assert sure.probabilities(SCENE).tolist() == [0.0, 1.0]


def test_misfits_by_hand() -> None:
    assert HALVES.misfits(SCENE[:PIXELS]) == pytest.approx([0.25 / 3, (1 + 1 + 0) / 3])


def test_norms_by_hand() -> None:
    assert HALVES.norms == pytest.approx([1.0, 3.0, math.sqrt(5), 0.5, 0.0])


def test_it_is_the_model_that_is_taken_apart() -> None:
    """For every culprit, voices and bias add up to the logit that torch computes."""
    generator = torch.Generator().manual_seed(1)
    model = LabelAutoencoder(20, 10, 12, generator)
    clues = torch.rand(20, generator=generator)
    arrays = {
        "encoder": model.encoder.weight.detach().numpy(),
        "bias": model.encoder.bias.detach().numpy() + 0.3,
        "decoder": model.decoder.detach().numpy(),
    }
    halves = Halves.of(Snapshot(step=0, seconds=0.0, metrics={}, arrays=arrays))
    with torch.no_grad():
        logits = (model.induce(clues[None])[0] + 0.3).numpy()
    for culprit, logit in enumerate(logits):
        assert score_parts(halves, clues, culprit).score == pytest.approx(logit, abs=1e-5)
    assert halves.scores(clues) == pytest.approx(logits, abs=1e-5)
    expected = torch.tensor(logits).softmax(dim=0).numpy()
    assert halves.probabilities(clues) == pytest.approx(expected, abs=1e-6)


def shares(*four: float) -> dict[str, float]:
    outcomes = ("confirmed_right", "confirmed_wrong", "contradicted_right", "contradicted_wrong")
    return dict(zip((f"consistency.{outcome}" for outcome in outcomes), four, strict=True))


def test_consistency_by_hand() -> None:
    said = consistency(shares(0.6, 0.2, 0.05, 0.15))
    assert said == pytest.approx((0.8, 0.75, 0.25))


def test_what_never_happened_has_no_rate() -> None:
    said = consistency(shares(0.9, 0.1, 0, 0))
    assert said[:2] == pytest.approx((1.0, 0.9))
    assert math.isnan(said.right_if_contradicted)


def moment(step: int, noise: float, **more: float) -> Snapshot:
    metrics = {"mean_norm.informative": 2.0, "mean_norm.noise": noise, **more}
    return Snapshot(
        step=step, seconds=0.0, metrics={**metrics, "noise_to_signal_weight_ratio": noise / 2}
    )


def test_histories_hold_a_row_a_moment_and_leave_out_kinds_that_there_are_not() -> None:
    words = {"informative": "PIXELS", "noise": "NOISE", "blank": "BLANK"}
    run = [moment(0, 2.0), moment(10, 0.5)]
    rows = norm_history(run, words).itertuples(index=False, name=None)
    assert sorted(rows) == [
        (0, "NOISE", 2.0),
        (0, "PIXELS", 2.0),
        (10, "NOISE", 0.5),
        (10, "PIXELS", 2.0),
    ]
    blank = [moment(0, 1.0, **{"mean_norm.blank": 0.25})]
    assert "BLANK" in set(norm_history(blank, words)["kind"])
    ratios = ratio_history(run)
    assert list(ratios.columns) == ["step", "ratio"]
    assert ratios["ratio"].tolist() == [1.0, 0.25]


def test_a_row_a_culprit_and_one_of_them_is_best() -> None:
    frame = culprits(("a", "b", "c"), np.array([0.1, 0.7, 0.2]), 1)
    assert frame["culprit"].tolist() == ["a", "b", "c"]
    assert frame["best"].tolist() == [False, True, False]
    assert frame["value"].tolist() == pytest.approx([0.1, 0.7, 0.2])
