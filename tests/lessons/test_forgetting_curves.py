"""Several nets on equal terms: three cells, six sizes, and a long wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import torch

from explorer.analysis.capacity import curve
from explorer.data.delayed_recall import DELAY_LENGTH, GO
from explorer.data.token_tasks import (
    HELD_OUT_FROM,
    answers,
    draw_sources,
    information,
    is_held_out,
)
from explorer.lessons import forgetting_curves
from explorer.lessons.forgetting_curves import (
    BEYOND,
    CELL_NAMES,
    SIZES,
    TESTED,
    TESTED_OF_DELAYS,
    TESTED_OF_SIZES,
    DelayExperiment,
    LengthsExperiment,
    NamedNets,
    curves_experiment,
    delayed_batch,
    delayed_to_recall,
    tried_delays,
    waits,
)
from explorer.models.decoding import greedy
from explorer.models.seq2seq import masked_cross_entropy
from explorer.specs import ForgettingSpec
from explorer.training.loop import EverySteps, Snapshot, train

CPU = torch.device("cpu")
CELLS = ForgettingSpec(
    experiment="cells", hidden_dim=24, max_length=4, learning_rate=0.01, batch_size=128, steps=160
)
FEW = CELLS.but(hidden_dim=8, steps=2)
NO_DELAY = ForgettingSpec(experiment="delay", delay=0, steps=150)
DELAY = ForgettingSpec(
    experiment="delay", delay=3, hidden_dim=32, learning_rate=0.01, batch_size=128, steps=100
)
WIDTHS = {"cells": CELL_NAMES, "sizes": tuple(map(str, SIZES))}
EACH = [FEW, FEW.but(experiment="sizes"), FEW.but(experiment="delay", delay=3)]
every_experiment = pytest.mark.parametrize("spec", EACH, ids=[spec.experiment for spec in EACH])


@pytest.fixture(scope="module")
def cells_run() -> list[Snapshot]:
    return list(train(LengthsExperiment(CELLS, CPU), CELLS.budget, EverySteps(80)))


def experiment_of(spec: ForgettingSpec) -> LengthsExperiment | DelayExperiment:
    experiment = curves_experiment(spec, CPU)
    assert isinstance(experiment, LengthsExperiment | DelayExperiment)
    return experiment


# Equal terms --------------------------------------------------------------------------------------


@every_experiment
def test_all_nets_take_each_step_on_the_same_batches(
    spec: ForgettingSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = experiment_of(spec)
    fed: list[tuple[str, Any, Any]] = []
    monkeypatch.setattr(experiment, "descend", lambda net, src, tgt: fed.append((net, src, tgt)))
    experiment.step()
    assert [net for net, _, _ in fed] == list(experiment.models)
    groups: dict[str, list[torch.Tensor]] = {}
    for net, src, tgt in fed:
        assert len(src) == len(tgt) == spec.batch_size // forgetting_curves.BATCH_SHARE
        groups.setdefault(net.partition("_")[2], []).append(src)
    assert len(groups) == (len(waits(spec.delay)) if spec.experiment == "delay" else 1)
    for batches in groups.values():
        assert all(batch is batches[0] for batch in batches)


def test_batches_are_held_in_and_up_to_the_longest_length(monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = LengthsExperiment(FEW, CPU)
    seen = set()

    def fed(_net: str, src: torch.Tensor, tgt: torch.Tensor) -> None:
        seen.add(src.shape[1])
        assert torch.equal(tgt, answers("reverse", src))
        assert not is_held_out(src).any()

    monkeypatch.setattr(experiment, "descend", fed)
    for _ in range(60):
        experiment.step()
    assert seen == {1, 2, 3, 4}


def test_a_step_is_that_of_adam_on_the_cross_entropy() -> None:
    experiment = LengthsExperiment(FEW, CPU)
    twin = LengthsExperiment(FEW, CPU).models["gru"]
    src = draw_sources("reverse", 16, 3, "train", torch.Generator().manual_seed(5))
    tgt = answers("reverse", src)
    optimizer = torch.optim.Adam(twin.parameters(), lr=FEW.learning_rate)
    masked_cross_entropy(twin(src, tgt).logits, tgt).backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    others = {name: weight.clone() for name, weight in experiment.models["rnn"].named_parameters()}
    experiment.descend("gru", src, tgt)
    for name, weight in experiment.models["gru"].named_parameters():
        assert torch.allclose(weight, twin.get_parameter(name), atol=1e-6)
    for name, weight in experiment.models["rnn"].named_parameters():
        assert torch.equal(weight, others[name])


@every_experiment
def test_the_same_seed_learns_the_same(spec: ForgettingSpec) -> None:
    one, twin, other = (experiment_of(spec.but(seed=seed)) for seed in (0, 0, 1))
    before = one.weights()
    assert any(not torch.equal(some, other.weights()[name]) for name, some in before.items())
    start = {name: weight.clone() for name, weight in before.items()}
    for experiment in (one, twin):
        experiment.step()
    after = one.weights()
    assert all(torch.equal(weight, twin.weights()[name]) for name, weight in after.items())
    for net in one.models:
        moved = [name for name in after if name.startswith(f"{net}.")]
        assert any(not torch.equal(after[name], start[name]) for name in moved)


@every_experiment
def test_weights_make_the_round_trip(spec: ForgettingSpec) -> None:
    one, fresh = experiment_of(spec), experiment_of(spec.but(seed=9))
    one.step()
    seen = one.observe(1, 0.0)
    assert fresh.observe(1, 0.0).metrics != seen.metrics
    fresh.load_weights(one.weights())
    assert fresh.observe(1, 0.0).metrics == seen.metrics


@every_experiment
def test_looking_changes_nothing(spec: ForgettingSpec) -> None:
    looked, not_looked = experiment_of(spec), experiment_of(spec)
    looked.observe(0, 0.0)
    for experiment in (looked, not_looked):
        experiment.step()
    weights, others = looked.weights(), not_looked.weights()
    assert all(torch.equal(weights[name], others[name]) for name in weights)


def test_settings_reach_the_nets() -> None:
    cells = LengthsExperiment(FEW.but(reverse_source=True, embedding_dim=5), CPU)
    for cell in CELL_NAMES:
        model = cells.models[cell]
        assert model.encoder.layer.hidden_dim == model.decoder.layer.hidden_dim == 8
        assert model.encoder.reverse
        assert model.encoder.embedding.embedding_dim == 5
    assert cells.models["lstm"].encoder.layer.state_dim == 16
    sizes = LengthsExperiment(FEW.but(experiment="sizes", cell="lstm"), CPU)
    assert [sizes.models[str(size)].encoder.layer.hidden_dim for size in SIZES] == list(SIZES)
    assert {model.encoder.layer.state_dim for model in sizes.models.values()} == {
        2 * size for size in SIZES
    }


# What is seen of lengths --------------------------------------------------------------------------


@pytest.mark.parametrize("experiment", ["cells", "sizes"])
def test_what_is_seen_of_lengths(experiment: str) -> None:
    spec = FEW.but(experiment=experiment)
    metrics = experiment_of(spec).observe(0, 0.0).metrics
    trained, tried = range(1, 5), range(1, 5 + (BEYOND if experiment == "cells" else 0))
    nets = WIDTHS[experiment]
    assert set(metrics) == {
        *("chance", "test_loss"),
        *(f"{name}.{net}" for name in ("loss", "bits", "longest_recalled") for net in nets),
        *(f"bits_by_length.{net}.{length}" for net in nets for length in trained),
        *(
            f"{name}_accuracy_by_length.{net}.{length}"
            for name in ("told", "sequence")
            for net in nets
            for length in tried
        ),
    }
    assert metrics["chance"] == 1 / 16
    losses = [metrics[f"loss.{net}"] for net in nets]
    assert metrics["test_loss"] == pytest.approx(sum(losses) / len(losses))


def test_the_accuracies_by_hand(cells_run: list[Snapshot]) -> None:
    """The whole answers are those of greedy decoding; the words are told what stood before."""
    experiment = LengthsExperiment(CELLS, CPU)
    experiment.load_weights({n: torch.tensor(w) for n, w in cells_run[-1].weights.items()})
    metrics = cells_run[-1].metrics
    for cell in CELL_NAMES:
        model = experiment.averages[cell].model
        losses = []
        for length, src in experiment.sources.items():
            assert src.shape[1] == length
            assert len(src) <= TESTED if length < HELD_OUT_FROM else len(src) == TESTED
            assert length < 3 or is_held_out(src).all()
            tgt = answers("reverse", src)
            whole = (greedy(model, src, length + 1) == tgt).all(dim=1).float().mean().item()
            name = f"sequence_accuracy_by_length.{cell}.{length}"
            assert metrics[name] == pytest.approx(whole, abs=1.5 / TESTED)
            if HELD_OUT_FROM <= length <= 4:
                with torch.no_grad():
                    nats = masked_cross_entropy(model(src, tgt).logits, tgt).item()
                losses.append(nats)
        assert len(losses) == 2
        assert metrics[f"loss.{cell}"] == pytest.approx(sum(losses) / 2, rel=1e-4)


def test_bits_grow_with_learning_and_stay_below_all_there_is(cells_run: list[Snapshot]) -> None:
    first, *_, last = cells_run
    held = information("reverse", 4)
    for cell in CELL_NAMES:
        assert first.metrics[f"bits.{cell}"] < 1
        assert 4 < last.metrics[f"bits.{cell}"] <= held
        by_length = curve(last.metrics, "bits_by_length", cell)
        assert last.metrics[f"bits.{cell}"] <= max(by_length.values()) + 1e-4
        for length, bits in by_length.items():
            assert 0 <= bits <= information("reverse", length)
        assert last.metrics[f"loss.{cell}"] < first.metrics[f"loss.{cell}"]
        assert last.metrics[f"longest_recalled.{cell}"] >= 1


def test_six_sizes_are_asked_fewer_sentences_of_the_trained_lengths() -> None:
    experiment = LengthsExperiment(FEW.but(experiment="sizes"), CPU)
    assert {length: len(src) for length, src in experiment.sources.items() if length > 1} == (
        dict.fromkeys(range(2, 5), TESTED_OF_SIZES)
    )
    assert 0 < len(experiment.sources[1]) <= TESTED_OF_SIZES
    assert TESTED_OF_SIZES < TESTED


@pytest.mark.parametrize("experiment", ["cells", "sizes"])
def test_bits_are_not_told_of_patterns(experiment: str) -> None:
    metrics = experiment_of(FEW.but(experiment=experiment, task="pattern")).observe(0, 0.0).metrics
    assert not [name for name in metrics if name.startswith("bits")]
    assert {f"longest_recalled.{net}" for net in WIDTHS[experiment]} <= metrics.keys()


# What is seen of waiting --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("longest", "learnt", "tried"),
    [
        (20, [0, 5, 10, 20], [0, 5, 10, 15, 20, 25, 30]),
        (0, [0], [0, 1, 2]),
        (1, [0, 1], [0, 1, 2, 3]),
        (2, [0, 1, 2], [0, 1, 2, 3, 4]),
        (50, [0, 12, 25, 50], [0, 12, 25, 37, 50, 62, 75]),
    ],
)
def test_the_waits(longest: int, learnt: Sequence[int], tried: Sequence[int]) -> None:
    assert waits(longest) == learnt
    assert tried_delays(longest) == tried


def test_a_batch_waits_for_zero_to_so_many_blanks() -> None:
    generator = torch.Generator().manual_seed(0)
    lengths = {delayed_batch(3, 8, generator)[0].shape[1] for _ in range(60)}
    assert lengths == {DELAY_LENGTH + delay + 1 for delay in range(4)}
    src, tgt = delayed_batch(3, 8, generator)
    assert (src[:, -1] == GO).all()
    assert torch.equal(src[:, :DELAY_LENGTH], tgt)


def test_what_is_asked_for_is_held_out_and_the_same_after_each_wait() -> None:
    (_, short), (src, long) = delayed_to_recall(0), delayed_to_recall(7)
    assert torch.equal(short, long)
    assert is_held_out(long).all()
    assert src.shape == (TESTED_OF_DELAYS, DELAY_LENGTH + 7 + 1)


@pytest.mark.parametrize("delay", [0, 3])
def test_what_is_seen_of_waiting(delay: int) -> None:
    spec = FEW.but(experiment="delay", delay=delay)
    metrics = experiment_of(spec).observe(0, 0.0).metrics
    assert set(metrics) == {
        *("chance", "test_loss"),
        *(f"loss.{cell}" for cell in CELL_NAMES),
        *(f"told_accuracy_by_wait.{cell}.{wait}" for cell in CELL_NAMES for wait in waits(delay)),
        *(
            f"told_accuracy_by_delay.{cell}.{tried}"
            for cell in CELL_NAMES
            for tried in tried_delays(delay)
        ),
    }
    assert metrics["chance"] == 1 / 8
    for cell in CELL_NAMES:  # the last of one curve is a point of the other
        name = f"{cell}.{delay}"
        assert metrics[f"told_accuracy_by_wait.{name}"] == metrics[f"told_accuracy_by_delay.{name}"]


def test_without_a_wait_all_cells_learn_to_recall() -> None:
    first, last = train(DelayExperiment(NO_DELAY, CPU), NO_DELAY.budget, EverySteps(1000))
    for cell in CELL_NAMES:
        name = f"told_accuracy_by_wait.{cell}.0"
        assert first.metrics[name] < 0.3
        assert last.metrics[name] > 0.6
        assert last.metrics[f"loss.{cell}"] < first.metrics[f"loss.{cell}"] / 1.5


def test_gates_pay_where_there_is_a_wait() -> None:
    *_, last = train(DelayExperiment(DELAY, CPU), DELAY.budget, EverySteps(1000))
    plain, gated, long_short = (
        last.metrics[f"told_accuracy_by_wait.{cell}.3"] for cell in CELL_NAMES
    )
    assert min(gated, long_short) > plain + 0.3


def test_the_door_knows_each_of_the_three() -> None:
    for spec in EACH:
        assert isinstance(curves_experiment(spec, CPU), NamedNets)
    with pytest.raises(KeyError, match="memory"):
        curves_experiment(ForgettingSpec(), CPU)
