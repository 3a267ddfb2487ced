"""How much comes through a context vector: what is recalled, and how many bits at least."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import lgamma, log, log2, nan
from typing import Literal, NamedTuple

import pandas as pd
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.data.token_tasks import FIRST, SYMBOLS, Task, answers
from explorer.data.vocabulary import EOS
from explorer.models.seq2seq import Seq2Seq
from explorer.training.loop import Snapshot

RECALLED = 0.9  # a length is recalled when so many of its sources come back without a mistake

MOST_TOGETHER = 2**15  # sentences × words², so many go through a net at once

# Where answers can be measured in bits. What a pattern holds depends on its motif's length, and the
# held-out ones have long motifs more often than those that are trained.
IN_BITS: tuple[Task, ...] = ("copy", "reverse", "sort")

# Where nobody who knows nothing of the source does better than guess, even if told the words
# before: these are independent and equally likely.
GUESSED: tuple[Task, ...] = ("copy", "reverse")

GATED = ("gru", "lstm")
FULL = 0.9  # so near to all there is to say, a context has no room left to show

# What is measured -------------------------------------------------------------------------------


class Taught(NamedTuple):
    """What a net makes of answers of one length, of which it is told each token before the next.

    Whether a whole answer is right does not depend on being told: up to its first mistake a net
    that goes on by itself hears the same.
    """

    right: Tensor  # (N, T) bool
    nats: Tensor  # (N, T): −ln of the probability that each token of the answer got


def taught(model: Seq2Seq, src: Tensor, tgt: Tensor) -> Taught:
    """(N, S), (N, T) without padding → each token's verdict; PAD and SOS are never said."""
    logits = model(src, tgt).logits  # (N, T, V)
    nats = F.cross_entropy(logits.flatten(0, 1), tgt.flatten(), reduction="none")
    return Taught(logits[:, :, EOS:].argmax(dim=2) + EOS == tgt, nats.view(tgt.shape))


def taught_by_length(
    model: Seq2Seq, task: Task, sources: Mapping[int, Tensor]
) -> dict[int, Taught]:
    """What a net makes of `sources`, (N, L) of each length L; T is L + 1, with <eos>.

    Lengths that follow each other go through the net together, padded, as far as MOST_TOGETHER
    allows: a few sentences take a loop over their words nearly as long as many.
    """
    found = {}
    for lengths in _together(sources):
        longest = max(lengths)
        asked = [F.pad(sources[length], (0, longest - length)) for length in lengths]
        told = [answers(task, sources[length]) for length in lengths]
        told = [F.pad(tgt, (0, longest + 1 - tgt.shape[1])) for tgt in told]
        right, nats = taught(model, torch.cat(asked), torch.cat(told))
        counts = [len(src) for src in asked]
        parts = zip(right.split_with_sizes(counts), nats.split_with_sizes(counts), strict=True)
        for length, part in zip(lengths, parts, strict=True):
            found[length] = Taught(*(each[:, : length + 1] for each in part))
    return found


def _together(sources: Mapping[int, Tensor]) -> list[list[int]]:
    bundles: list[list[int]] = []
    rows = 0
    for length in sorted(sources):
        rows += len(sources[length])
        if not bundles or rows * length**2 > MOST_TOGETHER:
            bundles.append([])
            rows = len(sources[length])
        bundles[-1].append(length)
    return bundles


def answer_bits(task: Task, src: Tensor) -> Tensor:
    """(N, L) sources → (N,): what each one's answer holds, −log2 of its chance; see IN_BITS.

    Sorted, all L!/Πc! orders of the same words have one answer, c being how often each word is in.
    """
    if task not in IN_BITS:
        raise ValueError(f"the answers to {task!r} are not measured in bits")
    count, length = src.shape
    bits = torch.full((count,), length * log2(SYMBOLS), device=src.device)
    if task != "sort":
        return bits
    times = F.one_hot(src - FIRST, SYMBOLS).sum(dim=1)  # (N, 16)
    return bits - (lgamma(length + 1) - torch.lgamma(times + 1.0).sum(dim=1)) / log(2)


def bits_through(held: Tensor, word_nats: Tensor) -> Tensor:
    """(N,): by how many bits each answer was expected better than it could be without a context.

    `held` (N,) is what each answer holds; `word_nats` (N, L) what the decoder still had to be told
    of its L words, without <eos>, which says nothing of them. The mean, H − CE/ln 2, is at most
    what the context carries, because CE ≥ H(answer | context) for whatever decoder. Who expects
    each word as often as it comes, and no more, gets exactly 0 for every answer: so it does not
    matter which ones are asked for. That they are held-out ones a net cannot know.
    """
    return held - word_nats.sum(dim=1) / log(2)


def most_bits(by_length: Mapping[int, Tensor]) -> float:
    """The most bits that any length shows, never below 0; (N,) of each, see `bits_through`.

    The length is chosen by one half of the sentences and measured by the other half, and the other
    way round: else the luckiest of the lengths would be chosen.
    """
    total = 0.0
    for half, other in ((0, 1), (1, 0)):
        best = max(by_length, key=lambda length: by_length[length][half::2].mean().item())
        total += by_length[best][other::2].mean().item()
    return max(0.0, total / 2)


