"""Why not simply copy? Four autoencoders of one kind and three constraints, on equal terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.analysis.copying import error_ratio, selectivity, share_returned
from explorer.analysis.reconstruction import reconstruction_mse
from explorer.data.exhibit import as_bytes, exhibit
from explorer.data.foreign import inputs_of_each_kind
from explorer.data.pictures import PictureSet
from explorer.lessons.pattern_memory import PatternsExperiment
from explorer.models.shallow_autoencoder import ShallowAutoencoder, sparsity_penalty
from explorer.specs import CopyingSpec
from explorer.training.loop import Array, Experiment, Snapshot
from explorer.training.optimizers import OPTIMIZERS, batches, with_gaussian_noise
from explorer.training.parameters import load_into, weights_of

NETS = ("overcomplete", "undercomplete", "sparse", "denoising")
SPARSITY_WEIGHT = 2.0  # how much a nat of missed activity weighs against error per pixel
JUDGED = 360  # test pictures a kind: all the digits that there are


@dataclass
class Net:
    """One of the four, and what its loss sees that the others' does not."""

    model: ShallowAutoencoder
    optimizer: torch.optim.Optimizer = field(init=False)
    learning_rate: float
    noise: float = 0.0
    target_activity: float | None = None

    def __post_init__(self) -> None:
        self.optimizer = OPTIMIZERS["adam"](self.model.parameters(), self.learning_rate)

    def step(self, x: Tensor, generator: torch.Generator) -> None:
        x_hat, code = self.model(with_gaussian_noise(x, self.noise, generator))
        loss = F.mse_loss(x_hat, x)
        if self.target_activity is not None:
            loss = loss + SPARSITY_WEIGHT * sparsity_penalty(code, self.target_activity)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()


def code_sizes(spec: CopyingSpec, pixels: int) -> dict[str, int]:
    """The units in the code of each net."""
    wide = spec.expansion * pixels
    return {net: spec.latent_dim if net == "undercomplete" else wide for net in NETS}


class PicturesExperiment:
    """Four autoencoders see the same batches in the same order; see CopyingSpec."""

    def __init__(self, spec: CopyingSpec, pictures: PictureSet) -> None:
        self.generator = torch.Generator(pictures.device).manual_seed(spec.seed)
        constraints: dict[str, dict[str, float]] = {
            "sparse": {"target_activity": spec.target_activity},
            "denoising": {"noise": spec.noise},
        }
        self.nets = {
            name: Net(
                ShallowAutoencoder(pictures.pixels, size, self.generator),
                learning_rate=spec.learning_rate,
                **constraints.get(name, {}),
            )
            for name, size in code_sizes(spec, pictures.pixels).items()
        }
        self.batches = batches(pictures.train, spec.batch_size, self.generator)
        shown = exhibit(pictures)
        self.examples = shown.examples
        self.mean = pictures.train.mean(0)  # (pixels,)
        self.inputs = inputs_of_each_kind(shown.x[:JUDGED])

    def step(self) -> None:
        x = next(self.batches)  # (B, pixels)
        for net in self.nets.values():
            net.step(x, self.generator)

    @torch.inference_mode()
    def observe(self, step: int, seconds: float) -> Snapshot:
        """metrics: test_mse (the undercomplete net's), sparse_activity and, of each net N and kind
        of input K, mse.N.K, returned.N.K, activity.N, error_ratio.N, selectivity.N; arrays: N.K,
        one picture of each class as the net gives it back.
        """
        metrics: dict[str, float] = {}
        arrays: dict[str, Array] = {}
        for name, net in self.nets.items():
            errors, returned = {}, {}
            for kind, x in self.inputs.items():
                x_hat, code = net.model(x)
                errors[kind] = reconstruction_mse(x, x_hat)
                returned[kind] = share_returned(x, x_hat, self.mean)
                arrays[f"{name}.{kind}"] = as_bytes(x_hat[self.examples])
                if kind == "digits":
                    metrics[f"activity.{name}"] = code.mean().item()
            metrics |= {f"mse.{name}.{kind}": error for kind, error in errors.items()}
            metrics |= {f"returned.{name}.{kind}": share for kind, share in returned.items()}
            metrics[f"error_ratio.{name}"] = error_ratio(errors)
            metrics[f"selectivity.{name}"] = selectivity(returned)
        metrics["sparse_activity"] = metrics["activity.sparse"]
        metrics["test_mse"] = metrics["mse.undercomplete.digits"]
        return Snapshot(step=step, seconds=seconds, metrics=metrics, arrays=arrays)

    def weights(self) -> dict[str, Tensor]:
        return weights_of({name: net.model for name, net in self.nets.items()})

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        load_into({name: net.model for name, net in self.nets.items()}, weights)


EXPERIMENTS: dict[str, Callable[[CopyingSpec, PictureSet], Experiment]] = {
    "pictures": PicturesExperiment,
    "patterns": lambda spec, pictures: PatternsExperiment(spec, pictures.device),
}


def copying_experiment(spec: CopyingSpec, pictures: PictureSet) -> Experiment:
    """The experiment that `spec.experiment` names; the one of lists only takes the device."""
    return EXPERIMENTS[spec.experiment](spec, pictures)
