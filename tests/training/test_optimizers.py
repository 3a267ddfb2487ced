"""Batches visit every row, noise is what it says, and all of it comes from the generator."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from explorer.training.optimizers import OPTIMIZERS, batches, with_gaussian_noise


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def numbered(count: int) -> Tensor:
    """(count, 1): rows that can be told apart."""
    return torch.arange(count, dtype=torch.float32)[:, None]


# Batches ------------------------------------------------------------------------------------------


def test_an_epoch_shows_every_row_once() -> None:
    stream = batches(numbered(12), 4, generator())
    for _ in range(3):
        epoch = torch.cat([next(stream) for _ in range(3)])
        assert sorted(epoch.flatten().tolist()) == list(range(12))


def test_each_epoch_is_shuffled_anew() -> None:
    stream = batches(numbered(64), 32, generator())
    first, second = (torch.cat([next(stream), next(stream)]) for _ in range(2))
    assert not torch.equal(first, second)
    assert not torch.equal(first, numbered(64))


def test_what_is_left_over_is_dropped_and_no_batch_is_short() -> None:
    stream = batches(numbered(10), 4, generator())
    for _ in range(5):
        epoch = [next(stream) for _ in range(2)]
        assert [len(batch) for batch in epoch] == [4, 4]
        assert len(set(torch.cat(epoch).flatten().tolist())) == 8


@pytest.mark.parametrize("batch_size", [10, 11, 4096])
def test_a_batch_as_large_as_the_set_is_the_set_in_its_order(batch_size: int) -> None:
    x = numbered(10)
    stream = batches(x, batch_size, generator())
    assert torch.equal(next(stream), x)
    assert torch.equal(next(stream), x)


def test_the_seed_makes_the_order_and_the_global_stream_is_left_alone() -> None:
    before = torch.get_rng_state()
    first, twin, other = (next(batches(numbered(64), 8, generator(seed))) for seed in (0, 0, 1))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(first, twin)
    assert not torch.equal(first, other)


# Noise --------------------------------------------------------------------------------------------


def test_noise_has_the_sigma_asked_for_and_no_bias() -> None:
    x = torch.full((400, 400), 0.5)
    noise = with_gaussian_noise(x, 0.3, generator()) - x
    assert noise.std().item() == pytest.approx(0.3, rel=0.01)
    assert noise.mean().item() == pytest.approx(0, abs=0.003)


def test_no_noise_is_no_copy_and_draws_nothing() -> None:
    x, source = numbered(3), generator()
    before = source.get_state()
    assert with_gaussian_noise(x, 0.0, source) is x
    assert torch.equal(source.get_state(), before)


def test_noise_is_drawn_from_the_generator_and_leaves_the_picture_alone() -> None:
    x, before = torch.zeros(5, 5), torch.get_rng_state()
    first, twin = (with_gaussian_noise(x, 1.0, generator()) for _ in range(2))
    assert torch.equal(first, twin)
    assert torch.equal(torch.get_rng_state(), before)
    assert not x.any()


# Optimisers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sgd", [1 - 0.1 * 2, 0.8 - 0.1 * 1.6]),
        ("momentum", [1 - 0.1 * 2, 0.8 - 0.1 * (0.9 * 2 + 1.6)]),
        ("adam", [1 - 0.1, 0.8]),  # the first steps of Adam are as long as the rate
        ("rmsprop", [1 - 0.1 / 0.01**0.5, None]),  # squares are averaged with 1 − 0.99
    ],
)
def test_the_first_steps_on_a_parabola(name: str, expected: list[float | None]) -> None:
    """w² from w = 1 at rate 0.1, whose gradient is 2w; worked by hand."""
    w = torch.ones(1, requires_grad=True)
    optimizer = OPTIMIZERS[name]([w], 0.1)
    for value in expected:
        optimizer.zero_grad()
        (w**2).sum().backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        if value is not None:
            assert w.item() == pytest.approx(value, abs=2e-3)
