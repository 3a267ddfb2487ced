"""What attention is worth: tidy frames of two nets, and what their numbers come to."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from explorer.training.loop import Array, Snapshot

STARTS = {"with": "", "without": "without."}  # of the names of each net's metrics
HALF = 0.5
LITTLE = 0.05  # of all sentences: less of a lead than this is not called one

FirstLook = Literal["start", "end", "depends", "spread"]
Failing = Literal["within", "soon", "later", "never"]
Gain = Literal["much", "little", "neither"]


class Way(NamedTuple):
    """How many steps lie between reading a word and saying it, without attention."""

    first: int  # for the first word of the answer
    last: int  # for the last one


def by_length(metrics: Mapping[str, float], net: str, measure: str) -> dict[int, float]:
    """`sequence` or `told` accuracy of a net, by the length of the sentence."""
    start = f"{STARTS[net]}{measure}_accuracy_by_length."
    lengths = sorted(int(name.removeprefix(start)) for name in metrics if name.startswith(start))
    return {length: metrics[f"{start}{length}"] for length in lengths}


def length_frame(
    metrics: Mapping[str, float], measure: str, longest: int, words: Mapping[str, str]
) -> pd.DataFrame:
    """length, series, share, part, chance; the longest trained length is in both parts.

    `chance` is that of words which are independent and equally likely.
    """
    whole = measure == "sequence"
    rows = [
        (length, words[net], share, part, metrics["chance"] ** (length if whole else 1))
        for net in STARTS
        for length, share in by_length(metrics, net, measure).items()
        for part in ("trained", "beyond")
        if (length <= longest if part == "trained" else length >= longest)
    ]
    return pd.DataFrame(rows, columns=["length", "series", "share", "part", "chance"])


def learning_frame(
    snapshots: Sequence[Snapshot], longest: int, words: Mapping[str, str]
) -> pd.DataFrame:
    """step, series, share: sentences of the longest trained length, at most 300 moments."""
    stride = math.ceil(len(snapshots) / 300) or 1
    rows = [
        (moment.step, words[net], by_length(moment.metrics, net, "sequence")[longest])
        for moment in [*snapshots[:-1:stride], *snapshots[-1:]]
        for net in STARTS
    ]
    return pd.DataFrame(rows, columns=["step", "series", "share"])


def map_frame(cells: Array, top: float) -> pd.DataFrame:
    """answer, source, value, light: each cell of a (T, S) map, `light` being 1 where it is `top`.

    Places count from 1.
    """
    answers, sources = np.indices(cells.shape)
    light = cells / top if top > 0 else np.zeros_like(cells)
    return pd.DataFrame(
        {
            "answer": answers.ravel() + 1,
            "source": sources.ravel() + 1,
            "value": cells.ravel(),
            "light": np.clip(light, 0, 1).ravel(),
        }
    )


def first_look(metrics: Mapping[str, float]) -> FirstLook:
    """Where the attention lies as the first word is said: most of it on the first or on the last
    quarter of the sentence; on one word, but not always there; or on no word in particular."""
    start, end = metrics["first_look.start"], metrics["first_look.end"]
    if max(start, end) >= HALF:
        return "start" if start > end else "end"
    return "depends" if metrics["first_look.peak"] >= HALF else "spread"


def gained(metrics: Mapping[str, float], length: int) -> Gain:
    """What attention is worth at a length: `much`, if clearly more sentences come back than without
    it; else `little` if half of them come back without it too; else `neither` is any good (yet)."""
    with_it, without = (by_length(metrics, net, "sequence")[length] for net in STARTS)
    if with_it - without >= LITTLE:
        return "much"
    return "little" if without >= HALF else "neither"


def fails_at(metrics: Mapping[str, float], net: str) -> int | None:
    """The first tested length of which less than half of the sentences come back; None: none."""
    shares = by_length(metrics, net, "sequence")
    return next((length for length, share in shares.items() if share < HALF), None)


def failing(metrics: Mapping[str, float], longest: int) -> Failing:
    """Where the net with attention begins to fail: within the trained lengths, up to four words
    beyond them, later, or at no tested length."""
    length = fails_at(metrics, "with")
    if length is None:
        return "never"
    if length <= longest:
        return "within"
    return "soon" if length <= longest + 4 else "later"


def source_places(task: str, length: int) -> list[int] | None:
    """For each word of the answer its place in the source, from 0; None where that depends on the
    sentence (`sort`), or the word stands in several places (`pattern`)."""
    return {"copy": list(range(length)), "reverse": list(range(length))[::-1]}.get(task)


def looks_after_word(looks: Array, places: Sequence[int]) -> int:
    """By how many places the peak of each answer's mean look lies behind the word that is to be
    said, at `places` of the source: the median over the answers; negative is before it."""
    return int(np.median(looks.argmax(axis=1) - np.asarray(places)))


def way_without(task: str, length: int, *, reverse_source: bool) -> Way | None:
    """How many steps of the two nets lie between a word's reading and its saying, when all goes
    through the context vector; None where a word has no one place in the source."""
    places = source_places(task, length)
    if places is None:
        return None
    read = [length - 1 - place if reverse_source else place for place in places]  # in which step
    steps = [length - step + answer for answer, step in enumerate(read)]
    return Way(steps[0], steps[-1])
