"""Settings of the lesson on what a context vector forgets."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from explorer.specs.base import StepBudget
from explorer.specs.sequences import MaxLength, SequenceSpec, Task


class ForgettingSpec(SequenceSpec):
    """Nets that say back what they read, trained on lengths 1 … `max_length`.

    `experiment` is `memory`: one net, looked into. Or `cells`: an RNN, a GRU and an LSTM on the
    same batches. Or `sizes`: several hidden sizes. Or `delay`: five symbols recalled after `delay`
    blanks, by the three cells. With `reverse_source` the encoder reads from last to first.
    """

    lesson: ClassVar[str] = "forgetting"

    experiment: Literal["memory", "cells", "sizes", "delay"] = "memory"
    task: Task = "reverse"
    max_length: MaxLength = 16
    reverse_source: bool = False
    delay: Annotated[int, Field(ge=0, le=60)] = 20
    steps: StepBudget = 3000
