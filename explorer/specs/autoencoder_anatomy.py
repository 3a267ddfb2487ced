"""Settings of the lesson that takes one autoencoder apart."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from explorer.specs.base import (
    Activation,
    BatchSize,
    HiddenWidths,
    LearningRate,
    Optimizer,
    ReconstructionSpec,
    Share,
)


class AnatomySpec(ReconstructionSpec):
    """One autoencoder, taken apart. `noise` is the σ of Gaussian noise on the training input."""

    lesson: ClassVar[str] = "autoencoder-anatomy"

    hidden_widths: HiddenWidths = (256, 128)
    latent_dim: Annotated[int, Field(ge=1, le=64)] = 2
    activation: Activation = "silu"
    tied: bool = False
    optimizer: Optimizer = "adam"
    learning_rate: LearningRate = 3e-3
    batch_size: BatchSize = 128
    noise: Share = 0.2
