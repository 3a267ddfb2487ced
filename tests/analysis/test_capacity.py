"""What comes through a context: bounds that hold, and what the numbers of a run come to."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from torch.nn import functional as F  # noqa: N812

from explorer.analysis.capacity import (
    GUESSED,
    IN_BITS,
    MOST_TOGETHER,
    answer_bits,
    best_cell,
    bits_through,
    curve,
    kept_over,
    late_gain,
    longest_recalled,
    most_bits,
    reach_frame,
    size_findings,
    size_frame,
    taught,
    taught_by_length,
)
from explorer.data.token_tasks import (
    FIRST,
    SYMBOLS,
    TASKS,
    VOCABULARY_SIZE,
    Task,
    answers,
    draw_sources,
    information,
)
from explorer.data.vocabulary import EOS
from explorer.models.decoding import greedy
from explorer.models.seq2seq import Seq2Seq, seq2seq
from explorer.training.loop import Snapshot

WORDS = {"rnn": "R", "gru": "G"}


def net(seed: int = 0) -> Seq2Seq:
    return seq2seq(
        VOCABULARY_SIZE,
        VOCABULARY_SIZE,
        embedding_dim=6,
        hidden_dim=10,
        cell="gru",
        generator=torch.Generator().manual_seed(seed),
    )


def sentences(task: Task = "reverse", length: int = 3, count: int = 60) -> torch.Tensor:
    return draw_sources(task, count, length, "test", torch.Generator().manual_seed(1))


# What is measured ---------------------------------------------------------------------------------


def test_nats_are_those_of_the_cross_entropy() -> None:
    model, src = net(), sentences()
    tgt = answers("reverse", src)
    logits = model(src, tgt).logits
    expected = F.cross_entropy(logits.flatten(0, 1), tgt.flatten())
    found = taught(model, src, tgt)
    assert found.nats.shape == found.right.shape == (60, 4)
    assert torch.allclose(found.nats.mean(), expected)


def test_a_whole_answer_is_right_for_the_taught_as_for_the_untaught() -> None:
    """A little net, trained until it says some sentences of two words and fails at others."""
    model = net()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    generator = torch.Generator().manual_seed(2)
    for _ in range(70):
        src = draw_sources("reverse", 64, 2, "train", generator)
        tgt = answers("reverse", src)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(src, tgt).logits.flatten(0, 1), tgt.flatten())
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    src = sentences(length=2, count=200)
    tgt = answers("reverse", src)
    whole = taught(model, src, tgt).right.all(dim=1)
    alone = (greedy(model, src, 3) == tgt).all(dim=1)
    assert 0.05 < whole.float().mean() < 0.95
    assert torch.equal(whole, alone)


def test_what_is_never_said_is_never_wrong() -> None:
    model, src = net(), sentences()
    with torch.no_grad():
        model.decoder.readout.get_parameter("bias")[:EOS] = 100.0  # PAD and SOS, beyond all others
    tgt = answers("reverse", src)
    before = taught(net(), src, tgt).right
    assert torch.equal(taught(model, src, tgt).right, before)


@pytest.mark.parametrize("each", [9, 300])
def test_padding_lengths_together_changes_nothing(each: int) -> None:
    """Of 300 sentences a length has to go alone, of nine all go together."""
    lengths = (12, 1, 3, 4)
    assert (each * 4 * max(lengths) ** 2 <= MOST_TOGETHER) == (each == 9)
    sources = {length: sentences("sort", length, each + length) for length in lengths}
    found = taught_by_length(net(), "sort", sources)
    assert sorted(found) == sorted(lengths)
    for length, src in sources.items():
        alone = taught(net(), src, answers("sort", src))
        assert torch.equal(found[length].right, alone.right)
        assert torch.allclose(found[length].nats, alone.nats, atol=1e-5)


@pytest.mark.parametrize("length", [1, 4])
def test_who_knows_all_brings_all_through_and_who_guesses_nothing(length: int) -> None:
    held = answer_bits("reverse", sentences(length=length, count=5))
    assert held.tolist() == [4 * length] * 5 == [information("reverse", length)] * 5
    assert torch.equal(bits_through(held, torch.zeros(5, length)), held)
    guessing = torch.full((5, length), math.log(16))
    assert bits_through(held, guessing).abs().max() < 1e-5
    assert most_bits({length: bits_through(held, 3 * guessing)}) == 0  # surer of what is wrong
    one_known = guessing.clone()
    one_known[:, 0] = 0
    assert most_bits({length: bits_through(held, one_known)}) == pytest.approx(4, abs=1e-5)


def blind_nats(task: Task, answer: list[int]) -> list[float]:
    """−ln of each word's exact chance, if nothing of the source is known but the words before."""
    if task != "sort":
        return [math.log(SYMBOLS)] * len(answer)
    length, chances = len(answer), [1.0]
    for said in range(1, length + 1):
        word, missing = answer[said - 1], length - answer.index(answer[said - 1])
        before = answer[: length - missing]  # smaller words, all of which have been said
        ways = math.factorial(length) / math.factorial(missing)
        for each in set(before):
            ways /= math.factorial(before.count(each))
        larger, copies = VOCABULARY_SIZE - 1 - word, said - len(before)
        # The rest holds at least the copies said, and apart from them larger words.
        rest = sum(
            math.comb(missing, more) * larger ** (missing - more)
            for more in range(copies, missing + 1)
        )
        chances.append(ways * rest / SYMBOLS**length)
    return [math.log(one / other) for one, other in itertools.pairwise(chances)]


