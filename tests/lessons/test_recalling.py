"""What nets are trained on that say sentences back, and what is asked of them."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.data.token_tasks import (
    FIRST,
    HELD_OUT_FROM,
    TASKS,
    VOCABULARY_SIZE,
    Task,
    answers,
    draw_sources,
    is_held_out,
)
from explorer.data.vocabulary import EOS
from explorer.lessons import recalling
from explorer.lessons.recalling import accuracy_by_length, training_batch
from explorer.models.decoding import greedy
from explorer.models.seq2seq import Seq2Seq, seq2seq


def net(seed: int = 0) -> Seq2Seq:
    generator = torch.Generator().manual_seed(seed)
    return seq2seq(
        19, 19, embedding_dim=6, hidden_dim=12, cell="gru", generator=generator, attention="dot"
    )


def test_a_batch_has_one_length_and_every_length_comes_equally_often() -> None:
    generator = torch.Generator().manual_seed(0)
    lengths = []
    for _ in range(600):
        src, tgt = training_batch("reverse", 6, 4, generator)
        assert tgt.shape == (4, src.shape[1] + 1)
        assert torch.equal(tgt, answers("reverse", src))
        lengths.append(src.shape[1])
    counts = [lengths.count(length) for length in range(1, 7)]
    assert sum(counts) == 600
    assert all(70 < count < 130 for count in counts)


def test_what_is_asked_for_is_never_trained_on() -> None:
    generator = torch.Generator().manual_seed(1)
    for task in TASKS:
        asked = recalling.test_sources(task, range(HELD_OUT_FROM, 9), 20)
        assert all(is_held_out(src).all() for src in asked.values())
        for _ in range(20):
            src, _ = training_batch(task, 8, 16, generator)
            assert not is_held_out(src).any()


@pytest.mark.parametrize("task", TASKS)
def test_no_source_is_asked_twice(task: Task) -> None:
    asked = recalling.test_sources(task, (1, 2, 3, 4, 16), 600)
    every = torch.cartesian_prod(*[torch.arange(FIRST, VOCABULARY_SIZE)] * 3)
    there_are = {1: 16, 2: 256, 3: int(is_held_out(every).sum())}
    for length, src in asked.items():
        assert len(src) == there_are.get(length, 600)
        assert len(set(map(tuple, src.tolist()))) == len(src)


def test_without_repetition_the_first_ones_are_those_that_are_drawn() -> None:
    generator = torch.Generator().manual_seed(recalling.TEST_SEED + 9)
    drawn = draw_sources("copy", 50, 9, "test", generator)
    assert torch.equal(recalling.test_sources("copy", (9,), 50)[9], drawn)


def test_every_run_is_asked_the_same_and_no_two_lengths_share_their_draws() -> None:
    once, again = (recalling.test_sources("copy", (4, 5), 30) for _ in range(2))
    assert all(torch.equal(once[length], again[length]) for length in once)
    assert [tuple(src.shape) for src in once.values()] == [(30, 4), (30, 5)]
    alone = recalling.test_sources("copy", (5,), 30)
    assert torch.equal(alone[5], once[5])


def test_the_accuracies_by_hand() -> None:
    model, asked = net(), recalling.test_sources("sort", (2, 3), 40)
    found = accuracy_by_length(model, "sort", asked)
    for length, src in asked.items():
        tgt = answers("sort", src)
        with torch.no_grad():
            logits = model(src, tgt).logits
        hits = logits[:, :, EOS:].argmax(dim=2) + EOS == tgt
        assert found[length].sequence == hits.all(dim=1).double().mean()
        assert found[length].token == hits[:, :length].double().mean()
        nats = F.cross_entropy(logits.flatten(0, 1), tgt.flatten()).item()
        assert abs(found[length].loss - nats) < 1e-5


def test_whole_sentences_come_back_just_as_often_when_the_net_is_left_alone() -> None:
    """The claim in the docstring, on a net that gets some of them right."""
    model = net()
    optimizer = torch.optim.Adam(model.parameters(), 0.02)
    generator = torch.Generator().manual_seed(0)
    for _ in range(120):
        src, tgt = training_batch("copy", 3, 64, generator)
        loss = F.cross_entropy(model(src, tgt).logits.flatten(0, 1), tgt.flatten())
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    asked = recalling.test_sources("copy", (1, 2, 3), 80)
    found = accuracy_by_length(model, "copy", asked)
    assert 0 < found[3].sequence < 1
    for length, src in asked.items():
        alone = (greedy(model, src, length + 1) == answers("copy", src)).all(dim=1)
        assert found[length].sequence == alone.double().mean()
