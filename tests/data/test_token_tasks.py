"""Sentences of animals: what is asked, what is held out, how many bits it is, what can be typed."""

from __future__ import annotations

import itertools
import unicodedata
from collections import Counter
from math import log2

import pytest
import torch

from explorer.data.number_lists import PARTS, Part
from explorer.data.token_tasks import (
    FIRST,
    HELD_OUT,
    HELD_OUT_FROM,
    LONGEST_MOTIF,
    SYMBOLS,
    TASKS,
    VOCABULARY_SIZE,
    WORDS,
    answers,
    blind_share,
    draw_sources,
    drawn_from,
    fingerprint,
    information,
    is_held_out,
    parse_sentence,
    vocabulary,
)
from explorer.data.vocabulary import EOS
from explorer.errors import DataError
from explorer.specs.sequences import Task
from explorer.text import LANGUAGES

EVERY_TASK: tuple[Task, ...] = ("copy", "reverse", "sort", "pattern")


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def every_source(length: int) -> torch.Tensor:
    symbols = torch.arange(FIRST, VOCABULARY_SIZE)
    return torch.cartesian_prod(*[symbols] * length).reshape(-1, length)


# The words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_sixteen_animals_in_alphabetical_order(language: str) -> None:
    words = WORDS[language]
    assert len(set(words)) == SYMBOLS == len(vocabulary(language)) - FIRST
    assert list(words) == sorted(words)  # Hangul's code points are in the order of 가나다
    assert all(unicodedata.is_normalized("NFC", word) for word in words)


def test_the_letters_are_the_first_of_the_english_words() -> None:
    assert "".join(word[0] for word in WORDS["en"]) == "abcdefghijklmnop"


# What can be said without knowing the source -----------------------------------------------------


@pytest.mark.parametrize("length", [1, 2, 3])
def test_the_best_blind_answer_counted_out(length: int) -> None:
    """Over every source there is: how often the likeliest word of each place is right."""
    for task in EVERY_TASK:
        answer = TASKS[task](every_source(length)) - FIRST
        best = [torch.bincount(answer[:, place]).max() for place in range(length)]
        share = float(sum(best)) / (length * len(answer))
        assert blind_share(task, length) == pytest.approx(share)


def test_the_best_blind_answer_to_a_long_sentence() -> None:
    answer = TASKS["sort"](draw_sources("sort", 20_000, 16, "train", generator())) - FIRST
    best = [torch.bincount(answer[:, place]).max() / len(answer) for place in range(16)]
    assert blind_share("sort", 16) == pytest.approx(float(sum(best)) / 16, abs=0.01)


# What is asked ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "answer"),
    [("copy", "bacb"), ("reverse", "bcab"), ("sort", "abbc"), ("pattern", "bacb")],
)
def test_what_each_task_asks(task: Task, answer: str) -> None:
    src = torch.tensor([parse_sentence("b a c b", "en", most=4)])
    expected = parse_sentence(" ".join(answer), "en", most=4)
    assert answers(task, src).tolist() == [[*expected, EOS]]


def test_every_task_is_registered() -> None:
    assert tuple(TASKS) == EVERY_TASK


# What is held out ---------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [HELD_OUT_FROM, 4])
def test_one_source_in_eight_is_held_out(length: int) -> None:
    share = is_held_out(every_source(length)).float().mean()
    assert share == pytest.approx(1 / HELD_OUT, rel=0.05)


@pytest.mark.parametrize("length", range(HELD_OUT_FROM, 25))
def test_about_as_many_are_held_out_at_every_length(length: int) -> None:
    src = torch.randint(FIRST, VOCABULARY_SIZE, (20_000, length), generator=generator(length))
    assert is_held_out(src).float().mean() == pytest.approx(1 / HELD_OUT, rel=0.1)


def test_which_are_held_out_is_the_same_for_ever() -> None:
    """Hand-worked: (Σ id · 1,664,525^place mod 2³¹ − 1) mod 8, checkpoints rely on it."""
    src = torch.tensor([[3, 4, 5], [18, 18, 18], [7, 3, 12]])
    prime, base = 2**31 - 1, 1_664_525
    sums = [sum(id * (base**k % prime) for k, id in enumerate(row, 1)) for row in src.tolist()]
    assert is_held_out(src).tolist() == [s % prime % 8 == 0 for s in sums]


@pytest.mark.parametrize("task", EVERY_TASK)
@pytest.mark.parametrize("length", [*range(1, 10), 16, 24])
def test_no_source_is_in_both_parts(task: Task, length: int) -> None:
    for part in PARTS:
        src = draw_sources(task, 200, length, part, generator())
        assert src.shape == (200, length)
        assert src.dtype == torch.int64
        assert int(src.min()) >= FIRST
        assert int(src.max()) < VOCABULARY_SIZE
        held_out = part == "test" and length >= HELD_OUT_FROM
        assert is_held_out(src).all() if held_out else not is_held_out(src).any()


