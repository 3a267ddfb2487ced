"""With attention and without: equal terms, honest metrics, and a short way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.analysis.attention import STARTS, by_length
from explorer.data.token_tasks import answers, is_held_out
from explorer.lessons.attention import (
    BEYOND,
    LOOKED,
    TESTED,
    TESTED_OF_OTHERS,
    AttentionExperiment,
    attention_data,
    drawn_sentence,
    examine_attention,
    lengths_to_try,
    look_metrics,
    nets_of,
    pulled,
    right_answer,
    sentences_to_try,
)
from explorer.models.seq2seq import masked_cross_entropy
from explorer.specs import AttentionSpec
from explorer.training.loop import EverySteps, Snapshot, train

CPU = torch.device("cpu")
SMALL = AttentionSpec(hidden_dim=32, embedding_dim=16, max_length=6, batch_size=32, steps=250)


@pytest.fixture(scope="module")
def run() -> list[Snapshot]:
    """A real run on short sentences; the last moment with its weights."""
    return list(train(AttentionExperiment(SMALL, CPU), SMALL.budget, EverySteps(125)))


def test_both_nets_begin_alike_up_to_the_attention() -> None:
    models = AttentionExperiment(SMALL, CPU).models
    weights, others = (dict(models[net].named_parameters()) for net in STARTS)
    shared = [name for name in others if not name.startswith("decoder.readout")]
    assert len(shared) == 10
    assert all(torch.equal(weights[name], others[name]) for name in shared)
    assert any(name.startswith("decoder.attention") for name in weights)
    assert not any(name.startswith("decoder.attention") for name in others)


def test_the_net_without_attention_learns_as_if_it_were_alone_on_the_same_batches() -> None:
    """Its steps do not depend on what kind of attention the other one has."""
    runs = [AttentionExperiment(SMALL.but(score=score), CPU) for score in ("dot", "additive")]
    for experiment in runs:
        for _ in range(5):
            experiment.step()
    one, other = (experiment.models["without"].state_dict() for experiment in runs)
    assert all(torch.equal(weight, other[name]) for name, weight in one.items())


def test_the_same_seed_learns_the_same() -> None:
    one, twin, other = (AttentionExperiment(SMALL.but(seed=seed), CPU) for seed in (0, 0, 1))
    for experiment in (one, twin, other):
        for _ in range(3):
            experiment.step()
    weights, again, different = (each.weights() for each in (one, twin, other))
    assert all(torch.equal(weight, again[name]) for name, weight in weights.items())
    assert any(not torch.equal(weight, different[name]) for name, weight in weights.items())


def test_looking_does_not_change_what_the_next_step_does() -> None:
    looked_at, left_alone = AttentionExperiment(SMALL, CPU), AttentionExperiment(SMALL, CPU)
    for _ in range(3):
        looked_at.observe(0, 0.0)
        looked_at.step()
        left_alone.step()
    again = left_alone.weights()
    assert all(torch.equal(weight, again[name]) for name, weight in looked_at.weights().items())


@pytest.mark.parametrize("longest", [4, 5, 16, 24])
def test_the_tested_lengths_have_the_longest_trained_one_and_go_beyond(longest: int) -> None:
    lengths = lengths_to_try(longest)
    assert lengths == sorted(set(lengths))
    assert {*range(1, longest + 1), longest + 4, longest + BEYOND} <= set(lengths)
    assert max(lengths) == longest + BEYOND


def test_the_longest_trained_length_is_asked_the_most() -> None:
    sources = sentences_to_try("reverse", 6)
    assert list(sources) == lengths_to_try(6)
    assert len(sources[6]) == TESTED > LOOKED
    assert {len(src) for length, src in sources.items() if 2 < length != 6} == {TESTED_OF_OTHERS}


def test_the_loss_is_that_of_the_trained_lengths_with_held_out_sentences(
    run: list[Snapshot],
) -> None:
    experiment = AttentionExperiment(SMALL, CPU)
    experiment.load_weights({name: torch.tensor(value) for name, value in run[-1].weights.items()})
    with torch.no_grad():
        for net, start in STARTS.items():
            model, losses = experiment.averages[net].model, []
            for length in (3, 4, 5, 6):
                src = experiment.sources[length]
                tgt = answers("reverse", src)
                losses.append(masked_cross_entropy(model(src, tgt).logits, tgt).item())
            found = run[-1].metrics[f"{start}test_loss"]
            assert found == pytest.approx(sum(losses) / 4, rel=1e-4)


def test_what_is_seen(run: list[Snapshot]) -> None:
    lengths = lengths_to_try(SMALL.max_length)
    for snapshot in run:
        assert set(snapshot.metrics) == {
            *(f"{start}test_loss" for start in STARTS.values()),
            *(
                f"{start}{measure}_accuracy_by_length.{length}"
                for start in STARTS.values()
                for measure in ("sequence", "told")
                for length in lengths
            ),
            *("chance", "on_word", "on_word_chance"),
            *(f"first_look.{part}" for part in ("start", "end", "peak")),
        }
        looks = snapshot.arrays["looks"]
        assert looks.shape == (6, 6)
        assert looks.sum(axis=1) == pytest.approx(np.ones(6), abs=1e-5)
    assert run[-1].metrics["chance"] == 1 / 16


def test_attention_is_ahead_on_the_longest_sentences(run: list[Snapshot]) -> None:
    first, *_, last = run
    with_it, without = (by_length(last.metrics, net, "sequence")[6] for net in STARTS)
    assert first.metrics["sequence_accuracy_by_length.6"] == 0
    assert with_it > without + 0.2
    assert last.metrics["test_loss"] < last.metrics["without.test_loss"]
    assert last.metrics["first_look.end"] > 0.8  # the answer begins with the last word


def test_looks_are_held_against_the_word_that_is_to_be_said() -> None:
    src = torch.tensor([[3, 4, 3, 5]])  # reversed: 5 3 4 3
    looks = torch.tensor([[[0, 0, 0, 1.0], [0.5, 0, 0.5, 0], [1, 0, 0, 0], [0.25] * 4]])
    metrics = look_metrics(looks, "reverse", src)
    assert metrics["on_word"] == pytest.approx((1 + 1 + 0 + 0.5) / 4)
    assert metrics["on_word_chance"] == pytest.approx((1 + 2 + 1 + 2) / 16)
    assert (metrics["first_look.start"], metrics["first_look.end"]) == (0, 1)
    assert metrics["first_look.peak"] == 1


def test_the_way_is_short_with_attention_only(run: list[Snapshot]) -> None:
    found = pulled(SMALL, run[-1])
    assert {net: pull.strengths.shape for net, pull in found.items()} == dict.fromkeys(
        STARTS, (6, 6)
    )
    metrics = examine_attention(SMALL, run[-1])
    assert metrics["sentences_tested"] == TESTED
    assert metrics["pull_on_word.last"] > metrics["without.pull_on_word.last"]
    assert metrics["pull_on_word.mean"] == pytest.approx(found["with"].on_word.mean())
    assert not metrics.keys() & run[-1].metrics.keys()


def test_a_moment_without_weights_has_no_nets(run: list[Snapshot]) -> None:
    old = replace(run[-1], weights={})
    assert nets_of(SMALL, old) is None
    assert pulled(SMALL, old) == {}
    told = {"sentences_tested": TESTED, "sentences_tested_of_others": TESTED_OF_OTHERS}
    assert examine_attention(SMALL, old) == told


def test_weights_make_the_round_trip(run: list[Snapshot]) -> None:
    fresh = AttentionExperiment(SMALL.but(seed=9), CPU)
    fresh.load_weights({name: torch.tensor(value) for name, value in run[-1].weights.items()})
    assert fresh.observe(250, 0.0).metrics == run[-1].metrics


def test_drawn_sentences_are_held_out_and_begin_anew() -> None:
    sentences = [drawn_sentence(SMALL, index) for index in range(TESTED + 1)]
    assert all(is_held_out(torch.tensor([sentence]))[0] for sentence in sentences)
    assert sentences[0] == sentences[TESTED] != sentences[1]
    assert right_answer(SMALL, [3, 5, 4]) == [4, 5, 3]
    assert right_answer(SMALL.but(task="sort"), [3, 5, 4]) == [3, 4, 5]


def test_the_data_are_the_sentences() -> None:
    assert attention_data(SMALL) == attention_data(SMALL.but(seed=5, task="copy"))
    assert len(attention_data(SMALL)) == 64
