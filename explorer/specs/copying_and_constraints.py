"""Settings of the lesson on copying."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from explorer.specs.base import BatchSize, LearningRate, Spec


class CopyingSpec(Spec):
    """What stops a wide net from copying; and memory of lists with and without a rule.

    `experiment` is `pictures` (four nets on equal terms) or `patterns` (a recurrent autoencoder).
    """

    lesson: ClassVar[str] = "copying-and-constraints"

    experiment: Literal["pictures", "patterns"] = "pictures"
    length: Annotated[int, Field(ge=4, le=20)] = 12
    learning_rate: LearningRate = 1e-3
    batch_size: BatchSize = 128
