"""Probes: what they must find, what they cannot find, and what they may choose."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from explorer.analysis.probes import (
    LinearProbes,
    linear_probes,
    nonlinear_probes,
    share_read,
)

WORDS, POSITIONS = 5, 3


def drawn(count: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, WORDS, (count, POSITIONS), generator=generator)


def one_hot(words: Tensor) -> Tensor:
    """A vector that spells every word out: (N, P) → (N, P·V)."""
    return torch.nn.functional.one_hot(words, WORDS).flatten(1).float()


def test_what_is_spelt_out_is_read() -> None:
    train, test = drawn(400, 0), drawn(200, 1)
    probes = linear_probes(one_hot(train), train, WORDS)
    assert share_read(probes.read(one_hot(test)), test) == [1.0] * POSITIONS


def test_a_probe_reads_its_own_position_alone() -> None:
    """Only the middle word is in the vector; the others can be guessed, one time in WORDS."""
    train, test = drawn(2000, 0), drawn(2000, 1)
    seen = slice(WORDS, 2 * WORDS)
    probes = linear_probes(one_hot(train)[:, seen], train, WORDS)
    shares = share_read(probes.read(one_hot(test)[:, seen]), test)
    assert shares[1] == 1.0
    assert shares[0] == pytest.approx(1 / WORDS, abs=0.05)
    assert shares[2] == pytest.approx(1 / WORDS, abs=0.05)


def test_shuffled_labels_leave_only_chance() -> None:
    train, test = drawn(2000, 0), drawn(2000, 1)
    order = torch.randperm(len(train), generator=torch.Generator().manual_seed(2))
    probes = linear_probes(one_hot(train), train[order], WORDS)
    for share in share_read(probes.read(one_hot(test)), test):
        assert share == pytest.approx(1 / WORDS, abs=0.05)


def test_the_weights_are_those_of_ridge_regression() -> None:
    """With one position the normal equations give the same, for one of the strengths tried."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(300, 4, generator=generator)
    words = drawn(300, 1)[:, :1]
    probes = linear_probes(x, words, WORDS)
    z = ((x - x.mean(0)) / x.std(0)).double()
    y = torch.nn.functional.one_hot(words[:, 0], WORDS).double()
    solved = [
        torch.linalg.solve(z.T @ z / 300 + strength * torch.eye(4), z.T @ (y - y.mean(0)) / 300)
        for strength in (1e-5, 1e-4, 1e-3, 1e-2, 1e-1)
    ]
    assert any(torch.allclose(probes.weight[:, 0].double(), w, atol=1e-5) for w in solved)
    assert torch.allclose(probes.bias[0].double(), y.mean(0), atol=1e-6)


def test_each_position_chooses_a_strength_of_its_own_on_the_training_part() -> None:
    """A position whose word is clear and one that is pure noise, among many noisy features."""
    generator = torch.Generator().manual_seed(0)
    words = drawn(120, 3)[:, :2]
    x = torch.cat([one_hot(drawn(120, 3))[:, :WORDS], torch.randn(120, 60, generator=generator)], 1)
    together = linear_probes(x, words, WORDS)
    alone = [linear_probes(x, words[:, [place]], WORDS) for place in range(2)]
    for place, single in enumerate(alone):
        assert torch.allclose(together.weight[:, place], single.weight[:, 0], atol=1e-5)
    norms = together.weight.square().sum(dim=(0, 2))
    assert norms[0] > norms[1]


def test_scores_are_affine_in_the_vector() -> None:
    probes = LinearProbes(
        mean=torch.tensor([1.0, 0.0]),
        spread=torch.tensor([2.0, 1.0]),
        weight=torch.tensor([[[1.0, 0.0]], [[0.0, 3.0]]]),  # (C 2, P 1, V 2)
        bias=torch.tensor([[0.5, 0.25]]),
    )
    scores = probes.scores(torch.tensor([[3.0, 2.0]]))
    assert scores.tolist() == [[[1.5, 6.25]]]  # (3 − 1)/2·1 + .5 and 2·3 + .25
    assert probes.read(torch.tensor([[3.0, 2.0]])).tolist() == [[1]]


def xor(words: Tensor) -> Tensor:
    """Two numbers whose product tells the word, and neither of them alone: (N,) of 0/1 → (N, 2)."""
    generator = torch.Generator().manual_seed(len(words))
    first = torch.randint(0, 2, (len(words),), generator=generator)
    return torch.stack([first, first ^ words], dim=1).float() * 2 - 1


def test_the_nonlinear_probe_reads_what_no_linear_one_can() -> None:
    train, test = (drawn(count, seed)[:, :1] % 2 for count, seed in ((2048, 0), (500, 1)))
    linear = linear_probes(xor(train[:, 0]), train, 2)
    assert share_read(linear.read(xor(test[:, 0])), test)[0] < 0.7
    generator = torch.Generator().manual_seed(0)
    nonlinear = nonlinear_probes(xor(train[:, 0]), train, 2, generator)
    assert share_read(nonlinear.read(xor(test[:, 0])), test) == [1.0]


def test_the_nonlinear_probe_is_drawn_from_its_generator_alone() -> None:
    train = drawn(256, 0)
    twins = [
        nonlinear_probes(one_hot(train), train, WORDS, torch.Generator().manual_seed(4))
        for _ in range(2)
    ]
    assert torch.equal(twins[0](one_hot(train)), twins[1](one_hot(train)))


def test_shares_by_hand() -> None:
    said = torch.tensor([[1, 2], [1, 3], [0, 2], [1, 2]])
    words = torch.tensor([[1, 2], [1, 2], [1, 2], [1, 2]])
    assert share_read(said, words) == [0.75, 0.75]
