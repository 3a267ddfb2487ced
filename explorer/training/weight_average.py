"""The mean of the newest weights, which has lost the jitter that single batches leave in them."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

ModelT = TypeVar("ModelT", bound=nn.Module)

WARM_UP = 10  # steps of which the first means are made


class WeightAverage(Generic[ModelT]):
    """`model` is a copy whose weights are an exponential mean of another one's over `steps` steps.

    Polyak & Juditsky 1992 is the idea; with it a constant learning rate ends where a falling one
    would. The mean is short at first, so that nothing of the untrained weights lingers in it.
    """

    def __init__(self, model: ModelT, steps: int) -> None:
        self.source = model
        self.model = deepcopy(model).requires_grad_(requires_grad=False)
        self.steps = steps
        self.taken = 0

    @torch.no_grad()
    def update(self) -> None:
        """Takes in the weights as they are now; to be called once after each step."""
        self.taken += 1
        share = max(1 / self.steps, WARM_UP / (WARM_UP + self.taken))
        for mean, newest in zip(self.model.parameters(), self.source.parameters(), strict=True):
            mean.lerp_(newest, share)

    def weights(self) -> dict[str, Tensor]:
        """The mean by the parameters' names, detached, for a checkpoint."""
        return {name: value.detach() for name, value in self.model.state_dict().items()}

    def load(self, weights: Mapping[str, Tensor]) -> None:
        """Takes over the `weights` of an equal average, as the mean and as the newest ones."""
        self.source.load_state_dict(weights)
        self.model.load_state_dict(weights)
