"""Runs beside each other, and the strip of a code."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from explorer.lessons import shelf
from explorer.lessons.shelf import CHECKPOINTS
from explorer.specs import MeaningSpec
from explorer.training.loop import Snapshot
from explorer.ui import meaning
from explorer.ui.essay import Essay
from explorer.ui.meaning import Run, runs_beside
from explorer.ui.meaning_crossing import NEGATIVE, POSITIVE, _answer, _strip
from explorer.ui.stage import Moment

ESSAY = Essay("shared_meaning", MeaningSpec.lesson)
METRICS = {
    "glance.en_to_ko": 0.8,
    "glance.ko_to_en": 0.4,
    "glance.pairs_en_to_ko": 0.1,
    "glance.pairs_ko_to_en": 0.2,
}
SHELVED = [spec for spec in CHECKPOINTS if isinstance(spec, MeaningSpec)]


def moment(spec: MeaningSpec) -> Moment[MeaningSpec]:
    snapshot = Snapshot(5, 0.0, METRICS)
    return Moment(spec, snapshot, [snapshot], (5,), live=False)


def test_both_ways_count_the_same() -> None:
    run = Run(MeaningSpec(), METRICS)
    assert run.both("code") == pytest.approx(0.6)
    assert run.both("pairs") == pytest.approx(0.15)


def test_the_run_that_is_shown_stands_first_and_once() -> None:
    own = runs_beside(moment(MeaningSpec(seed=3)))
    assert [run.spec for run in own] == [MeaningSpec(seed=3), *SHELVED]
    shelved = runs_beside(moment(SHELVED[1]))
    assert [run.spec for run in shelved] == [SHELVED[1], SHELVED[0], *SHELVED[2:]]
    assert shelved[0].metrics is METRICS, "a moment that is replayed is compared as it is shown"


def test_a_checkpoint_that_is_gone_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(shelf, "SHELF", tmp_path)
    assert meaning._on_the_shelf.__wrapped__() == ()


def test_a_strip_has_a_cell_a_unit_the_stronger_the_further_from_zero() -> None:
    strip = _strip(ESSAY, np.array([0.5, -1.0, 0.0], dtype=np.float32), 1.0)
    colours = re.findall(r"rgba\(([^)]*)\)", strip)
    cells = [tuple(float(part) for part in colour.split(",")) for colour in colours]
    assert cells == [(*POSITIVE, 0.5), (*NEGATIVE, 1.0), (*NEGATIVE, 0.0)]
    assert 'aria-label="3 numbers from -1.00 to 0.50' in strip


def test_right_and_wrong_are_told_by_more_than_colour() -> None:
    right, wrong = (_answer(ESSAY, said, 21, "en") for said in (("twenty", "one"), ("<b>", "one")))
    assert "✓" in right
    assert "twenty-one" in right
    assert "✗" in wrong
    assert "<b>" not in wrong.split("</span>")[1]
