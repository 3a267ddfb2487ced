"""One net that forgets: what is seen of it, what is measured once, and what comes out of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from explorer.analysis.forgetting import by_position
from explorer.data import delayed_recall, token_tasks
from explorer.data.token_tasks import is_held_out
from explorer.lessons import forgetting
from explorer.lessons.forgetting import (
    DERIVED,
    SWAPPED,
    MemoryExperiment,
    examine,
    falling,
    forgetting_data,
    forgetting_experiment,
    net_of,
    sentences_derived,
)
from explorer.lessons.forgetting_curves import DelayExperiment, LengthsExperiment
from explorer.lessons.memory_questions import BEYOND, Sizes, begun
from explorer.lessons.recalling import training_batch
from explorer.specs import ForgettingSpec
from explorer.training.devices import CPU
from explorer.training.loop import EverySteps, Snapshot, train

SMALL = ForgettingSpec(
    hidden_dim=24, embedding_dim=12, max_length=5, batch_size=64, learning_rate=0.01, steps=300
)
AT_EVERY_PLACE = ("recall", "told", "probe", "probe_control", "untrained_probe")
ONCE = ("nonlinear_probe", "gradient", "swap_distance", "swap_words")


def run_of(spec: ForgettingSpec) -> list[Snapshot]:
    return list(train(MemoryExperiment(spec, CPU), spec.budget, EverySteps(150)))


@pytest.fixture(scope="module")
def run() -> list[Snapshot]:
    """A real run on short sentences; the last moment with its weights."""
    return run_of(SMALL)


@pytest.fixture(scope="module")
def found(run: list[Snapshot]) -> dict[str, float]:
    """What is measured when that run stands still, on fewer sentences than usual."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forgetting, "STILL", Sizes(asked=20, held_out=300, learnt_from=1024))
        return dict(examine(SMALL, run[-1]))


# What is seen -------------------------------------------------------------------------------------


def test_what_is_seen(run: list[Snapshot]) -> None:
    lengths = range(1, SMALL.max_length + BEYOND + 1)
    for snapshot in run:
        assert set(snapshot.metrics) == {
            *("test_loss", "chance"),
            *(f"sequence_accuracy_by_length.{length}" for length in lengths),
            *(f"token_accuracy_by_length.{length}" for length in lengths),
            *(f"{name}_by_position.{place}" for name in AT_EVERY_PLACE for place in range(1, 6)),
        }
        shares = [value for name, value in snapshot.metrics.items() if name != "test_loss"]
        assert all(0 <= share <= 1 for share in shares)
        assert snapshot.arrays["places"].shape == (len(lengths), len(lengths))
    assert run[-1].metrics["chance"] == 1 / 16


def test_it_learns_and_the_untrained_encoder_stays_what_it_was(run: list[Snapshot]) -> None:
    first, *_, last = run
    assert last.metrics["test_loss"] < first.metrics["test_loss"] / 2
    assert last.metrics["sequence_accuracy_by_length.2"] > 0.8
    assert by_position(first.metrics, "untrained_probe") == by_position(first.metrics, "probe")
    assert by_position(last.metrics, "untrained_probe") == by_position(
        first.metrics, "untrained_probe"
    )


def test_the_word_that_is_needed_first_comes_out_best() -> None:
    """The heart of the lesson in small: the last in `reverse`, the first in `copy`."""
    for task, best, worst in (("reverse", -1, 0), ("copy", 0, -1)):
        spec = SMALL.but(task=task, max_length=8)
        *_, last = run_of(spec)
        recall = by_position(last.metrics, "recall")
        assert recall[best] > recall[worst] + 0.3, task
        assert recall[best] > 0.5, task


def test_no_held_out_sentence_is_ever_trained_on() -> None:
    generator = torch.Generator().manual_seed(0)
    for _ in range(200):
        src, _ = training_batch("reverse", 16, 64, generator)
        assert src.shape[1] < 3 or not is_held_out(src).any()


def test_the_rate_falls_to_a_half() -> None:
    assert falling(0) == 1
    assert falling(500) == pytest.approx(2**-0.5)
    assert falling(1500) == 0.5
    experiment = MemoryExperiment(SMALL, CPU)
    for _ in range(10):
        experiment.step()
    (group,) = experiment.optimizer.param_groups
    assert group["lr"] == pytest.approx(0.01 * falling(10))


@pytest.mark.parametrize("task", ["copy", "sort", "pattern"])
@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_every_task_and_cell_takes_a_step(
    task: str, cell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "STILL", Sizes(asked=4, held_out=20, learnt_from=64))
    spec = SMALL.but(task=task, cell=cell, reverse_source=True, steps=2, hidden_dim=8)
    *_, last = run_of(spec)
    assert len(by_position(last.metrics, "probe")) == 5
    assert len(by_position(examine(spec, last), "gradient")) == 5


