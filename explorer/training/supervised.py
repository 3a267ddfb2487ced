"""Learning from labels: a classifier that is trained at one go, to judge pictures later."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)
from torch.optim import Adam

from explorer.training.optimizers import batches


def fit_classifier(
    model: nn.Module,
    x: Tensor,
    labels: Tensor,
    *,
    steps: int,
    learning_rate: float,
    batch_size: int,
    generator: torch.Generator,
) -> None:
    """Takes `steps` steps of Adam on the cross-entropy between the model's logits and `labels`.

    x is (N, pixels), labels (N,) int64; both and `generator` live on the model's device.
    """
    optimizer = Adam(model.parameters(), lr=learning_rate, fused=True)
    rows = batches(torch.arange(len(x), device=x.device), batch_size, generator)
    for _ in range(steps):
        chosen = next(rows)  # (B,)
        loss = F.cross_entropy(model(x[chosen]), labels[chosen])  # nats per image
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
