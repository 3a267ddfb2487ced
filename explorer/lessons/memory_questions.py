"""What the lesson on forgetting asks of a net: held-out sentences said back, and probes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from explorer.analysis.probes import linear_probes, share_read
from explorer.analysis.recollection import Recollections, by_source, recollections
from explorer.data.token_tasks import (
    FIRST,
    HELD_OUT_FROM,
    SYMBOLS,
    Task,
    draw_sources,
)
from explorer.lessons.recalling import model_of, test_sources
from explorer.models.seq2seq import Encoder, Seq2Seq
from explorer.specs import ForgettingSpec

BEYOND = 8  # so many words more than were trained are tried
PROBE_SEED = 1  # the sentences that probes learn from are the same in every run
SENTENCES_A_NUMBER = 8  # a probe learns from so many for each number of the vector
CONTEXTS_AT_ONCE = 1024


class Sizes(NamedTuple):
    """How many sentences are asked."""

    asked: int  # of each length
    held_out: int  # of the longest trained length, which probes are also judged on
    learnt_from: int  # by the probes, at the least
    most: int = 8192  # that these ever learn from, however wide the vector


LIVE = Sizes(asked=12, held_out=96, learnt_from=512, most=768)  # many times while a net learns
STILL = Sizes(asked=160, held_out=1000, learnt_from=8192)  # once, when it stands still


class Probed(NamedTuple):
    """The share of held-out sentences whose word a probe reads, for each position."""

    linear: list[float]
    control: list[float]  # of probes that learnt from shuffled labels, and so can only guess


@dataclass(frozen=True, eq=False)
class Questions:
    """The sentences of one spec; `answered_by` and `probed_in` look at a model through them."""

    task: Task
    longest: int  # of the trained lengths
    sources: Mapping[int, Tensor]  # (N, L) of each length L, none of them trained on
    learnt_from: Tensor  # (M, longest) for the probes, of the training part
    shuffled: Tensor  # (M,) an order of these that ties no word to its sentence

    def answered_by(self, model: Seq2Seq) -> Recollections:
        return recollections(model, self.task, self.sources, self.longest)

    def probed_in(self, encoder: Encoder) -> Probed:
        """What linear probes read out of the context vectors of held-out sentences."""
        return self.probed(contexts(encoder, self.learnt_from), contexts(encoder, self.held_out))

    def probed(self, train: Tensor, test: Tensor) -> Probed:
        """The same from the context vectors (M, C) of `learnt_from` and (N, C) of `held_out`."""
        labels = torch.cat([self.learnt_from, self.learnt_from[self.shuffled]], dim=1)  # (M, 2·L)
        said = linear_probes(train, labels - FIRST, SYMBOLS).read(test)  # (N, 2·L)
        shares = share_read(said, self.held_out.repeat(1, 2) - FIRST)
        return Probed(shares[: self.longest], shares[self.longest :])

    @property
    def held_out(self) -> Tensor:
        return self.sources[self.longest]


def questions(
    task: Task, longest: int, numbers: int, sizes: Sizes, device: torch.device
) -> Questions:
    """For context vectors of so many `numbers`. Drawn on the CPU, so that all devices are asked
    for the same.
    """
    lengths = range(1, longest + BEYOND + 1)
    sources = test_sources(task, lengths, sizes.asked)
    sources |= test_sources(task, [longest], sizes.held_out)
    generator = torch.Generator().manual_seed(PROBE_SEED)
    count = min(max(sizes.learnt_from, SENTENCES_A_NUMBER * numbers), sizes.most)
    learnt_from = draw_sources(task, count, longest, "train", generator)
    return Questions(
        task=task,
        longest=longest,
        sources={length: src.to(device) for length, src in sources.items()},
        learnt_from=learnt_from.to(device),
        shuffled=torch.randperm(count, generator=generator).to(device),
    )


@torch.no_grad()
def contexts(encoder: Encoder, src: Tensor) -> Tensor:
    """(N, L) → (N, C), CONTEXTS_AT_ONCE at a time: a wide net keeps many numbers on the way."""
    parts = torch.split(src, CONTEXTS_AT_ONCE)
    return torch.cat([encoder(some).context.clone() for some in parts])  # without their states


def recall_metrics(asked: Questions, found: Recollections) -> dict[str, float]:
    """test_loss (nats per token, told the right words; the mean over the trained lengths of which
    sentences are held out) and, of each length L, sequence_accuracy_by_length.L (the answer right
    to its <eos>) and token_accuracy_by_length.L (left alone); of the longest trained length,
    recall_by_position.P and told_by_position.P: left alone, and told the right words so far.

    P is a place of the source, from 1; in the task `sort` it is one of the answer.
    """
    trained = [one.loss for length, one in found.told.items() if length >= HELD_OUT_FROM]
    metrics = {"test_loss": sum(trained) / len(trained)}
    for length, one in found.alone.items():
        metrics[f"sequence_accuracy_by_length.{length}"] = _share(one.whole)
        metrics[f"token_accuracy_by_length.{length}"] = _share(one.hits)
    alone, told = found.alone[asked.longest].hits, found.told[asked.longest].hits
    for name, hits in (("recall", alone), ("told", told)):
        metrics |= by_position(name, by_source(asked.task, hits).double().mean(dim=0).tolist())
    return metrics


def by_position(name: str, values: list[float]) -> dict[str, float]:
    """NAME_by_position.1 and on."""
    return {f"{name}_by_position.{place}": value for place, value in enumerate(values, start=1)}


def shares_at_places(asked: Questions, found: Recollections) -> Tensor:
    """(lengths, places): the share of right words of each length at each place, as `by_source`
    has it; −1 where a sentence of that length has no such place."""
    shares = torch.full((len(found.alone), max(found.alone)), -1.0)
    for row, (length, one) in enumerate(found.alone.items()):
        shares[row, :length] = by_source(asked.task, one.hits).float().mean(dim=0).cpu()
    return shares


def begun(spec: ForgettingSpec) -> tuple[Seq2Seq, int]:
    """The net of a spec before its first step, and a seed for what it is trained on.

    Both are drawn on the CPU: every device begins with the same weights, and what was read out of
    them before training can be measured again elsewhere.
    """
    generator = torch.Generator().manual_seed(spec.seed)
    model = model_of(spec, generator)
    return model, int(torch.randint(2**31, (), generator=generator))


def _share(hits: Tensor) -> float:
    return hits.double().mean().item()