def test_the_blind_reader_of_this_test_expects_each_word_as_often_as_it_comes() -> None:
    """Of all 4,096 sources of three words: the chance of a whole answer is how often it comes."""
    src = torch.cartesian_prod(*[torch.arange(FIRST, VOCABULARY_SIZE)] * 3)
    sorted_rows, times = torch.unique(src.sort(1).values, dim=0, return_counts=True)
    for row, count in zip(sorted_rows[::17].tolist(), times[::17].tolist(), strict=True):
        assert math.exp(-sum(blind_nats("sort", row))) == pytest.approx(count / len(src))


@pytest.mark.parametrize("length", [3, 12])
@pytest.mark.parametrize("task", IN_BITS)
def test_who_knows_all_but_the_source_gets_no_bit(task: Task, length: int) -> None:
    """Exactly none of any answer, so no choice among lengths or sentences finds one."""
    src = sentences(task, length, 40)
    told = answers(task, src)[:, :-1].tolist()
    nats = torch.tensor([blind_nats(task, answer) for answer in told])
    assert bits_through(answer_bits(task, src), nats).abs().max() < 1e-4


def test_sorted_answers_hold_on_the_average_their_entropy() -> None:
    src = draw_sources("sort", 20_000, 6, "train", torch.Generator().manual_seed(0))
    assert answer_bits("sort", src).mean().item() == pytest.approx(information("sort", 6), abs=0.05)


def test_of_a_pattern_no_bits_are_told() -> None:
    assert {*IN_BITS, "pattern"} == set(TASKS)
    with pytest.raises(ValueError, match="pattern"):
        answer_bits("pattern", sentences("pattern", 5))


def test_the_luckiest_length_is_not_chosen() -> None:
    """Of forty lengths with nothing but noise the highest mean is far above none."""
    generator = torch.Generator().manual_seed(0)
    noise = {n: 4 * torch.randn(40, generator=generator) for n in range(40)}
    highest = max(bits.mean().item() for bits in noise.values())
    assert highest > 1
    assert most_bits(noise) < highest / 2
    sure = noise | {40: 9 + torch.zeros(40)}
    assert most_bits(sure) == pytest.approx(9)


def test_words_are_guessed_only_where_those_before_tell_nothing_of_them() -> None:
    for task in TASKS:
        src = sentences(task, length=6, count=4000)
        told = answers(task, src)[:, :-1]
        # To say once more the word that was said some places before.
        again = [(told[:, k:] == told[:, :-k]).float().mean().item() for k in range(1, 5)]
        assert (max(again) < 1.5 / SYMBOLS) == (task in GUESSED)


@pytest.mark.parametrize(
    ("shares", "longest"),
    [
        ([1.0, 0.95, 0.9, 0.89], 3),
        ([0.89, 1.0], 0),
        ([1.0, 0.5, 1.0], 1),
        ([1.0, 1.0], 2),
        ([], 0),
    ],
)
def test_the_longest_length_recalled(shares: list[float], longest: int) -> None:
    by_length = dict(enumerate(shares, start=1))
    assert longest_recalled(by_length) == longest
    assert longest_recalled(dict(reversed(by_length.items()))) == longest


# What a page draws --------------------------------------------------------------------------------


def lengths(**shares: list[float]) -> dict[str, float]:
    return {
        f"sequence_accuracy_by_length.{cell}.{length}": share
        for cell, of_cell in shares.items()
        for length, share in enumerate(of_cell, start=1)
    }


def test_a_curve_is_in_the_order_of_its_numbers() -> None:
    metrics = {f"bits_by_length.gru.{length}": float(length) for length in (10, 2, 1)}
    assert curve(metrics | {"bits_by_length.rnn.3": 9.0}, "bits_by_length", "gru") == {
        1: 1.0,
        2: 2.0,
        10: 10.0,
    }


