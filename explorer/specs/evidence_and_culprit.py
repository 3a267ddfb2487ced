"""Settings of the lesson on clues and culprits."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from explorer.specs.base import BatchSize, LearningRate, Spec


class EvidenceSpec(Spec):
    """A net whose code is the label; `noise_features` inputs of pure noise beside the pixels.

    `weight_decay` is AdamW's decoupled decay.
    """

    lesson: ClassVar[str] = "evidence-and-culprit"

    noise_features: Annotated[int, Field(ge=0, le=256)] = 32
    weight_decay: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] = 0.1
    learning_rate: LearningRate = 3e-3
    batch_size: BatchSize = 128
