"""What do deeper layers see? A stack that learns layer by layer, and is then tuned as one net."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.analysis.features import (
    FAVOURITES,
    UNITS_MEASURED,
    UNITS_SHOWN,
    as_signed_bytes,
    class_share,
    favourites,
    pattern_share,
    preferred_patterns,
    surroundings,
)
from explorer.analysis.reconstruction import reconstruction_mse
from explorer.data.exhibit import as_bytes, exhibit
from explorer.data.pictures import PictureSet
from explorer.lessons.few_labels import LabelsExperiment
from explorer.models.stack import Stack, masked
from explorer.specs import StackedSpec
from explorer.training.loop import Array, Experiment, Snapshot
from explorer.training.optimizers import OPTIMIZERS, batches
from explorer.training.phases import Phases


def feature_phases(spec: StackedSpec) -> Phases:
    """One phase for each layer, from the lowest, and one for all of them together."""
    return Phases(spec.planned_steps, [1] * (len(spec.hidden_widths) + 1))


class FeaturesExperiment:
    """Denoising autoencoders on top of one another, each learnt on what the last one makes of the
    pictures (Bengio 2007, Vincent 2010); then all of them tuned together as one deep autoencoder.
    """

    def __init__(self, spec: StackedSpec, pictures: PictureSet) -> None:
        self.spec = spec
        self.generator = torch.Generator(pictures.device).manual_seed(spec.seed)
        widths = (pictures.pixels, *spec.hidden_widths)
        self.stack = Stack(widths, spec.activation, spec.initialisation, self.generator)
        self.batches = batches(pictures.train, spec.batch_size, self.generator)
        self.phases = feature_phases(spec)
        self.taken = 0
        self.exhibit = exhibit(pictures)
        self.labels = pictures.test_labels[: len(self.exhibit.x)]
        self.surroundings = surroundings(pictures)

    def step(self) -> None:
        layer, first, _ = self.phases.at(self.taken)
        together = layer == len(self.spec.hidden_widths)
        if first:
            learning = self.stack.parameters() if together else self.stack.parameters_of(layer)
            self.optimizer = OPTIMIZERS["adam"](learning, self.spec.learning_rate)
        h = next(self.batches)  # (B, pixels)
        if together:
            h_hat = self.stack(masked(h, self.spec.noise, self.generator))
        else:
            h = self.stack.below(h, layer)
            h_hat = self.stack.alone(masked(h, self.spec.noise, self.generator), layer)
        loss = F.mse_loss(h_hat, h)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.taken += 1

    def observe(self, step: int, seconds: float) -> Snapshot:
        """metrics: test_mse of the whole stack and, for each layer K from 1, `layers.K.…`:

        test_mse (pictures through the K lowest layers and back), own_mse (what the layer makes of
        the layer below it, per unit of that), class_share (mean over all its units) and
        pattern_share (mean over its first UNITS_MEASURED), each with its standard deviation over
        them, class_share_spread and pattern_share_spread. Arrays: rebuilt_K (classes, pixels);
        patterns_K (units shown, pixels) and favourites_K (units shown, FAVOURITES), rows of the
        exhibit; class_shares_K and pattern_shares_K, one number a unit measured.
        """
        patterns = preferred_patterns(self.stack, self.surroundings, UNITS_MEASURED)
        metrics: dict[str, float] = {}
        arrays: dict[str, Array] = {}
        with torch.no_grad():
            h = self.exhibit.x
            for layer, pattern in enumerate(patterns):
                numbers, seen = self._layer(layer, h, pattern)
                metrics |= {f"layers.{layer + 1}.{name}": value for name, value in numbers.items()}
                arrays |= {f"{name}_{layer + 1}": array for name, array in seen.items()}
                h = self.stack.up(h, layer)
        metrics["test_mse"] = metrics[f"layers.{len(patterns)}.test_mse"]
        return Snapshot(step=step, seconds=seconds, metrics=metrics, arrays=arrays)

    def _layer(
        self, layer: int, below: Tensor, patterns: Tensor
    ) -> tuple[dict[str, float], dict[str, Array]]:
        x = self.exhibit.x
        activations = self.stack.up(below, layer)
        rebuilt = self.stack(x, layer + 1)
        classes = class_share(activations, self.labels)
        extents = pattern_share(patterns)
        metrics = {
            "test_mse": reconstruction_mse(x, rebuilt),
            "own_mse": reconstruction_mse(below, self.stack.down(activations, layer)),
            "class_share": classes.mean().item(),
            "class_share_spread": classes.std().item(),
            "pattern_share": extents.mean().item(),
            "pattern_share_spread": extents.std().item(),
        }
        arrays: dict[str, Array] = {
            "rebuilt": as_bytes(rebuilt[self.exhibit.examples]),
            "patterns": as_signed_bytes(patterns[:UNITS_SHOWN]),
            "pattern_shares": extents.cpu().numpy(),
            "class_shares": classes.cpu().numpy(),
            "favourites": favourites(activations[:, :UNITS_SHOWN], FAVOURITES)
            .short()
            .cpu()
            .numpy(),
        }
        return metrics, arrays

    def weights(self) -> dict[str, Tensor]:
        return {name: value.detach() for name, value in self.stack.state_dict().items()}

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        self.stack.load_state_dict(weights)


def stacked_experiment(spec: StackedSpec, pictures: PictureSet) -> Experiment:
    """The experiment that `spec.experiment` names."""
    return (FeaturesExperiment if spec.experiment == "features" else LabelsExperiment)(
        spec, pictures
    )
