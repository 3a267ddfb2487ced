"""How many answers of a translating model are right: over its training, and over their length."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from explorer.training.loop import Snapshot

MOST_POINTS = 300
FEW = 10
SORTS = ("sequence", "token")
_BY_LENGTH = "sequence_accuracy_by_length."


def answer_history(snapshots: Sequence[Snapshot], words: Mapping[str, str]) -> pd.DataFrame:
    """step, sort, share: whole answers and single words, at most MOST_POINTS moments."""
    stride = math.ceil(len(snapshots) / MOST_POINTS) or 1
    rows = [
        (snapshot.step, words[sort], snapshot.metrics[f"{sort}_accuracy"])
        for snapshot in (*snapshots[:-1:stride], *snapshots[-1:])
        for sort in SORTS
    ]
    return pd.DataFrame(rows, columns=["step", "sort", "share"])


def answers_by_length(metrics: Mapping[str, float], tried: Mapping[int, int]) -> pd.DataFrame:
    """length, share, count, few: whole answers of so many words, and how many were tried.

    From sequence_accuracy_by_length.LENGTH. `few` are those of which less than FEW were tried:
    their share says little.
    """
    found = {
        int(name.removeprefix(_BY_LENGTH)): share
        for name, share in metrics.items()
        if name.startswith(_BY_LENGTH)
    }
    rows = [
        (length, share, tried[length], tried[length] < FEW)
        for length, share in sorted(found.items())
    ]
    return pd.DataFrame(rows, columns=["length", "share", "count", "few"])
