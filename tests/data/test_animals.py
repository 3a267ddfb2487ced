"""The animals: clues of their own, and what their tables are there to show."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from explorer.data.animals import CLUES, DOGS, EITHER_OR, EMOJI, TABLES, Case
from explorer.text import LANGUAGES, catalogue


def can_be_parted(cases: tuple[Case, ...]) -> bool:
    """Whether any weights and bias are right about all cases, as a linear program says."""
    sides = np.array([[(2 * case.truth - 1) * x for x in (*case.clues, 1)] for case in cases])
    size = len(CLUES) + 1
    found = linprog(np.zeros(size), A_ub=-sides, b_ub=-np.ones(len(cases)), bounds=(None, None))
    return bool(found.status == 0)


@pytest.mark.parametrize("cases", TABLES.values(), ids=TABLES.keys())
def test_a_case_has_every_clue_once_and_clues_of_its_own(cases: tuple[Case, ...]) -> None:
    assert all(len(case.clues) == len(CLUES) and {*case.clues} <= {0, 1} for case in cases)
    assert len({case.clues for case in cases}) == len({case.name for case in cases}) == len(cases)
    assert {case.truth for case in cases} == {0, 1}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_animal_and_clue_has_its_words(language: str) -> None:
    text = catalogue(language)
    names = {case.name for cases in TABLES.values() for case in cases}
    assert names == set(EMOJI)
    assert all(f"neuron.{part}.{name}" in text for part in ("animals", "seen") for name in names)
    assert all(
        f"neuron.{part}.{clue}" in text for part in ("clues", "prediction") for clue in CLUES
    )


def test_no_sum_of_clues_parts_dogs_from_others_but_weights_do() -> None:
    sums = {truth: [sum(case.clues) for case in DOGS if case.truth == truth] for truth in (0, 1)}
    assert min(sums[1]) <= max(sums[0])
    assert can_be_parted(DOGS)


def test_either_or_is_xor_of_the_last_two_clues() -> None:
    assert all(case.truth == case.clues[2] ^ case.clues[3] for case in EITHER_OR)
    assert len(EITHER_OR) == 4
    assert not can_be_parted(EITHER_OR)
