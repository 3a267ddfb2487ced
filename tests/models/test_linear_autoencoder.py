"""A linear autoencoder is PCA: the same subspace, at the price of a few rows."""

from __future__ import annotations

import pytest
import torch
from scipy.linalg import subspace_angles
from sklearn.decomposition import PCA
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.data.pictures import load_pictures
from explorer.models.linear_autoencoder import LinearAutoencoder, triangular_root


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def centred(rows: int, pixels: int) -> Tensor:
    x = torch.randn(rows, pixels, generator=generator(1))
    return x - x.mean(0)


def loss_and_gradients(model: LinearAutoencoder, x: Tensor) -> tuple[Tensor, list[Tensor]]:
    loss = F.mse_loss(model(x), x)
    return loss, list(torch.autograd.grad(loss, list(model.parameters())))


def test_it_is_two_matrices() -> None:
    model = LinearAutoencoder(7, 3, generator())
    assert sum(parameter.numel() for parameter in model.parameters()) == 2 * 7 * 3
    x = centred(5, 7)
    torch.testing.assert_close(model(x), (model.decoder @ model.encoder @ x.T).T)


def test_the_seed_makes_the_weights_and_the_global_stream_is_left_alone() -> None:
    before = torch.get_rng_state()
    model, twin, other = (LinearAutoencoder(7, 3, generator(seed)) for seed in (0, 0, 1))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(model.encoder, twin.encoder)
    assert torch.equal(model.decoder, twin.decoder)
    assert not torch.equal(model.encoder, other.encoder)


@pytest.mark.parametrize("rows", [5, 8, 9, 500])
def test_the_triangular_root_has_the_same_loss_and_gradients(rows: int) -> None:
    model = LinearAutoencoder(8, 3, generator()).double()
    x = centred(rows, 8).double()
    loss, gradients = loss_and_gradients(model, x)
    root_loss, root_gradients = loss_and_gradients(model, triangular_root(x))
    torch.testing.assert_close(root_loss, loss)
    torch.testing.assert_close(root_gradients, gradients)


def test_the_triangular_root_of_real_digits_does_too() -> None:
    train = load_pictures("digits").train
    x = train - train.mean(0)
    model = LinearAutoencoder(64, 8, generator())
    loss, gradients = loss_and_gradients(model, x)
    root = triangular_root(x)
    root_loss, root_gradients = loss_and_gradients(model, root)
    assert root.shape == (64, 64)
    torch.testing.assert_close(root_loss, loss, rtol=1e-5, atol=0)
    torch.testing.assert_close(root_gradients, gradients, rtol=1e-3, atol=1e-6)


def test_few_rows_are_their_own_root() -> None:
    x = centred(8, 8)
    assert triangular_root(x) is x


def test_it_finds_the_subspace_of_pca() -> None:
    train = load_pictures("digits").train
    x = train - train.mean(0)
    root = triangular_root(x)
    model = LinearAutoencoder(64, 4, generator())
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(1500):
        optimizer.zero_grad()
        F.mse_loss(model(root), root).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    pca = PCA(4).fit(train.numpy())
    angles = torch.rad2deg(
        torch.from_numpy(subspace_angles(model.decoder.detach().numpy(), pca.components_.T))
    )
    assert angles.max() < 1
    pca_x_hat = torch.from_numpy(pca.inverse_transform(pca.transform(train.numpy())))
    with torch.no_grad():
        linear_mse = F.mse_loss(model(x), x).item()
    assert linear_mse == pytest.approx(F.mse_loss(pca_x_hat, train).item(), rel=1e-3)
