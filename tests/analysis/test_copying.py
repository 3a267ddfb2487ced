"""How much comes back, who is selective, and why a ratio of errors would mislead."""

from __future__ import annotations

import pytest
import torch

from explorer.analysis.copying import (
    copy_findings,
    error_ratio,
    returned_shares,
    selectivity,
    share_returned,
)

X = torch.rand(50, 8, generator=torch.Generator().manual_seed(0))
MEAN = torch.full((8,), 0.3)


def test_a_copy_returns_all_and_the_mean_nothing() -> None:
    assert share_returned(X, X, MEAN) == 1
    assert share_returned(X, MEAN.expand_as(X), MEAN) == pytest.approx(0, abs=1e-6)


def test_half_way_to_the_picture_returns_three_quarters() -> None:
    """The error falls with the square of the distance."""
    assert share_returned(X, (X + MEAN) / 2, MEAN) == pytest.approx(0.75, rel=1e-5)


def test_worse_than_the_mean_is_below_nothing() -> None:
    assert share_returned(X, 2 * MEAN - X, MEAN) == pytest.approx(-3, rel=1e-4)


def shares(digits: float, noise: float, inverted: float, shuffled: float) -> dict[str, float]:
    return {"digits": digits, "noise": noise, "inverted": inverted, "shuffled": shuffled}


@pytest.mark.parametrize(
    ("returned", "expected"),
    [
        (shares(1, 1, 1, 1), 0),  # copies everything
        (shares(0, 0, 0, 0), 0),  # can do nothing
        (shares(1, 0, 0, 0), 1),
        (shares(0.9, 0.3, 0.6, 0.0), 0.6),
        (shares(0.9, -5, -7, 0.3), 0.8),  # less than nothing cannot come back
        (shares(-0.5, 0.3, 0.3, 0.3), -0.3),
    ],
)
def test_selectivity(returned: dict[str, float], expected: float) -> None:
    assert selectivity(returned) == pytest.approx(expected)


def test_the_ratio_of_errors() -> None:
    errors = {"digits": 0.02, "noise": 0.1, "inverted": 0.3, "shuffled": 0.2}
    assert error_ratio(errors) == pytest.approx(10)


def metrics_of(**nets: tuple[float, float, float]) -> dict[str, float]:
    """mse on noise, selectivity and ratio of each net."""
    found: dict[str, float] = {}
    for net, (noise, selective, ratio) in nets.items():
        found |= {f"mse.{net}.noise": noise, f"selectivity.{net}": selective}
        found[f"error_ratio.{net}"] = ratio
    return found


def test_the_findings() -> None:
    metrics = metrics_of(free=(0.04, 0.2, 900), narrow=(0.2, 0.7, 20), sparse=(0.6, 0.9, 200))
    found = copy_findings(metrics, ("free", "narrow", "sparse"))
    assert found.noise_champion == "free"
    assert found.copier == "free"
    assert found.connoisseur == "sparse"
    assert found.misjudged == "sparse", "the best, and its ratio is less than the copier's"


def test_a_ratio_that_does_not_mislead() -> None:
    metrics = metrics_of(free=(0.04, 0.2, 5), narrow=(0.2, 0.7, 20), sparse=(0.6, 0.9, 200))
    assert copy_findings(metrics, ("free", "narrow", "sparse")).misjudged is None


def test_the_map_has_a_row_a_cell() -> None:
    metrics = {
        "returned.a.digits": 0.9,
        "returned.a.noise": -0.2,
        "mse.a.digits": 0.01,
        "mse.a.noise": 0.3,
    }
    frame = returned_shares(metrics, {"a": "A"}, {"digits": "D", "noise": "N"})
    assert frame.to_dict("records") == [
        {"net": "A", "kind": "D", "returned": 0.9, "mse": 0.01},
        {"net": "A", "kind": "N", "returned": -0.2, "mse": 0.3},
    ]
