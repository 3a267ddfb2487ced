"""A colour photo, cleaned patch by patch by a net that has only seen patches of another photo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from scipy.ndimage import median_filter
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.analysis.denoisers import (
    Examples,
    PcaDenoiser,
    RidgeDenoiser,
    fit_pca,
    fit_ridge,
)
from explorer.analysis.quality import psnr, ssim
from explorer.data.patches import (
    PATCH_PIXELS,
    disturbed,
    disturbed_photo,
    example_patches,
    patches,
    stitched,
)
from explorer.data.photos import PHOTOS, as_jpeg, as_pixels, as_planes, photo
from explorer.data.pictures import PictureSet
from explorer.models.patch_denoiser import PatchDenoiser
from explorer.specs import DenoisingSpec
from explorer.training.loop import Array, Snapshot
from explorer.training.optimizers import OPTIMIZERS, batches
from explorer.training.weight_average import WeightAverage

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

PHOTO_STANDARDS = ("median", "pca", "ridge")
PHOTO_METHODS = (*PHOTO_STANDARDS, "dae")

ACTIVATION = "silu"
AVERAGED_STEPS = 100  # the weights that are looked at are a mean of about so many
STRIDE = 3  # each pixel is the mean of about seven patches; every patch more gains 0.1 dB at most
MEDIAN_SIDES = (1, 3, 5, 7)  # pixels
EXAMPLE_PATCHES = 20_000
EXAMPLE_SEED = 0  # the same patches in every run
TEST_NOISE_SEED = 1  # and the same noise on the photo


def other_photo(name: str) -> str:
    """The photo to learn from when `name` is the one to be cleaned."""
    return next(other for other in PHOTOS if other != name)


@lru_cache
def training_patches(name: str) -> Tensor:
    """(EXAMPLE_PATCHES, PATCH_PIXELS) of the photo `name`, on the CPU; the same for every run."""
    generator = torch.Generator().manual_seed(EXAMPLE_SEED)
    return example_patches(as_planes(photo(name)), EXAMPLE_PATCHES, generator)


class PhotoStandards(NamedTuple):
    """What the net is measured against, fitted to one noise on the patches of one photo."""

    median_side: int
    pca: PcaDenoiser
    ridge: RidgeDenoiser

    @property
    def choices(self) -> dict[str, float]:
        """What was chosen on the photo that the net learns from, too."""
        return {
            "median_side": self.median_side,
            "pca_components": len(self.pca.components),
            "ridge_penalty": self.ridge.penalty,
        }

    def clean(self, noisy: Tensor) -> dict[str, Tensor]:
        """(3, H, W) → for each of PHOTO_STANDARDS (3, H, W)"""
        rows = patches(noisy, STRIDE).numpy()
        _, height, width = noisy.shape
        by_patches = {
            name: stitched(torch.from_numpy(denoiser.clean(rows)), height, width, STRIDE)
            for name, denoiser in (("pca", self.pca), ("ridge", self.ridge))
        }
        return {"median": median(noisy, self.median_side), **by_patches}


@lru_cache(maxsize=16)
def photo_standards(name: str, noise: str, strength: float) -> PhotoStandards:
    """The standards that learn from the photo `name`; fitted once, which takes about a second.

    PCA and the linear map get the patches that the net gets. All choices go by the error of the
    whole, as the photo to be cleaned is judged, and not by the mean PSNR of patches, which would
    favour those where there is nothing to see.
    """
    generator = torch.Generator().manual_seed(EXAMPLE_SEED)
    clean = training_patches(name)
    examples = Examples(clean.numpy(), disturbed(clean, noise, strength, generator).numpy())
    planes = as_planes(photo(name))
    noisy = disturbed_photo(planes, noise, strength, generator)
    return PhotoStandards(
        median_side=max(
            MEDIAN_SIDES, key=lambda side: whole_psnr(planes.numpy(), median(noisy, side).numpy())
        ),
        pca=fit_pca(examples, whole_psnr),
        ridge=fit_ridge(examples, whole_psnr),
    )


def median(noisy: Tensor, side: int) -> Tensor:
    """(3, H, W) → (3, H, W): the median of the square around each pixel, channel by channel."""
    return torch.from_numpy(median_filter(noisy.numpy(), size=(1, side, side), mode="nearest"))


def whole_psnr(clean: Floats, cleaned: Floats) -> float:
    """PSNR in dB of everything at once, however it is cut up."""
    return psnr(clean.reshape(1, -1), cleaned.reshape(1, -1))


def photo_quality(clean: Tensor, cleaned: Mapping[str, Tensor]) -> dict[str, float]:
    """M_psnr (dB) and M_ssim of each (3, H, W); the SSIM is the mean over the three channels."""
    channels, height, width = clean.shape
    truth = clean.numpy().reshape(channels, -1)
    metrics = {}
    for name, planes in cleaned.items():
        rows = planes.numpy().reshape(channels, -1)
        metrics[f"{name}_psnr"] = whole_psnr(truth, rows)
        metrics[f"{name}_ssim"] = ssim(truth, rows, height, width)
    return metrics


def clean_photo(net: PatchDenoiser, noisy: Tensor) -> Tensor:
    """(3, H, W) → (3, H, W) in 0…1 patch by patch; where they overlap, their mean."""
    _, height, width = noisy.shape
    return stitched(net(patches(noisy, STRIDE)), height, width, STRIDE).clamp(0, 1)


def new_patch_net(spec: DenoisingSpec, generator: torch.Generator) -> PatchDenoiser:
    """The net of a spec before its first step, on the generator's device."""
    return PatchDenoiser(
        (PATCH_PIXELS, *spec.hidden_widths, spec.latent_dim), ACTIVATION, generator
    )


