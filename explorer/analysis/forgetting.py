"""What is forgotten, and by whom: tidy frames, and what the numbers come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from math import sqrt
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from explorer.data.token_tasks import Task, blind_share

READERS = {
    "decoder": "recall",
    "told": "told",
    "nonlinear": "nonlinear_probe",
    "linear": "probe",
    "untrained": "untrained_probe",
    "control": "probe_control",
}
"""Who reads the context vector, and under which metric; the decoder left alone, or told the right
words so far."""
CONTROLS = ("nonlinear", "untrained", "control")
"""Readers drawn only for who asks: what the others are held against, and a stronger one."""
KEPT_WHOLE = ("sequence", "token")  # the answer without a mistake, or word by word
NEEDED_FIRST = {"copy": "first", "pattern": "first", "reverse": "last"}
"""The place of the word that the decoder says first, by task; sorting may begin with any."""
INDEPENDENT = ("copy", "reverse")
"""The tasks in which the words before give no hint of the next: what a decoder that is told them
finds, it has from the vector. Patterns repeat, and a sorted answer only goes on in the alphabet."""
SLIPS = 0.75  # of what a decoder does not say, at least so much it says when told the words before
SAME = 4.0  # standard errors between best and worst of a row of places that chance alone may make

Place = Literal["first", "middle", "last", "same"]
Fault = Literal["encoder", "decoder", "unsaid", "both", "nobody"]


def by_position(metrics: Mapping[str, float], name: str) -> list[float]:
    """NAME_by_position.1, .2, …; nothing where it was not measured."""
    start = f"{name}_by_position."
    places = sorted(int(key.removeprefix(start)) for key in metrics if key.startswith(start))
    return [metrics[f"{start}{place}"] for place in places]


def has_map(task: str) -> bool:
    """Whether each word of an answer comes from one place of the source; not if it was sorted."""
    return task != "sort"


def shown_readers(task: str, *, controls: bool) -> list[str]:
    """Which of READERS have something to say in a task.

    A sorted answer has no places of the source, so the decoder is left out there; told the words
    before, it is left out wherever these give hints, for then it is better than chance without the
    vector. Without `controls` these are left out, too.
    """
    left_out = [] if has_map(task) else ["decoder"]
    left_out += [] if task in INDEPENDENT else ["told"]
    left_out += [] if controls else CONTROLS
    return [reader for reader in READERS if reader not in left_out]


def readout_frame(
    metrics: Mapping[str, float], words: Mapping[str, str], task: str
) -> pd.DataFrame:
    """place, reader, share, low, high, chance: what each reader finds at each place of the source.

    Of `shown_readers` those that have `words` are in it. `low` and `high` bound, for the rows of
    the decoder alone, what it loses on its own: `high` is the best of all readers, in it or not.
    """
    rows = []
    held = _held(metrics, task)
    for reader in shown_readers(task, controls=True):
        if reader not in words:
            continue
        for place, share in enumerate(by_position(metrics, READERS[reader]), start=1):
            high = held[place - 1] if reader == "decoder" else share
            rows.append((place, words[reader], share, share, high, metrics["chance"]))
    return pd.DataFrame(rows, columns=["place", "reader", "share", "low", "high", "chance"])


def accuracy_frame(
    metrics: Mapping[str, float], words: Mapping[str, str], longest: int, task: Task
) -> pd.DataFrame:
    """length, kind, share, part, chance: whole answers and single words, over the length.

    `part` is `trained` or `beyond`; the longest trained length is in both, so that the lines meet.
    `chance` is the share of right words without the vector (`blind_share`).
    """
    rows = []
    for kind in KEPT_WHOLE:
        start = f"{kind}_accuracy_by_length."
        found = {int(k.removeprefix(start)): v for k, v in metrics.items() if k.startswith(start)}
        for length, share in sorted(found.items()):
            parts = ["trained"] if length <= longest else []
            parts += ["beyond"] if length >= longest else []
            blind = blind_share(task, length)
            rows += [(length, words[kind], share, part, blind) for part in parts]
    return pd.DataFrame(rows, columns=["length", "kind", "share", "part", "chance"])


def place_frame(places: npt.NDArray[np.floating], longest: int) -> pd.DataFrame:
    """length, place, share, part: recall of each place of the sentences of each length.

    `places` (lengths, places) is −1 where a sentence has no such place.
    """
    rows = [
        (length, place, float(share), "trained" if length <= longest else "beyond")
        for length, row in enumerate(places, start=1)
        for place, share in enumerate(row, start=1)
        if share >= 0
    ]
    return pd.DataFrame(rows, columns=["length", "place", "share", "part"])


def position_frame(values: list[float]) -> pd.DataFrame:
    """place, value."""
    return pd.DataFrame({"place": range(1, len(values) + 1), "value": values})


class Clearest(NamedTuple):
    """The position that a probe reads best."""

    place: int  # from 1
    share: float
    answer: Place


def clearest(metrics: Mapping[str, float], sentences: int, name: str = "probe") -> Clearest:
    """Which position is the clearest in the context vector, by the probes called `name`.

    The answer is `same` when the best and the worst are no further apart than chance puts them:
    `sentences` is how many each share was read from.
    """
    shares = by_position(metrics, name)
    best, worst = int(np.argmax(shares)), int(np.argmin(shares))
    error = max(standard_error(share, sentences) for share in shares)
    if shares[best] - shares[worst] <= SAME * error:
        return Clearest(best + 1, shares[best], "same")
    last = len(shares) - 1
    answer: Place = "first" if best == 0 else "last" if best == last else "middle"
    return Clearest(best + 1, shares[best], answer)


def standard_error(share: float, count: float) -> float:
    """Of a share that was counted in `count` sentences."""
    return sqrt(max(share * (1 - share), 0.0) / count)


class Blame(NamedTuple):
    """Of the words of a sentence, on the average over its places: the first three make 1 together.

    At each place all is held against the one reader that is right most often there. Several may
    find more together, and chance hits count as found.
    """

    said: float  # come out right
    on_the_way: float  # so many more the best reader of each place finds in the context vector
    not_found: float  # it does not find either
    told: float | None  # come out right, told the words before; None where these give hints
    fault: Fault


def blame(metrics: Mapping[str, float], task: str) -> Blame | None:
    """Whose fault is it? What a reader finds in the vector is not forgotten by the encoder.

    What none finds may still be there for a better one, so `not_found` is about the most that the
    encoder has lost, and `on_the_way` the least that the decoder has. None for a sorted answer,
    whose words the probes were not asked for.
    """
    if not has_map(task):
        return None
    said = float(np.mean(by_position(metrics, "recall")))
    found = float(np.mean(_held(metrics, task)))
    told = float(np.mean(by_position(metrics, "told"))) if task in INDEPENDENT else None
    return Blame(said, found - said, 1 - found, told, _fault(said, found, told))


def _fault(said: float, found: float, told: float | None) -> Fault:
    way, lost = found - said, 1 - found
    if said > 0.98:
        return "nobody"
    if abs(way - lost) < 0.05:
        return "both"
    if way < lost:
        return "encoder"
    return "decoder" if told is not None and told - said >= SLIPS * way else "unsaid"


def _held(metrics: Mapping[str, float], task: str) -> list[float]:
    """For each place what the best of all readers finds in the vector of the trained encoder."""
    readers = ["recall", "probe", "nonlinear_probe", *(["told"] if task in INDEPENDENT else [])]
    found = filter(None, (by_position(metrics, reader) for reader in readers))
    return [max(some) for some in zip(*found, strict=True)]


def most_hidden(metrics: Mapping[str, float]) -> tuple[int, float, float]:
    """The place, from 1, where the decoder, told the words so far, finds most that no probe does:
    (place, the best probe's share, the decoder's share).
    """
    told = by_position(metrics, "told")
    probes = [by_position(metrics, name) for name in ("probe", "nonlinear_probe")]
    best = [max(some) for some in zip(*filter(None, probes), strict=True)]
    place = int(np.argmax([t - b for t, b in zip(told, best, strict=True)]))
    return place + 1, best[place], told[place]


def longest_kept(metrics: Mapping[str, float], longest: int, share: float = 0.9) -> int:
    """The longest trained length up to which that share of all sentences comes back whole."""
    kept = 0
    for length in range(1, longest + 1):
        if metrics[f"sequence_accuracy_by_length.{length}"] < share:
            break
        kept = length
    return kept


def changed_words(one: Sequence[int], other: Sequence[int]) -> list[int]:
    """The places, from 0, at which the words differ; what one of them lacks differs too."""
    return [place for place, (a, b) in enumerate(zip_longest(one, other)) if a != b]
