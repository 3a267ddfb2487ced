"""Tidy frames of a stack and its units, and of classifiers with few labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from explorer.analysis.label_curves import LABEL_COUNTS, STARTS
from explorer.training.loop import Snapshot
from explorer.training.phases import Phases

CHANCE = 10.0  # percent, with ten classes


def stack_history(
    snapshots: Sequence[Snapshot], phases: Phases, depth: int, words: Mapping[str, str]
) -> pd.DataFrame:
    """step, series, segment, mse, name: the error per pixel of as much of the stack as has begun.

    A segment is a phase; its series is `alone` or `together`, under the words given. The first row
    of a segment has its name: how many layers there are by then.
    """
    rows, begun = [], -1
    for snapshot in snapshots:
        phase = phases.at(max(snapshot.step - 1, 0)).phase
        reached = min(phase + 1, depth)
        name = str(reached) if phase > begun and phase < depth else ""
        series = words["together" if phase == depth else "alone"]
        mse = snapshot.metrics[f"layers.{reached}.test_mse"]
        rows.append((snapshot.step, series, phase, mse, name))
        begun = phase
    return pd.DataFrame(rows, columns=["step", "series", "segment", "mse", "name"])


def unit_measures(
    now: Snapshot, untrained: Snapshot, measure: str, depth: int, words: Mapping[str, str]
) -> pd.DataFrame:
    """layer, series, percent, aside: one row a unit, and the means now and of the untrained stack.

    `measure` is `class_share` or `pattern_share`; the series are `unit`, `mean` and `untrained`,
    under the words given. `aside`, within ±0.5, keeps the dots of a layer from hiding one another.
    """
    frames = []
    for layer in range(1, depth + 1):
        units = 100 * now.arrays[f"{measure}s_{layer}"]
        aside = np.arange(len(units)) * 0.618 % 1 - 0.5  # the golden ratio spreads them evenly
        metric = f"layers.{layer}.{measure}"
        means = [100 * now.metrics[metric], 100 * untrained.metrics[metric]]
        kinds = [words["unit"]] * len(units) + [words["mean"], words["untrained"]]
        frames.append(
            pd.DataFrame(
                {
                    "layer": layer,
                    "series": kinds,
                    "percent": np.concatenate([units, means]).astype(np.float32),
                    "aside": np.append(aside, [0, 0]).astype(np.float32),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def label_accuracies(
    metrics: Mapping[str, float], activation: str, optimizer: str, words: Mapping[str, str]
) -> pd.DataFrame:
    """labels, series, percent, low, high: mean accuracy of one kind of net, and mean ± spread.

    The series are `pretrained`, `scratch` and `chance`, under the words given; what has not been
    measured yet has no row.
    """
    rows: list[tuple[object, ...]] = []
    for start in STARTS:
        for count in LABEL_COUNTS:
            name = f"label_curve.{activation}.{optimizer}.{start}.{count}"
            if f"{name}.mean" in metrics:
                mean, spread = 100 * metrics[f"{name}.mean"], 100 * metrics[f"{name}.spread"]
                low, high = max(mean - spread, 0.0), min(mean + spread, 100.0)
                rows.append((count, words[start], mean, low, high))
    rows += [(count, words["chance"], CHANCE, CHANCE, CHANCE) for count in LABEL_COUNTS]
    return pd.DataFrame(rows, columns=["labels", "series", "percent", "low", "high"])
