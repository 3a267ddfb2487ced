"""Settings of the lesson on steps: how far, and when to stop."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from explorer.specs.base import LearningRate, PictureSpec, StepBudget

Decay = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Curvature = Annotated[float, Field(ge=0.1, le=100, allow_inf_nan=False)]


class GradientSpec(PictureSpec):
    """Steps downhill, and what becomes of a net that takes too many with too few pictures.

    `experiment` is `overfitting` (nets that learn from few pictures, with and without each remedy,
    on `draws` draws of the pictures) or `edge` (one net under plain gradient descent at three
    learning rates: where its curvature goes). `curvature` is λ of the bowl λ/2·(x − 2)², on which
    the limit of the learning rate is measured, whatever the experiment.
    """

    lesson: ClassVar[str] = "gradient-descent"

    experiment: Literal["overfitting", "edge"] = "overfitting"
    steps: StepBudget = 1500
    pictures: Annotated[int, Field(ge=20, le=500)] = 100
    hidden_dim: Annotated[int, Field(ge=2, le=256)] = 128
    early_stopping: bool = True
    weight_decay: Decay = 0.01
    dropout: Annotated[float, Field(ge=0, le=0.9, allow_inf_nan=False)] = 0.5
    more_pictures: Annotated[int, Field(ge=0, le=1000)] = 800
    draws: Annotated[int, Field(ge=2, le=20)] = 5
    curvature: Curvature = 1.0
    learning_rate: LearningRate = 1e-3
