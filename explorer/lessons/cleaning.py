"""Everything that cleans, ready for any picture: two nets, PCA, the linear map, the filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from explorer.analysis.denoisers import (
    Examples,
    MedianDenoiser,
    PcaDenoiser,
    RidgeDenoiser,
    fit_median,
    fit_pca,
    fit_ridge,
)
from explorer.analysis.quality import psnr, ssim
from explorer.data.exhibit import as_bytes, exhibit
from explorer.data.noise import NOISES
from explorer.data.pictures import PictureSet
from explorer.data.remembered import remembered
from explorer.models.autoencoder import Autoencoder
from explorer.specs import DenoisingSpec
from explorer.training.loop import Array, Snapshot

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

STANDARDS = ("median", "pca", "ridge")
NETS = ("ae", "dae")
METHODS = (*STANDARDS, *NETS)

ACTIVATION = "silu"
AVERAGED_STEPS = 100  # the weights that are looked at are a mean of about so many
LEAST_MEAN = 0.003  # of a pixel's ink; a mean of 0 would need a bias of -∞
SSIM_PICTURES = 250  # it costs more than the nets themselves
EXAMPLE_ROWS = 16_000  # noisy pictures that PCA, linear map and filter get to see, or all there are
TEST_NOISE_SEED = 1  # the same noise on the test pictures in every run
OWN_NOISE_SEED = 2


class Standards:
    """What nets are measured against, fitted to one noise at one strength."""

    def __init__(self, examples: Examples, height: int, width: int) -> None:
        self.median: MedianDenoiser = fit_median(examples, height, width)
        self.pca: PcaDenoiser = fit_pca(examples)
        self.ridge: RidgeDenoiser = fit_ridge(examples)

    def clean(self, noisy: Floats) -> dict[str, Floats]:
        """(N, pixels) → for each of STANDARDS (N, pixels)"""
        return {name: getattr(self, name).clean(noisy) for name in STANDARDS}

    @property
    def choices(self) -> dict[str, float]:
        """What was chosen on held-back pictures."""
        return {
            "median_side": self.median.side,
            "pca_components": len(self.pca.components),
            "ridge_penalty": self.ridge.penalty,
        }


def noisy_examples(
    train: torch.Tensor, noise: str, strength: float, seed: int, height: int, width: int
) -> Examples:
    """The training pictures, which lie on the CPU, as often as it takes to make EXAMPLE_ROWS."""
    generator = torch.Generator().manual_seed(seed)
    noisy = [
        NOISES[noise](train, strength, generator, height, width)
        for _ in range(-(-EXAMPLE_ROWS // len(train)))
    ]
    return Examples(train.numpy(), torch.cat(noisy).numpy())


@remembered
def standards(pictures: PictureSet, noise: str, strength: float, seed: int) -> Standards:
    """The standards for a noise; fitted once, which takes a second or two for 28×28 pixels."""
    size = pictures.height, pictures.width
    examples = noisy_examples(pictures.train.cpu(), noise, strength, seed, *size)
    return Standards(examples, *size)


@remembered
def noisy_exhibit(pictures: PictureSet, noise: str, strength: float) -> Floats:
    """(M, pixels): the exhibit under a noise, always the same, whatever the device."""
    x = torch.from_numpy(exhibit(pictures).pictures)
    generator = torch.Generator().manual_seed(TEST_NOISE_SEED)
    return NOISES[noise](x, strength, generator, pictures.height, pictures.width).numpy()


def new_net(spec: DenoisingSpec, pictures: PictureSet, generator: torch.Generator) -> Autoencoder:
    """A net before its first step, on the device of `pictures` and `generator`."""
    net = _blank_net(spec, pictures.pixels, generator)
    begin_at_mean(net.decoder, pictures.train)
    return net


def _blank_net(spec: DenoisingSpec, pixels: int, generator: torch.Generator) -> Autoencoder:
    widths = (pixels, *spec.hidden_widths, spec.latent_dim)
    return Autoencoder(widths, ACTIVATION, tied=False, generator=generator)


def begin_at_mean(decoder: nn.Module, train: torch.Tensor) -> None:
    """Lets the decoder begin at the mean training picture: its last bias is that picture's logit.

    So the first few hundred steps are not spent on learning where there is never any ink.
    """
    *_, last_bias = decoder.parameters()
    with torch.no_grad():
        last_bias.copy_(train.mean(0).logit(eps=LEAST_MEAN))


def nets_of(
    spec: DenoisingSpec, pictures: PictureSet, weights: Mapping[str, Array], names: Sequence[str]
) -> dict[str, Autoencoder]:
    """The nets of these names, on the CPU, with a snapshot's weights; KeyError if it lacks one."""
    nets = {}
    for name in names:
        net = _blank_net(spec, pictures.pixels, torch.Generator())
        net.load_state_dict(
            {key: torch.from_numpy(weights[f"{name}.{key}"]) for key in net.state_dict()}
        )
        nets[name] = net
    return nets


