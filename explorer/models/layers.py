"""What the models are made of: activations by name, and linear layers drawn from a generator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import sqrt

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


# The largest weight that a new layer may draw, from its fan-in and fan-out.
INITIALISATIONS: dict[str, Callable[[int, int], float]] = {
    "classic": lambda fan_in, _fan_out: 1 / sqrt(fan_in),  # customary until 2010; PyTorch's today
    "xavier": lambda fan_in, fan_out: sqrt(6 / (fan_in + fan_out)),  # Glorot & Bengio 2010
}


class Layer(nn.Module):
    """x Wᵀ + b, with uniform random weights and zero biases.

    With `copies`, such as (2, 5), the weights of that many independent nets lie behind one another
    and one product serves them all, on a batch that they share or on one of each net's own.
    """

    def __init__(
        self,
        fan_in: int,
        fan_out: int,
        initialisation: str,
        generator: torch.Generator,
        copies: tuple[int, ...] = (),
    ) -> None:
        super().__init__()
        bound = INITIALISATIONS[initialisation](fan_in, fan_out)
        weight = torch.empty(*copies, fan_out, fan_in, device=generator.device)
        self.weight = nn.Parameter(weight.uniform_(-bound, bound, generator=generator))
        self.bias = nn.Parameter(torch.zeros(*copies, 1, fan_out, device=generator.device))

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.weight.mT + self.bias  # (…, B, fan_in) → (*copies, B, fan_out)


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
