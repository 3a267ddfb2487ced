"""How well a classifier reads: its curves, what it mixes up, and what its certainty is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from explorer.analysis.frames import loss_history
from explorer.training.loop import Snapshot

SURE = 0.9  # from this probability on an answer counts as sure
ANSWERS = {"below_half": 0.5, "below_80": 0.8, "below_95": 0.95, "above": float("inf")}


def loss_curves(
    snapshots: Sequence[Snapshot], words: Mapping[str, str], classes: int
) -> pd.DataFrame:
    """step, series, nats, chance: {train,test}_loss in nats per image, under their `words`.

    `chance` is ln(classes): who holds all classes equally likely pays so much.
    """
    series = {f"{part}_loss": word for part, word in words.items()}
    history = loss_history(snapshots, series).rename(columns={"mse": "nats"})
    return history.assign(chance=np.float32(log(classes)))


def accuracy_shares(
    snapshots: Sequence[Snapshot], words: Mapping[str, str], classes: int
) -> pd.DataFrame:
    """step, series, share, chance: {train,test}_accuracy; who names classes at random has 1/classes
    of them right."""
    series = {f"{part}_accuracy": word for part, word in words.items()}
    history = loss_history(snapshots, series).rename(columns={"mse": "share"})
    return history.assign(chance=np.float32(1 / classes))


def mix_ups(
    labels: npt.NDArray[np.integer], guesses: npt.NDArray[np.integer], classes: Sequence[str]
) -> pd.DataFrame:
    """truth, said, count, right: one row for each pair of classes that occurs."""
    pairs, counts = np.unique(np.stack([labels, guesses]), axis=1, return_counts=True)
    names = np.array(classes)
    return pd.DataFrame(
        {
            "truth": pd.Series(names[pairs[0]].tolist(), dtype="str"),
            "said": pd.Series(names[pairs[1]].tolist(), dtype="str"),
            "count": counts.astype(np.int32),
            "right": pairs[0] == pairs[1],
        }
    )


class Certainty(NamedTuple):
    """What a net's certainty is worth: shares are nan where nothing is counted."""

    sure: int  # answers of at least SURE
    sure_right: float  # the share of them that is right
    unsure: int
    unsure_right: float


def certainty_held(certainty: npt.NDArray[np.floating], right: npt.NDArray[np.bool_]) -> Certainty:
    """(M,) probability of each answer, and whether it is right → what the former is worth."""
    sure = certainty >= SURE

    def share(those: npt.NDArray[np.bool_]) -> float:
        return float(right[those].mean()) if those.any() else float("nan")

    return Certainty(int(sure.sum()), share(sure), int((~sure).sum()), share(~sure))


def answer_of(accuracy: float) -> str:
    """Which of ANSWERS, the guesses at the share of pictures that is read right, holds."""
    return next(answer for answer, below in ANSWERS.items() if accuracy < below)
