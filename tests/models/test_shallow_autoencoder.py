"""One layer each way; and the penalty on units that are too active or too idle."""

from __future__ import annotations

from math import log

import pytest
import torch
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.models.shallow_autoencoder import ShallowAutoencoder, sparsity_penalty


def net(pixels: int = 6, latent_dim: int = 11, seed: int = 0) -> ShallowAutoencoder:
    return ShallowAutoencoder(pixels, latent_dim, torch.Generator().manual_seed(seed))


def test_it_is_two_matrices_and_a_sigmoid() -> None:
    model, x = net(), torch.rand(5, 6, generator=torch.Generator().manual_seed(1))
    output = model(x)
    code = torch.sigmoid(
        F.linear(x, model.get_parameter("encoder.weight"), model.get_parameter("encoder.bias"))
    )
    assert torch.allclose(output.code, code)
    expected = F.linear(
        code, model.get_parameter("decoder.weight"), model.get_parameter("decoder.bias")
    )
    assert torch.allclose(output.reconstruction, expected)
    assert output.code.shape == (5, 11)


def test_exact_parameter_count() -> None:
    assert sum(parameter.numel() for parameter in net().parameters()) == 6 * 11 * 2 + 11 + 6


def test_the_generator_decides_the_weights() -> None:
    assert torch.equal(
        net(seed=3).get_parameter("encoder.weight"), net(seed=3).get_parameter("encoder.weight")
    )
    assert not torch.equal(
        net(seed=3).get_parameter("encoder.weight"), net(seed=4).get_parameter("encoder.weight")
    )


def test_the_penalty_is_nothing_when_units_are_as_active_as_they_should_be() -> None:
    code = torch.tensor([[0.0, 0.1], [0.2, 0.1]])  # both 0.1 on the average
    assert sparsity_penalty(code, 0.1).item() == pytest.approx(0, abs=1e-7)


def test_the_penalty_by_hand() -> None:
    code = torch.tensor([[0.4, 0.1], [0.6, 0.1]])  # 0.5 and 0.1
    lazy = 0.1 * log(0.1 / 0.5) + 0.9 * log(0.9 / 0.5)
    assert sparsity_penalty(code, 0.1).item() == pytest.approx(lazy / 2, rel=1e-5)


@pytest.mark.parametrize("activity", [0.0, 1.0])
def test_dead_and_saturated_units_have_a_finite_penalty_and_gradient(activity: float) -> None:
    code = torch.full((4, 3), activity, requires_grad=True)
    penalty = sparsity_penalty(code, 0.05)
    penalty.backward()  # type: ignore[no-untyped-call]
    assert torch.isfinite(penalty)
    assert code.grad is not None
    assert torch.isfinite(code.grad).all()


def test_the_penalty_pulls_the_activity_to_its_target() -> None:
    model = net(latent_dim=20)
    x = torch.rand(64, 6, generator=torch.Generator().manual_seed(2))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(300):
        optimizer.zero_grad()
        sparsity_penalty(model(x).code, 0.1).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    assert model(x).code.mean().item() == pytest.approx(0.1, abs=0.01)
