"""Settings of the lesson on two autoencoders that share a meaning."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from explorer.specs.base import BatchSize, LearningRate, Share, StepBudget
from explorer.specs.sequences import SequenceSpec


class MeaningSpec(SequenceSpec):
    """Two autoencoders of number words, each of its own language, and the pull between them.

    `pull` is the weight of the mean squared distance, per unit, between the two codes of one
    number; `paired` the share of the training numbers of which the pull knows both names;
    `code_noise` the σ of the Gaussian noise on a code before it is decoded.
    """

    lesson: ClassVar[str] = "shared-meaning"

    pull: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] = 10.0
    paired: Share = 1.0
    code_noise: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)] = 0.1
    learning_rate: LearningRate = 0.02
    batch_size: BatchSize = 128
    steps: StepBudget = 1000
