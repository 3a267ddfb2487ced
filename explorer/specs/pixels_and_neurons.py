"""Settings of the lesson on what a machine sees and what neurons decide."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from explorer.specs.base import Activation, BatchSize, LearningRate, PictureSpec, StepBudget


class PixelsSpec(PictureSpec):
    """Neurons that learn: to tell digits apart, or the gates of logic.

    `experiment` is `digits` (a classifier with one hidden layer of `hidden_dim` neurons) or `gates`
    (AND, OR and XOR, each learnt by one neuron and by two layers with `gate_units` hidden neurons,
    from `starts` random starts; `dataset`, `hidden_dim` and `batch_size` are then not used).
    """

    lesson: ClassVar[str] = "pixels-and-neurons"

    experiment: Literal["digits", "gates"] = "digits"
    steps: StepBudget = 1500
    hidden_dim: Annotated[int, Field(ge=2, le=128)] = 32
    gate_units: Annotated[int, Field(ge=2, le=8)] = 2
    starts: Annotated[int, Field(ge=5, le=50)] = 20
    activation: Activation = "tanh"  # suits both; with ReLU small nets for gates often die
    learning_rate: LearningRate = 1e-2
    batch_size: BatchSize = 64

    @property
    def watched(self) -> str:
        return "loss" if self.experiment == "gates" else "test_loss"
