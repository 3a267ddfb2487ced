"""Is the code just PCA? Four codes of the same pictures; errors over code sizes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from sklearn.neural_network import BernoulliRBM
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.analysis.codes import (
    agreement,
    largest_principal_angle,
    nearest,
    plane,
    ranks,
    trust,
)
from explorer.analysis.reconstruction import principal_components, reconstruction_mse
from explorer.data.exhibit import Exhibit, as_bytes, exhibit
from explorer.data.pictures import PictureSet
from explorer.data.remembered import remembered
from explorer.models.autoencoder import Autoencoder
from explorer.models.linear_autoencoder import LinearAutoencoder, triangular_root
from explorer.specs import LatentsSpec
from explorer.training.loop import Array, Experiment, Snapshot
from explorer.training.optimizers import OPTIMIZERS, batches, with_gaussian_noise
from explorer.training.parameters import load_into, weights_of, weights_under

Floats = npt.NDArray[np.float32]

NUMBERS = ("test_mse", "label_agreement", "trustworthiness")
METHODS = ("pca", "linear", "deep", "rbm")
CODE_SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
BATCH_SIZE = 128
LINEAR_RATE = 1e-2  # full batches: Adam settles within 0.2° of PCA's subspace in 2,000 steps
RBM_RATE = 0.05


class LinearLearner:
    """The linear autoencoder on centred data, one full batch a step."""

    def __init__(self, pictures: PictureSet, latent_dim: int, generator: torch.Generator) -> None:
        self.mean, self.rows = _centred(pictures)
        self.model = LinearAutoencoder(pictures.pixels, latent_dim, generator)
        self.optimizer = OPTIMIZERS["adam"](self.model.parameters(), LINEAR_RATE)

    def step(self) -> None:
        loss = F.mse_loss(self.model(self.rows), self.rows)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()

    def encode(self, x: Tensor) -> Tensor:
        return (x - self.mean) @ self.model.encoder.T

    def decode(self, z: Tensor) -> Tensor:
        return z @ self.model.decoder.T + self.mean


@remembered
def _centred(pictures: PictureSet) -> tuple[Tensor, Tensor]:
    """The mean training picture, and the rows that stand for all the others about it."""
    mean = pictures.train.mean(0)
    return mean, triangular_root(pictures.train - mean)


class DeepLearner:
    """The deep autoencoder, one minibatch a step."""

    def __init__(
        self, spec: LatentsSpec, pictures: PictureSet, latent_dim: int, generator: torch.Generator
    ) -> None:
        self.noise = spec.noise
        self.generator = generator
        self.model = Autoencoder(
            (pictures.pixels, *spec.hidden_widths, latent_dim),
            spec.activation,
            tied=False,
            generator=generator,
        )
        self.optimizer = OPTIMIZERS["adam"](self.model.parameters(), spec.learning_rate)
        self.batches = batches(pictures.train, BATCH_SIZE, generator)

    def step(self) -> None:
        x = next(self.batches)  # (B, pixels)
        x_hat = self.model(with_gaussian_noise(x, self.noise, self.generator)).reconstruction
        loss = F.mse_loss(x_hat, x)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()

    def encode(self, x: Tensor) -> Tensor:
        return self.model.encode(x)

    def decode(self, z: Tensor) -> Tensor:
        return self.model.decode(z)


class BoltzmannLearner:
    """scikit-learn's restricted Boltzmann machine, one minibatch of contrastive divergence a step.

    Its code is the probability of each hidden unit, its reconstruction the mean field of that.
    """

    def __init__(self, pictures: PictureSet, latent_dim: int, seed: int) -> None:
        generator = torch.Generator().manual_seed(seed)
        self.batches = batches(pictures.train.cpu(), BATCH_SIZE, generator)
        self.model = BernoulliRBM(
            n_components=latent_dim,
            learning_rate=RBM_RATE,
            batch_size=BATCH_SIZE,
            random_state=np.random.RandomState(seed),
        )
        self.step()  # before its first step scikit-learn's machine has no weights to look at

    def step(self) -> None:
        self.model.partial_fit(next(self.batches).numpy())

    def encode(self, x: Tensor) -> Tensor:
        hidden: Floats = self.model.transform(x.cpu().numpy())
        return torch.from_numpy(hidden).to(x.device)

    def decode(self, z: Tensor) -> Tensor:
        weights = torch.from_numpy(self.model.components_).to(z)  # (latent_dim, pixels)
        bias = torch.from_numpy(self.model.intercept_visible_).to(z)
        return torch.sigmoid(z @ weights + bias)


Learner = LinearLearner | DeepLearner | BoltzmannLearner


class MapExperiment:
    """PCA, linear, deep and RBM with one code size, on equal steps."""

    def __init__(self, spec: LatentsSpec, pictures: PictureSet) -> None:
        self.latent_dim = spec.latent_dim
        generator = torch.Generator(pictures.device).manual_seed(spec.seed)
        self.linear = LinearLearner(pictures, spec.latent_dim, generator)
        self.deep = DeepLearner(spec, pictures, spec.latent_dim, generator)
        self.rbm = BoltzmannLearner(pictures, spec.latent_dim, spec.seed)
        self.learners: dict[str, Learner] = {
            "linear": self.linear,
            "deep": self.deep,
            "rbm": self.rbm,
        }
        self.exhibit = exhibit(pictures)
        self.pca = principal_components(pictures)
        pca_codes = self.pca.encode(self.exhibit.pictures, spec.latent_dim)
        pca_pictures = self.pca.decode(pca_codes)
        self.pca_metrics, self.pca_arrays = _judged(
            "pca", self.exhibit, torch.from_numpy(pca_codes), torch.from_numpy(pca_pictures)
        )

    def step(self) -> None:
        for learner in self.learners.values():
            learner.step()

    @torch.inference_mode()
    def observe(self, step: int, seconds: float) -> Snapshot:
        """metrics: linear_max_angle_degrees and, for each of METHODS, M_test_mse,
        M_label_agreement and M_trustworthiness; arrays: M_plane (points, 2), M_reconstructions.
        `test_mse`, which a target is held against, is the deep autoencoder's.
        """
        metrics, arrays = dict(self.pca_metrics), dict(self.pca_arrays)
        for name, learner in self.learners.items():
            codes = learner.encode(self.exhibit.x)
            numbers, pictures = _judged(name, self.exhibit, codes, learner.decode(codes))
            metrics |= numbers
            arrays |= pictures
        metrics["test_mse"] = metrics["deep_test_mse"]
        metrics["linear_max_angle_degrees"] = largest_principal_angle(
            self.linear.model.decoder.cpu().numpy(), self.pca.components[: self.latent_dim]
        )
        return Snapshot(step=step, seconds=seconds, metrics=metrics, arrays=arrays)

    def weights(self) -> dict[str, Tensor]:
        rbm = self.rbm.model
        return {
            **weights_of({"linear": self.linear.model, "deep": self.deep.model}),
            "rbm.components": torch.from_numpy(rbm.components_),
            "rbm.intercept_visible": torch.from_numpy(rbm.intercept_visible_),
            "rbm.intercept_hidden": torch.from_numpy(rbm.intercept_hidden_),
        }

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        load_into({"linear": self.linear.model, "deep": self.deep.model}, weights)
        for name, weight in weights_under("rbm", weights).items():
            # A copy, because scikit-learn's machine learns in place.
            setattr(self.rbm.model, f"{name}_", weight.cpu().numpy().copy())


class SizesExperiment:
    """A linear and a deep autoencoder for each of CODE_SIZES, on equal steps."""

    def __init__(self, spec: LatentsSpec, pictures: PictureSet) -> None:
        generator = torch.Generator(pictures.device).manual_seed(spec.seed)
        self.learners: dict[str, LinearLearner | DeepLearner] = {}
        for size in CODE_SIZES:
            self.learners[f"linear_{size}"] = LinearLearner(pictures, size, generator)
            self.learners[f"deep_{size}"] = DeepLearner(spec, pictures, size, generator)
        self.exhibit = exhibit(pictures)
        pca = principal_components(pictures)
        self.pca_metrics = {
            f"pca_{size}_test_mse": pca.mse(self.exhibit.pictures, size) for size in CODE_SIZES
        }

    def step(self) -> None:
        for learner in self.learners.values():
            learner.step()

    @torch.inference_mode()
    def observe(self, step: int, seconds: float) -> Snapshot:
        """metrics: M_K_test_mse for M in pca, linear, deep and K in CODE_SIZES.

        `test_mse`, which a target is held against, is the deep autoencoder's with the largest code.
        """
        x = self.exhibit.x
        metrics = dict(self.pca_metrics)
        for name, learner in self.learners.items():
            metrics[f"{name}_test_mse"] = reconstruction_mse(x, learner.decode(learner.encode(x)))
        metrics["test_mse"] = metrics[f"deep_{CODE_SIZES[-1]}_test_mse"]
        return Snapshot(step=step, seconds=seconds, metrics=metrics)

    def weights(self) -> dict[str, Tensor]:
        return weights_of({name: learner.model for name, learner in self.learners.items()})

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        load_into({name: learner.model for name, learner in self.learners.items()}, weights)


def settled_angle(degrees: float) -> Literal["same", "partly", "perpendicular"]:
    """What became of the linear autoencoder's subspace beside PCA's, in a word."""
    return "same" if degrees < 5 else "partly" if degrees < 60 else "perpendicular"


def latents_experiment(spec: LatentsSpec, pictures: PictureSet) -> Experiment:
    """The experiment that `spec.experiment` names."""
    return (MapExperiment if spec.experiment == "map" else SizesExperiment)(spec, pictures)


def _judged(
    name: str, shown: Exhibit, codes: Tensor, reconstructions: Tensor
) -> tuple[dict[str, float], dict[str, Array]]:
    """The three numbers and the two arrays of one method, named after it.

    Of a code that is not finite any more the numbers are nan, and there is nothing to show.
    """
    z = codes.cpu().numpy().astype(np.float32)
    if not np.isfinite(z).all():
        return {f"{name}_{number}": math.nan for number in NUMBERS}, {}
    near = nearest(z)
    measured = (
        reconstruction_mse(shown.x.cpu(), reconstructions.cpu()),
        agreement(near, shown.labels),
        trust(near, _picture_ranks(shown)),
    )
    arrays: dict[str, Array] = {
        f"{name}_plane": plane(z),
        f"{name}_reconstructions": as_bytes(reconstructions[shown.examples]),
    }
    return {
        f"{name}_{number}": value for number, value in zip(NUMBERS, measured, strict=True)
    }, arrays


@remembered
def _picture_ranks(shown: Exhibit) -> npt.NDArray[np.int64]:
    return ranks(shown.pictures)
