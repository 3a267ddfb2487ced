"""What is no digit: noise, negatives, shuffled pixels; the same for everybody."""

from __future__ import annotations

import torch

from explorer.data.foreign import FOREIGN, KINDS, inputs_of_each_kind
from explorer.data.pictures import load_pictures

X = load_pictures("digits").test


def test_there_is_one_familiar_kind_and_three_foreign_ones() -> None:
    made = inputs_of_each_kind(X)
    assert list(made) == list(KINDS) == ["digits", *FOREIGN]
    assert all(pictures.shape == X.shape for pictures in made.values())
    assert all(0 <= pictures.min() <= pictures.max() <= 1 for pictures in made.values())
    assert torch.equal(made["digits"], X)


def test_inverted_twice_is_the_picture_again() -> None:
    assert torch.allclose(1 - inputs_of_each_kind(X)["inverted"], X)


def test_shuffling_is_one_permutation_for_all_and_keeps_the_ink() -> None:
    shuffled = inputs_of_each_kind(X)["shuffled"]
    assert not torch.equal(shuffled, X)
    assert torch.equal(shuffled.sort(dim=1).values, X.sort(dim=1).values)
    columns = {tuple(column) for column in X.T.tolist()}
    assert {tuple(column) for column in shuffled.T.tolist()} == columns


def test_noise_is_uniform() -> None:
    noise = inputs_of_each_kind(X)["noise"]
    assert abs(noise.mean().item() - 1 / 2) < 0.01
    assert abs(noise.var().item() - 1 / 12) < 0.01


def test_everybody_gets_the_same() -> None:
    once, again = inputs_of_each_kind(X), inputs_of_each_kind(X)
    assert all(torch.equal(once[kind], again[kind]) for kind in KINDS)