class PhotoExperiment:
    """A denoising autoencoder for patches; it is judged by its averaged weights.

    Of `pictures` only the device counts.
    """

    def __init__(self, spec: DenoisingSpec, pictures: PictureSet) -> None:
        self.noise = spec.noise, spec.photo_strength
        self.generator = torch.Generator(pictures.device).manual_seed(spec.seed)
        self.net = new_patch_net(spec, self.generator)
        self.average = WeightAverage(self.net, AVERAGED_STEPS)
        self.optimizer = OPTIMIZERS["adam"](self.net.parameters(), spec.learning_rate)
        train = training_patches(other_photo(spec.photo)).to(pictures.device)
        self.batches = batches(train, spec.batch_size, self.generator)
        self.task = sample_task(spec)
        self.noisy = self.task.noisy.to(pictures.device)
        self.standing = self.task.metrics | photo_standards(*self.task.standards_key).choices

    def step(self) -> None:
        x = next(self.batches)  # (B, PATCH_PIXELS)
        loss = F.mse_loss(self.net(disturbed(x, *self.noise, self.generator)), x)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.average.update()

    @torch.inference_mode()
    def observe(self, step: int, seconds: float) -> Snapshot:
        """metrics: M_psnr (dB) and M_ssim of the whole photo for `noisy` and each of
        PHOTO_METHODS, what the standards chose, and test_mse per pixel and channel, of the net;
        arrays: cleaned, the bytes of a JPEG file.
        """
        cleaned = clean_photo(self.average.model, self.noisy).cpu()
        metrics = self.standing | photo_quality(self.task.clean, {"dae": cleaned})
        metrics["test_mse"] = F.mse_loss(cleaned, self.task.clean).item()
        arrays: dict[str, Array] = {"cleaned": as_jpeg(as_pixels(cleaned))}
        return Snapshot(step=step, seconds=seconds, metrics=metrics, arrays=arrays)

    def weights(self) -> dict[str, Tensor]:
        """The averaged weights: those that are looked at."""
        return self.average.weights()

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        self.average.load(weights)


# What a page shows --------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class PhotoTask:
    """A photo and what the noise made of it, both (3, H, W) in 0…1 on the CPU.

    How the standards clean it is computed when somebody asks.
    """

    clean: Tensor
    noisy: Tensor
    standards_key: tuple[str, str, float]  # the photo that is learnt from, noise, strength

    @cached_property
    def cleaned(self) -> dict[str, Tensor]:
        """(3, H, W) for each of PHOTO_STANDARDS."""
        return photo_standards(*self.standards_key).clean(self.noisy)

    @cached_property
    def metrics(self) -> dict[str, float]:
        """M_psnr (dB) and M_ssim of `noisy` and of PHOTO_STANDARDS."""
        return photo_quality(self.clean, {"noisy": self.noisy, **self.cleaned})


def photo_task(pixels: Bytes, spec: DenoisingSpec) -> PhotoTask:
    """The task that a spec makes of any photo (H, W, 3); nobody but the caller keeps it."""
    return _task(pixels, other_photo(spec.photo), spec.noise, spec.photo_strength)


def sample_task(spec: DenoisingSpec) -> PhotoTask:
    """The task of the spec's own photo; the same one for all who ask."""
    return _sample_task(spec.photo, spec.noise, spec.photo_strength)


@lru_cache(maxsize=16)
def _sample_task(name: str, noise: str, strength: float) -> PhotoTask:
    return _task(photo(name), other_photo(name), noise, strength)


def _task(pixels: Bytes, learnt_from: str, noise: str, strength: float) -> PhotoTask:
    clean = as_planes(pixels)
    generator = torch.Generator().manual_seed(TEST_NOISE_SEED)
    noisy = disturbed_photo(clean, noise, strength, generator)
    return PhotoTask(clean, noisy, (learnt_from, noise, strength))


@torch.inference_mode()
def cleaned_with(weights: Mapping[str, Array], task: PhotoTask, spec: DenoisingSpec) -> Tensor:
    """The noisy photo of a task as the net with a snapshot's weights cleans it, (3, H, W).

    Raises KeyError if weights are lacking.
    """
    net = new_patch_net(spec, torch.Generator())
    net.load_state_dict({name: torch.from_numpy(weights[name]) for name in net.state_dict()})
    return clean_photo(net, task.noisy)


Verdict = Literal["better", "same", "worse"]
CLEAR_DB = 0.5


def held_against_standards(metrics: Mapping[str, float]) -> Verdict:
    """The net beside the best of PHOTO_STANDARDS; less than CLEAR_DB of PSNR apart is the same."""
    gain = metrics["dae_psnr"] - max(metrics[f"{name}_psnr"] for name in PHOTO_STANDARDS)
    return "same" if abs(gain) < CLEAR_DB else "better" if gain > 0 else "worse"