@pytest.mark.parametrize("length", range(1, HELD_OUT_FROM))
def test_what_is_too_short_to_be_held_out_is_all_in_both_parts(length: int) -> None:
    for part in PARTS:
        drawn = draw_sources("copy", 5_000, length, part, generator())
        assert len({*map(tuple, drawn.tolist())}) == SYMBOLS**length


def test_a_bad_draw_is_drawn_again() -> None:
    """Rows are asked for until there are enough, however few of the first are of the part."""
    every = every_source(3)
    right, wrong = every[is_held_out(every)], every[~is_held_out(every)]
    draws = iter([wrong[:50], torch.cat([wrong[:50], right[:7]]), right])
    assert torch.equal(
        drawn_from(lambda _: next(draws), 20, "test"), right[[*range(7), *range(13)]]
    )


# Drawing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", PARTS)
def test_all_words_are_drawn_alike(part: Part) -> None:
    counts = torch.bincount(draw_sources("copy", 2_000, 8, part, generator()).flatten())[FIRST:]
    assert len(counts) == SYMBOLS
    assert 850 < counts.min() <= counts.max() < 1150  # 1,000 expected, its deviation is 31


@pytest.mark.parametrize("part", PARTS)
def test_a_pattern_repeats_a_short_motif(part: Part) -> None:
    src = draw_sources("pattern", 400, 13, part, generator())
    periods = [next(p for p in range(1, 14) if torch.equal(row[p:], row[: 13 - p])) for row in src]
    # There are sixteen of period 1 only, and at some lengths none of them is held out.
    assert set(periods) - {1} == {2, 3, 4} == set(range(2, LONGEST_MOTIF + 1))
    assert all(Counter(periods)[p] > 40 for p in ([1, 2, 3, 4] if part == "train" else [2, 3, 4]))


@pytest.mark.parametrize("task", EVERY_TASK)
def test_the_same_seed_draws_the_same_sources(task: Task) -> None:
    same = [draw_sources(task, 32, 9, "train", generator(3)) for _ in range(2)]
    assert torch.equal(*same)
    assert not torch.equal(same[0], draw_sources(task, 32, 9, "train", generator(4)))


def test_drawing_leaves_the_global_randomness_alone() -> None:
    before = torch.random.get_rng_state()
    draw_sources("pattern", 32, 9, "test", generator())
    assert torch.equal(before, torch.random.get_rng_state())


# What it holds ------------------------------------------------------------------------------------


def entropy(counts: Counter[tuple[int, ...]]) -> float:
    total = sum(counts.values())
    return -sum(count / total * log2(count / total) for count in counts.values())


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_bits_of_an_answer_counted_one_by_one(length: int) -> None:
    for task in ("copy", "reverse", "sort"):
        said = TASKS[task](every_source(length)).tolist()
        assert information(task, length) == pytest.approx(entropy(Counter(map(tuple, said))))


@pytest.mark.parametrize("length", [1, 2, 3, 5])
def test_bits_of_a_pattern_counted_one_by_one(length: int) -> None:
    """Every motif of every size, each as often as it is drawn, in units of SYMBOLS^−4 / 4."""
    counts: Counter[tuple[int, ...]] = Counter()
    for size in range(1, LONGEST_MOTIF + 1):
        for motif in itertools.product(range(SYMBOLS), repeat=size):
            pattern = tuple(itertools.islice(itertools.cycle(motif), length))
            counts[pattern] += SYMBOLS ** (LONGEST_MOTIF - size)
    assert information("pattern", length) == pytest.approx(entropy(counts))


def test_a_longer_pattern_holds_hardly_more() -> None:
    assert information("pattern", 24) - information("pattern", 8) < 0.01
    assert information("copy", 24) == 96
    assert information("sort", 24) < 0.5 * information("copy", 24)


# What can be typed --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text",
    [
        "cat ant pig",
        "고래 개미 하마",
        "c a p",
        " CAT,ant ,,Pig ",
        "고래, ant p",
        unicodedata.normalize("NFD", "고래 개미 하마"),
    ],
)
def test_a_sentence_is_read_however_it_is_written(text: str, language: str) -> None:
    assert parse_sentence(text, language, most=3) == [5, 3, 18]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("word", ["unicorn", "q", "1", "<b>x</b>", "용", "é" * 4000, "a;b"])
def test_what_is_no_animal_is_refused_with_those_that_are(word: str, language: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_sentence(f"cat {word}", language, most=5)
    sentence = caught.value.sentence(language)
    assert word[:20] in sentence
    assert all(animal in sentence for animal in WORDS[language])
    assert len(sentence) < 350


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, 6, 10_000])
def test_too_many_words_and_none_are_refused_with_the_bound(count: int, language: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_sentence("ant " * count, language, most=5)
    sentence = caught.value.sentence(language)
    assert str(count) in sentence
    assert "5" in sentence


def test_the_fingerprint_stays_until_the_data_change() -> None:
    """If this fails, checkpoints of the token tasks have to be built anew."""
    assert fingerprint().startswith("ac607085b93d58e8")