def longest_recalled(accuracies: Mapping[int, float]) -> int:
    """The longest length up to which, from the shortest on, a share of RECALLED comes back whole.

    `accuracies` has the share of each length; 0 when not even the shortest is recalled.
    """
    longest = 0
    for length in sorted(accuracies):
        if accuracies[length] < RECALLED:
            break
        longest = length
    return longest


# What a page draws ------------------------------------------------------------------------------


def curve(metrics: Mapping[str, float], name: str, net: str) -> dict[int, float]:
    """NAME.NET.X of a run's metrics, by x in its order."""
    start = f"{name}.{net}."
    found = {int(key.removeprefix(start)): metrics[key] for key in metrics if key.startswith(start)}
    return dict(sorted(found.items()))


def reach_frame(
    metrics: Mapping[str, float], name: str, words: Mapping[str, str], trained: int
) -> pd.DataFrame:
    """x, net, share, part, chance: NAME.NET.X over x, `words` having each net's.

    `trained` is the last x that was trained. Where there are others beyond, it is in both parts,
    `trained` and `beyond`, so that the lines meet.
    """
    rows = [
        (x, word, share, part, metrics["chance"])
        for net, word in words.items()
        for found in [curve(metrics, name, net)]
        for x, share in found.items()
        for part in ("trained", "beyond")
        if (x <= trained if part == "trained" else x >= trained < max(found))
    ]
    return pd.DataFrame(rows, columns=["x", "net", "share", "part", "chance"])


def size_frame(
    metrics: Mapping[str, float], sizes: Iterable[int], longest: int, held: float
) -> pd.DataFrame:
    """size, longest, longest_trained, bits, per_unit, held: what each size of the context carries.

    `longest` is the longest length that was trained, `held` the bits of an answer to it: more than
    these no size can show. The bits are nan where they are not measured.
    """
    rows = [
        (size, metrics[f"longest_recalled.{size}"], longest, bits, bits / size, held)
        for size in sizes
        for bits in [metrics.get(f"bits.{size}", nan)]
    ]
    columns = ["size", "longest", "longest_trained", "bits", "per_unit", "held"]
    return pd.DataFrame(rows, columns=columns)


# What it comes to -------------------------------------------------------------------------------

Growth = Literal["less", "same", "more"]
Kept = Literal["all", "gates", "rnn", "none"]


def best_cell(metrics: Mapping[str, float], cells: Sequence[str], trained: int) -> str | None:
    """Which cell recalls the longest sentences; among equals, the most of all trained lengths.

    None as long as no cell recalls even one word.
    """

    def standing(cell: str) -> tuple[float, float]:
        shares = curve(metrics, "sequence_accuracy_by_length", cell)
        return metrics[f"longest_recalled.{cell}"], sum(
            share for length, share in shares.items() if length <= trained
        )

    best = max(cells, key=standing)
    return best if metrics[f"longest_recalled.{best}"] else None


class SizeFindings(NamedTuple):
    """From the smallest context to the largest."""

    wider: float  # how many times as many units
    more: float  # how many times as many bits
    growth: Growth  # of the bits, beside that of the units
    full: list[int]  # sizes that carry nearly all there is to say: they show no limit


def size_findings(
    metrics: Mapping[str, float], sizes: Iterable[int], held: float
) -> SizeFindings | None:
    """Bits against units, from bits.SIZE; a quarter more or less is still the same growth.

    None as long as the smallest brings through less than a bit: a ratio to that means nothing; and
    where bits are not measured.
    """
    ordered = sorted(sizes)
    small, large = ordered[0], ordered[-1]
    if metrics.get(f"bits.{small}", 0.0) < 1:
        return None
    wider = large / small
    more = metrics[f"bits.{large}"] / metrics[f"bits.{small}"]
    growth: Growth = "less" if more < 0.75 * wider else "more" if more > 1.25 * wider else "same"
    full = [size for size in ordered if metrics[f"bits.{size}"] >= FULL * held]
    return SizeFindings(wider, more, growth, full)


def late_gain(history: Sequence[Snapshot], size: int) -> float:
    """How many bits more a size brings through than after two thirds of the steps so far."""
    newest = history[-1]
    before = next(moment for moment in history if 3 * moment.step >= 2 * newest.step)
    return newest.metrics[f"bits.{size}"] - before.metrics[f"bits.{size}"]


def kept_over(metrics: Mapping[str, float], delay: int) -> Kept:
    """Which cells still know RECALLED of the symbols after `delay` blanks."""
    kept = {
        cell: metrics[f"told_accuracy_by_delay.{cell}.{delay}"] >= RECALLED
        for cell in ("rnn", *GATED)
    }
    if all(kept.values()):
        return "all"
    if kept["rnn"]:
        return "rnn"
    return "gates" if any(kept.values()) else "none"
