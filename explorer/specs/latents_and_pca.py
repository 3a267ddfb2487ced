"""Settings of the lesson that holds codes beside PCA."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from explorer.specs.base import Activation, HiddenWidths, LearningRate, ReconstructionSpec, Share


class LatentsSpec(ReconstructionSpec):
    """PCA, a linear and a deep autoencoder and an RBM on the same data with the same code size.

    `experiment` is `map` (one code size, four codes side by side) or `sizes` (error against the
    code size; `latent_dim` is then not used).
    """

    lesson: ClassVar[str] = "latents-and-pca"

    experiment: Literal["map", "sizes"] = "map"
    latent_dim: Annotated[int, Field(ge=1, le=32)] = 2
    hidden_widths: HiddenWidths = (256, 128)
    activation: Activation = "silu"
    learning_rate: LearningRate = 3e-3
    noise: Share = 0.2
