"""The patch denoiser: its size, what it sees of the light, and that it learns."""

from __future__ import annotations

import pytest
import torch

from explorer.models.patch_denoiser import LIGHT_WIDTH, PatchDenoiser


def net(*widths: int, seed: int = 0) -> PatchDenoiser:
    return PatchDenoiser(widths, "silu", torch.Generator().manual_seed(seed))


def test_it_has_exactly_these_parameters() -> None:
    model = net(192, 384, 64)
    shapes = 2 * (192 * 384 + 384 * 64) + 384 + 64 + 384 + 192
    light = 3 * LIGHT_WIDTH + LIGHT_WIDTH + LIGHT_WIDTH * 3 + 3
    assert sum(weight.numel() for weight in model.parameters()) == shapes + light


@pytest.mark.parametrize("widths", [(192, 5), (192, 32, 16, 4), (12, 3)])
def test_a_patch_comes_back_in_its_size(widths: tuple[int, ...]) -> None:
    assert net(*widths)(torch.rand(7, widths[0])).shape == (7, widths[0])


def test_shapes_do_not_depend_on_the_light() -> None:
    """With the light of each channel moved, only the light of the output moves."""
    model = net(192, 32, 16)
    noisy = torch.rand(4, 192)
    moved = noisy + torch.tensor([0.1, -0.2, 0.3]).repeat_interleave(64)
    with torch.no_grad():
        difference = (model(moved) - model(noisy)).view(4, 3, 64)
    torch.testing.assert_close(difference, difference[:, :, :1].expand(4, 3, 64))
    assert difference.abs().min() > 0.01


def test_each_channels_light_is_its_own_mean() -> None:
    """With all weights 0 nothing is left but the light, which passes."""
    model = net(192, 8)
    with torch.no_grad():
        for weight in model.parameters():
            weight.zero_()
        noisy = torch.rand(2, 192)
        expected = noisy.view(2, 3, 64).mean(2).repeat_interleave(64, dim=1)
        torch.testing.assert_close(model(noisy), expected)


def test_weights_come_from_the_generator_alone() -> None:
    first, again, other = (net(192, 8, 4, seed=seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["layers.0.weight"], other["layers.0.weight"])


def test_a_tiny_batch_is_learnt_by_heart() -> None:
    model = net(192, 64)
    generator = torch.Generator().manual_seed(0)
    noisy, clean = (torch.rand(4, 192, generator=generator) for _ in range(2))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(300):
        loss = (model(noisy) - clean).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 1e-4
