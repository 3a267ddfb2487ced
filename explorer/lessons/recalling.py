"""Sentences that are said back: what a net is trained on, and how much of what it never saw it
recalls. Shared by the lessons that ask how far a seq2seq model remembers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from explorer.analysis.capacity import taught_by_length
from explorer.data.token_tasks import (
    HELD_OUT_FROM,
    VOCABULARY_SIZE,
    Task,
    answers,
    draw_sources,
)
from explorer.models.seq2seq import Seq2Seq, seq2seq
from explorer.specs import AttentionKind, AttentionSpec, ForgettingSpec

TEST_SEED = 0  # the sentences that are asked for are the same in every run
DRAWN_AGAIN = 4096  # sources of a few words; when none of so many is new, all are known


class Accuracy(NamedTuple):
    """What a net makes of held-out sentences of one length."""

    sequence: float  # the share that comes back without a mistake, <eos> included
    token: float  # the share of the words that are right where all words before them were
    loss: float  # nats per token, <eos> included


def model_of(
    spec: ForgettingSpec | AttentionSpec,
    generator: torch.Generator,
    attention: AttentionKind = "none",
) -> Seq2Seq:
    """The net of a spec, untrained: it reads and says the words of the token tasks."""
    return seq2seq(
        VOCABULARY_SIZE,
        VOCABULARY_SIZE,
        embedding_dim=spec.embedding_dim,
        hidden_dim=spec.hidden_dim,
        cell=spec.cell,
        generator=generator,
        attention=attention,
        reverse_source=spec.reverse_source,
    )


def training_batch(
    task: Task, longest: int, batch_size: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """src (B, L) and tgt (B, L + 1) of one length, uniform in 1 … longest; none is held out."""
    length = torch.randint(1, longest + 1, (), generator=generator, device=generator.device)
    src = draw_sources(task, batch_size, int(length), "train", generator)
    return src, answers(task, src)


def test_sources(task: Task, lengths: Iterable[int], each: int) -> dict[int, Tensor]:
    """(N, L) held-out sources of each length L, drawn on the CPU: the same for all devices.

    N is `each`, and no source is there twice, so that N sentences tell as much as N; where fewer
    are held out (of three words or less) N is what there is. Of one or two words there are too few
    to hold any out, and these are trained on as well. They are drawn as in training, but without
    putting any back: for independent words that is the same distribution, in a `pattern` the short
    motifs, of which few exist, are soon used up and therefore rarer than in training.
    """

    def drawn(length: int) -> Tensor:
        generator = torch.Generator().manual_seed(TEST_SEED + length)
        rows = draw_sources(task, each, length, "test", generator)
        found = dict.fromkeys(map(tuple, rows.tolist()))  # in the order in which they came
        more, news = (DRAWN_AGAIN if length <= HELD_OUT_FROM else each), True
        while len(found) < each and news:
            known = len(found)
            rows = draw_sources(task, more, length, "test", generator)
            found |= dict.fromkeys(map(tuple, rows.tolist()))
            news = len(found) > known
        return torch.tensor(list(found)[:each])

    return {length: drawn(length) for length in lengths}


@torch.no_grad()
def accuracy_by_length(
    model: Seq2Seq, task: Task, sources: Mapping[int, Tensor]
) -> dict[int, Accuracy]:
    """How the model does on `sources`, (N, L) for each length L.

    It is told the right words so far (teacher forcing). Whether a whole sentence comes back does
    not depend on that: up to its first mistake a model that goes on by itself is told the same.
    """
    return {
        length: Accuracy(
            sequence=right.all(dim=1).double().mean().item(),
            token=right[:, :-1].double().mean().item(),
            loss=nats.mean().item(),
        )
        for length, (right, nats) in taught_by_length(model, task, sources).items()
    }