def test_what_was_never_trained_begins_at_the_last_that_was() -> None:
    metrics = lengths(rnn=[1.0, 0.5, 0.1], gru=[1.0, 0.9, 0.2]) | {"chance": 0.25}
    frame = reach_frame(metrics, "sequence_accuracy_by_length", WORDS, 2)
    lines = {
        key: rows[["x", "share"]].to_numpy().tolist()
        for key, rows in frame.groupby(["part", "net"])
    }
    assert lines["trained", "R"] == [[1, 1.0], [2, 0.5]]
    assert lines["beyond", "R"] == [[2, 0.5], [3, 0.1]]
    assert lines["trained", "G"] == [[1, 1.0], [2, 0.9]]
    assert set(frame["chance"]) == {0.25}
    nothing_beyond = reach_frame(metrics, "sequence_accuracy_by_length", WORDS, 3)
    assert set(nothing_beyond["part"]) == {"trained"}


def test_a_row_for_each_size() -> None:
    metrics = {"longest_recalled.8": 1.0, "bits.8": 6.0, "longest_recalled.16": 3.0, "bits.16": 9.6}
    frame = size_frame(metrics, (8, 16), 5, 20.0)
    assert frame.to_dict("list") == {
        "size": [8, 16],
        "longest": [1.0, 3.0],
        "longest_trained": [5, 5],
        "bits": [6.0, 9.6],
        "per_unit": [0.75, 0.6],
        "held": [20.0, 20.0],
    }
    without_bits = {name: value for name, value in metrics.items() if "bits" not in name}
    assert size_frame(without_bits, (8, 16), 5, 20.0)["bits"].isna().all()


# What it comes to ---------------------------------------------------------------------------------


def test_the_best_cell_recalls_the_longest_sentences() -> None:
    metrics = lengths(rnn=[1.0, 1.0, 0.2], gru=[1.0, 0.95, 0.9], lstm=[1.0, 0.95, 0.1])
    longest = {"longest_recalled.rnn": 2.0, "longest_recalled.lstm": 2.0}
    cells = ("rnn", "gru", "lstm")
    assert best_cell(metrics | longest | {"longest_recalled.gru": 3.0}, cells, 3) == "gru"
    level = metrics | longest | {"longest_recalled.gru": 2.0}
    assert best_cell(level, cells, 3) == "gru"  # most of all lengths together
    assert best_cell(level, cells, 2) == "rnn"  # what is not trained does not count


@pytest.mark.parametrize(
    ("bits", "growth", "full"),
    [
        ([5.0, 8.0, 12.0], "less", []),
        ([5.0, 10.0, 20.0], "same", []),
        ([5.0, 20.0, 39.0], "more", [32]),
        ([36.0, 38.0, 40.0], "less", [8, 16, 32]),
    ],
)
def test_bits_against_units(bits: list[float], growth: str, full: list[int]) -> None:
    metrics = {f"bits.{size}": some for size, some in zip((8, 16, 32), bits, strict=True)}
    found = size_findings(metrics, (32, 8, 16), 40.0)
    assert found is not None
    assert (found.wider, found.growth, found.full) == (4, growth, full)
    assert found.more == pytest.approx(bits[2] / bits[0])


def test_what_has_learnt_nothing_is_not_compared() -> None:
    assert size_findings({"bits.8": 0.9, "bits.16": 30.0}, (8, 16), 40.0) is None
    assert size_findings({}, (8, 16), 40.0) is None  # nor where bits are not measured
    untrained = lengths(rnn=[0.1], gru=[0.2]) | {"longest_recalled.rnn": 0.0}
    assert best_cell(untrained | {"longest_recalled.gru": 0.0}, ("rnn", "gru"), 1) is None


@pytest.mark.parametrize(
    ("shares", "who"),
    [
        ([0.9, 0.95, 1.0], "all"),
        ([0.2, 0.95, 1.0], "gates"),
        ([0.89, 0.5, 0.9], "gates"),
        ([0.95, 0.95, 0.5], "rnn"),
        ([0.2, 0.3, 0.1], "none"),
    ],
)
def test_who_still_knows_after_the_wait(shares: list[float], who: str) -> None:
    metrics = {
        f"told_accuracy_by_delay.{cell}.20": share
        for cell, share in zip(("rnn", "gru", "lstm"), shares, strict=True)
    }
    assert kept_over(metrics, 20) == who


def test_a_late_gain_is_that_of_the_last_third() -> None:
    def history(*steps: int) -> list[Snapshot]:
        return [Snapshot(step, 0.0, {"bits.8": step / 10}) for step in steps]

    assert late_gain(history(0, 30, 60, 90), 8) == pytest.approx(3)
    assert late_gain(history(0, 59, 61, 90), 8) == pytest.approx(2.9)
    assert late_gain(history(0), 8) == 0
