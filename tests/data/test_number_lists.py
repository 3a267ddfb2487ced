"""Lists with a rule and without: what the rules make, what is held out, what can be typed."""

from __future__ import annotations

import itertools
from math import log2

import pytest
import torch

from explorer.data.number_lists import (
    LONGEST,
    NUMBERS,
    PARTS,
    RULES,
    SHORTEST,
    Part,
    as_text,
    draw_random_lists,
    draw_rule_lists,
    information,
    is_held_out,
    list_to_remember,
    parse,
    rule_lists,
    rule_of,
    with_rule,
)
from explorer.errors import DataError
from explorer.text import LANGUAGES


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def rows(rule: str, length: int, part: Part) -> set[tuple[int, ...]]:
    return set(map(tuple, rule_lists(rule, length, part).tolist()))


# The rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "start", "step", "numbers"),
    [
        ("steps", 50, -2, (50, 48, 46, 44, 42, 40)),
        ("alternation", 7, 24, (7, 31, 7, 31, 7, 31)),
        ("mirror", 3, 5, (3, 8, 13, 13, 8, 3)),
        ("repeats", 20, 4, (20, 24, 28, 20, 24, 28)),
    ],
)
def test_what_each_rule_makes(rule: str, start: int, step: int, numbers: tuple[int, ...]) -> None:
    assert with_rule(rule, start=start, step=step, length=6) == numbers


def test_a_mirror_of_odd_length_has_one_middle() -> None:
    assert with_rule("mirror", start=1, step=2, length=5) == (1, 3, 5, 3, 1)


def test_every_list_is_there_once_and_stays_within_the_numbers() -> None:
    """Counted by hand: with 12 numbers a step of d leaves room for 100 − 11·|d| starts."""
    every = rows("steps", 12, "train") | rows("steps", 12, "test")
    assert len(every) == 2 * sum(100 - 11 * step for step in range(1, 10))
    assert len(rule_lists("steps", 12, "train")) + len(rule_lists("steps", 12, "test")) == 810
    pairs = rows("alternation", 12, "train") | rows("alternation", 12, "test")
    assert len(pairs) == 100 * 99
    for rule, part in itertools.product(RULES, PARTS):
        lists = rule_lists(rule, LONGEST, part)
        assert lists.min() >= 0
        assert lists.max() < NUMBERS


@pytest.mark.parametrize("length", [SHORTEST, 5, 7, 12])
def test_no_two_rules_make_the_same_list(length: int) -> None:
    made = [rows(rule, length, part) for rule in RULES for part in PARTS]
    assert len(set.union(*made)) == sum(map(len, made))


# What is held out ---------------------------------------------------------------------------------


@pytest.mark.parametrize("length", range(SHORTEST, LONGEST + 1))
def test_no_held_out_list_occurs_in_training(length: int) -> None:
    for rule in RULES:
        train, test = rows(rule, length, "train"), rows(rule, length, "test")
        assert train.isdisjoint(test)
        assert 0.15 < len(test) / (len(train) + len(test)) < 0.25


def test_a_start_and_a_step_are_held_out_at_every_length() -> None:
    for rule in RULES:
        held_out = {
            (numbers[0], numbers[1] - numbers[0]) for numbers in rows(rule, LONGEST, "test")
        }
        assert all(is_held_out(rule, *pair) for pair in held_out)
        short = {(n[0], n[1] - n[0]) for n in rows(rule, SHORTEST, "train")}
        assert held_out.isdisjoint(short)


# Drawing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", PARTS)
def test_drawn_lists_are_of_their_part_and_of_all_rules_alike(part: Part) -> None:
    lists, rules = draw_rule_lists(42, 9, part, generator())
    assert lists.shape == (42, 9)
    assert torch.bincount(rules).tolist() == [11, 11, 10, 10]
    for numbers, index in zip(lists.tolist(), rules.tolist(), strict=True):
        assert tuple(numbers) in rows(list(RULES)[index], 9, part)


def test_the_same_seed_draws_the_same_lists() -> None:
    assert torch.equal(
        draw_rule_lists(8, 12, "train", generator(3))[0],
        draw_rule_lists(8, 12, "train", generator(3))[0],
    )
    assert not torch.equal(
        draw_random_lists(8, 12, generator(3)), draw_random_lists(8, 12, generator(4))
    )


def test_random_lists_use_all_numbers_alike() -> None:
    counts = torch.bincount(draw_random_lists(1000, 20, generator()).flatten(), minlength=NUMBERS)
    assert len(counts) == NUMBERS
    assert 140 < counts.min() <= counts.max() < 270  # 200 expected, its deviation is 14


@pytest.mark.parametrize("rule", [*RULES, None])
def test_a_list_to_remember_is_held_out(rule: str | None) -> None:
    numbers = list_to_remember(rule, 12, generator())
    assert len(numbers) == 12
    assert rule_of(numbers) == rule
    if rule is not None:
        assert numbers in rows(rule, 12, "test")


@pytest.mark.parametrize(
    ("numbers", "rule"),
    [
        ((50, 48, 46, 44, 42), "steps"),
        ((7, 31, 7, 31), "alternation"),
        ((1, 3, 5, 3, 1), "mirror"),
        ((1, 3, 5, 1, 3), "repeats"),
        ((50, 48, 46, 44, 43), None),
        ((5, 5, 5, 5), None),
    ],
)
def test_the_rule_of_a_list(numbers: tuple[int, ...], rule: str | None) -> None:
    assert rule_of(numbers) == rule


def test_bits_count_the_lists() -> None:
    ruled, random = information(12)
    assert random == pytest.approx(12 * log2(100))
    # steps, alternations, mirrors (deepest 5) and repeats (deepest 2), each up and down
    mirrors = 2 * sum(100 - 5 * step for step in range(1, 20))
    repeats = 2 * sum(100 - 2 * step for step in range(1, 50))
    assert ruled == pytest.approx(log2(810 + 9900 + mirrors + repeats))


# What can be typed --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["50, 48, 46, 44", "50 48 46 44", " 50,48 ,46,,44, ", "50,048,46,44"]
)
def test_a_list_is_read_however_it_is_separated(text: str) -> None:
    assert parse(text) == (50, 48, 46, 44)


def test_a_list_survives_being_written_and_read() -> None:
    numbers = list_to_remember(None, LONGEST, generator())
    assert parse(as_text(numbers)) == numbers


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("word", ["banana", "-3", "100", "3.5", "1e9", "٣", "²", "9" * 5000, "<b>"])
def test_nonsense_is_refused_with_its_word(word: str, language: str) -> None:
    with pytest.raises(DataError) as caught:
        parse(f"1, 2, {word}, 4")
    sentence = caught.value.sentence(language)
    assert word[:20] in sentence
    assert "99" in sentence
    assert len(sentence) < 250


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, SHORTEST - 1, LONGEST + 1, 10_000])
def test_too_few_and_too_many_are_refused_with_the_bounds(count: int, language: str) -> None:
    with pytest.raises(DataError) as caught:
        parse(" ".join(["7"] * count))
    sentence = caught.value.sentence(language)
    assert all(str(number) in sentence for number in (count, SHORTEST, LONGEST))


def test_an_answer_may_be_shorter() -> None:
    assert parse("7", least=1) == (7,)
