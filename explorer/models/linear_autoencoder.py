"""The autoencoder without any bend: two matrices, on centred data."""

from __future__ import annotations

from math import sqrt

import torch
from torch import Tensor, nn


class LinearAutoencoder(nn.Module):
    """x̂ = D E x on data whose mean is 0, so that no biases are needed.

    Its best subspace is PCA's (Bourlard & Kamp 1988; Baldi & Hornik 1989); E and D themselves are
    free up to an invertible matrix between them.
    """

    def __init__(self, pixels: int, latent_dim: int, generator: torch.Generator) -> None:
        super().__init__()
        device = generator.device
        self.encoder = nn.Parameter(torch.empty(latent_dim, pixels, device=device))
        self.decoder = nn.Parameter(torch.empty(pixels, latent_dim, device=device))
        nn.init.xavier_uniform_(self.encoder, generator=generator)
        nn.init.xavier_uniform_(self.decoder, generator=generator)

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.encoder.T @ self.decoder.T  # (B, pixels) → (B, k) → (B, pixels)


def triangular_root(x: Tensor) -> Tensor:
    """(pixels, pixels): as few rows as possible that a linear net cannot tell from the N rows of x.

    With x = QR, ‖x − xA‖² = ‖R − RA‖² for every matrix A, so loss and gradient of the whole
    training set cost `pixels` rows instead of N. Scaled so that the mean over its elements is the
    mean over x's. Where N ≤ pixels nothing is gained and x itself comes back.
    """
    rows, pixels = x.shape
    if rows <= pixels:
        return x
    root: Tensor = torch.linalg.qr(x, mode="r").R  # (pixels, pixels)
    return root * sqrt(pixels / rows)
