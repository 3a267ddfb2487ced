"""What the specs of the lessons on sequences share."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from explorer.specs.base import BatchSize, Cell, LearningRate, Spec

Task = Literal["copy", "reverse", "sort", "pattern"]
HiddenDim = Annotated[int, Field(ge=2, le=256)]
EmbeddingDim = Annotated[int, Field(ge=2, le=256)]
MaxLength = Annotated[int, Field(ge=4, le=24)]


class SequenceSpec(Spec):
    """A net that reads a sequence and writes one: `hidden_dim` numbers a state, `cell` the kind.

    Its `test_loss` is the cross-entropy in nats per token.
    """

    cell: Cell = "gru"
    hidden_dim: HiddenDim = 64
    embedding_dim: EmbeddingDim = 32
    learning_rate: LearningRate = 3e-3
    batch_size: BatchSize = 256
