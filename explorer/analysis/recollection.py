"""What a seq2seq model says of held-out sentences: left alone, and told the right words so far.

Left alone (greedy decoding) a model goes on from its own words, so that one slip leads to others.
Told the truth (teacher forcing) it only has to find the next word, which shows what its context
vector holds for this decoder. What lies between the two is lost on the way, not in the vector.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.data.token_tasks import Task, answers
from explorer.data.vocabulary import EOS, PAD
from explorer.models.decoding import decode
from explorer.models.seq2seq import EncoderOutput, Seq2Seq, masked_cross_entropy, shifted

TOGETHER = 8  # lengths of which a batch is made, so that little of it is padding
MOST_ROWS = 640  # of a batch, for wide nets keep many numbers of each


class Alone(NamedTuple):
    """What N sentences of one length L come to when the decoder goes on from its own words."""

    hits: Tensor  # (N, L) bool: which words of the answer are right
    whole: Tensor  # (N,) bool: the answer is right to its end, <eos> included


class Told(NamedTuple):
    """The same when it is told the right words before each."""

    hits: Tensor  # (N, L) bool
    loss: float  # nats per token; <eos> included


class Recollections(NamedTuple):
    """By length."""

    alone: dict[int, Alone]
    told: dict[int, Told]


@torch.no_grad()
def recollections(
    model: Seq2Seq, task: Task, sources: Mapping[int, Tensor], told_up_to: int
) -> Recollections:
    """The model on `sources`, (N, L) for each length L; told, on those up to one length alone.

    Sentences of similar lengths are read in one padded batch.
    """
    found = Recollections({}, {})
    for some in _batches(sources):
        targets = {length: answers(task, rows) for length, rows in some.items()}
        encoded = model.encoder(_together(list(some.values())))
        said = decode(model.decoder, encoded, max(some) + 1)  # (ΣN, S + 1)
        for (length, tgt), rows in zip(targets.items(), _apart(said, targets), strict=True):
            hits = rows == tgt
            found.alone[length] = Alone(hits[:, :length], hits.all(dim=1))
        trained = {length: tgt for length, tgt in targets.items() if length <= told_up_to}
        if trained:
            found.told.update(_told(model, encoded, trained))
    return found


def _batches(sources: Mapping[int, Tensor]) -> list[dict[int, Tensor]]:
    """Neighbouring lengths, shortest first, at most TOGETHER and of MOST_ROWS sentences."""
    found: list[dict[int, Tensor]] = [{}]
    for length, rows in sorted(sources.items()):
        room = MOST_ROWS - sum(map(len, found[-1].values()))
        if found[-1] and (len(found[-1]) == TOGETHER or len(rows) > room):
            found.append({})
        found[-1][length] = rows
    return found


def _told(model: Seq2Seq, encoded: EncoderOutput, targets: Mapping[int, Tensor]) -> dict[int, Told]:
    """`targets` (N, L + 1) belong to the first rows of what was encoded."""
    tgt = _together(list(targets.values()))  # (ΣN, T)
    first = EncoderOutput(*(part[: len(tgt)] for part in encoded))
    logits = model.decoder(shifted(tgt), first).logits  # (ΣN, T, V)
    said = logits[:, :, EOS:].argmax(dim=2) + EOS  # PAD and SOS are never said
    return {
        length: Told((words == truth)[:, :length], masked_cross_entropy(scores, truth).item())
        for (length, truth), words, scores in zip(
            targets.items(), _apart(said, targets), _apart(logits, targets), strict=True
        )
    }


def _apart(rows: Tensor, targets: Mapping[int, Tensor]) -> list[Tensor]:
    """(ΣN, T, …) → (N, L + 1, …) for each of the targets (N, L + 1)."""
    counts = [len(tgt) for tgt in targets.values()]
    parts = torch.split(rows[: sum(counts)], counts)
    return [part[:, : tgt.shape[1]] for part, tgt in zip(parts, targets.values(), strict=True)]


def _together(parts: list[Tensor]) -> Tensor:
    """(N, L) rows of several lengths in one tensor, with PAD on their right."""
    longest = max(part.shape[1] for part in parts)
    return torch.cat([F.pad(part, (0, longest - part.shape[1]), value=PAD) for part in parts])


def by_source(task: Task, hits: Tensor) -> Tensor:
    """(N, L) hits of the answer's places, at the places of the source that they tell of.

    A sorted answer has no such map, and its places stay those of the answer.
    """
    return hits.flip(1) if task == "reverse" else hits
