"""The reader's own sentence: probes of each length, and a word exchanged."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from explorer.data.token_tasks import is_held_out
from explorer.lessons.forgetting import MemoryExperiment, net_of
from explorer.lessons.forgetting_reading import answer_to, example, fading, one_swap
from explorer.lessons.memory_questions import contexts
from explorer.specs import ForgettingSpec
from explorer.training.devices import CPU
from explorer.training.loop import EverySteps, Snapshot, train

SPEC = ForgettingSpec(
    hidden_dim=16, embedding_dim=8, max_length=4, batch_size=64, learning_rate=0.01, steps=200
)
SENTENCE = [3, 7, 3, 18]


@pytest.fixture(scope="module")
def last() -> Snapshot:
    *_, snapshot = train(MemoryExperiment(SPEC, CPU), SPEC.budget, EverySteps(1000))
    return snapshot


def test_a_row_for_each_word_typed(last: Snapshot) -> None:
    rows = fading(SPEC, last, SENTENCE)
    assert [len(row.shares) for row in rows] == [1, 2, 3, 4]
    assert [len(row.read) for row in rows] == [1, 2, 3, 4]
    assert all(0 <= share <= 1 for row in rows for share in row.shares)
    assert all(3 <= word <= 18 for row in rows for word in row.read)


def test_a_single_word_is_not_forgotten_and_the_first_one_fades(last: Snapshot) -> None:
    rows = fading(SPEC, last, SENTENCE)
    assert rows[0].shares[0] > 0.95
    assert rows[0].read[0] == SENTENCE[0]
    assert rows[-1].shares[0] < rows[0].shares[0] - 0.2
    assert rows[-1].shares[-1] > rows[-1].shares[0]


def test_what_was_read_does_not_depend_on_what_is_typed_later(last: Snapshot) -> None:
    other = fading(SPEC, last, [*SENTENCE[:3], 5])
    assert fading(SPEC, last, SENTENCE)[:3] == other[:3]


def test_sentences_longer_than_trained_are_read_too(last: Snapshot) -> None:
    assert len(fading(SPEC, last, [3] * 6)) == 6


def test_a_swap_is_measured_against_unrelated_sentences(last: Snapshot) -> None:
    found = one_swap(SPEC, last, SENTENCE, 3, 5)
    assert found is not None
    model = net_of(SPEC, last)
    assert model is not None
    both = contexts(model.encoder, torch.tensor([SENTENCE, [3, 7, 3, 5]]))
    assert found.swapped.distance == pytest.approx(torch.dist(both[0], both[1]).item(), rel=1e-5)
    assert 0 < found.distance < 2
    late = found.distance
    early = one_swap(SPEC, last, SENTENCE, 0, 5)
    assert early is not None
    assert early.distance < late, "reversed: the last word is what is needed first"


def test_without_weights_there_is_nothing(last: Snapshot) -> None:
    gone = replace(last, weights={})
    assert fading(SPEC, gone, SENTENCE) == []
    assert one_swap(SPEC, gone, SENTENCE, 0, 5) is None


def test_the_answer_and_the_example() -> None:
    assert answer_to(SPEC, [3, 4, 5]) == [5, 4, 3]
    assert answer_to(SPEC.but(task="sort"), [5, 3, 4]) == [3, 4, 5]
    assert len(example(SPEC, 9)) == 9
    assert is_held_out(torch.tensor([example(SPEC, 9)])).all()
    assert example(SPEC, 9) == example(SPEC.but(seed=8), 9)
