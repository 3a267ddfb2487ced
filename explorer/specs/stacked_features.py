"""Settings of the lesson on layers."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from explorer.specs.base import (
    Activation,
    BatchSize,
    LearningRate,
    ReconstructionSpec,
    Share,
    StackWidths,
    StepBudget,
)


class StackedSpec(ReconstructionSpec):
    """Layers stacked one at a time, then tuned together; pretraining and few labels.

    `experiment` is `features` (the stack, and what its units want to see) or `labels` (pretrained
    against from scratch, for sigmoid and ReLU, with SGD and Adam, in `draws` repetitions;
    `activation` is then not used, and `draws` only then). `noise` is the share of a layer's inputs
    that is masked while the layer learns. `steps` are shared out among the phases of a run.
    """

    lesson: ClassVar[str] = "stacked-features"

    experiment: Literal["features", "labels"] = "features"
    steps: StepBudget = 4000
    hidden_widths: StackWidths = (128, 128, 128)
    activation: Activation = "sigmoid"
    initialisation: Literal["classic", "xavier"] = "classic"
    noise: Share = 0.25
    learning_rate: LearningRate = 5e-3
    batch_size: BatchSize = 128
    draws: Annotated[int, Field(ge=2, le=20)] = 5
