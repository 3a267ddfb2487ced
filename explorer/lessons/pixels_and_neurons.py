"""Neurons that learn: a small classifier of digits; and the gates of logic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.analysis.attribution import swayed_by_rubbing_out
from explorer.data.exhibit import exhibit
from explorer.data.foreign import inputs_of_each_kind
from explorer.data.pictures import PictureSet
from explorer.data.remembered import remembered
from explorer.lessons.logic_gates import GatesExperiment
from explorer.models.classifier import Classifier
from explorer.specs import PixelsSpec
from explorer.training.loop import Experiment, Snapshot
from explorer.training.optimizers import OPTIMIZERS, batches
from explorer.training.parameters import as_tensors

TRAINING_SAMPLE = 2000  # training pictures on which loss and accuracy are read
RUBBED = 0.1  # the share of a picture's inked pixels that is rubbed out
REPLAYED_BYTES = 64 * 2**10  # a larger net is kept of the newest moment only
# In the order in which the browser reads them.
NET = ("layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias")

Floats = npt.NDArray[np.float32]


def classifier(spec: PixelsSpec, pictures: PictureSet, generator: torch.Generator) -> Classifier:
    """The net of a spec: pixels → hidden_dim → classes."""
    widths = (pictures.pixels, spec.hidden_dim, len(pictures.classes))
    return Classifier(widths, spec.activation, generator)


class DigitsExperiment:
    """One hidden layer learns from labels, by cross-entropy in nats per image."""

    def __init__(self, spec: PixelsSpec, pictures: PictureSet) -> None:
        generator = torch.Generator(pictures.device).manual_seed(spec.seed)
        self.model = classifier(spec, pictures, generator)
        self.optimizer = OPTIMIZERS["adam"](self.model.parameters(), spec.learning_rate)
        self.x, self.labels = pictures.train, pictures.train_labels
        rows = torch.arange(len(self.labels), device=pictures.device)
        self.batches = batches(rows, spec.batch_size, generator)
        shown = exhibit(pictures)
        self.test = shown.x
        self.test_labels = torch.from_numpy(shown.labels).to(pictures.device)
        self.shuffled = inputs_of_each_kind(shown.x)["shuffled"]

    def step(self) -> None:
        rows = next(self.batches)  # (B,)
        loss = F.cross_entropy(self.model(self.x[rows]), self.labels[rows])
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()

    @torch.inference_mode()
    def observe(self, step: int, seconds: float) -> Snapshot:
        """metrics: {train,test}_loss in nats per image and {train,test}_accuracy.

        Arrays, of the M pictures of the exhibit: guesses (M,), certainty (M,) of each guess, and
        shuffled_certainty (M,) once their pixels stand in another order; blank (classes,), what
        blank paper is taken for; and of a small net, so that its older moments can be asked too,
        `net`: weights and biases of both layers in a row.
        """
        seen = slice(TRAINING_SAMPLE)
        train, test = self.model(self.x[seen]), self.model(self.test)
        certainty, guesses = test.softmax(dim=1).max(dim=1)
        shuffled = self.model(self.shuffled).softmax(dim=1).amax(dim=1)
        arrays = {
            "guesses": guesses.to(torch.uint8),
            "certainty": certainty,
            "shuffled_certainty": shuffled,
            "blank": self.model(torch.zeros_like(self.test[:1])).softmax(dim=1)[0],
        }
        weights = self.model.state_dict()
        net = torch.cat([weights[name].flatten() for name in NET])
        if net.nbytes <= REPLAYED_BYTES:
            arrays["net"] = net
        return Snapshot(
            step=step,
            seconds=seconds,
            metrics={
                "train_loss": F.cross_entropy(train, self.labels[seen]).item(),
                "test_loss": F.cross_entropy(test, self.test_labels).item(),
                "train_accuracy": _share(train.argmax(dim=1) == self.labels[seen]),
                "test_accuracy": _share(guesses == self.test_labels),
            },
            arrays={name: value.cpu().numpy() for name, value in arrays.items()},
        )

    def weights(self) -> dict[str, Tensor]:
        return {name: value.detach() for name, value in self.model.state_dict().items()}

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        self.model.load_state_dict(weights)


def _share(those: Tensor) -> float:
    return those.double().mean().item()


def net_of(snapshot: Snapshot) -> Floats | None:
    """Weights and biases of both layers in a row, as they were; None if they are gone.

    Those of a checkpoint's older moments are rounded to half precision.
    """
    if snapshot.weights:
        rows: Floats = np.concatenate([snapshot.weights[name].ravel() for name in NET])
        return rows
    return snapshot.arrays.get("net")


class Swayed(NamedTuple):
    """Of the test pictures, the shares whose answer changes when some ink is rubbed out."""

    loudest: float  # the ink that spoke loudest for the answer
    random: float  # as much at random


@remembered
def swayed(snapshot: Snapshot, spec: PixelsSpec, pictures: PictureSet) -> Swayed | None:
    """When RUBBED of the inked pixels are gone; None if the weights of this moment were not kept.

    Takes a hundredth of a second for digits, up to one for larger pictures; once a moment.
    """
    if not snapshot.weights:
        return None
    model = classifier(spec, pictures, torch.Generator())
    model.load_state_dict(as_tensors(snapshot.weights))
    with torch.inference_mode():
        x = exhibit(pictures).x.cpu()
        return Swayed(*swayed_by_rubbing_out(model, x, RUBBED, torch.Generator().manual_seed(0)))


EXPERIMENTS: dict[str, Callable[[PixelsSpec, PictureSet], Experiment]] = {
    "digits": DigitsExperiment,
    "gates": lambda spec, pictures: GatesExperiment(spec, pictures.device),
}


def pixels_experiment(spec: PixelsSpec, pictures: PictureSet) -> Experiment:
    """The experiment that `spec.experiment` names."""
    return EXPERIMENTS[spec.experiment](spec, pictures)
