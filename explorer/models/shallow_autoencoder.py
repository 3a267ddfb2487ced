"""The autoencoder with one layer each way: a picture, a code of sigmoid units, a picture."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from explorer.models.layers import linear_layers


class ShallowOutput(NamedTuple):
    """What a shallow autoencoder makes of a batch."""

    reconstruction: Tensor  # (B, pixels), unbounded: nothing but its weights keeps it in 0…1
    code: Tensor  # (B, latent_dim), each unit's activity in 0…1


class ShallowAutoencoder(nn.Module):
    """pixels → latent_dim sigmoid units → pixels.

    The code may be wider than the picture; nothing in the net itself forbids it to copy then.
    """

    def __init__(self, pixels: int, latent_dim: int, generator: torch.Generator) -> None:
        super().__init__()
        self.encoder, self.decoder = (
            linear_layers(widths, generator)[0]
            for widths in ((pixels, latent_dim), (latent_dim, pixels))
        )

    def forward(self, x: Tensor) -> ShallowOutput:
        code = torch.sigmoid(self.encoder(x))  # (B, pixels) → (B, latent_dim)
        return ShallowOutput(reconstruction=self.decoder(code), code=code)


def sparsity_penalty(code: Tensor, target: float) -> Tensor:
    """Nats a unit by which the units' mean activity over the batch misses `target`.

    KL(target ‖ mean activity) of two coins, averaged over the units; 0 when each unit is as active
    as it should be (Ng 2011, CS294A lecture notes, section 3). `code` (B, latent_dim) lies in 0…1.
    """
    activity = code.mean(0).clamp(1e-6, 1 - 1e-6)  # (latent_dim,); never the logarithm of 0
    on = target * torch.log(target / activity)
    off = (1 - target) * torch.log((1 - target) / (1 - activity))
    return torch.mean(on + off)
