"""Settings of the lesson on copying."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from explorer.specs.base import BatchSize, LearningRate, ReconstructionSpec, Share, StepBudget


class CopyingSpec(ReconstructionSpec):
    """What stops a wide net from copying; and memory of lists with and without a rule.

    `experiment` is `pictures`: a narrow code of `latent_dim` units and three of `expansion` times
    as many as the picture has pixels, one free, one held to a mean activity of `target_activity`,
    one trained on input with Gaussian noise of σ = `noise`. Or it is `patterns`: a recurrent
    autoencoder of lists of at most `length` numbers with a context of `hidden_dim` numbers.
    """

    lesson: ClassVar[str] = "copying-and-constraints"

    experiment: Literal["pictures", "patterns"] = "pictures"
    latent_dim: Annotated[int, Field(ge=1, le=64)] = 16
    expansion: Annotated[int, Field(ge=1, le=4)] = 2
    target_activity: Annotated[float, Field(ge=0.05, le=0.5, allow_inf_nan=False)] = 0.05
    noise: Share = 0.5
    length: Annotated[int, Field(ge=4, le=20)] = 12
    hidden_dim: Annotated[int, Field(ge=8, le=128)] = 96
    learning_rate: LearningRate = 5e-3
    batch_size: BatchSize = 128
    steps: StepBudget = 6000
