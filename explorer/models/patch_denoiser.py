"""A denoising autoencoder for small patches of colour photos."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from explorer.models.layers import ACTIVATIONS, linear_layers, through

CHANNELS = 3
LIGHT_WIDTH = 32


class PatchDenoiser(nn.Module):
    """Noisy patch → clean patch, each (B, 3·pixels), one colour channel after the other.

    An autoencoder through a narrow code sees the patch without its light, which is the mean of each
    channel: a roof is a roof in sun and in shade. What the noise did to the light, by clipping at
    black and white, a small net of its own mends. `widths` run from the patch to the code, such as
    (192, 384, 64); the decoder mirrors them.
    """

    def __init__(self, widths: Sequence[int], activation: str, generator: torch.Generator) -> None:
        super().__init__()
        self.activation = ACTIVATIONS[activation]
        self.layers = linear_layers((*widths, *widths[-2::-1]), generator)
        self.light = linear_layers((CHANNELS, LIGHT_WIDTH, CHANNELS), generator)

    def forward(self, noisy: Tensor) -> Tensor:
        planes = noisy.view(len(noisy), CHANNELS, -1)  # (B, 3, pixels)
        light = planes.mean(2)  # (B, 3)
        shapes = (planes - light[:, :, None]).flatten(1)
        shapes = through(self.layers, shapes, self.activation)
        light = light + through(self.light, light, self.activation)
        cleaned: Tensor = shapes.view_as(planes) + light[:, :, None]
        return cleaned.flatten(1)
