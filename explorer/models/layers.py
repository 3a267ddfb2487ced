"""What the models are made of: activations by name, and linear layers drawn from a generator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "silu": F.silu,
    "gelu": F.gelu,
    "relu": F.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "identity": lambda x: x,
}


def linear_layers(widths: Sequence[int], generator: torch.Generator) -> nn.ModuleList:
    """Linear layers widths[0] → widths[1] → …: Xavier-uniform weights (Glorot 2010), zero biases.

    They are drawn from `generator` on its own device; nn.Linear alone would draw from the global
    stream, which threads share.
    """
    layers = nn.ModuleList()
    for fan_in, fan_out in pairwise(widths):
        layer = nn.Linear(fan_in, fan_out, device="meta").to_empty(device=generator.device)
        nn.init.xavier_uniform_(layer.weight, generator=generator)
        nn.init.zeros_(layer.bias)
        layers.append(layer)
    return layers


def through(layers: nn.ModuleList, x: Tensor, activation: Callable[[Tensor], Tensor]) -> Tensor:
    """x through all layers, with the activation between them but not after the last."""
    for layer in layers[:-1]:
        x = activation(layer(x))
    return layers[-1](x)  # type: ignore[no-any-return]
