"""Settings of the lesson on clues and culprits."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from explorer.specs.base import BatchSize, LearningRate, ReconstructionSpec


class EvidenceSpec(ReconstructionSpec):
    """A net whose code is the label; `noise_features` inputs of pure noise beside the pixels.

    `weight_decay` is the weight λ of `penalty` in the loss: of `group-lasso`, λ·Σ‖w‖ over the
    clues, or of `l2`, λ/2·Σ‖w‖², where w are a clue's weights to all culprits.
    """

    lesson: ClassVar[str] = "evidence-and-culprit"

    noise_features: Annotated[int, Field(ge=1, le=256)] = 32
    penalty: Literal["group-lasso", "l2"] = "group-lasso"
    weight_decay: Annotated[float, Field(ge=0, le=0.1, allow_inf_nan=False)] = 0.005
    learning_rate: LearningRate = 0.03
    batch_size: BatchSize = 128
