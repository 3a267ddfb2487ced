"""Nets under plain gradient descent: their curvature over the training, and where it went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Literal, NamedTuple

import pandas as pd

from explorer.analysis.frames import loss_history
from explorer.training.loop import Snapshot

LATE = 0.75  # what is said of the end is a mean from this share of the steps on
ABOUT = (0.95, 1.35)  # curvature ÷ limit that counts as at the limit: it swings about a little more
CHANGED = 0.1  # less than this share of what it was at first is no change

Course = Literal["falls", "stays", "rising", "limit", "beyond"]


class Journey(NamedTuple):
    """Where the curvature of one net came from and went to, in multiples of its 2 / η."""

    start: float
    late: float  # mean over the last quarter of the steps
    halves: tuple[float, float]  # the same of that quarter's first and second half

    @property
    def course(self) -> Course:
        """`limit`: it came there before the last quarter, and stayed; `rising`: on its way."""
        low, high = ABOUT
        if self.late > high:
            return "beyond"
        if all(low <= half <= high for half in self.halves):
            return "limit"
        change = self.late / self.start - 1
        return "stays" if abs(change) < CHANGED else "rising" if change > 0 else "falls"


def journey(snapshots: Sequence[Snapshot], name: str) -> Journey:
    """The journey of the net `name`; the first snapshot is its start, the last where it is now."""
    ratios = [(snapshot.step, snapshot.metrics[f"edge_ratio.{name}"]) for snapshot in snapshots]
    end = ratios[-1][0]
    late = [ratio for step, ratio in ratios if step >= LATE * end]
    second = [ratio for step, ratio in ratios if step >= (1 + LATE) / 2 * end]
    first = late[: -len(second)] or second
    return Journey(ratios[0][1], fmean(late), (fmean(first), fmean(second)))


def sharpness_history(snapshots: Sequence[Snapshot], names: Mapping[str, str]) -> pd.DataFrame:
    """step, series, sharpness, limit: each net of `names` under its word; as thinned as losses."""
    series = {f"sharpness.{name}": word for name, word in names.items()}
    history = loss_history(snapshots, series).rename(columns={"mse": "sharpness"})
    limits = {word: snapshots[-1].metrics[f"edge_limit.{name}"] for name, word in names.items()}
    return history.assign(limit=history["series"].map(limits).astype("float32"))


def edge_losses(snapshots: Sequence[Snapshot], names: Mapping[str, str]) -> pd.DataFrame:
    """step, series, loss: ½ squared error per training image, of each net of `names`."""
    series = {f"loss.{name}": word for name, word in names.items()}
    return loss_history(snapshots, series).rename(columns={"mse": "loss"})
