"""What nets answer in the plane of two inputs: everywhere, along which lines, folded how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import log
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.analysis.frames import loss_history
from explorer.data.logic_gates import CASES, GATES, TRUTHS
from explorer.models.layers import Layer
from explorer.models.side_by_side import SideBySide
from explorer.training.loop import Snapshot

Floats = npt.NDArray[np.float32]
Outcome = Literal["all", "some", "none"]

LOW, HIGH = -0.35, 1.35  # of both inputs, so that the four cases lie inside the picture
UNDECIDED = 0.01  # an answer so near to ½ is none
FIRM = 2.0  # a line across which the logit changes by so much is drawn in full
SURE = 0.75  # three answers of XOR that are right with so much are weighed against four halves


class Line(NamedTuple):
    """Where a neuron's sum is 0, from edge to edge of the plane.

    `firmness` in 0…1 says how much its answer to one case differs from that to another: a neuron
    that answers all cases alike still has a line, and it means nothing.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    firmness: float


class Plane(NamedTuple):
    """One net and what it makes of all inputs."""

    start: int  # which of the starts it is, from 0
    answers: Floats  # (side, side) in 0…1, the second input upwards and the first to the right
    said: tuple[float, ...]  # to the four cases, 0…1
    right: tuple[bool, ...]
    lines: tuple[Line, ...]  # of the one neuron, or of each hidden one

    @property
    def score(self) -> int:
        """How many of the cases are right."""
        return sum(self.right)

    @property
    def undecided(self) -> int:
        """To how many of them it says ½."""
        return self.signs.count("?")

    @property
    def signs(self) -> tuple[str, ...]:
        """What stands beside the cases: nothing where it is right, ? where it says ½, else ✗."""
        return tuple(
            "" if right else "?" if abs(answer - 0.5) <= UNDECIDED else "✗"
            for answer, right in zip(self.said, self.right, strict=True)
        )

    def loss(self, truths: Sequence[int]) -> float:
        """Binary cross-entropy of what it says, in nats per case."""
        said, wanted = torch.tensor(self.said), torch.tensor(truths, dtype=torch.float32)
        return F.binary_cross_entropy(said, wanted).item()


class ThreeOfFour(NamedTuple):
    """What it costs one neuron to have three cases of XOR right."""

    wrong: float  # how sure it is of the fourth, 0…1
    loss: float  # nats per case


class Fold(NamedTuple):
    """Two layers as a drawing needs them: z = tops · f(weights x + biases) + top.

    `frame` (2, units) turns what the hidden units say into a point of a plane: with two units they
    are its axes; with more, the first axis is what the last neuron reads, so that its border still
    is a straight line, and the second is where the four cases differ most besides.
    """

    weights: Floats  # (units, 2)
    biases: Floats  # (units,)
    tops: Floats  # (units,)
    top: float
    frame: Floats  # (2, units)


def cases_and_truths(device: torch.device | None = None) -> tuple[Tensor, Tensor]:
    """The four cases (4, 2), and what the gates answer to them (gates, 1, 4)."""
    answers = [[TRUTHS[gate]] for gate in GATES]
    return (
        torch.tensor(CASES, dtype=torch.float32, device=device),
        torch.tensor(answers, dtype=torch.float32, device=device),
    )


def losses_of(logits: Tensor, truths: Tensor) -> Tensor:
    """(gates, S, 4, 1) and (gates, 1, 4) → (gates, S): binary cross-entropy, in nats per case."""
    said = logits.squeeze(-1)
    losses = F.binary_cross_entropy_with_logits(said, truths.expand_as(said), reduction="none")
    return losses.mean(-1)


def right_of(logits: Tensor, truths: Tensor) -> Tensor:
    """(gates, S, 4, 1) and (gates, 1, 4) → (gates, S, 4): which cases are right.

    Who says ½, to within UNDECIDED, is not: on which side rounding leaves it means nothing.
    """
    beyond = logits.squeeze(-1).sigmoid() - 0.5
    return beyond * (2 * truths - 1) > UNDECIDED


def lattice(side: int) -> Tensor:
    """(side², 2): the inputs of a picture's pixels, row by row from its top left corner."""
    ticks = torch.linspace(LOW, HIGH, side)
    second, first = torch.meshgrid(ticks.flip(0), ticks, indexing="ij")
    return torch.stack([first, second], dim=-1).reshape(-1, 2)


def three_of_four(sure: float) -> ThreeOfFour:
    """The cheapest neuron that has three cases of XOR right, each with at least `sure`, ½…1.

    Its sums at two opposite corners add up to those at the other two. So the one at the wrong case
    is as great as the three others together, and each of them costs more there than it saves.
    """
    odds = (sure / (1 - sure)) ** 3
    wrong = odds / (1 + odds)
    return ThreeOfFour(wrong=wrong, loss=-(3 * log(sure) + log(1 - wrong)) / len(CASES))


@torch.no_grad()
def chosen_starts(net: SideBySide, which: str | int) -> list[int]:
    """For each gate the `best` start, the `worst` (by their losses), or the one that is named."""
    cases, truths = cases_and_truths()
    losses = losses_of(net(cases), truths)  # (gates, S)
    if isinstance(which, int):
        return [which] * len(losses)
    found = losses.argmin(1) if which == "best" else losses.argmax(1)
    return [int(start) for start in found]


