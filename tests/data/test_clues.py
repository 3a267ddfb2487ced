"""Clues: pixels first, then noise that says nothing and stays what it is."""

from __future__ import annotations

import numpy as np
import torch

from explorer.data.clues import (
    ELSEWHERE,
    TEST,
    TRAINING,
    ever_inked,
    lying_around,
    with_noise,
)
from explorer.data.pictures import load_pictures


def test_noise_is_fixed_by_seed_and_draw_alone() -> None:
    noise = lying_around(50, 6, seed=3, draw=TRAINING)
    assert torch.equal(noise, lying_around(50, 6, seed=3, draw=TRAINING))
    others = [
        lying_around(50, 6, seed=3, draw=TEST),
        lying_around(50, 6, seed=3, draw=ELSEWHERE),
        lying_around(50, 6, seed=4, draw=TRAINING),
    ]
    assert not any(torch.equal(noise, other) for other in others)


def test_noise_lies_between_paper_and_ink_and_knows_no_label() -> None:
    digits = load_pictures("digits")
    noise = lying_around(len(digits.train), 64, seed=0, draw=TRAINING).numpy()
    assert noise.min() >= 0
    assert noise.max() <= 1
    assert abs(noise.mean() - 0.5) < 0.01
    one_hot = np.eye(10)[digits.train_labels]
    correlations = np.corrcoef(noise.T, one_hot.T)[:64, 64:]
    # 640 correlations of independent numbers: their spread is 1/√1437 = 0.026.
    assert correlations.std() < 0.03
    assert np.abs(correlations).max() < 0.12


def test_pixels_come_first() -> None:
    pictures, noise = torch.rand(4, 3), torch.rand(4, 2)
    clues = with_noise(pictures, noise)
    assert torch.equal(clues[:, :3], pictures)
    assert torch.equal(clues[:, 3:], noise)


def test_three_of_the_digits_pixels_are_always_blank() -> None:
    """The first column of the rows 0 and 4 and the last of row 4 (counted in the raw data)."""
    digits = load_pictures("digits")
    blank = (~ever_inked(digits)).nonzero().flatten().tolist()
    assert blank == [i for i in range(64) if digits.train[:, i].max() == 0]
    assert len(blank) == 3
