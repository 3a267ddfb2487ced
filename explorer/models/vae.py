"""The variational autoencoder: a code that is a small cloud, and a prior that it must fill."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from explorer.models.autoencoder import Decoder, Encoder


class VAEOutput(NamedTuple):
    """What a variational autoencoder makes of a batch."""

    reconstruction: Tensor  # (B, pixels), of a code drawn from the posterior
    mean: Tensor  # (B, latent_dim), of the posterior
    log_variance: Tensor  # (B, latent_dim), of the posterior: ln σ²


class VariationalAutoencoder(nn.Module):
    """An autoencoder whose encoder names a Gaussian instead of a point (Kingma & Welling 2014).

    `widths` run from the pixels to the code, as the Autoencoder's do. The nets are the same but
    for the encoder's last layer, which has two outputs a code unit: a mean and a log variance.
    """

    def __init__(self, widths: Sequence[int], activation: str, generator: torch.Generator) -> None:
        super().__init__()
        *pixels_and_hidden, latent_dim = widths
        self.encoder = Encoder((*pixels_and_hidden, 2 * latent_dim), activation, generator)
        self.decoder = Decoder(widths[::-1], activation, generator)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(B, pixels) → mean and log variance of the posterior, (B, latent_dim) each."""
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        return mean, log_variance

    def decode(self, z: Tensor) -> Tensor:
        return self.decoder(z)  # type: ignore[no-any-return]  # (B, latent_dim) → (B, pixels)

    def forward(self, x: Tensor, generator: torch.Generator) -> VAEOutput:
        mean, log_variance = self.encode(x)
        noise = torch.randn(mean.shape, generator=generator, device=mean.device)
        z = reparameterised(mean, log_variance, noise)
        return VAEOutput(reconstruction=self.decode(z), mean=mean, log_variance=log_variance)


def reparameterised(mean: Tensor, log_variance: Tensor, noise: Tensor) -> Tensor:
    """A code from the posterior, made of standard normal `noise`, so that gradients pass to both.

    All three are (B, latent_dim), and so is the code.
    """
    return mean + torch.exp(log_variance / 2) * noise


def kl_divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, σ²) ‖ N(0, 1)), summed over the code: (B, latent_dim) → (B,), in nats per image.

    In closed form (Kingma & Welling 2014, appendix B); 0 where the posterior is the prior.
    """
    return (mean**2 + log_variance.exp() - 1 - log_variance).sum(dim=1) / 2
