"""Settings of the walk through two latent spaces."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from explorer.specs.base import (
    Activation,
    BatchSize,
    HiddenWidths,
    LearningRate,
    ReconstructionSpec,
)


class WalkSpec(ReconstructionSpec):
    """An autoencoder and a variational one: same net, data, batches and reconstruction loss.

    `beta` weighs the VAE's Kullback–Leibler part against its reconstruction loss, both in nats per
    image; at 1 their sum is the negative evidence lower bound (Higgins et al. 2017 for others).
    """

    lesson: ClassVar[str] = "latent-walk"

    latent_dim: Annotated[int, Field(ge=2, le=3)] = 2
    hidden_widths: HiddenWidths = (256, 64)
    activation: Activation = "silu"
    beta: Annotated[float, Field(ge=0, le=20, allow_inf_nan=False)] = 1.0
    learning_rate: LearningRate = 3e-3
    batch_size: BatchSize = 128
