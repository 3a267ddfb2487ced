"""Nets side by side do not touch one another; dropout silences a share and keeps the mean."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.models.layers import ACTIVATIONS
from explorer.models.side_by_side import SideBySide, dropped


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def nets(*copies: int, activation: str = "tanh") -> SideBySide:
    return SideBySide((6, 5, 3), activation, generator(), copies)


def test_how_many_parameters_there_are() -> None:
    assert sum(part.numel() for part in nets(2, 4).parameters()) == 2 * 4 * (7 * 5 + 6 * 3)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_each_net_is_two_linear_layers(activation: str) -> None:
    net, x = nets(2, 3, activation=activation), torch.rand(9, 6, generator=generator(1))
    outputs = net(x)
    assert outputs.shape == (2, 3, 9, 3)
    parts = net.state_dict()
    for one in ((0, 0), (0, 2), (1, 1)):
        low, high = (
            (parts[f"layers.{layer}.weight"][one], parts[f"layers.{layer}.bias"][one][0])
            for layer in (0, 1)
        )
        expected = F.linear(ACTIVATIONS[activation](F.linear(x, *low)), *high)
        torch.testing.assert_close(outputs[one], expected)


def test_no_two_nets_begin_alike() -> None:
    weights = nets(4).state_dict()["layers.0.weight"]
    assert all(not torch.equal(weights[0], weights[other]) for other in (1, 2, 3))


def test_a_net_learns_from_its_own_batch_alone() -> None:
    net, x = nets(3), torch.rand(3, 9, 6, generator=generator(1))
    net(x)[1].square().sum().backward()
    for weight in net.parameters():
        assert weight.grad is not None
        assert weight.grad[1].any()
        assert not weight.grad[[0, 2]].any()


def test_dropout_is_off_unless_asked_for_and_hits_only_those_nets_that_have_a_share() -> None:
    net, x = nets(2), torch.rand(50, 6, generator=generator(1))
    whole = net(x)
    torch.testing.assert_close(net(x, torch.zeros(2), generator(2)), whole)
    some = net(x, torch.tensor([0.0, 0.5]), generator(2))
    torch.testing.assert_close(some[0], whole[0])
    assert not torch.isclose(some[1], whole[1]).all(dim=1).any(), "each picture has lost some unit"


@pytest.mark.parametrize("share", [0.0, 0.2, 0.9])
def test_what_is_left_after_dropout_keeps_the_mean(share: float) -> None:
    h = dropped(torch.ones(200, 500), torch.tensor(share), generator())
    assert (h == 0).double().mean().item() == pytest.approx(share, abs=0.01)
    assert h.mean().item() == pytest.approx(1, abs=0.03)
    torch.testing.assert_close(h[h != 0], torch.full_like(h[h != 0], 1 / (1 - share)))


def test_dropout_follows_from_its_generator() -> None:
    net, x, shares = nets(2), torch.rand(9, 6, generator=generator(1)), torch.full((2,), 0.5)
    assert torch.equal(net(x, shares, generator(3)), net(x, shares, generator(3)))
    assert not torch.equal(net(x, shares, generator(3)), net(x, shares, generator(4)))
