"""The surfaces on which optimisers race, as torch functions of two coordinates.

`components/race/surfaces.js` says the same to the browser, with the gradients worked out by hand;
everything that is a number and no formula travels from here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

Floats = npt.NDArray[np.float64]
Point = tuple[float, float]


def ravine(x: Tensor, y: Tensor, turn: float = 0.0) -> Tensor:
    """Flat along its bed, fifty times as steep across; the bed is turned by so many degrees."""
    angle = math.radians(turn)
    along = x * math.cos(angle) + y * math.sin(angle)
    across = y * math.cos(angle) - x * math.sin(angle)
    return 0.5 * (along**2 + 50 * across**2)


def saddle(x: Tensor, y: Tensor) -> Tensor:
    """Level in the middle, which is the bottom along x and the top along y; a valley either side"""
    return 0.5 * x**2 + 0.25 * (y**2 - 1) ** 2


def rosenbrock(x: Tensor, y: Tensor) -> Tensor:
    """A bent valley with an almost level floor (H. H. Rosenbrock, 1960)."""
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def bowl(x: Tensor, y: Tensor) -> Tensor:
    """A bowl, four times as steep along y as along x."""
    return 0.5 * (x**2 + 4 * y**2)


def throws(seed: int, steps: int) -> list[list[float]]:
    """For each step two numbers that are nearly N(0, 1), from the state 0 < seed < 2**31 − 1.

    The sum of twelve uniform numbers less six; each is the next of x → 48271·x mod (2**31 − 1),
    which comes out the same in every language (Park, Miller & Stockmeyer 1993).
    """
    rows = []
    for _ in range(steps):
        row = []
        for _ in range(2):
            total = 0.0
            for _ in range(12):
                seed = 48271 * seed % 2147483647
                total += seed / 2147483647
            row.append(total - 6)
        rows.append(row)
    return rows


@dataclass(frozen=True, kw_only=True)
class Surface:
    """A loss over the plane, and the race that is run on it.

    `box` is what the map shows: left, right, bottom, top, three wide for two high. `goal` is the
    radius of the circle around each of the `minima`, where the loss is 0. `rates` are the learning
    rates at first, of `analysis.race.RATES`. `noise` is the standard deviation of what is added to
    each coordinate of the gradient; `quadratic` says that the curvature is the same everywhere,
    `turns` that `loss` takes an angle. From `trap` no gradient leads to a minimum.
    """

    loss: Callable[..., Tensor]
    box: tuple[float, float, float, float]
    minima: tuple[Point, ...]
    start: Point
    rates: Mapping[str, float]
    steps: int
    goal: float
    noise: float = 0.0
    quadratic: bool = False
    turns: bool = False
    trap: Point | None = None


SURFACES: dict[str, Surface] = {
    "ravine": Surface(
        loss=ravine,
        box=(-3.0, 3.0, -2.0, 2.0),
        minima=((0.0, 0.0),),
        start=(-2.7, 0.9),
        rates={"sgd": 0.0315, "momentum": 0.004, "rmsprop": 0.05, "adam": 0.1},
        steps=200,
        goal=0.1,
        quadratic=True,
        turns=True,
    ),
    "saddle": Surface(
        loss=saddle,
        box=(-2.4, 2.4, -1.6, 1.6),
        minima=((0.0, 1.0), (0.0, -1.0)),
        start=(-1.8, 0.001),
        trap=(-1.8, 0.0),
        rates={"sgd": 0.1, "momentum": 0.1, "rmsprop": 0.02, "adam": 0.1},
        steps=200,
        goal=0.1,
    ),
    "rosenbrock": Surface(
        loss=rosenbrock,
        box=(-2.1, 2.1, -0.8, 2.0),
        minima=((1.0, 1.0),),
        start=(-1.2, 1.0),
        rates={"sgd": 0.001, "momentum": 0.001, "rmsprop": 0.02, "adam": 0.2},
        steps=500,
        goal=0.1,
    ),
    "noisy": Surface(
        loss=bowl,
        box=(-3.0, 3.0, -2.0, 2.0),
        minima=((0.0, 0.0),),
        start=(-2.6, 1.4),
        rates={"sgd": 0.1, "momentum": 0.1, "rmsprop": 0.1, "adam": 0.1},
        steps=300,
        goal=0.3,
        noise=1.0,
        quadratic=True,
    ),
}


def turned(point: Point, degrees: float) -> Point:
    """The point, turned around the origin against the clock."""
    angle = math.radians(degrees)
    (x, y), cos, sin = point, math.cos(angle), math.sin(angle)
    return x * cos - y * sin, x * sin + y * cos


@cache
def steepest(name: str) -> float | None:
    """The largest curvature λ of a quadratic surface: plain descent diverges from 2/λ on.

    None for the others, where it differs from place to place.
    """
    surface = SURFACES[name]
    if not surface.quadratic:
        return None
    lowest = torch.tensor(surface.minima[0], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(surface.loss(*lowest), lowest, create_graph=True)
    rows = [torch.autograd.grad(part, lowest, retain_graph=True)[0] for part in slope]
    return float(torch.linalg.eigvalsh(torch.stack(rows))[-1])
