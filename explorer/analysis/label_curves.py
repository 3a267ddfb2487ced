"""What pretraining is worth, by the number of labels: means, spreads and gains over the draws."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Literal, NamedTuple

from torch import Tensor

UNITS = ("sigmoid", "relu")
DESCENTS = ("sgd", "adam")
STARTS = ("pretrained", "scratch")
LABEL_COUNTS = (10, 20, 50, 100, 200, 500)
SETTLED = 1.0  # percentage points: less than this is no gain on these test pictures


def spread_of(values: Tensor) -> tuple[float, float]:
    """Mean and standard deviation (of a sample, n - 1) of at least two values."""
    exact = values.double()
    return exact.mean().item(), exact.std().item()


def label_metrics(accuracies: Tensor) -> dict[str, float]:
    """Metrics from test accuracies (activations, optimisers, starts, label counts, draws).

    `label_curve.A.O.S.N.…` has mean, spread and n of each; `gain_points.A.O.N.…` those of the
    pretrained net's lead over its twin of the same draw, in percentage points. What is nan has not
    been measured yet and is left out.
    """
    metrics: dict[str, float] = {}
    for (a, activation), (o, optimizer), (c, count) in product(
        enumerate(UNITS), enumerate(DESCENTS), enumerate(LABEL_COUNTS)
    ):
        measured = accuracies[a, o, :, c]  # (starts, draws)
        if measured.isnan().any():
            continue
        rows = {
            f"label_curve.{activation}.{optimizer}.{start}": measured[s]
            for s, start in enumerate(STARTS)
        }
        rows[f"gain_points.{activation}.{optimizer}"] = 100 * (measured[0] - measured[1])
        for name, values in rows.items():
            mean, spread = spread_of(values)
            numbers = {"mean": mean, "spread": spread, "n": len(values)}
            metrics |= {f"{name}.{count}.{word}": number for word, number in numbers.items()}
    return metrics | _headlines(metrics)


def _headlines(metrics: Mapping[str, float]) -> dict[str, float]:
    """The gains with most labels under short names: `relu_gain_points` is Adam's."""
    headlines: dict[str, float] = {}
    for activation, optimizer in product(UNITS, DESCENTS):
        gain = f"gain_points.{activation}.{optimizer}.{LABEL_COUNTS[-1]}"
        if f"{gain}.mean" in metrics:
            name = f"{activation}_{'' if optimizer == 'adam' else 'sgd_'}gain_points"
            headlines[name] = metrics[f"{gain}.mean"]
            headlines[f"{name}_spread"] = metrics[f"{gain}.spread"]
    return headlines


STUCK = 0.2  # with ten classes, guessing gets 0.1


class Gain(NamedTuple):
    """A pretrained net's lead over its twin, in percentage points."""

    mean: float
    spread: float
    n: int

    @property
    def verdict(self) -> Literal["helps", "nothing", "harms"]:
        """`nothing` while the mean lies within its spread, or within SETTLED, of 0."""
        if abs(self.mean) <= max(self.spread, SETTLED):
            return "nothing"
        return "helps" if self.mean > 0 else "harms"


def gain(metrics: Mapping[str, float], activation: str, optimizer: str, count: int) -> Gain | None:
    """The gain of one kind of net with `count` labels; None if it has not been measured."""
    name = f"gain_points.{activation}.{optimizer}.{count}"
    if f"{name}.mean" not in metrics:
        return None
    mean, spread, n = (metrics[f"{name}.{part}"] for part in ("mean", "spread", "n"))
    return Gain(mean, spread, int(n))


def stuck(metrics: Mapping[str, float], count: int) -> bool:
    """Whether sigmoid nets from scratch under SGD are no better than STUCK with `count` labels."""
    return metrics.get(f"label_curve.sigmoid.sgd.scratch.{count}.mean", 1.0) < STUCK


def largest_gain(metrics: Mapping[str, float]) -> str | None:
    """Where pretraining helps most: `sigmoid_few`, `sigmoid_many`, `relu_few` or `relu_many`.

    Mean of both optimisers with the fewest and with the most labels; None until all are measured.
    """
    ends = {"few": LABEL_COUNTS[0], "many": LABEL_COUNTS[-1]}
    means: dict[str, float] = {}
    for activation, (word, count) in product(UNITS, ends.items()):
        gains = [gain(metrics, activation, optimizer, count) for optimizer in DESCENTS]
        if None in gains:
            return None
        means[f"{activation}_{word}"] = sum(each.mean for each in gains if each is not None)
    return max(means, key=means.__getitem__)
