"""Settings of the lesson that walks through a seq2seq model."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from explorer.specs.base import AttentionKind, BatchSize, LearningRate, StepBudget
from explorer.specs.sequences import SequenceSpec

Corpus = Literal[
    "numbers-en-ko",
    "numbers-ko-en",
    "dates-words-figures",
    "dates-ko-figures",
    "dates-figures-words",
    "own",
]
# Which pairs of the reader's own: `explorer.data.own_pairs.keep` gives them this name.
PairsDigest = Annotated[str, Field(pattern="^([0-9a-f]{16})?$")]


class StepsSpec(SequenceSpec):
    """One seq2seq model on pairs of sentences; with `corpus` `own`, those that `pairs` names."""

    lesson: ClassVar[str] = "seq2seq-steps"

    corpus: Corpus = "numbers-en-ko"
    pairs: PairsDigest = ""
    attention: AttentionKind = "none"
    reverse_source: bool = False
    learning_rate: LearningRate = 5e-3
    batch_size: BatchSize = 128
    steps: StepBudget = 1500
