"""Recall of lists of numbers: tidy frames, and what the numbers come to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from explorer.training.loop import Snapshot

SORTS = ("pattern", "random")

Place = Literal["first", "middle", "last"]


class LengthAccuracy(NamedTuple):
    """Which share of the held-out lists of one length come back without a mistake."""

    length: int
    trained: bool  # whether lists of this length were trained on
    pattern: float
    random: float


def right_places(asked: Sequence[int], said: Sequence[int]) -> list[bool]:
    """For each place of `asked`, whether `said` has the same number there; what lacks is wrong."""
    return [k < len(said) and said[k] == number for k, number in enumerate(asked)]


def recall_places(metrics: Mapping[str, float], words: Mapping[str, str]) -> pd.DataFrame:
    """place, sort, share, chance: recall of each place, from recall_by_position.SORT.PLACE."""
    rows = [
        (place, words[sort], share, metrics["chance"])
        for sort in SORTS
        for place, share in enumerate(position_recall(metrics, sort), start=1)
    ]
    return pd.DataFrame(rows, columns=["place", "sort", "share", "chance"])


def position_recall(metrics: Mapping[str, float], sort: str) -> list[float]:
    """The share of the lists whose number at each place was right, from the first place on."""
    start = f"recall_by_position.{sort}."
    places = sorted(int(name.removeprefix(start)) for name in metrics if name.startswith(start))
    return [metrics[f"{start}{place}"] for place in places]


def best_kept(metrics: Mapping[str, float]) -> Place:
    """Which third of a random list is recalled best."""
    shares = np.array_split(position_recall(metrics, "random"), 3)
    thirds: tuple[Place, ...] = ("first", "middle", "last")
    return thirds[int(np.argmax([third.mean() for third in shares]))]


def length_frame(found: Iterable[LengthAccuracy], words: Mapping[str, str]) -> pd.DataFrame:
    """length, sort, share, part; the longest trained length is in both parts: the lines meet."""
    entries = list(found)
    longest = max((entry.length for entry in entries if entry.trained), default=0)
    rows = [
        (entry.length, words[sort], getattr(entry, sort), part)
        for entry in entries
        for part in ("trained", "beyond")
        if (entry.trained if part == "trained" else entry.length >= longest)
        for sort in SORTS
    ]
    return pd.DataFrame(rows, columns=["length", "sort", "share", "part"])


def accuracy_history(snapshots: Sequence[Snapshot], words: Mapping[str, str]) -> pd.DataFrame:
    """step, sort, share: sequence accuracies while the net learns, at most 300 moments."""
    stride = math.ceil(len(snapshots) / 300) or 1
    kept = [*snapshots[:-1:stride], *snapshots[-1:]]
    rows = [
        (snapshot.step, words[sort], snapshot.metrics[f"{sort}_sequence_accuracy"])
        for snapshot in kept
        for sort in SORTS
    ]
    return pd.DataFrame(rows, columns=["step", "sort", "share"])
