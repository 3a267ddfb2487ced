"""One net for lists with a rule and for random ones; what is held out stays so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.analysis.recall import position_recall
from explorer.data.number_lists import PARTS, RULES, SHORTEST, rule_lists, rule_of
from explorer.lessons.pattern_memory import (
    BEYOND,
    EXAMPLES,
    TESTED,
    PatternsExperiment,
    accuracy_by_length,
    lists_to_recall,
    recall_of,
    training_batch,
)
from explorer.specs import CopyingSpec
from explorer.training.loop import EverySteps, Snapshot, train

CPU = torch.device("cpu")
SMALL = CopyingSpec(experiment="patterns", hidden_dim=48, length=6, learning_rate=0.01, steps=900)


@pytest.fixture(scope="module")
def run() -> list[Snapshot]:
    """A real run on short lists; the last moment with its weights."""
    return list(train(PatternsExperiment(SMALL, CPU), SMALL.budget, EverySteps(300)))


# What it is fed -----------------------------------------------------------------------------------


def test_a_batch_has_every_rule_and_chance_equally_often() -> None:
    generator = torch.Generator().manual_seed(0)
    for _ in range(20):
        batch = training_batch(12, 50, generator).tolist()
        rules = [rule_of(numbers) for numbers in batch]
        assert {rule: rules.count(rule) for rule in (*RULES, None)} == dict.fromkeys(
            (*RULES, None), 10
        )
        assert len({len(numbers) for numbers in batch}) == 1


def test_all_lengths_are_trained_the_longer_the_oftener() -> None:
    generator = torch.Generator().manual_seed(0)
    lengths = [training_batch(12, 8, generator).shape[1] for _ in range(900)]
    counts = [lengths.count(length) for length in range(SHORTEST, 13)]
    assert sum(counts) == 900
    assert counts[0] < 40 < 120 < counts[-1]  # 1 and 17 in 81


def test_no_list_that_is_asked_for_was_trained_on() -> None:
    """The training of the shipped run, drawn once more."""
    asked, _, by_chance = lists_to_recall(12, TESTED)
    held_out = set(map(tuple, [*asked.tolist(), *by_chance.tolist()]))
    generator = torch.Generator().manual_seed(0)
    for _ in range(1500):
        batch = training_batch(12, 128, generator)
        assert held_out.isdisjoint(map(tuple, batch.tolist()))


def test_what_is_asked_for_is_held_out_and_always_the_same() -> None:
    asked, rules, by_chance = lists_to_recall(12, TESTED)
    for numbers, rule in zip(asked.tolist(), rules.tolist(), strict=True):
        lists = {part: rule_lists(list(RULES)[rule], 12, part).tolist() for part in PARTS}
        assert numbers in lists["test"]
        assert numbers not in lists["train"]
    assert torch.bincount(rules).tolist() == [TESTED / 4] * 4
    assert torch.equal(asked, lists_to_recall(12, TESTED)[0])
    assert by_chance.shape == (TESTED, 12)


# What is seen -------------------------------------------------------------------------------------


def test_what_is_seen(run: list[Snapshot]) -> None:
    places = range(1, SMALL.length + 1)
    sorts = ("pattern", "random")
    for snapshot in run:
        assert set(snapshot.metrics) == {
            *("test_mse", "chance"),
            *(f"{sort}_sequence_accuracy" for sort in sorts),
            *(f"{sort}_token_accuracy" for sort in sorts),
            *(f"recall_by_position.{sort}.{place}" for sort in sorts for place in places),
            *(f"sequence_accuracy_by_rule.{rule}" for rule in RULES),
        }
        assert all(0 <= value <= 1 for value in snapshot.metrics.values())
        for sort in sorts:
            token_accuracy = snapshot.metrics[f"{sort}_token_accuracy"]
            assert token_accuracy == pytest.approx(np.mean(position_recall(snapshot.metrics, sort)))
            for part in ("asked", "recalled"):
                assert snapshot.arrays[f"{sort}_{part}"].shape == (EXAMPLES, SMALL.length)
    assert run[-1].metrics["chance"] == 0.01


def test_the_examples_show_one_list_of_each_rule(run: list[Snapshot]) -> None:
    shown = run[-1].arrays["pattern_asked"].tolist()
    assert [rule_of(numbers) for numbers in shown] == list(RULES)


def test_lists_with_a_rule_are_learnt_first(run: list[Snapshot]) -> None:
    first, *_, last = run
    assert first.metrics["pattern_sequence_accuracy"] == 0
    assert last.metrics["pattern_sequence_accuracy"] > 0.5
    assert last.metrics["pattern_sequence_accuracy"] > (
        last.metrics["random_sequence_accuracy"] + 0.3
    )
    assert last.metrics["test_mse"] < first.metrics["test_mse"] / 5


def test_the_accuracies_by_hand() -> None:
    experiment = PatternsExperiment(SMALL, CPU)
    metrics = experiment.observe(0, 0.0).metrics
    recalled = experiment.average.model.recall(experiment.lists)
    right = (recalled == experiment.lists).numpy()
    assert metrics["pattern_token_accuracy"] == pytest.approx(right[:TESTED].mean())
    assert metrics["random_sequence_accuracy"] == right[TESTED:].all(axis=1).mean()
    assert metrics["recall_by_position.random.2"] == pytest.approx(right[TESTED:, 1].mean())
    missed = (recalled - experiment.lists)[:TESTED].numpy() / 99
    assert metrics["test_mse"] == pytest.approx((missed**2).mean(), rel=1e-5)


# What the page asks of a moment -------------------------------------------------------------------


def test_the_net_of_a_moment_recalls_as_the_moment_says(run: list[Snapshot]) -> None:
    last = run[-1]
    for sort in ("pattern", "random"):
        asked, said = (last.arrays[f"{sort}_{part}"].tolist() for part in ("asked", "recalled"))
        assert [recall_of(SMALL, last, numbers) for numbers in asked] == said


def test_a_moment_without_weights_recalls_nothing(run: list[Snapshot]) -> None:
    old = replace(run[-1], weights={})
    assert recall_of(SMALL, old, [1, 2, 3, 4]) is None
    assert accuracy_by_length(SMALL, old) == ()


def test_lengths_run_on_beyond_the_trained_ones(run: list[Snapshot]) -> None:
    found = accuracy_by_length(SMALL, run[-1])
    assert [entry.length for entry in found] == list(range(SHORTEST, SMALL.length + BEYOND + 1))
    assert [entry.trained for entry in found] == [length <= 6 for length in range(4, 11)]
    assert found[0].random > found[-1].random
    assert found[0].pattern > 0.5


def test_weights_make_the_round_trip(run: list[Snapshot]) -> None:
    fresh = PatternsExperiment(SMALL.but(seed=9), CPU)
    fresh.load_weights({name: torch.tensor(value) for name, value in run[-1].weights.items()})
    assert fresh.observe(900, 0.0).metrics == run[-1].metrics


def test_the_same_seed_learns_the_same() -> None:
    one, twin, other = (PatternsExperiment(SMALL.but(seed=seed), CPU) for seed in (0, 0, 1))
    for experiment in (one, twin, other):
        for _ in range(3):
            experiment.step()
    weights, again, different = (each.weights() for each in (one, twin, other))
    assert all(torch.equal(weight, again[name]) for name, weight in weights.items())
    assert any(not torch.equal(weight, different[name]) for name, weight in weights.items())
