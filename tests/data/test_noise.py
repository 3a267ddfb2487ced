"""Each noise does what its name says, at the rate it is given, and draws from its own generator."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from explorer.data.noise import BLOCK_GRID, NOISES
from explorer.specs.denoising import Noise

SIZES = [(8, 8), (28, 28), (10, 6)]
every_noise = pytest.mark.parametrize("noise", NOISES)
every_size = pytest.mark.parametrize(("height", "width"), SIZES)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def grey(count: int, pixels: int, level: float = 0.5) -> Tensor:
    return torch.full((count, pixels), level)


def test_every_noise_that_a_spec_may_name_is_there() -> None:
    assert tuple(NOISES) == Noise.__args__  # type: ignore[attr-defined]


@every_noise
@every_size
def test_shape_and_bounds_are_kept_and_the_input_is_left_alone(
    noise: str, height: int, width: int
) -> None:
    x = torch.rand(50, height * width, generator=seeded(1))
    before = x.clone()
    noisy = NOISES[noise](x, 0.7, seeded(), height, width)
    assert noisy.shape == x.shape
    assert noisy.dtype == torch.float32
    assert 0 <= noisy.min() <= noisy.max() <= 1
    assert torch.equal(x, before)
    assert not torch.equal(noisy, x)


@every_noise
def test_the_same_generator_draws_the_same_and_no_global_state_is_touched(noise: str) -> None:
    x = grey(20, 64)
    state = torch.get_rng_state()
    one, twin = (NOISES[noise](x, 0.5, seeded(3), 8, 8) for _ in range(2))
    other = NOISES[noise](x, 0.5, seeded(4), 8, 8)
    assert torch.equal(one, twin)
    assert not torch.equal(one, other)
    assert torch.equal(torch.get_rng_state(), state)


@every_noise
def test_every_picture_has_a_noise_of_its_own(noise: str) -> None:
    first, second = NOISES[noise](grey(2, 784), 0.5, seeded(), 28, 28)
    assert not torch.equal(first, second)


@every_noise
@every_size
def test_without_strength_nothing_changes(noise: str, height: int, width: int) -> None:
    x = torch.rand(30, height * width, generator=seeded(1))
    assert torch.equal(NOISES[noise](x, 0.0, seeded(), height, width), x)


@pytest.mark.parametrize("noise", ["masking", "blocks"])
def test_at_full_strength_nothing_is_left(noise: str) -> None:
    assert not NOISES[noise](grey(30, 784), 1.0, seeded(), 28, 28).any()


@pytest.mark.parametrize("noise", ["salt-and-pepper", "masking", "blocks"])
@pytest.mark.parametrize("strength", [0.1, 0.5, 0.9])
@every_size
def test_the_strength_is_the_share_that_is_hit(
    noise: str, strength: float, height: int, width: int
) -> None:
    noisy = NOISES[noise](grey(4000, height * width), strength, seeded(), height, width)
    assert (noisy != 0.5).float().mean().item() == pytest.approx(strength, abs=0.01)


def test_gaussian_noise_has_the_mean_and_the_deviation_that_it_should() -> None:
    noise = NOISES["gaussian"](grey(2000, 64), 0.1, seeded(), 8, 8) - 0.5
    assert noise.mean().item() == pytest.approx(0, abs=0.001)
    assert noise.std().item() == pytest.approx(0.1, rel=0.01)


def test_gaussian_noise_is_clipped_at_black_and_white() -> None:
    """Half of what hits white paper (0) goes beyond it; the rest has mean σ·√(2/π)/2."""
    noisy = NOISES["gaussian"](grey(2000, 64, level=0.0), 0.2, seeded(), 8, 8)
    assert (noisy == 0).float().mean().item() == pytest.approx(0.5, abs=0.01)
    assert noisy.mean().item() == pytest.approx(0.2 * 0.39894, rel=0.02)


def test_salt_and_pepper_are_equally_likely() -> None:
    noisy = NOISES["salt-and-pepper"](grey(2000, 64), 0.4, seeded(), 8, 8)
    assert (noisy == 0).float().mean().item() == pytest.approx(0.2, abs=0.01)
    assert (noisy == 1).float().mean().item() == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize("side", [8, 28])
def test_blocks_are_squares_anywhere(side: int) -> None:
    """Blank pixels come in whole squares of a cyclically shifted grid, at every possible shift."""
    block = side // BLOCK_GRID
    noisy = NOISES["blocks"](grey(400, side**2), 0.5, seeded(), side, side)
    seen = set()
    for picture in (noisy == 0).view(-1, side, side):
        fitting = [
            (down, across)
            for down in range(block)
            for across in range(block)
            if _is_gridded(picture.roll((down, across), (0, 1)), block)
        ]
        assert fitting
        if len(fitting) == 1:
            seen.add(fitting[0])
    assert len(seen) == block**2


def _is_gridded(blank: Tensor, block: int) -> bool:
    """Whether every square of the unshifted grid is blank as a whole or not at all."""
    share = blank.float().unfold(0, block, block).unfold(1, block, block).mean((2, 3))
    return bool(((share == 0) | (share == 1)).all())
