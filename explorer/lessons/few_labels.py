"""Few labels: classifiers that were pretrained on unlabelled pictures against untrained ones."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import product

import torch
from torch import Tensor
from torch.func import functional_call
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.analysis.label_curves import DESCENTS, LABEL_COUNTS, STARTS, UNITS, label_metrics
from explorer.analysis.reconstruction import reconstruction_mse
from explorer.data.exhibit import exhibit
from explorer.data.pictures import PictureSet
from explorer.models.stack import Stack, StackClassifier, masked
from explorer.specs import StackedSpec
from explorer.training.loop import Snapshot
from explorer.training.optimizers import OPTIMIZERS
from explorer.training.phases import Phases

RATES = {"sgd": 0.1, "adam": 1e-3}  # of learning with labels
LABELLED_BATCH = 32
PRETRAINING_SHARE = 0.1  # of all steps, a layer


def label_phases(spec: StackedSpec) -> Phases:
    """A tenth of the steps for each layer without labels; the rest equally for each label count."""
    layers = len(spec.hidden_widths)
    with_labels = (1 - layers * PRETRAINING_SHARE) / len(LABEL_COUNTS)
    shares = [PRETRAINING_SHARE] * layers + [with_labels] * len(LABEL_COUNTS)
    return Phases(spec.planned_steps, shares)


def draw_labelled(labels: Tensor, draws: int, generator: torch.Generator) -> Tensor:
    """(draws, most of LABEL_COUNTS): training rows whose labels are shown, drawn anew each time.

    Any first 10, 20, … of them hold equally many of each of the ten classes.
    """
    each = LABEL_COUNTS[-1] // 10
    rows = []
    for _ in range(draws):
        by_class = []
        for label in range(10):
            members = (labels == label).nonzero()[:, 0]
            order = torch.randperm(len(members), generator=generator, device=labels.device)
            by_class.append(members[order[:each]])
        rows.append(torch.stack(by_class, dim=1).flatten())
    return torch.stack(rows)


class LabelsExperiment:
    """For sigmoid and ReLU, SGD and Adam: nets that begin where a stack has ended, and their twins.

    Each of the draws has its own labelled pictures, its own random weights and its own pretraining
    on all training pictures without their labels, so the spread over draws holds all of these.
    All draws learn side by side: one step is one step of every net in the present phase, which is
    either a layer of the stacks or the classifiers for one number of labels.
    """

    def __init__(self, spec: StackedSpec, pictures: PictureSet) -> None:
        self.spec = spec
        self.pictures = pictures
        self.generator = torch.Generator(pictures.device).manual_seed(spec.seed)
        self.widths = (pictures.pixels, *spec.hidden_widths)
        self.labelled = draw_labelled(pictures.train_labels, spec.draws, self.generator)
        self.stacks = {
            activation: Stack(
                self.widths, activation, spec.initialisation, self.generator, (spec.draws,)
            )
            for activation in UNITS
        }
        self.phases = label_phases(spec)
        self.taken = 0
        self.exhibit = exhibit(pictures)
        kinds = (len(UNITS), len(DESCENTS), len(STARTS), len(LABEL_COUNTS))
        self.accuracies = torch.full((*kinds, spec.draws), math.nan)

    def step(self) -> None:
        phase, first, last = self.phases.at(self.taken)
        layers = len(self.spec.hidden_widths)
        if phase < layers:
            self._pretrain(phase, begin=first)
        else:
            self._learn(LABEL_COUNTS[phase - layers], begin=first)
        if last and phase >= layers:
            self._judge(phase - layers)
        self.taken += 1

    def _pretrain(self, layer: int, *, begin: bool) -> None:
        """One step of one layer of both stacks, on batches of each draw's own."""
        if begin:
            learning = [p for stack in self.stacks.values() for p in stack.parameters_of(layer)]
            self.optimizers = [OPTIMIZERS["adam"](learning, self.spec.learning_rate)]
        size = (self.spec.draws, self.spec.batch_size)
        x = self.pictures.train[self._random(len(self.pictures.train), size)]  # (draws, B, pixels)
        losses = []
        for stack in self.stacks.values():
            h = stack.below(x, layer)
            h_hat = stack.alone(masked(h, self.spec.noise, self.generator), layer)
            losses.append(self.spec.draws * F.mse_loss(h_hat, h))  # each draw's own mean, added up
        self._descend(losses)

    def _learn(self, count: int, *, begin: bool) -> None:
        """One step of all classifiers on the first `count` labelled pictures of each draw."""
        if begin:
            self._begin_classifiers()
        chosen = self._random(count, (self.spec.draws, min(count, LABELLED_BATCH)))
        rows = self.labelled.gather(1, chosen)  # (draws, B)
        x, labels = self.pictures.train[rows], self.pictures.train_labels[rows]
        twice = labels.expand(len(STARTS), -1, -1).flatten()
        losses = []
        for classifier in self.classifiers.values():
            logits = classifier(x).flatten(0, 2)  # (2, draws, B, classes) → (2·draws·B, classes)
            nets = len(STARTS) * self.spec.draws
            losses.append(nets * F.cross_entropy(logits, twice))  # each net's own mean, added up
        self._descend(losses)

    def _begin_classifiers(self) -> None:
        widths = (*self.widths, len(self.pictures.classes))
        self.classifiers = {
            (activation, optimizer): StackClassifier(
                widths,
                activation,
                self.spec.initialisation,
                self.generator,
                self.stacks[activation],
            )
            for activation, optimizer in product(UNITS, DESCENTS)
        }
        self.optimizers = [
            OPTIMIZERS[optimizer](classifier.parameters(), RATES[optimizer])
            for (_, optimizer), classifier in self.classifiers.items()
        ]

    @torch.no_grad()
    def _judge(self, count: int) -> None:
        """Notes the accuracy of all classifiers on the test pictures of the exhibit."""
        truth = self.pictures.test_labels[: len(self.exhibit.x)]
        for index, classifier in enumerate(self.classifiers.values()):
            right = classifier(self.exhibit.x).argmax(-1) == truth  # (2, draws, M)
            activation, optimizer = divmod(index, len(DESCENTS))
            self.accuracies[activation, optimizer, :, count] = right.float().mean(-1).cpu()

    def _random(self, below: int, size: tuple[int, int]) -> Tensor:
        generator = self.generator
        return torch.randint(below, size, generator=generator, device=generator.device)

    def _descend(self, losses: list[Tensor]) -> None:
        """One step of every optimiser; the nets share no weights, so each follows its own loss."""
        for optimizer in self.optimizers:
            optimizer.zero_grad()
        torch.stack(losses).sum().backward()  # type: ignore[no-untyped-call]
        for optimizer in self.optimizers:
            optimizer.step()

    def observe(self, step: int, seconds: float) -> Snapshot:
        """metrics: A_test_mse of the first draw's stack for A in UNITS, which test_mse is the
        mean of, and what `label_metrics` makes of the accuracies measured so far.
        """
        errors = {
            f"{activation}_test_mse": self._first_draw_mse(stack)
            for activation, stack in self.stacks.items()
        }
        return Snapshot(
            step=step,
            seconds=seconds,
            metrics={
                "test_mse": sum(errors.values()) / len(errors),
                **errors,
                **label_metrics(self.accuracies),
            },
        )

    @torch.no_grad()
    def _first_draw_mse(self, stack: Stack) -> float:
        """Of the first draw alone: its stack is the one that goes into a checkpoint."""
        first = {name: value[0] for name, value in stack.state_dict().items()}
        rebuilt: Tensor = functional_call(stack, first, (self.exhibit.x,))
        return reconstruction_mse(self.exhibit.x, rebuilt)

    def weights(self) -> dict[str, Tensor]:
        """The stacks of the first draw, and the accuracies: all nets would be 60 times as large."""
        named = {
            f"{activation}.{name}": value.detach()[0]
            for activation, stack in self.stacks.items()
            for name, value in stack.state_dict().items()
        }
        return {**named, "accuracies": self.accuracies.clone()}

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        for activation, stack in self.stacks.items():
            for name, value in stack.state_dict().items():
                value[0] = weights[f"{activation}.{name}"]
        self.accuracies = weights["accuracies"].clone()
