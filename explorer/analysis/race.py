"""A race of four optimisers on a surface, run with torch.optim in double precision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import get_args

import numpy as np
import torch
from torch import Tensor
from torch.optim import SGD, Adam, Optimizer, RMSprop

from explorer.analysis.surfaces import SURFACES, Floats, Point, Surface, throws, turned
from explorer.data.once import once
from explorer.specs import Optimizer as Name

RACERS: tuple[Name, ...] = ("sgd", "momentum", "rmsprop", "adam")
assert set(RACERS) == set(get_args(Name))

MANTISSAS = (1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8)
RATES = [
    float(f"{mantissa * 10.0**exponent:.3g}") for exponent in range(-4, 1) for mantissa in MANTISSAS
][:46]
"""The learning rates that a reader may choose: ten to a decade, round numbers."""

FIRST_THROW = 20_261_121  # the state from which the noise is thrown at first
ASKED_TURN = 30.0  # degrees; the prediction asks what changes when the ravine turns by so much
SAME = 1e-6  # paths nearer to each other than this are one path, up to rounding


@dataclass(frozen=True, kw_only=True)
class Habits:
    """What the racers keep of earlier gradients; torch's own defaults, and 0.9 for momentum."""

    momentum: float = 0.9
    alpha: float = 0.99
    beta1: float = 0.9
    beta2: float = 0.999


HABITS = asdict(Habits())


def optimizer(name: Name, point: Tensor, rate: float, habits: Habits) -> Optimizer:
    """The racer `name` as torch.optim has it, about to move `point`."""
    match name:
        case "sgd":
            return SGD([point], lr=rate)
        case "momentum":
            return SGD([point], lr=rate, momentum=habits.momentum)
        case "rmsprop":
            return RMSprop([point], lr=rate, alpha=habits.alpha)
        case "adam":
            return Adam([point], lr=rate, betas=(habits.beta1, habits.beta2))


def paths(
    name: Name,
    surface: Surface,
    starts: Sequence[Point],
    *,
    rate: float | None = None,
    turn: float = 0.0,
    habits: Habits | None = None,
    seed: int = FIRST_THROW,
    steps: int | None = None,
) -> Floats:
    """Where the racer `name` stands before the first step and after each, (steps + 1, starts, 2).

    All starts take their steps side by side, which changes none of them: each rule moves every
    number for itself. What is not given is as the surface has it. `turn` in degrees is for a
    surface that turns; `seed` for one with noise, which is the same from each start.
    """
    steps = steps or surface.steps
    point = torch.tensor(starts, dtype=torch.float64).T.contiguous().requires_grad_()  # (2, starts)
    noise = torch.tensor(throws(seed, steps), dtype=torch.float64)[:, :, None]  # (steps, 2, 1)
    racer = optimizer(name, point, rate or surface.rates[name], habits or Habits())
    angle = {"turn": turn} if surface.turns else {}
    places = [point.detach().clone()]
    for step in range(steps):
        racer.zero_grad()
        surface.loss(*point, **angle).sum().backward()  # type: ignore[no-untyped-call]
        if surface.noise and point.grad is not None:
            point.grad += surface.noise * noise[step]
        racer.step()
        places.append(point.detach().clone())
    return torch.stack(places).transpose(1, 2).numpy()


def arrival(places: Floats, surface: Surface) -> int | None:
    """The step from which on a path stays in the goal to its end; None if it does not."""
    away = np.min([np.hypot(*(places - np.array(lowest)).T) for lowest in surface.minima], axis=0)
    outside = np.flatnonzero(~(away <= surface.goal))
    first = 0 if len(outside) == 0 else int(outside[-1]) + 1
    return first if first < len(places) else None


@dataclass(frozen=True)
class Turning:
    """What turning the ravine, with the start in it, does to each racer's race.

    `straight` and `oblique`: the step of arrival of each that arrives, before and after; `changed`:
    whose path is another one, seen from the ravine.
    """

    straight: dict[str, int]
    oblique: dict[str, int]
    changed: frozenset[str]


@once(keep=8)
def turning(degrees: float = ASKED_TURN) -> Turning:
    """The race on the ravine as the page opens it, and the same turned by so many degrees."""
    surface = SURFACES["ravine"]
    straight: dict[str, int] = {}
    oblique: dict[str, int] = {}
    changed = set()
    for name in RACERS:
        before = paths(name, surface, [surface.start])[:, 0]
        after = paths(name, surface, [turned(surface.start, degrees)], turn=degrees)[:, 0]
        back = np.array([turned((x, y), -degrees) for x, y in after])
        if np.abs(back - before).max() > SAME:
            changed.add(name)
        for places, found in ((before, straight), (after, oblique)):
            if (step := arrival(places, surface)) is not None:
                found[name] = step
    return Turning(straight, oblique, frozenset(changed))


def changed_races(found: Turning) -> str:
    """Which answer of the prediction is true: `nobody`, `plain`, `adaptive` or `all`.

    KeyError if the change goes through the middle of these.
    """
    return {
        frozenset[str](): "nobody",
        frozenset(("sgd", "momentum")): "plain",
        frozenset(("rmsprop", "adam")): "adaptive",
        frozenset(RACERS): "all",
    }[found.changed]
