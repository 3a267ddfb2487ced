"""Can it tell the evidence from the noise? Denoisers side by side; noises crossed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.analysis.quality import psnr
from explorer.data.exhibit import as_bytes, exhibit
from explorer.data.noise import NOISES
from explorer.data.pictures import PictureSet
from explorer.lessons.cleaning import (
    AVERAGED_STEPS,
    NETS,
    new_net,
    noisy_exhibit,
    quality,
    standards,
    standing_outcome,
)
from explorer.lessons.photo_denoising import PhotoExperiment
from explorer.models.autoencoder import Autoencoder
from explorer.specs import DenoisingSpec
from explorer.training.loop import Array, Experiment, Snapshot
from explorer.training.optimizers import OPTIMIZERS, batches
from explorer.training.parameters import load_into, weights_of
from explorer.training.weight_average import WeightAverage

MATRIX_PICTURES = 250  # test pictures; sixteen pairs of noises are measured at each look
MATRIX_EXAMPLES = 2  # pictures shown of each pair


class Learner:
    """A net that learns to give back clean pictures; it is judged by its averaged weights."""

    def __init__(self, start: Autoencoder, learning_rate: float) -> None:
        self.net = deepcopy(start)
        self.average = WeightAverage(self.net, AVERAGED_STEPS)
        self.optimizer = OPTIMIZERS["adam"](self.net.parameters(), learning_rate)

    def learn(self, seen: Tensor, clean: Tensor) -> None:
        """One step: what is `seen` (B, pixels) should come out as `clean` (B, pixels)."""
        loss = F.mse_loss(self.net(seen).reconstruction, clean)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.average.update()


class Rivals:
    """Learners by name with the same start, the same batches and the same number of steps."""

    def __init__(
        self, spec: DenoisingSpec, pictures: PictureSet, noises: Mapping[str, str | None]
    ) -> None:
        """`noises` names the learners, and the noise under which each sees its pictures."""
        self.generator = torch.Generator(pictures.device).manual_seed(spec.seed)
        start = new_net(spec, pictures, self.generator)
        self.learners = {name: Learner(start, spec.learning_rate) for name in noises}
        self.noises = noises
        self.strength = spec.strength
        self.size = pictures.height, pictures.width
        self.batches = batches(pictures.train, spec.batch_size, self.generator)

    def step(self) -> None:
        x = next(self.batches)  # (B, pixels)
        for name, noise in self.noises.items():
            seen = x
            if noise is not None:
                seen = NOISES[noise](x, self.strength, self.generator, *self.size)
            self.learners[name].learn(seen, x)

    def weights(self) -> dict[str, Tensor]:
        """The averaged weights: those that are looked at."""
        return weights_of(self._judged())

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        load_into(self._judged(), weights)
        load_into({name: learner.net for name, learner in self.learners.items()}, weights)

    def _judged(self) -> dict[str, Autoencoder]:
        return {name: learner.average.model for name, learner in self.learners.items()}


class PicturesExperiment(Rivals):
    """A plain and a denoising autoencoder beside PCA, a linear map and a median filter."""

    def __init__(self, spec: DenoisingSpec, pictures: PictureSet) -> None:
        super().__init__(spec, pictures, {"ae": None, "dae": spec.noise})
        self.pictures = pictures
        self.exhibit = exhibit(pictures)
        noise = spec.noise, spec.strength
        noisy = noisy_exhibit(pictures, *noise)
        self.noisy = torch.from_numpy(noisy).to(pictures.device)
        fitted_to = (*noise, spec.seed)
        self.standing: dict[str, float] = {
            **standing_outcome(pictures, fitted_to, *noise).metrics,
            **standards(pictures, *fitted_to).choices,
        }

    @torch.inference_mode()
    def observe(self, step: int, seconds: float) -> Snapshot:
        """metrics: M_psnr (dB) and M_ssim for `noisy` and each of METHODS, what the standards
        chose, and test_mse, the denoising autoencoder's; arrays: ae_cleaned, dae_cleaned.
        """
        outputs = {
            name: self.learners[name].average.model(self.noisy).reconstruction for name in NETS
        }
        cleaned = {name: x_hat.cpu().numpy() for name, x_hat in outputs.items()}
        metrics = self.standing | quality(cleaned, self.pictures)
        metrics["test_mse"] = float(np.mean((cleaned["dae"] - self.exhibit.pictures) ** 2))
        arrays: dict[str, Array] = {
            f"{name}_cleaned": as_bytes(x_hat[self.exhibit.examples])
            for name, x_hat in outputs.items()
        }
        return Snapshot(step=step, seconds=seconds, metrics=metrics, arrays=arrays)


class MatrixExperiment(Rivals):
    """A denoising autoencoder for each noise, tested on every noise."""

    def __init__(self, spec: DenoisingSpec, pictures: PictureSet) -> None:
        super().__init__(spec, pictures, {noise: noise for noise in NOISES})
        shown = exhibit(pictures)
        self.clean = shown.pictures[:MATRIX_PICTURES]
        self.noisy = {
            noise: noisy_exhibit(pictures, noise, spec.strength)[:MATRIX_PICTURES]
            for noise in NOISES
        }
        self.everything = torch.from_numpy(np.concatenate(list(self.noisy.values())))
        self.everything = self.everything.to(pictures.device)  # (noises * M, pixels)
        self.standing = {
            f"noisy_psnr.{noise}": psnr(self.clean, noisy) for noise, noisy in self.noisy.items()
        }

    @torch.inference_mode()
    def observe(self, step: int, seconds: float) -> Snapshot:
        """metrics: psnr_matrix.TRAINED.TESTED and noisy_psnr.TESTED (dB), test_pictures, and
        test_mse, the mean error of the nets under their own noise; arrays: TRAINED_cleaned, for
        each noise of the test MATRIX_EXAMPLES pictures.
        """
        metrics, arrays, errors = dict(self.standing), dict[str, Array](), list[float]()
        for trained, learner in self.learners.items():
            outputs = learner.average.model(self.everything).reconstruction
            parts = dict(zip(NOISES, outputs.chunk(len(NOISES)), strict=True))
            for tested, x_hat in parts.items():
                metrics[f"psnr_matrix.{trained}.{tested}"] = psnr(self.clean, x_hat.cpu().numpy())
            errors.append(float(np.mean((parts[trained].cpu().numpy() - self.clean) ** 2)))
            arrays[f"{trained}_cleaned"] = as_bytes(
                torch.cat([x_hat[:MATRIX_EXAMPLES] for x_hat in parts.values()])
            )
        metrics["test_pictures"] = len(self.clean)
        metrics["test_mse"] = float(np.mean(errors))
        return Snapshot(step=step, seconds=seconds, metrics=metrics, arrays=arrays)


def matrix_noise(pictures: PictureSet, strength: float) -> npt.NDArray[np.uint8]:
    """The noisy pictures of which a matrix's arrays `TRAINED_cleaned` are the cleaned ones."""
    noisy = [noisy_exhibit(pictures, noise, strength)[:MATRIX_EXAMPLES] for noise in NOISES]
    return as_bytes(torch.from_numpy(np.concatenate(noisy)))


EXPERIMENTS: dict[str, Callable[[DenoisingSpec, PictureSet], Experiment]] = {
    "pictures": PicturesExperiment,
    "matrix": MatrixExperiment,
    "photo": PhotoExperiment,
}


def denoising_experiment(spec: DenoisingSpec, pictures: PictureSet) -> Experiment:
    """The experiment that `spec.experiment` names."""
    return EXPERIMENTS[spec.experiment](spec, pictures)
