"""Settings of the lesson on steps: how far, and when to stop."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from explorer.specs.base import LearningRate, PictureSpec, StepBudget

Decay = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Curvature = Annotated[float, Field(ge=0.1, le=100, allow_inf_nan=False)]
EdgeRate = Annotated[float, Field(ge=0.01, le=0.2, allow_inf_nan=False)]


class GradientSpec(PictureSpec):
    """Steps downhill, and what becomes of a net that takes too many with too few pictures.

    `experiment` is `overfitting` (nets that learn from few pictures, with and without each remedy,
    on `draws` draws of the pictures) or `edge` (one net under plain gradient descent at three
    learning rates: where its curvature goes). `curvature` is λ of the bowl λ/2·(x − 2)², on which
    the limit of the learning rate is measured, whatever the experiment.

    `edge_rate` is the learning rate in the middle of three; the others are half of it and twice.

    A remedy that is 0 is off: `weight_decay` is the λ of λ/2 · Σ w² that is added to the loss,
    `dropout` the share of hidden units that is silenced at each step, `more_pictures` how many are
    added to the `pictures`. `hidden_dim` units are in each of two hidden layers.
    """

    lesson: ClassVar[str] = "gradient-descent"

    experiment: Literal["overfitting", "edge"] = "overfitting"
    steps: StepBudget = 1500
    pictures: Annotated[int, Field(ge=20, le=500)] = 100
    early_stopping: bool = True
    weight_decay: Decay = 0.003
    dropout: Annotated[float, Field(ge=0, le=0.9, allow_inf_nan=False)] = 0.5
    more_pictures: Annotated[int, Field(ge=0, le=800)] = 800
    draws: Annotated[int, Field(ge=2, le=10)] = 8
    hidden_dim: Annotated[int, Field(ge=2, le=128)] = 48
    curvature: Curvature = 1.0
    edge_rate: EdgeRate = 0.15
    learning_rate: LearningRate = 3e-3
