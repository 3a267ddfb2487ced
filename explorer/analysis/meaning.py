"""Codes of two languages: how near the names of one number lie, and what goes wrong on the way."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.linalg import orthogonal_procrustes
from scipy.spatial.distance import cdist
from sklearn.decomposition import PCA

from explorer.analysis.frames import loss_history
from explorer.data.number_words import parse_number, words_of, written
from explorer.errors import DataError
from explorer.training.loop import Snapshot

Floats = npt.NDArray[np.float32]

PLACES = {"thousands": 1000, "hundreds": 100, "tens": 10, "units": 1}
ONE_PLACE, SEVERAL, NO_NUMBER, OTHER_FORM = "one_place", "several", "no_number", "other_form"
KINDS = (ONE_PLACE, SEVERAL, NO_NUMBER, OTHER_FORM)

TIE = 0.02  # of the numbers; a lead of less is none

Leader = Literal["code", "tie", "pairs"]


class Nearness(NamedTuple):
    """How the codes of two languages lie to each other."""

    ratio: float  # mean distance between two names of one number ÷ of two different numbers
    own_nearest: float  # share of the codes whose nearest of the other language is their number's


def nearness(one: Floats, other: Floats) -> Nearness:
    """Of codes (N, C) and (N, C), row by row of the same numbers; both directions count.

    Names that lie anywhere have a ratio of 1 and find their own in 1 of N cases. Codes that are
    all the same, or that are not finite any more, have a ratio of nan.
    """
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        return Nearness(math.nan, math.nan)
    distances = cdist(one, other)  # (N, N)
    apart = ~np.eye(len(one), dtype=bool)
    with np.errstate(invalid="ignore"):
        ratio = float(np.diag(distances).mean() / distances[apart].mean())
    rows = np.arange(len(one))
    found = [(distances.argmin(axis=axis) == rows).mean() for axis in (0, 1)]
    return Nearness(ratio, float(np.mean(found)))


def spread(codes: Floats) -> float:
    """The standard deviation of a unit of (N, C) over the rows, averaged over the units."""
    return float(codes.std(axis=0).mean())


def meaning_plane(one: Floats, other: Floats, numbers: Sequence[int]) -> Floats:
    """(2, N, 2): the codes (N, C) of two languages in the one plane in which both vary most.

    The plane is that of a PCA of both together. Its axes are turned within it, and mirrored where
    that helps, so that large numbers lie to the right and, of these, those with many hundreds lie
    high as far as they can: else the map would turn over while the nets learn. Codes that are not
    finite any more have no place.
    """
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        return np.full((2, len(one), 2), np.nan, dtype=np.float32)
    both = np.concatenate([one, other])
    with np.errstate(invalid="ignore"):  # equal codes have no variance of which to take shares
        places = PCA(n_components=2, svd_solver="covariance_eigh").fit_transform(both)  # (2N, 2)
    values = np.tile(np.asarray(numbers), 2)
    wanted = np.column_stack([values, values // 100 % 10]).astype(np.float64)
    wanted = (wanted - wanted.mean(axis=0)) / (wanted.std(axis=0) + 1e-9)
    turn, _ = orthogonal_procrustes(places, wanted)
    turned: Floats = (places @ turn).astype(np.float32).reshape(2, len(one), 2)
    return turned


# What goes wrong ----------------------------------------------------------------------------------


class Slip(NamedTuple):
    """A number that came out wrong."""

    number: int
    asked: str  # the right words
    said: str
    heard: int | None  # which number was said, None if that is the name of none
    places: tuple[str, ...]  # of PLACES those which differ

    @property
    def kind(self) -> str:
        """One of KINDS; OTHER_FORM is the right number, but not written as it should be."""
        if self.heard is None:
            return NO_NUMBER
        return {0: OTHER_FORM, 1: ONE_PLACE}.get(len(self.places), SEVERAL)


def slip_of(number: int, said: Sequence[str], language: str) -> Slip | None:
    """What is wrong with the tokens that were said for a number; None if nothing is."""
    right = words_of(number, language)
    if tuple(said) == right:
        return None
    words = written(said, language)
    try:
        heard, how = parse_number(words)
    except DataError:
        heard, how = None, language
    if heard is None or how != language:
        return Slip(number, written(right, language), words, None, ())
    places = tuple(
        place for place, unit in PLACES.items() if number // unit % 10 != heard // unit % 10
    )
    return Slip(number, written(right, language), words, heard, places)


def shares_of(slips: Sequence[Slip]) -> dict[str, float]:
    """Which share of the slips is of each of KINDS; nothing where there are none."""
    return {kind: sum(slip.kind == kind for slip in slips) / len(slips) for kind in KINDS if slips}


def commonest_place(slips: Iterable[Slip]) -> str | None:
    """The digit place in which most slips with a single wrong place are; None without any."""
    alone = [slip.places[0] for slip in slips if slip.kind == ONE_PLACE]
    return max(PLACES, key=alone.count) if alone else None


def leader(by_code: Sequence[float], by_pairs: Sequence[float]) -> Leader:
    """Who brings more numbers across, over all ways together; a lead below TIE is none."""
    lead = float(np.mean(by_code) - np.mean(by_pairs))
    return "tie" if abs(lead) < TIE else "code" if lead > 0 else "pairs"


def without_prefix(metrics: Mapping[str, float], prefix: str) -> dict[str, float]:
    """The metrics whose names begin so, under the rest of their names."""
    return {
        name.removeprefix(prefix): value
        for name, value in metrics.items()
        if name.startswith(prefix)
    }


# Frames -------------------------------------------------------------------------------------------


def map_frame(places: Floats, numbers: Sequence[int], languages: Mapping[str, str]) -> pd.DataFrame:
    """x, y, to_x, to_y, language, number, names: a row a code, `to` being the other language's.

    `places` (2, N, 2) as `meaning_plane` gives them, in the order of `languages`, which are words
    by key.
    """
    names = [
        " · ".join(written(words_of(number, language), language) for language in languages)
        for number in numbers
    ]
    parts = [
        pd.DataFrame(
            {
                "x": mine[:, 0],
                "y": mine[:, 1],
                "to_x": theirs[:, 0],
                "to_y": theirs[:, 1],
                "language": word,
                "number": list(numbers),
                "names": names,
            }
        )
        for mine, theirs, word in zip(places, places[::-1], languages.values(), strict=True)
    ]
    return pd.concat(parts, ignore_index=True)


def share_history(snapshots: Sequence[Snapshot], series: Mapping[str, str]) -> pd.DataFrame:
    """step, series, share: the metrics named in `series` under the words it gives them."""
    return loss_history(snapshots, series).rename(columns={"mse": "share"})
