"""The edge of stability: where a net's curvature goes under plain gradient descent.

On a bowl the curvature λ is given, and a learning rate η above 2 / λ diverges. On a net the
curvature changes as it learns. Cohen, Kaur, Li, Kolter & Talwalkar (2021, "Gradient descent on
neural networks typically occurs at the edge of stability") found that with all data in each step it
rises until it is about 2 / η, and stays there, while the loss goes on falling, though not at each
step. Here that is measured with tanh and squared error. With cross-entropy the curvature comes down
again as the pictures are learnt by heart: Cohen et al. report it, and these nets, at rates of 0.15
to 0.6, came to 0.4 to 0.7 of 2 / η and fell from there. That is why they do not learn by the loss
that classifiers usually learn by.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.analysis.sharpness import sharpness
from explorer.data.exhibit import exhibit
from explorer.data.pictures import PictureSet
from explorer.lessons.overfitting import repeat_nets
from explorer.models.side_by_side import SideBySide
from explorer.specs import GradientSpec
from explorer.training.loop import Array, Snapshot
from explorer.training.optimizers import OPTIMIZERS

FACTORS = {"small": 0.5, "middle": 1.0, "large": 2.0}
"""The learning rates by name, as multiples of the middle one, `spec.edge_rate`."""

HIDDEN_WIDTHS = (64, 64)
ACTIVATION = "tanh"  # smooth: a ReLU has no curvature of its own, and a kink at 0


def learning_rates(spec: GradientSpec) -> dict[str, float]:
    """The rates of a spec by name."""
    return {name: factor * spec.edge_rate for name, factor in FACTORS.items()}


def edge_nets(classes: int, pixels: int, generator: torch.Generator) -> SideBySide:
    """As many nets as there are rates, on the generator's device, all with the same weights."""
    nets = SideBySide((pixels, *HIDDEN_WIDTHS, classes), ACTIVATION, generator, ())
    repeat_nets(nets, len(FACTORS))
    return nets


def squared_errors(outputs: Tensor, answers: Tensor) -> Tensor:
    """(C, B, classes) and one-hot (B, classes) → (C,): ½ Σ (output − answer)², a mean per image."""
    return (outputs - answers).square().sum(dim=-1).mean(dim=-1) / 2


class EdgeExperiment:
    """One start, the same few pictures in every step, three learning rates; no momentum, no noise.

    The nets share no weight, so the sum of their losses, each times its own rate, lets one SGD of
    rate 1 walk all three as if each had its own.
    """

    def __init__(self, spec: GradientSpec, pictures: PictureSet) -> None:
        generator = torch.Generator(pictures.device).manual_seed(spec.seed)
        chosen = torch.randperm(len(pictures.train), generator=generator, device=pictures.device)[
            : spec.pictures
        ]
        classes = len(pictures.classes)
        self.x = pictures.train[chosen]  # (B, pixels)
        self.answers = F.one_hot(pictures.train_labels[chosen], classes).float()  # (B, classes)
        shown = exhibit(pictures)
        self.test = shown.x  # (M, pixels)
        self.test_labels = torch.from_numpy(shown.labels).to(pictures.device)
        self.test_answers = F.one_hot(self.test_labels, classes).float()
        self.nets = edge_nets(classes, pictures.pixels, generator)
        self.rates = torch.tensor(list(learning_rates(spec).values()), device=pictures.device)
        self.optimizer = OPTIMIZERS["sgd"](self.nets.parameters(), 1.0)
        self.before = torch.full_like(self.rates, torch.inf)
        self.rises = torch.zeros_like(self.rates, dtype=torch.int64)

    def step(self) -> None:
        losses = squared_errors(self.nets(self.x), self.answers)  # (3,)
        self.rises += losses > self.before
        self.before = losses.detach()
        self.optimizer.zero_grad()
        (self.rates * losses).sum().backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()

    def observe(self, step: int, seconds: float) -> Snapshot:
        """metrics, of R = small, middle and large: loss.R (½ squared error per image, of the
        training pictures), sharpness.R, edge_limit.R = 2 / learning rate, edge_ratio.R = sharpness
        ÷ limit, test_accuracy.R; and test_loss, of the middle one; arrays: rises (3,), after
        how many of the steps the loss was higher than before.
        """
        with torch.enable_grad():
            losses = squared_errors(self.nets(self.x), self.answers)
            curvatures = sharpness(losses, list(self.nets.parameters())).tolist()
        with torch.inference_mode():
            outputs = self.nets(self.test)  # (3, M, classes)
            right = (outputs.argmax(dim=-1) == self.test_labels).float().mean(dim=-1).tolist()
            tested = squared_errors(outputs, self.test_answers).tolist()
        rises = self.rises + (losses.detach() > self.before)  # `step` has not seen the newest loss
        limits = (2 / self.rates.double()).tolist()
        metrics: dict[str, float] = {"test_loss": tested[list(FACTORS).index("middle")]}
        for i, name in enumerate(FACTORS):
            metrics[f"loss.{name}"] = losses[i].item()
            metrics[f"sharpness.{name}"] = curvatures[i]
            metrics[f"edge_limit.{name}"] = limits[i]
            metrics[f"edge_ratio.{name}"] = curvatures[i] / limits[i]
            metrics[f"test_accuracy.{name}"] = right[i]
        arrays: dict[str, Array] = {"rises": rises.cpu().numpy().astype(np.int32)}
        return Snapshot(step=step, seconds=seconds, metrics=metrics, arrays=arrays)

    def weights(self) -> dict[str, Tensor]:
        return {name: value.detach() for name, value in self.nets.state_dict().items()}

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        self.nets.load_state_dict(weights)