@torch.no_grad()
def planes(net: SideBySide, starts: Sequence[int], side: int) -> dict[str, Plane]:
    """The plane of one start for each gate, `side` pixels wide and high."""
    cases, truths = cases_and_truths()
    everywhere = net(lattice(side)).sigmoid()  # (gates, S, side², 1)
    logits = net(cases)  # (gates, S, 4, 1)
    right = right_of(logits, truths)  # (gates, S, 4)
    return {
        gate: Plane(
            start=start,
            answers=everywhere[index, start].reshape(side, side).numpy(),
            said=tuple(logits[index, start, :, 0].sigmoid().tolist()),
            right=tuple(right[index, start].tolist()),
            lines=_lines(net, (index, start)),
        )
        for index, (gate, start) in enumerate(zip(GATES, starts, strict=True))
    }


@torch.no_grad()
def small_planes(net: SideBySide, gate: str, side: int) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Of every start the answers of its net for one gate, (S, side, side), and whether all four
    cases are right, (S,).
    """
    cases, truths = cases_and_truths()
    index = GATES.index(gate)
    answers = net(lattice(side))[index].sigmoid().reshape(-1, side, side)
    return answers.numpy(), right_of(net(cases), truths)[index].all(-1).numpy()


@torch.no_grad()
def fold_of(net: SideBySide, gate: str, start: int) -> Fold:
    """The two layers that one start has come to."""
    here = GATES.index(gate), start
    (weights, biases), (tops, top) = (_neurons(net, layer, here) for layer in (0, 1))
    codes = net.activation(cases_and_truths()[0] @ weights.T + biases)  # (4, units)
    return Fold(
        weights=weights.numpy(),
        biases=biases.numpy(),
        tops=tops[0].numpy(),
        top=top.item(),
        frame=_frame_of(codes.numpy(), tops[0].numpy()),
    )


def never_learnt(metrics: Mapping[str, float]) -> str | None:
    """The gate that no start of one neuron has solved, `none` if there is none; None while several
    are unsolved: too early to tell.
    """
    unsolved = [gate for gate in GATES if metrics[f"one_neuron.{gate}.solved"] == 0]
    if len(unsolved) > 1:
        return None
    return unsolved[0] if unsolved else "none"


def outcome(solved: float) -> Outcome:
    """Whether all, some or none of the starts made it."""
    return "all" if solved == 1 else "some" if solved > 0 else "none"


def last_rise(history: Sequence[Snapshot], metric: str) -> int:
    """The step of the first moment at which a metric had come to its value of the newest one."""
    newest = history[-1].metrics[metric]
    for earlier, later in zip(history[-2::-1], history[::-1], strict=False):
        if earlier.metrics[metric] != newest:
            return later.step
    return history[0].step


def solved_history(history: Sequence[Snapshot], gate: str, nets: Mapping[str, str]) -> pd.DataFrame:
    """step, net, share: the share of the starts that had solved a gate, the nets by their words."""
    series = {f"{net}.{gate}.solved": word for net, word in nets.items()}
    found = loss_history(history, series)
    return found.rename(columns={"series": "net", "mse": "share"})


def _neurons(net: SideBySide, layer: int, here: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Weights (units, inputs) and biases (units,) of a layer, of one gate and start."""
    neurons = net.layers[layer]
    assert isinstance(neurons, Layer), "nets side by side are made of these"
    return neurons.weight[here], neurons.bias[here][0]


def _lines(net: SideBySide, here: tuple[int, int]) -> tuple[Line, ...]:
    """The line of each neuron that sees the inputs, where it crosses the plane."""
    weights, biases = _neurons(net, 0, here)
    said = cases_and_truths()[0] @ weights.T + biases  # (4, units)
    reach = torch.ones_like(biases)
    if len(net.layers) > 1:
        said, reach = net.activation(said), _neurons(net, 1, here)[0][0].abs()
    moved = (said.amax(0) - said.amin(0)) * reach  # of the logit, between two cases
    found = (
        _crossing(weight.tolist(), bias.item(), min(1.0, move.item() / FIRM))
        for weight, bias, move in zip(weights, biases, moved, strict=True)
    )
    return tuple(line for line in found if line is not None)


def _crossing(weight: Sequence[float], bias: float, firmness: float) -> Line | None:
    """Where w·x + b = 0 meets the edges of the plane; None where it does not."""
    corners = [(LOW, LOW), (HIGH, LOW), (HIGH, HIGH), (LOW, HIGH), (LOW, LOW)]
    sums = [weight[0] * x + weight[1] * y + bias for x, y in corners]
    met = []
    for (low, high), (a, b) in zip(pairwise(corners), pairwise(sums), strict=True):
        if (a > 0) != (b > 0):
            share = a / (a - b)
            met.append(tuple(p + share * (q - p) for p, q in zip(low, high, strict=True)))
    if len(met) != 2:
        return None
    (x0, y0), (x1, y1) = met
    return Line((x0, y0), (x1, y1), firmness)


def _frame_of(codes: Floats, tops: Floats) -> Floats:
    """(4, units) and (units,) → (2, units): rows of length 1, square to one another."""
    units = len(tops)
    if units == 2:
        return np.eye(2, dtype=np.float32)
    length = np.linalg.norm(tops)
    first = tops / length if length else np.eye(1, units, dtype=np.float32)[0]
    spread = codes - codes.mean(0)
    spread = spread - np.outer(spread @ first, first)  # what the last neuron does not see
    direction = np.linalg.svd(spread)[2][0]
    direction -= (direction @ first) * first
    size = np.linalg.norm(direction)
    second = direction / size if size > 1e-6 else _square_to(first)
    return np.stack([first, second]).astype(np.float32)


def _square_to(direction: Floats) -> Floats:
    """Some direction of length 1 that is square to a given one."""
    axis = np.zeros_like(direction)
    axis[np.abs(direction).argmin()] = 1
    axis -= (axis @ direction) * direction
    square: Floats = axis / np.linalg.norm(axis)
    return square