@torch.inference_mode()
def cleaned_by_nets(nets: Mapping[str, Autoencoder], noisy: Floats) -> dict[str, Floats]:
    """(N, pixels) → for each net (N, pixels), on the CPU."""
    x = torch.from_numpy(noisy)
    return {name: net(x).reconstruction.numpy() for name, net in nets.items()}


def quality(cleaned: Mapping[str, Floats], pictures: PictureSet) -> dict[str, float]:
    """M_psnr (dB) on the whole exhibit and M_ssim on its first SSIM_PICTURES, for each method M."""
    clean, some = exhibit(pictures).pictures, slice(SSIM_PICTURES)
    size = pictures.height, pictures.width
    metrics = {}
    for name, x_hat in cleaned.items():
        metrics[f"{name}_psnr"] = psnr(clean, x_hat)
        metrics[f"{name}_ssim"] = ssim(clean[some], x_hat[some], *size)
    return metrics


class Outcome(NamedTuple):
    """The test pictures under a noise: what was measured, and an example of each class."""

    metrics: Mapping[str, float]  # M_psnr, M_ssim for M in `noisy` and METHODS
    rows: Mapping[str, Bytes]  # (classes, pixels) for M in `noisy` and METHODS


@lru_cache(maxsize=16)
def standing_outcome(
    pictures: PictureSet, fitted_to: tuple[str, float, int], noise: str, strength: float
) -> Outcome:
    """`noisy` and the standards on the exhibit under a noise; they may be fitted to another one.

    `fitted_to` are noise, strength and seed of `standards`.
    """
    noisy = noisy_exhibit(pictures, noise, strength)
    cleaned = {"noisy": noisy, **standards(pictures, *fitted_to).clean(noisy)}
    return Outcome(quality(cleaned, pictures), _examples(cleaned, pictures))


@lru_cache(maxsize=4)
def outcome(
    spec: DenoisingSpec, pictures: PictureSet, snapshot: Snapshot, noise: str, strength: float
) -> Outcome | None:
    """All methods of a run of `pictures` at the moment of a snapshot, under any noise.

    None if that is not the noise of the training and the snapshot, being an older one, has no
    weights with which to clean it.
    """
    fitted_to = spec.noise, spec.strength, spec.seed
    standing = standing_outcome(pictures, fitted_to, noise, strength)
    if (noise, strength) == (spec.noise, spec.strength):
        rows = {name: snapshot.arrays[f"{name}_cleaned"] for name in NETS}
        return Outcome(snapshot.metrics, {**standing.rows, **rows})
    if not snapshot.weights:
        return None
    nets = nets_of(spec, pictures, snapshot.weights, NETS)
    cleaned = cleaned_by_nets(nets, noisy_exhibit(pictures, noise, strength))
    return Outcome(
        {**standing.metrics, **quality(cleaned, pictures)},
        {**standing.rows, **_examples(cleaned, pictures)},
    )


def _examples(cleaned: Mapping[str, Floats], pictures: PictureSet) -> dict[str, Bytes]:
    first = exhibit(pictures).examples
    return {name: as_bytes(torch.from_numpy(x_hat[first])) for name, x_hat in cleaned.items()}


def own_outcome(
    spec: DenoisingSpec,
    pictures: PictureSet,
    weights: Mapping[str, Array],
    own: Floats,
    noise: str,
    strength: float,
) -> Outcome:
    """The reader's picture (pixels,) under a noise, and as each method cleans it; rows of one."""
    size = pictures.height, pictures.width
    generator = torch.Generator().manual_seed(OWN_NOISE_SEED)
    x = torch.from_numpy(own[None])
    noisy = NOISES[noise](x, strength, generator, *size).numpy()
    fitted = standards(pictures, spec.noise, spec.strength, spec.seed)
    nets = nets_of(spec, pictures, weights, NETS)
    cleaned = {"noisy": noisy, **fitted.clean(noisy), **cleaned_by_nets(nets, noisy)}
    metrics = {}
    for name, x_hat in cleaned.items():
        metrics[f"{name}_psnr"] = psnr(own[None], x_hat)
        metrics[f"{name}_ssim"] = ssim(own[None], x_hat, *size)
    return Outcome(metrics, {name: as_bytes(torch.from_numpy(x)) for name, x in cleaned.items()})
