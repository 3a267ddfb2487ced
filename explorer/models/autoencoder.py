"""The autoencoder: a picture through a narrow code and back."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.models.layers import ACTIVATIONS, linear_layers, through


class AutoencoderOutput(NamedTuple):
    """What an autoencoder makes of a batch."""

    reconstruction: Tensor  # (B, pixels)
    code: Tensor  # (B, latent_dim)


class Encoder(nn.Module):
    """pixels → hidden layers → code. The code itself has no activation: it may lie anywhere."""

    def __init__(self, widths: Sequence[int], activation: str, generator: torch.Generator) -> None:
        super().__init__()
        self.activation = ACTIVATIONS[activation]
        self.layers = linear_layers(widths, generator)

    def forward(self, x: Tensor) -> Tensor:
        return through(self.layers, x, self.activation)  # (B, pixels) → (B, latent_dim)


class Decoder(nn.Module):
    """code → hidden layers → pixels in 0…1 (a linear net, of identities, has no sigmoid)."""

    def __init__(self, widths: Sequence[int], activation: str, generator: torch.Generator) -> None:
        super().__init__()
        self.activation = ACTIVATIONS[activation]
        self.squash = ACTIVATIONS["identity" if activation == "identity" else "sigmoid"]
        self.layers = linear_layers(widths, generator)

    def forward(self, z: Tensor) -> Tensor:
        return self.squash(through(self.layers, z, self.activation))  # → (B, pixels)


class TiedDecoder(nn.Module):
    """The encoder walked backwards: its weights transposed, with biases of its own.

    It owns no weights: `encoder_weights` come with every call, so that there is one net only.
    """

    def __init__(self, widths: Sequence[int], activation: str, device: torch.device) -> None:
        super().__init__()
        self.activation = ACTIVATIONS[activation]
        self.squash = ACTIVATIONS["identity" if activation == "identity" else "sigmoid"]
        self.biases = nn.ParameterList(torch.zeros(width, device=device) for width in widths[1:])

    def forward(self, z: Tensor, encoder_weights: Sequence[Tensor]) -> Tensor:
        *hidden, last = zip(reversed(encoder_weights), self.biases, strict=True)
        for weight, bias in hidden:
            z = self.activation(F.linear(z, weight.T, bias))
        weight, bias = last
        return self.squash(F.linear(z, weight.T, bias))


class Autoencoder(nn.Module):
    """Encoder and decoder of mirrored widths; `tied` makes them one net.

    `widths` run from the pixels to the code, such as (784, 256, 128, 2).
    """

    decoder: Decoder | TiedDecoder

    def __init__(
        self, widths: Sequence[int], activation: str, *, tied: bool, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.encoder = Encoder(widths, activation, generator)
        if tied:
            self.decoder = TiedDecoder(widths[::-1], activation, generator.device)
        else:
            self.decoder = Decoder(widths[::-1], activation, generator)

    def encode(self, x: Tensor) -> Tensor:
        return self.encoder(x)  # type: ignore[no-any-return]  # (B, pixels) → (B, latent_dim)

    def decode(self, z: Tensor) -> Tensor:
        if isinstance(self.decoder, TiedDecoder):
            weights = [layer.weight for layer in self.encoder.layers]
            return self.decoder(z, weights)  # type: ignore[no-any-return]
        return self.decoder(z)  # type: ignore[no-any-return]  # (B, latent_dim) → (B, pixels)

    def forward(self, x: Tensor) -> AutoencoderOutput:
        code = self.encode(x)
        return AutoencoderOutput(reconstruction=self.decode(code), code=code)


def parameter_count(widths: Sequence[int], *, tied: bool) -> int:
    """The number of weights and biases of an Autoencoder, from its widths alone."""
    weights = sum(a * b for a, b in pairwise(widths))
    biases = sum(widths[1:]) + sum(widths[:-1])
    return weights * (1 if tied else 2) + biases
