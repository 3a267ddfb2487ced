"""Settings of the lesson on what a context vector forgets."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from explorer.specs.base import StepBudget
from explorer.specs.sequences import MaxLength, SequenceSpec, Task


class ForgettingSpec(SequenceSpec):
    """Nets that say back what they read, trained on lengths 1 … `max_length`.

    With `reverse_source` the encoder reads from last to first. `experiment` is `memory`: one net,
    looked into. Each of the others trains several nets with equal steps on equal batches, a quarter
    of `batch_size` each: `cells`, an RNN, a GRU and an LSTM (`cell` means nothing); `sizes`, nets
    of 8 … 256 units (`hidden_dim` means nothing); `delay`, the three cells recalling five symbols
    after up to `delay` blanks (`cell`, `task`, `max_length` and `reverse_source` mean nothing).
    """

    lesson: ClassVar[str] = "forgetting"

    experiment: Literal["memory", "cells", "sizes", "delay"] = "memory"
    task: Task = "reverse"
    max_length: MaxLength = 16
    reverse_source: bool = False
    delay: Annotated[int, Field(ge=0, le=60)] = 20
    steps: StepBudget = 1500  # the six nets of `sizes` take so many in about a minute
