"""Two autoencoders and a pull: who learns what from whom, and what is measured of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from explorer.data.number_words import LANGUAGES, parse_number, vocabulary, words_of, written
from explorer.data.pairs import Pairs
from explorer.data.shared_numbers import held_out, paired, rows
from explorer.lessons import shared_meaning
from explorer.lessons.shared_meaning import (
    CROSSINGS,
    GLANCED,
    MAPPED,
    SHORT,
    Batch,
    MeaningExperiment,
    autoencoders_loss,
    crossing,
    examination,
    examine_meaning,
    nets_of,
    training_batch,
    translators_loss,
)
from explorer.models.decoding import decode
from explorer.models.seq2seq import Seq2Seq
from explorer.specs import MeaningSpec
from explorer.training.loop import EverySteps, Snapshot, train

CPU = torch.device("cpu")
SMALL = MeaningSpec(hidden_dim=32, embedding_dim=16, batch_size=64, learning_rate=0.03, steps=120)
TINY = SMALL.but(hidden_dim=6, embedding_dim=4, batch_size=8, steps=3)


@pytest.fixture(scope="module")
def run() -> list[Snapshot]:
    """A short real run; the last moment with its weights."""
    return list(train(MeaningExperiment(SMALL, CPU), SMALL.budget, EverySteps(60)))


# What is learnt from what -------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "pulled"), [(1.0, 64), (0.8, 51), (0.05, 32), (0.01, 32)])
def test_a_batch_has_pairs_and_numbers_of_each_language_alone(share: float, pulled: int) -> None:
    generator = torch.Generator().manual_seed(0)
    known, forbidden = set(paired(share).tolist()), set(held_out().tolist())
    for _ in range(40):
        batch = training_batch(share, 64, generator)
        assert batch.pulled == pulled
        english, korean = (batch.numbers[language].tolist() for language in LANGUAGES)
        assert len(english) == len(korean) == len(batch.pairs) == 64
        assert english[:pulled] == korean[:pulled] == batch.pairs.tolist()[:pulled]
        assert set(batch.pairs.tolist()) <= known
        assert forbidden.isdisjoint(english + korean)
        assert pulled == 64 or english[pulled:] != korean[pulled:]


def test_where_nothing_is_paired_nothing_is_pulled_or_translated() -> None:
    batch = training_batch(0, 16, torch.Generator().manual_seed(0))
    assert (batch.pulled, len(batch.pairs)) == (0, 0)
    experiment = MeaningExperiment(TINY.but(paired=0), CPU)
    before = {k: value.clone() for k, value in experiment.nets["en-ko"].state_dict().items()}
    experiment.step()
    after = experiment.nets["en-ko"].state_dict()
    assert all(torch.equal(after[name], weight) for name, weight in before.items())


def gradients(net: Seq2Seq, loss: Tensor) -> dict[str, Tensor | None]:
    names, weights = zip(*net.named_parameters(), strict=True)
    found = torch.autograd.grad(loss, weights, allow_unused=True, retain_graph=True)
    return dict(zip(names, found, strict=True))


def loss_of(experiment: MeaningExperiment, batch: Batch, pull: float) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return autoencoders_loss(experiment.nets, experiment.words, batch, pull, 0, generator)


def test_without_the_pull_a_language_knows_nothing_of_the_other() -> None:
    experiment = MeaningExperiment(TINY, CPU)
    numbers = torch.arange(8)
    one = Batch({"en": numbers, "ko": numbers}, 8, numbers)
    other = Batch({"en": numbers, "ko": numbers + 500}, 8, numbers)
    english = experiment.nets["en"]
    for pull, alike in ((0.0, True), (1.0, False)):
        first, second = (gradients(english, loss_of(experiment, b, pull)) for b in (one, other))
        same = [
            torch.equal(first[name], second[name])  # type: ignore[arg-type]
            for name in first
            if name.startswith("encoder")
        ]
        assert all(same) == alike


def test_the_pull_is_the_mean_squared_distance_and_moves_encoders_only() -> None:
    experiment = MeaningExperiment(TINY, CPU)
    numbers = torch.tensor([5, 42, 2021])
    batch = Batch({"en": numbers, "ko": numbers}, 2, numbers)  # the third pair is not known
    only_pull = loss_of(experiment, batch, 3) - loss_of(experiment, batch, 0)
    one, other = (
        experiment.nets[language].encoder(rows(language).src[numbers[:2]]).context
        for language in LANGUAGES
    )
    assert only_pull.item() == pytest.approx(3 * ((one - other) ** 2).mean().item(), abs=1e-5)
    for language in LANGUAGES:
        found = gradients(experiment.nets[language], only_pull)
        for name, gradient in found.items():
            moved = gradient is not None and bool(gradient.abs().max() > 1e-7)
            assert moved == name.startswith("encoder"), name


def test_translators_learn_from_pairs_only_and_autoencoders_not_from_translations() -> None:
    experiment = MeaningExperiment(TINY, CPU)
    loss = translators_loss(experiment.nets, experiment.words, torch.arange(8))
    for name, net in experiment.nets.items():
        learnt = [gradient is not None for gradient in gradients(net, loss).values()]
        assert set(learnt) == {"-" in name}


def test_padding_changes_nothing() -> None:
    experiment = MeaningExperiment(TINY, CPU)
    numbers = torch.tensor([3, 14, 1592])
    wider = {
        language: Pairs(*(torch.nn.functional.pad(part, (0, 3)) for part in pair))
        for language, pair in experiment.words.items()
    }
    batch = Batch({"en": numbers, "ko": numbers}, 3, numbers)
    plain, padded = (
        autoencoders_loss(experiment.nets, words, batch, 2, 0, torch.Generator())
        + translators_loss(experiment.nets, words, numbers)
        for words in (experiment.words, wider)
    )
    assert plain.item() == pytest.approx(padded.item(), rel=1e-6)


# What is seen -------------------------------------------------------------------------------------


def test_what_is_seen(run: list[Snapshot]) -> None:
    directions = [f"{a}_to_{b}" for a, b in CROSSINGS]
    for snapshot in run:
        assert set(snapshot.metrics) == {
            *("test_loss", "glance.pair_distance"),
            *("glance.own_nearest", "glance.own_nearest_chance"),
            *("glance.en_to_en", "glance.ko_to_ko", "glance.en_code_std", "glance.ko_code_std"),
            *(f"glance.{by}{direction}" for by in ("", "pairs_") for direction in directions),
        }
        assert snapshot.arrays["map"].shape == (2, MAPPED, 2)
        assert np.isfinite(snapshot.arrays["map"]).all()


def test_the_codes_meet_and_the_languages_are_learnt(run: list[Snapshot]) -> None:
    first, *_, last = run
    assert first.metrics["glance.pair_distance"] == pytest.approx(1, abs=0.15)
    assert last.metrics["glance.pair_distance"] < 0.3
    assert last.metrics["glance.own_nearest"] > 0.5
    assert last.metrics["test_loss"] < first.metrics["test_loss"] / 2
    assert last.metrics["glance.pairs_en_to_ko"] > 0.1


def test_a_glance_counts_what_greedy_decoding_says(run: list[Snapshot]) -> None:
    nets = nets_of(SMALL, run[-1])
    assert nets is not None
    asked = held_out()[:GLANCED]
    for a, b in (*CROSSINGS, ("ko", "ko")):
        tgt = rows(b).tgt[asked]
        said = decode(nets[b].decoder, nets[a].encoder(rows(a).src[asked]), tgt.shape[1])
        share = (said == tgt).all(dim=1).float().mean().item()
        assert run[-1].metrics[f"glance.{a}_to_{b}"] == pytest.approx(share)


# What is measured once ----------------------------------------------------------------------------


def test_the_examination_is_of_all_held_out_numbers(run: list[Snapshot]) -> None:
    found = examination(SMALL, run[-1])
    assert found is not None
    numbers = held_out()
    for a, b in CROSSINGS:
        slips = found.slips[f"{a}_to_{b}"]
        assert found.metrics[f"{a}_to_{b}"] == pytest.approx(1 - len(slips) / 2_000)
        assert {slip.number for slip in slips} <= set(numbers.tolist())
        for slip in slips[:50]:
            assert slip.asked == written(words_of(slip.number, b), b)
            if slip.heard is not None:
                assert parse_number(slip.said) == (slip.heard, b)
        short = [slip.number for slip in slips if slip.number < SHORT]
        rate = len(short) / int((numbers < SHORT).sum())
        assert found.metrics[f"wrong_{a}_to_{b}.short"] == pytest.approx(rate)
    assert all(np.isfinite(value) for value in found.metrics.values())
    assert examine_meaning(SMALL, run[-1]) == found.metrics
    assert found.metrics["own_nearest_chance"] == 1 / len(numbers)
    assert run[-1].metrics["glance.own_nearest_chance"] == 1 / GLANCED


def test_readers_who_come_together_wait_for_one_examination(
    run: list[Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[MeaningSpec] = []

    def building(spec: MeaningSpec, snapshot: Snapshot) -> dict[str, Seq2Seq] | None:
        built.append(spec)
        return nets_of(spec, snapshot)

    monkeypatch.setattr(shared_meaning, "nets_of", building)
    moment = replace(run[-1], seconds=123.0)  # not yet examined
    with ThreadPoolExecutor(4) as readers:
        found = list(readers.map(lambda _: examination(SMALL, moment), range(4)))
    assert found[0] is not None
    assert all(each is found[0] for each in found)
    assert built == [SMALL]


def test_the_gap_is_that_of_the_two_codes(run: list[Snapshot]) -> None:
    found, nets = examination(SMALL, run[-1]), nets_of(SMALL, run[-1])
    assert found is not None
    assert nets is not None
    slip = {slip.number for slip in found.slips["en_to_ko"]}
    gaps = []
    for number in held_out()[:60].tolist():
        crossed = crossing(nets, number, "en")
        assert (crossed.said != words_of(number, "ko")) == (number in slip)
        gaps.append(np.sqrt(np.mean((crossed.code - crossed.other_code) ** 2)))
    right, wrong = (found.metrics[f"gap_en_to_ko.{end}"] for end in ("right", "wrong"))
    assert min(right, wrong) * 0.5 < np.mean(gaps) < 2 * max(right, wrong)


def test_one_number_crosses(run: list[Snapshot]) -> None:
    nets = nets_of(SMALL, run[-1])
    assert nets is not None
    crossed = crossing(nets, 2021, "ko")
    assert (crossed.source, crossed.target) == ("ko", "en")
    assert crossed.asked == words_of(2021, "ko")
    assert crossed.code.shape == crossed.other_code.shape == (SMALL.hidden_dim,)
    assert set(crossed.said) <= set(vocabulary("en").tokens)
    assert set(crossed.rebuilt) <= set(vocabulary("ko").tokens)


def test_a_moment_without_weights_tells_nothing(run: list[Snapshot]) -> None:
    old = replace(run[-1], weights={})
    assert nets_of(SMALL, old) is None
    assert examination(SMALL, old) is None
    assert examine_meaning(SMALL, old) == {}


def test_weights_make_the_round_trip(run: list[Snapshot]) -> None:
    fresh = MeaningExperiment(SMALL.but(seed=9), CPU)
    fresh.load_weights({name: torch.tensor(value) for name, value in run[-1].weights.items()})
    assert fresh.observe(120, 0.0).metrics == run[-1].metrics


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_other_cells_take_a_step_and_are_seen(cell: str) -> None:
    experiment = MeaningExperiment(TINY.but(cell=cell, code_noise=0), CPU)
    experiment.step()
    assert np.isfinite(list(experiment.observe(1, 0.0).metrics.values())).all()


def test_the_same_seed_learns_the_same() -> None:
    one, twin, other = (MeaningExperiment(TINY.but(seed=seed), CPU) for seed in (0, 0, 1))
    for experiment in (one, twin, other):
        for _ in range(3):
            experiment.step()
    weights, again, different = (each.weights() for each in (one, twin, other))
    assert all(torch.equal(weight, again[name]) for name, weight in weights.items())
    assert any(not torch.equal(weight, different[name]) for name, weight in weights.items())