# What is measured once ----------------------------------------------------------------------------


def test_standing_still_more_is_known(run: list[Snapshot], found: dict[str, float]) -> None:
    for name in (*AT_EVERY_PLACE, *ONCE):
        assert len(by_position(found, name)) == SMALL.max_length, name
    assert found["sentences_asked"] == 20
    assert found["sentences_held_out"] == 300
    assert found["sentences_derived"] == DERIVED
    assert found["sentences_swapped"] == SWAPPED
    assert found.keys() - run[-1].metrics.keys() == {
        *("sentences_asked", "sentences_held_out", "sentences_derived", "sentences_swapped"),
        *(f"{name}_by_position.{place}" for name in ONCE for place in range(1, 6)),
    }


def test_it_is_the_same_net_that_is_examined(run: list[Snapshot], found: dict[str, float]) -> None:
    """Other and more sentences, so the shares differ, but not by more than chance allows."""
    for name in AT_EVERY_PLACE:
        pairs = zip(by_position(found, name), by_position(run[-1].metrics, name), strict=True)
        assert all(abs(one - other) < 0.2 for one, other in pairs), name


def test_the_encoder_that_is_called_untrained_is_the_one_that_was_trained() -> None:
    experiment, (begun_again, _) = MemoryExperiment(SMALL, CPU), begun(SMALL)
    asked = experiment.asked
    probed = asked.probed_in(begun_again.encoder).linear
    assert probed == list(experiment.untrained.values())


@pytest.mark.parametrize(
    ("cell", "hidden_dim", "length", "count"),
    [("gru", 64, 16, DERIVED), ("gru", 256, 16, 31), ("lstm", 256, 24, 7), ("rnn", 2, 4, DERIVED)],
)
def test_wide_nets_are_derived_in_fewer_sentences(
    cell: str, hidden_dim: int, length: int, count: int
) -> None:
    encoder = begun(SMALL.but(cell=cell, hidden_dim=hidden_dim, max_length=length))[0].encoder
    assert sentences_derived(encoder, length) == count


def test_a_vector_of_two_states_is_probed_with_twice_the_sentences() -> None:
    spec = SMALL.but(hidden_dim=48, cell="lstm")
    assert len(MemoryExperiment(spec, CPU).asked.learnt_from) == 8 * 2 * 48


def test_controls_are_near_chance_and_the_last_word_is_read(found: dict[str, float]) -> None:
    assert max(by_position(found, "probe_control")) < 1 / 16 + 0.08
    assert by_position(found, "probe")[-1] > 0.9
    assert by_position(found, "nonlinear_probe")[-1] > 0.8


def test_without_weights_nothing_is_measured(run: list[Snapshot]) -> None:
    assert examine(SMALL, replace(run[-1], weights={})) == {}
    assert net_of(SMALL, replace(run[-1], weights={})) is None
    assert examine(SMALL.but(experiment="cells"), run[-1]) == {}


def test_the_measurement_is_made_once(run: list[Snapshot], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "STILL", Sizes(asked=4, held_out=20, learnt_from=64))
    moment = replace(run[-1])
    first = examine(SMALL, moment)
    monkeypatch.delattr(forgetting, "nonlinear_probes")
    assert examine(SMALL, moment) is first


# Runs ---------------------------------------------------------------------------------------------


def test_weights_make_the_round_trip(run: list[Snapshot]) -> None:
    fresh = MemoryExperiment(SMALL, CPU)
    fresh.load_weights({name: torch.tensor(value) for name, value in run[-1].weights.items()})
    assert fresh.observe(300, 0.0).metrics == pytest.approx(run[-1].metrics)


def test_looking_changes_nothing() -> None:
    watched, alone = (MemoryExperiment(SMALL, CPU) for _ in range(2))
    for _ in range(3):
        watched.step()
        watched.observe(0, 0.0)
        alone.step()
    weights = alone.weights()
    assert all(torch.equal(value, weights[name]) for name, value in watched.weights().items())


def test_the_door_leads_to_every_view() -> None:
    views = {"memory": MemoryExperiment, "cells": LengthsExperiment, "delay": DelayExperiment}
    for view, kind in views.items():
        spec = SMALL.but(experiment=view, hidden_dim=4)
        assert isinstance(forgetting_experiment(spec, CPU), kind)


def test_what_is_learnt_from_is_told_by_its_checksum() -> None:
    assert forgetting_data(SMALL) == token_tasks.fingerprint()
    assert forgetting_data(SMALL.but(experiment="delay")) == delayed_recall.fingerprint()
