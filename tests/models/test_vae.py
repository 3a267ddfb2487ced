"""The VAE is the autoencoder but for its last layer, and its divergence is torch's own."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.distributions import Independent, Normal
from torch.distributions import kl_divergence as kl_of_distributions

from explorer.models.autoencoder import Autoencoder
from explorer.models.vae import VariationalAutoencoder, kl_divergence, reparameterised


def vae(widths: Sequence[int] = (6, 5, 2), seed: int = 0) -> VariationalAutoencoder:
    return VariationalAutoencoder(widths, "tanh", torch.Generator().manual_seed(seed))


def normal(*shape: int, seed: int = 1) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def shapes(model: torch.nn.Module) -> dict[str, tuple[int, ...]]:
    return {name: tuple(value.shape) for name, value in model.state_dict().items()}


# Sizes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("widths", "count"),
    [
        ((4, 3, 2), (12 + 3 + 12 + 4) + (6 + 3 + 12 + 4)),
        ((64, 2), (256 + 4) + (128 + 64)),
        ((784, 256, 64, 2), 217_668 + 218_320),
    ],
)
def test_parameter_count(widths: Sequence[int], count: int) -> None:
    assert sum(parameter.numel() for parameter in vae(widths).parameters()) == count


def test_only_the_encoders_last_layer_is_not_the_autoencoders() -> None:
    widths = (6, 5, 4, 2)
    generator = torch.Generator().manual_seed(0)
    plain = shapes(Autoencoder(widths, "tanh", tied=False, generator=generator))
    variational = shapes(vae(widths))
    assert plain.keys() == variational.keys()
    differing = {name: variational[name] for name in plain if plain[name] != variational[name]}
    assert differing == {"encoder.layers.2.weight": (4, 4), "encoder.layers.2.bias": (4,)}


# The way through ----------------------------------------------------------------------------------


def test_a_batch_comes_back_with_its_posterior() -> None:
    output = vae()(normal(7, 6).abs(), torch.Generator().manual_seed(3))
    assert output.reconstruction.shape == (7, 6)
    assert output.mean.shape == output.log_variance.shape == (7, 2)
    assert ((output.reconstruction > 0) & (output.reconstruction < 1)).all()


def test_the_reconstruction_is_of_a_code_drawn_from_the_generator() -> None:
    model, x = vae(), normal(7, 6).abs()
    first, again, other = (model(x, torch.Generator().manual_seed(s)) for s in (3, 3, 4))
    assert torch.equal(first.reconstruction, again.reconstruction)
    assert not torch.equal(first.reconstruction, other.reconstruction)
    noise = torch.randn(7, 2, generator=torch.Generator().manual_seed(3))
    mean, log_variance = model.encode(x)
    z = mean + torch.sqrt(log_variance.exp()) * noise
    torch.testing.assert_close(first.reconstruction, model.decode(z))


def test_drawn_codes_have_the_mean_and_the_variance_of_the_posterior() -> None:
    mean, log_variance = torch.tensor([[1.0, -2.0]]), torch.tensor([[0.0, 1.5]])
    z = reparameterised(mean, log_variance, normal(100_000, 2))
    torch.testing.assert_close(z.mean(0), mean[0], atol=0.03, rtol=0)
    torch.testing.assert_close(z.var(0), log_variance[0].exp(), atol=0.06, rtol=0)


def test_gradients_reach_mean_and_variance_through_the_draw() -> None:
    mean = torch.zeros(3, 2, requires_grad=True)
    log_variance = torch.zeros(3, 2, requires_grad=True)
    noise = normal(3, 2)
    reparameterised(mean, log_variance, noise).sum().backward()  # type: ignore[no-untyped-call]
    assert mean.grad is not None
    assert log_variance.grad is not None
    torch.testing.assert_close(mean.grad, torch.ones(3, 2))
    torch.testing.assert_close(log_variance.grad, noise / 2)  # d σ/d ln σ² = σ/2


# The divergence -----------------------------------------------------------------------------------


def test_it_is_zero_at_the_prior() -> None:
    assert torch.equal(kl_divergence(torch.zeros(4, 3), torch.zeros(4, 3)), torch.zeros(4))


def test_it_is_half_a_squared_distance_for_unit_variance() -> None:
    mean = torch.tensor([[3.0, 4.0]])
    assert kl_divergence(mean, torch.zeros(1, 2)).tolist() == [12.5]


numbers = st.floats(-4, 4, width=32)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=5))
def test_it_is_that_of_torchs_distributions(pairs: list[tuple[float, float]]) -> None:
    mean, log_variance = torch.tensor([pairs], dtype=torch.float64).unbind(-1)
    posterior = Independent(Normal(mean, torch.exp(log_variance / 2)), 1)
    prior = Independent(Normal(torch.zeros_like(mean), torch.ones_like(mean)), 1)
    expected = kl_of_distributions(posterior, prior)
    actual = kl_divergence(mean, log_variance)
    torch.testing.assert_close(actual, expected, atol=1e-9, rtol=1e-9)
    assert (actual >= -1e-12).all()


def test_a_tiny_batch_is_overfitted() -> None:
    model, x = vae((6, 16, 2)), torch.eye(6)[:4]
    generator = torch.Generator().manual_seed(0)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(400):
        output = model(x, generator)
        loss = ((output.reconstruction - x) ** 2).sum(1).mean() / 0.02
        loss = loss + kl_divergence(output.mean, output.log_variance).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    mean, log_variance = model.encode(x)
    assert ((model.decode(mean) - x) ** 2).mean() < 0.01
    assert (log_variance.exp() < 1).all()  # four pictures need narrow clouds to be told apart
