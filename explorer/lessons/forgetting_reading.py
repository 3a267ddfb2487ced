"""The reader's own sentence: what is left of each word as more are typed, and one word swapped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch

from explorer.analysis.probes import LinearProbes, linear_probes, share_read
from explorer.analysis.sensitivity import Swapped, swapped, way_between
from explorer.data.once import once
from explorer.data.token_tasks import FIRST, SYMBOLS, TASKS, draw_sources
from explorer.lessons.forgetting import net_of
from explorer.lessons.memory_questions import PROBE_SEED, SENTENCES_A_NUMBER, contexts
from explorer.lessons.recalling import test_sources
from explorer.specs import ForgettingSpec
from explorer.training.loop import Snapshot

LEARNT_FROM, HELD_OUT = 1024, 400  # sentences of each length that probes learn from, and are judged
COMPARED = 64  # sentences whose vectors say how far apart unrelated ones are


class Fading(NamedTuple):
    """What linear probes read out of the context vector after the first L words of a sentence."""

    shares: tuple[float, ...]  # (L,) of held-out sentences of this length, those read rightly
    read: tuple[int, ...]  # (L,) ids: what they read in this very sentence


class OneSwap(NamedTuple):
    """A word exchanged: the two vectors, what is said to each, how far one is from the other."""

    swapped: Swapped
    distance: float  # 1 is the mean way from one sentence's vector to an unrelated one's


@once(keep=96)
def _probes_at(
    spec: ForgettingSpec, snapshot: Snapshot, length: int
) -> tuple[LinearProbes, tuple[float, ...]]:
    """Probes of all positions of sentences of one length, and their shares of held-out words."""
    model = net_of(spec, snapshot)
    assert model is not None, "asked only of a moment whose weights were kept"
    generator = torch.Generator().manual_seed(PROBE_SEED)
    count = max(LEARNT_FROM, SENTENCES_A_NUMBER * model.encoder.layer.state_dim)
    train = draw_sources(spec.task, count, length, "train", generator)
    test = test_sources(spec.task, [length], HELD_OUT)[length]
    probes = linear_probes(contexts(model.encoder, train), train - FIRST, SYMBOLS)
    return probes, tuple(share_read(probes.read(contexts(model.encoder, test)), test - FIRST))


def fading(spec: ForgettingSpec, snapshot: Snapshot, sentence: Sequence[int]) -> list[Fading]:
    """After one word, after two, … after all of `sentence`; each length has probes of its own.

    Nothing when the weights of this moment were not kept.
    """
    model = net_of(spec, snapshot)
    if model is None:
        return []
    found = []
    for length in range(1, len(sentence) + 1):
        probes, shares = _probes_at(spec, snapshot, length)
        context = contexts(model.encoder, torch.tensor([sentence[:length]]))
        read = (probes.read(context)[0] + FIRST).tolist()
        found.append(Fading(shares, tuple(read)))
    return found


def answer_to(spec: ForgettingSpec, sentence: Sequence[int]) -> list[int]:
    """What should be said to a sentence, without <eos>."""
    answer: list[int] = TASKS[spec.task](torch.tensor([sentence]))[0].tolist()
    return answer


def one_swap(
    spec: ForgettingSpec, snapshot: Snapshot, sentence: Sequence[int], position: int, word: int
) -> OneSwap | None:
    """`word` takes the place of the one at `position` (from 0); None when the weights are gone."""
    model = net_of(spec, snapshot)
    if model is None:
        return None
    length = len(sentence)
    others = test_sources(spec.task, [length], COMPARED)[length]
    far = way_between(others, contexts(model.encoder, others))
    both = swapped(model, torch.tensor(sentence), position, word)
    return OneSwap(both, both.distance / far)


def example(spec: ForgettingSpec, length: int) -> list[int]:
    """The ids of a sentence of that length which was never trained on, always the same."""
    sentence: list[int] = test_sources(spec.task, [length], COMPARED)[length][1].tolist()
    return sentence
