"""Points, pictures and untrained nets for the latent pad: the same on its page and in its tests."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import torch
from sklearn.datasets import load_digits

from explorer.models.autoencoder import Decoder

CLASSES = [str(digit) for digit in range(10)]
SIDES = {"digits": 8, "mnist": 28}
HIDDEN = {"digits": (32, 32), "mnist": (64, 256)}
SPREADS = {"ae": 4.0, "vae": 0.9}
POINTS = 2000

Array = npt.NDArray[np.float32]


def widths(name: str, dim: int) -> list[int]:
    """Units of a decoder for the pictures `name`, from the code to the pixels."""
    return [dim, *HIDDEN[name], SIDES[name] ** 2]


def decoder(name: str, widths: list[int], activation: str, step: int) -> list[tuple[Array, Array]]:
    """Weights and biases, large enough that pictures differ from place to place."""
    generator = torch.Generator().manual_seed(len(name))
    layers = []
    for linear in Decoder(widths, activation, generator).layers:
        assert isinstance(linear, torch.nn.Linear)
        bias = torch.randn(linear.bias.shape, generator=generator) * 0.3 + 0.01 * step
        layers.append(((linear.weight.detach() * 1.6).numpy(), bias.numpy()))
    return layers


@cache
def shown(side: int) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """2,000 digits, some of them twice, of `side` pixels: ink levels and labels."""
    digits = load_digits()
    rows = np.arange(POINTS) % len(digits.target)
    images = digits.images[rows]
    if side == SIDES["mnist"]:
        images = images.repeat(4, axis=1).repeat(4, axis=2)[:, 2:30, 2:30]
    return (images / 16 * 255).astype(np.uint8).reshape(POINTS, -1), digits.target[rows]


def codes(labels: npt.NDArray[np.int64], dim: int, spread: float, step: int) -> Array:
    """A cloud for each class; they move with the steps."""
    noise = np.random.default_rng(7).normal(size=(POINTS, dim))
    turn = 2 * np.pi * labels / 10 + 0.05 * step
    centres = np.stack([np.cos(turn), np.sin(turn), np.sin(2 * turn)][:dim], axis=1)
    placed: Array = spread * (centres * (1.4 + 0.2 * np.sin(step / 3)) + 0.25 * noise)
    return placed.astype(np.float32)
