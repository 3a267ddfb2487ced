"""One model learns pairs; what is held out stays so; what a page asks of a moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.data import own_pairs
from explorer.data.pairs import Pairs, corpus
from explorer.data.vocabulary import EOS, PAD
from explorer.errors import DataError
from explorer.lessons import seq2seq_steps
from explorer.lessons.seq2seq_steps import (
    CUT_SHORT,
    EXAMPLES,
    MOST_SPOKEN,
    TESTED,
    StepsExperiment,
    accuracies,
    beamed,
    cut_short,
    drawn_source,
    early_answer,
    examine_steps,
    plane_of,
    standing,
    steps_data,
    traced,
    training_batch,
    tried_lengths,
    trimmed,
    watched_pairs,
    without_last_read,
)
from explorer.models.decoding import greedy
from explorer.models.seq2seq import Seq2Seq
from explorer.specs import StepsSpec
from explorer.training.loop import EverySteps, Snapshot, train

CPU = torch.device("cpu")
SMALL = StepsSpec(hidden_dim=32, learning_rate=0.01, steps=160)
NUMBERS = corpus("numbers-en-ko")


@pytest.fixture(scope="module")
def run() -> list[Snapshot]:
    """A real run; the last moment with its weights."""
    return list(train(StepsExperiment(SMALL, CPU), SMALL.budget, EverySteps(80)))


def ids(text: str) -> tuple[int, ...]:
    return tuple(NUMBERS.source.ids(NUMBERS.tokenise(text)))


# What it is fed -----------------------------------------------------------------------------------


def test_a_batch_holds_pairs_of_the_training_part_without_needless_padding() -> None:
    generator = torch.Generator().manual_seed(0)
    for _ in range(5):
        src, tgt = training_batch(NUMBERS.train, 16, generator)
        assert (src[:, -1] != PAD).any()
        assert (tgt[:, -1] != PAD).any()
        for source, target in zip(src.tolist(), tgt.tolist(), strict=True):
            known = standing(NUMBERS, tuple(token for token in source if token))
            assert known is not None
            assert not known.held_out
            assert known.answer == tuple(token for token in target if token)


def test_what_is_watched_is_held_out_and_always_the_same() -> None:
    watched = watched_pairs(NUMBERS.test)
    assert len(watched.src) == TESTED
    assert all(map(torch.equal, watched, watched_pairs(NUMBERS.test)))
    for row in watched.src.tolist():
        known = standing(NUMBERS, tuple(token for token in row if token))
        assert known is not None
        assert known.held_out


def test_lengths_of_what_is_watched_are_counted() -> None:
    counts = tried_lengths(NUMBERS)
    assert sum(counts.values()) == TESTED
    whole = watched_pairs(NUMBERS.test).tgt
    assert counts[3] == int(((whole != PAD).sum(dim=1) == 4).sum())


def test_a_cut_takes_padding_only() -> None:
    pairs = Pairs(torch.tensor([[3, 4, 0, 0], [5, 0, 0, 0]]), torch.tensor([[2, 0], [2, 0]]))
    src, tgt = trimmed(pairs)
    assert src.tolist() == [[3, 4], [5, 0]]
    assert tgt.tolist() == [[2], [2]]


# What is seen -------------------------------------------------------------------------------------


def test_what_is_seen(run: list[Snapshot]) -> None:
    lengths = sorted({*((watched_pairs(NUMBERS.test).tgt != PAD).sum(dim=1) - 1).tolist()})
    for snapshot in run:
        assert set(snapshot.metrics) == {
            *("test_loss", "token_accuracy", "sequence_accuracy"),
            *(f"sequence_accuracy_by_length.{length}" for length in lengths),
            *(f"cut_short.{kind}" for kind in CUT_SHORT),
        }
        assert sum(snapshot.metrics[f"cut_short.{kind}"] for kind in CUT_SHORT) == pytest.approx(1)
        assert all(len(snapshot.arrays[name]) == EXAMPLES for name in ("src", "tgt", "said"))


def test_it_learns_what_it_was_never_told(run: list[Snapshot]) -> None:
    first, *_, last = run
    assert first.metrics["sequence_accuracy"] == 0
    assert last.metrics["sequence_accuracy"] > 0.5
    assert last.metrics["test_loss"] < first.metrics["test_loss"] / 5
    assert early_answer(last.metrics) == "close"


def test_the_accuracies_by_hand() -> None:
    tgt = torch.tensor([[5, 6, EOS, PAD], [5, EOS, PAD, PAD], [7, 7, EOS, PAD]])
    said = torch.tensor([[5, 6, EOS, PAD], [5, 5, EOS, PAD], [7, 7, 7, EOS]])
    assert accuracies(said, tgt) == {
        "token_accuracy": pytest.approx((3 + 1 + 2) / 8),
        "sequence_accuracy": pytest.approx(1 / 3),
        "sequence_accuracy_by_length.1": 0.0,
        "sequence_accuracy_by_length.2": 0.5,
    }


@pytest.mark.parametrize(
    ("backwards", "shorter"),
    [(False, [[3, 4, 0], [6, 0, 0]]), (True, [[4, 5, 0], [7, 0, 0]])],
)
def test_the_last_word_read_is_left_out(backwards: bool, shorter: list[list[int]]) -> None:
    src = torch.tensor([[3, 4, 5], [6, 7, 0]])
    assert without_last_read(src, backwards=backwards).tolist() == shorter


@pytest.mark.parametrize("reverse", [False, True])
def test_cut_short_is_what_is_said_to_the_shorter_sentence(reverse: bool) -> None:
    experiment = StepsExperiment(SMALL.but(reverse_source=reverse), CPU)
    model, pairs = experiment.average.model, experiment.test
    found = cut_short(model, pairs)
    whole = close = count = 0
    for src, tgt in zip(pairs.src.tolist(), pairs.tgt.tolist(), strict=True):
        words = [token for token in src if token]
        if len(words) < 2:
            continue
        shorter = torch.tensor([words[1:] if reverse else words[:-1]])
        said = greedy(model, shorter, len(tgt))[0].tolist()
        right = [a == b for a, b in zip(said, tgt, strict=True) if b > EOS]
        whole += said == tgt
        close += said != tgt and sum(right) >= len(right) / 2
        count += 1
    assert found["cut_short.whole"] == pytest.approx(whole / count)
    assert found["cut_short.close"] == pytest.approx(close / count)


def test_sentences_of_one_word_cannot_be_cut_short() -> None:
    pairs = Pairs(torch.tensor([[4], [5]]), torch.tensor([[4, EOS], [5, EOS]]))
    found = cut_short(StepsExperiment(SMALL, CPU).model, pairs)
    assert set(found.values()) == {0.0}
    assert early_answer(found) is None


def test_weights_make_the_round_trip(run: list[Snapshot]) -> None:
    fresh = StepsExperiment(SMALL.but(seed=9), CPU)
    fresh.load_weights({name: torch.tensor(value) for name, value in run[-1].weights.items()})
    assert fresh.observe(160, 0.0).metrics == run[-1].metrics


def test_the_same_seed_learns_the_same() -> None:
    one, twin, other = (StepsExperiment(SMALL.but(seed=seed), CPU) for seed in (0, 0, 1))
    for experiment in (one, twin, other):
        for _ in range(2):
            experiment.step()
    weights, again, different = (each.weights() for each in (one, twin, other))
    assert all(torch.equal(weight, again[name]) for name, weight in weights.items())
    assert any(not torch.equal(weight, different[name]) for name, weight in weights.items())


# What the page asks of a moment -------------------------------------------------------------------


def test_the_trace_says_what_the_moment_says(run: list[Snapshot]) -> None:
    last = run[-1]
    for src, said in zip(last.arrays["src"].tolist(), last.arrays["said"].tolist(), strict=True):
        found = traced(SMALL, last, tuple(token for token in src if token))
        assert found is not None
        spoken = tuple(token for token in said if token)
        assert found.said[: len(spoken)] == spoken


def test_a_moment_without_weights_has_no_trace(run: list[Snapshot]) -> None:
    old = replace(run[-1], weights={})
    assert traced(SMALL, old, ids("12")) is None
    assert plane_of(SMALL, old) is None
    assert beamed(SMALL, old, ids("12"), 2) == ()
    assert examine_steps(SMALL, old) == {}


def test_the_plane_holds_states_of_held_out_sentences(run: list[Snapshot]) -> None:
    plane = plane_of(SMALL, run[-1])
    assert plane is not None
    assert plane.axes.shape == (2, SMALL.hidden_dim)
    assert 0 < plane.explained[1] <= plane.explained[0] < 1


def test_a_wider_beam_begins_where_greedy_decoding_ends(run: list[Snapshot]) -> None:
    source = ids("two hundred and six")
    found = traced(SMALL, run[-1], source)
    assert found is not None
    narrow, wide = (beamed(SMALL, run[-1], source, width)[-1].kept for width in (1, 4))
    assert narrow[0].tokens == found.said
    assert narrow[0].log_probability == pytest.approx(found.log_probability, abs=1e-4)
    assert wide[0].log_probability >= narrow[0].log_probability - 1e-6


def test_what_is_examined_once(run: list[Snapshot]) -> None:
    facts = examine_steps(SMALL, run[-1])
    for name in ("sequence_accuracy", "token_accuracy"):
        assert facts[f"all_pairs.{name}"] == pytest.approx(run[-1].metrics[name], abs=0.1)
    assert facts["beam.changed"] >= facts["beam.mended"] + facts["beam.spoilt"]
    assert all(0 <= facts[f"beam.{name}"] <= 1 for name in ("changed", "mended", "spoilt"))


def test_readers_who_come_together_wait_for_one_examination(
    run: list[Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    restored: list[StepsSpec] = []

    def restoring(spec: StepsSpec, snapshot: Snapshot) -> Seq2Seq:
        restored.append(spec)
        return restore(spec, snapshot)

    restore = seq2seq_steps._restored
    monkeypatch.setattr(seq2seq_steps, "_restored", restoring)
    moment = replace(run[-1], seconds=123.0)  # not yet examined
    with ThreadPoolExecutor(4) as readers:
        found = list(readers.map(lambda _: examine_steps(SMALL, moment), range(4)))
    assert all(facts is found[0] for facts in found)
    assert restored == [SMALL]


def test_drawn_sentences_are_held_out_and_differ() -> None:
    drawn = [drawn_source(NUMBERS, draw) for draw in range(5)]
    assert len({*drawn}) == 5
    for source in drawn:
        known = standing(NUMBERS, source)
        assert known is not None
        assert known.held_out
    assert standing(NUMBERS, (*ids("one"), *ids("one"))) is None


# The reader's own pairs ---------------------------------------------------------------------------


def test_a_readers_own_pairs_are_learnt() -> None:
    lines = "\n".join(f"w{n} x{n % 5}\tx{n % 5} w{n % 3}" for n in range(60))
    digest = own_pairs.keep(own_pairs.read_pairs(lines.encode()))
    spec = StepsSpec(corpus="own", pairs=digest, hidden_dim=8, steps=2)
    *_, last = train(StepsExperiment(spec, CPU), spec.budget, EverySteps(1))
    assert np.isfinite(last.metrics["test_loss"])
    assert last.arrays["src"].shape[1] == 2
    found = traced(spec, last, drawn_source(corpus("own", digest), 0))
    assert found is not None
    assert len(found.writes) <= MOST_SPOKEN
    assert steps_data(spec) != steps_data(SMALL)


def test_pairs_that_are_gone_are_said_to_be() -> None:
    with pytest.raises(DataError):
        StepsExperiment(StepsSpec(corpus="own", pairs="0123456789abcdef"), CPU)
