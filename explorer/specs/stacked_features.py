"""Settings of the lesson on layers."""

from __future__ import annotations

from typing import ClassVar, Literal

from explorer.specs.base import HiddenWidths, LearningRate, Spec


class StackedSpec(Spec):
    """Layers stacked one at a time, then tuned together; pretraining and few labels.

    `experiment` is `features` (the stack and what its units want to see) or `labels` (pretrained
    against from scratch, for sigmoid and ReLU, SGD and Adam).
    """

    lesson: ClassVar[str] = "stacked-features"

    experiment: Literal["features", "labels"] = "features"
    hidden_widths: HiddenWidths = (300, 300, 300)
    learning_rate: LearningRate = 1e-3
