"""The parameters of several nets under one roof, as a checkpoint holds them: `NET.PARAMETER`."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from explorer.training.loop import Array


def weights_of(nets: Mapping[str, nn.Module]) -> dict[str, Tensor]:
    """All parameters of `nets`, detached, each under its net's name and its own."""
    return {
        f"{net}.{name}": value.detach()
        for net, module in nets.items()
        for name, value in module.state_dict().items()
    }


def weights_under(net: str, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """What `weights_of` put under the name of `net`, under its own names again."""
    start = f"{net}."
    return {
        name.removeprefix(start): value for name, value in weights.items() if name.startswith(start)
    }


def load_into(nets: Mapping[str, nn.Module], weights: Mapping[str, Tensor]) -> None:
    """Gives each net what `weights_of` took from it; RuntimeError where something is missing."""
    for net, module in nets.items():
        module.load_state_dict(weights_under(net, weights))


def as_tensors(weights: Mapping[str, Array]) -> dict[str, Tensor]:
    """The weights of a snapshot as tensors of their own, on the CPU."""
    return {name: torch.tensor(value) for name, value in weights.items()}
