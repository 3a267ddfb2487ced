"""What a matrix of noises says is read off its numbers."""

from __future__ import annotations

import pytest

from explorer.analysis.crossing import crossing

NOISES = ("gaussian", "masking")


def matrix(gg: float, gm: float, mg: float, mm: float) -> dict[str, float]:
    """Trained on gaussian or masking (first letter), tested on either; untreated it is 10."""
    return {
        "test_mse": 0.1,
        "noisy_psnr.gaussian": 10.0,
        "noisy_psnr.masking": 10.0,
        "psnr_matrix.gaussian.gaussian": gg,
        "psnr_matrix.gaussian.masking": gm,
        "psnr_matrix.masking.gaussian": mg,
        "psnr_matrix.masking.masking": mm,
    }


def test_wins_and_the_worst_pair() -> None:
    found = crossing(matrix(16, 14, 8, 17))
    assert found.wins == 2
    assert (found.worst_trained, found.worst_tested) == ("masking", "gaussian")
    assert found.worst_gain == pytest.approx(-2)
    assert crossing(matrix(16, 18, 8, 17)).wins == 1
    assert crossing(matrix(16, 10.5, 12, 17)).worst_gain == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("foreign", "word"),
    [(9.9, "harm"), (10.0, "harm"), (10.1, "somewhat"), (15.0, "somewhat"), (15.1, "as_well")],
)
def test_masking_on_gaussian_in_a_word(foreign: float, word: str) -> None:
    assert crossing(matrix(16, 14, foreign, 17)).masking_on_gaussian == word
