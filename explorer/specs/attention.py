"""Settings of the lesson on attention."""

from __future__ import annotations

from typing import ClassVar, Literal

from explorer.specs.base import BatchSize, LearningRate, StepBudget
from explorer.specs.sequences import MaxLength, SequenceSpec, Task


class AttentionSpec(SequenceSpec):
    """Two nets on the same batches, one with attention of the kind `score`, one without.

    They are trained on lengths 1 … `max_length`; `learning_rate` is that of the first steps. With
    `reverse_source` both encoders read from last to first.
    """

    lesson: ClassVar[str] = "attention"

    score: Literal["additive", "dot"] = "dot"
    task: Task = "reverse"
    max_length: MaxLength = 16
    reverse_source: bool = False
    learning_rate: LearningRate = 5e-3
    batch_size: BatchSize = 64
    steps: StepBudget = 2500
