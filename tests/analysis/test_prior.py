"""Entropies, spreads and histograms by hand, and verdicts that follow the numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy

from explorer.analysis.prior import (
    BINS,
    PRIOR_REACH,
    PRIOR_SAMPLES,
    class_shares,
    classes_seen,
    code_histogram,
    duels,
    entropy_bits,
    evenly_seen,
    loss_parts,
    offset,
    prior_codes,
    spread,
)
from explorer.training.loop import Snapshot

# What lies at the prior ---------------------------------------------------------------------------


def test_prior_codes_are_standard_normal_and_always_the_same() -> None:
    z = prior_codes(3, torch.device("cpu"))
    assert z.shape == (PRIOR_SAMPLES, 3)
    assert torch.equal(z, prior_codes(3, torch.device("cpu")))
    assert z.mean(0).abs().max() < 0.1
    assert (z.std(0) - 1).abs().max() < 0.1


def test_each_row_votes_for_its_largest_logit() -> None:
    logits = torch.tensor([[0.0, 2.0, 1.0], [5.0, -1.0, 4.9], [0.1, 0.3, 0.2]])
    assert classes_seen(logits).tolist() == [1, 2, 0]


@pytest.mark.parametrize(
    ("counts", "bits"),
    [([7, 0, 0], 0.0), ([5, 5], 1.0), ([1, 1, 1, 1], 2.0), ([2, 1, 1, 0], 1.5)],
)
def test_entropy_by_hand(counts: list[int], bits: float) -> None:
    assert entropy_bits(np.array(counts)) == pytest.approx(bits)
    assert math.copysign(1, entropy_bits(np.array(counts))) == 1  # no -0.0 on the page


@given(st.lists(st.integers(0, 50), min_size=1, max_size=12).filter(any))
def test_entropy_is_scipys_and_at_most_that_of_equal_shares(counts: list[int]) -> None:
    bits = entropy_bits(np.array(counts))
    assert bits == pytest.approx(entropy(counts, base=2), abs=1e-12)
    assert bits <= math.log2(len(counts)) + 1e-12


def test_shares_are_percents_of_each_nets_own_samples() -> None:
    counts = {"ae": np.array([30, 10]), "vae": np.array([1, 1])}
    frame = class_shares(counts, ("x", "y"), {"ae": "A", "vae": "V"})  # type: ignore[arg-type]
    rows = list(frame.itertuples(index=False, name=None))
    assert rows == [("x", "A", 75.0), ("y", "A", 25.0), ("x", "V", 50.0), ("y", "V", 50.0)]


# Where codes lie ----------------------------------------------------------------------------------


def test_spread_and_offset_by_hand() -> None:
    codes = np.array([[0.0, 5.0], [2.0, 5.0]], dtype=np.float32)
    assert spread(codes) == pytest.approx(math.sqrt(0.5))  # variances 1 and 0
    assert offset(codes) == pytest.approx(5)
    assert offset(-codes) == pytest.approx(5)


def test_codes_from_the_prior_have_its_spread_and_its_middle() -> None:
    codes = prior_codes(2, torch.device("cpu")).numpy()
    assert spread(codes) == pytest.approx(1, abs=0.05)
    assert offset(codes) < 0.06


def test_a_histogram_counts_each_unit_and_all_curves_reach_one() -> None:
    codes = np.column_stack([np.full(50, 10.0), np.linspace(-1, 1, 50)]).astype(np.float32)
    frame = code_histogram(codes, ["first", "second"], "bell")
    assert frame.columns.tolist() == ["value", "height", "series"]
    curves = {name: frame[frame.series == name] for name in ("bell", "first", "second")}
    assert {name: len(curve) for name, curve in curves.items()} == {
        "bell": BINS + 1,
        "first": BINS,
        "second": BINS,
    }
    assert all(curve.height.max() == pytest.approx(1) for curve in curves.values())
    first = curves["first"]
    assert (first.height > 0).sum() == 1  # all its codes are in one bin, which holds them
    assert first.value[first.height > 0].item() == pytest.approx(10, abs=20 / BINS)
    assert (curves["second"].height > 0).sum() > 3


def test_the_bell_is_the_normal_density() -> None:
    frame = code_histogram(np.zeros((3, 1), np.float32), ["unit"], "bell")
    bell = frame[frame.series == "bell"]
    np.testing.assert_allclose(bell.height, np.exp(-(bell.value**2) / 2), atol=1e-6)
    assert bell.value.min() == -PRIOR_REACH
    assert bell.value.max() == PRIOR_REACH


def test_a_histogram_of_three_units_needs_three_names() -> None:
    with pytest.raises(ValueError, match="zip"):
        code_histogram(np.zeros((3, 3), np.float32), ["one", "two"], "bell")


def test_loss_parts_are_named_in_nats() -> None:
    snapshots = [Snapshot(step, 0.0, {"vae_kl": 2.0 * step}) for step in (0, 5)]
    frame = loss_parts(snapshots, {"vae_kl": "KL"})
    rows = list(frame.itertuples(index=False, name=None))
    assert frame.columns.tolist() == ["step", "series", "nats"]
    assert rows == [(0, "KL", 0.0), (5, "KL", 10.0)]


# Verdicts -----------------------------------------------------------------------------------------


def metrics(**values: tuple[float, float]) -> dict[str, float]:
    usual = {
        "test_mse": (0.04, 0.04),
        "label_agreement": (0.6, 0.6),
        "prior_class_entropy": (2.0, 2.0),
    }
    pairs = usual | values
    return {
        f"{net}_{name}": value
        for name, pair in pairs.items()
        for net, value in zip(("ae", "vae"), pair, strict=True)
    }


@pytest.mark.parametrize(
    ("ae", "vae", "winner"),
    [(0.040, 0.0445, "ae"), (0.040, 0.0440, "tie"), (0.0440, 0.040, "tie"), (0.05, 0.04, "vae")],
)
def test_the_smaller_error_is_ahead(ae: float, vae: float, winner: str) -> None:
    assert duels(metrics(test_mse=(ae, vae)))["test_mse"] == (ae, vae, winner)


@pytest.mark.parametrize(
    ("ae", "vae", "winner"), [(0.7, 0.6, "ae"), (0.66, 0.62, "tie"), (0.5, 0.6, "vae")]
)
@pytest.mark.parametrize("name", ["label_agreement", "prior_class_entropy"])
def test_elsewhere_the_larger_is_ahead(name: str, ae: float, vae: float, winner: str) -> None:
    assert duels(metrics(**{name: (ae, vae)}))[name].winner == winner


def test_equal_zeros_are_a_tie() -> None:
    assert duels(metrics(prior_class_entropy=(0.0, 0.0)))["prior_class_entropy"].winner == "tie"


@pytest.mark.parametrize(
    ("ae", "vae", "word"),
    [(1.0, 3.2, "vae"), (3.1, 2.9, "ae"), (3.0, 3.0, "both"), (2.9, 2.0, "neither")],
)
def test_who_shows_all_ten_classes_evenly(ae: float, vae: float, word: str) -> None:
    assert evenly_seen(metrics(prior_class_entropy=(ae, vae)), 10) == word


def test_fewer_classes_ask_for_fewer_bits() -> None:
    assert evenly_seen(metrics(prior_class_entropy=(0.91, 0.89)), 2) == "ae"
