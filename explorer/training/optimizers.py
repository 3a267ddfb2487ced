"""Optimisers by name, and the batches they are fed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import torch
from torch import Tensor
from torch.optim import SGD, Adam, Optimizer, RMSprop

OPTIMIZERS: dict[str, Callable[[Iterable[Tensor], float], Optimizer]] = {
    "adam": lambda parameters, rate: Adam(parameters, lr=rate, fused=True),
    "rmsprop": lambda parameters, rate: RMSprop(parameters, lr=rate),
    "momentum": lambda parameters, rate: SGD(parameters, lr=rate, momentum=0.9, fused=True),
    "sgd": lambda parameters, rate: SGD(parameters, lr=rate, fused=True),
}


def batches(x: Tensor, batch_size: int, generator: torch.Generator) -> Iterator[Tensor]:
    """Endless batches of the rows of x, shuffled anew each epoch; what is left over is dropped.

    The rows stay on their device and `generator` must live there too. With no more rows than
    `batch_size` every batch is the whole of x, in its own order.
    """
    while batch_size >= len(x):
        yield x
    while True:
        order = torch.randperm(len(x), generator=generator, device=x.device)
        for start in range(0, len(x) - batch_size + 1, batch_size):
            yield x[order[start : start + batch_size]]


def with_gaussian_noise(x: Tensor, sigma: float, generator: torch.Generator) -> Tensor:
    """x + σ·N(0, 1), drawn from `generator` on x's device; x itself when σ is 0."""
    if sigma == 0:
        return x
    return x + sigma * torch.randn(x.shape, generator=generator, device=x.device)
