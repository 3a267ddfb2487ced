"""What each clue says about each culprit, and which evidence each culprit would leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from explorer.analysis.frames import loss_history
from explorer.training.loop import Snapshot

Floats = npt.NDArray[np.float64]


class Halves(NamedTuple):
    """Induction and deduction as they were at one moment."""

    encoder: Floats  # (classes, clues)
    bias: Floats  # (classes,)
    decoder: Floats  # (pixels, classes)

    @classmethod
    def of(cls, snapshot: Snapshot) -> Self:
        """From the arrays of a snapshot of the lesson; KeyError if they are not there."""
        return cls(*(snapshot.arrays[name].astype(np.float64) for name in cls._fields))

    @property
    def norms(self) -> Floats:
        """(clues,): the length of each clue's weights to all culprits."""
        lengths: Floats = np.linalg.norm(self.encoder, axis=0)
        return lengths

    def voices(self, clues: npt.ArrayLike, culprit: int) -> Floats:
        """(clues,): what each clue adds to the score of a culprit, weight times value.

        Together with the culprit's bias they are the score: nothing is left out, nothing estimated.
        """
        voices: Floats = self.encoder[culprit] * np.asarray(clues, dtype=np.float64)
        return voices

    def scores(self, clues: npt.ArrayLike) -> Floats:
        """(…, clues) → (…, classes): the logits."""
        scores: Floats = np.asarray(clues, dtype=np.float64) @ self.encoder.T + self.bias
        return scores

    def probabilities(self, clues: npt.ArrayLike) -> Floats:
        """(…, clues) → (…, classes): the softmax of the scores, which is the code."""
        scores = self.scores(clues)
        raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
        probabilities: Floats = raised / raised.sum(axis=-1, keepdims=True)
        return probabilities

    def misfits(self, scene: npt.ArrayLike) -> Floats:
        """(classes,): mean squared error per pixel between a scene (pixels,) and the evidence of
        each culprit."""
        gap = self.decoder.T - np.asarray(scene, dtype=np.float64)
        errors: Floats = (gap**2).mean(axis=1)
        return errors


class ScoreParts(NamedTuple):
    """A culprit's score, taken apart."""

    bias: float
    pixels: float
    noise: float
    score: float


def score_parts(halves: Halves, clues: npt.ArrayLike, culprit: int) -> ScoreParts:
    """What bias, pixels and noise contribute to a culprit's score; they add up to it."""
    voices = halves.voices(clues, culprit)
    pixels = len(halves.decoder)
    said, noise = float(voices[:pixels].sum()), float(voices[pixels:].sum())
    bias = float(halves.bias[culprit])
    return ScoreParts(bias, said, noise, bias + said + noise)


class Consistency(NamedTuple):
    """How often a guess is right, by what deduction says of it; nan where that never happens."""

    confirmed: float  # share of the guesses
    right_if_confirmed: float
    right_if_contradicted: float


def consistency(metrics: Mapping[str, float]) -> Consistency:
    """From the four shares `consistency.{confirmed,contradicted}_{right,wrong}`."""
    shares = {
        outcome: (metrics[f"consistency.{outcome}_right"], metrics[f"consistency.{outcome}_wrong"])
        for outcome in ("confirmed", "contradicted")
    }
    rights = [
        right / (right + wrong) if right + wrong else float("nan")
        for right, wrong in shares.values()
    ]
    return Consistency(sum(shares["confirmed"]), *rights)


def norm_history(snapshots: Sequence[Snapshot], words: Mapping[str, str]) -> pd.DataFrame:
    """step, kind, norm: the mean norm of each kind of clue; `words` gives each kind its word.

    A kind of which there is no clue has no rows.
    """
    series = {
        f"mean_norm.{kind}": word
        for kind, word in words.items()
        if f"mean_norm.{kind}" in snapshots[0].metrics
    }
    return loss_history(snapshots, series).rename(columns={"series": "kind", "mse": "norm"})


def ratio_history(snapshots: Sequence[Snapshot]) -> pd.DataFrame:
    """step, ratio: the mean norm of noise over that of informative pixels."""
    history = loss_history(snapshots, {"noise_to_signal_weight_ratio": ""})
    return history.drop(columns="series").rename(columns={"mse": "ratio"})


def culprits(classes: Sequence[str], values: Floats, best: int) -> pd.DataFrame:
    """culprit, value, best: one row a class; `best` is true for that one."""
    return pd.DataFrame(
        {
            "culprit": pd.Series(list(classes), dtype="str"),
            "value": values.astype(np.float32),
            "best": np.arange(len(classes)) == best,
        }
    )
