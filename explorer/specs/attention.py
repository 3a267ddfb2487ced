"""Settings of the lesson on attention."""

from __future__ import annotations

from typing import ClassVar, Literal

from explorer.specs.base import StepBudget
from explorer.specs.sequences import MaxLength, SequenceSpec, Task


class AttentionSpec(SequenceSpec):
    """Two nets on the same batches, one with attention of the kind `score`, one without."""

    lesson: ClassVar[str] = "attention"

    score: Literal["additive", "dot"] = "additive"
    task: Task = "reverse"
    max_length: MaxLength = 16
    reverse_source: bool = False
    steps: StepBudget = 1500
