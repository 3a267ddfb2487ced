"""What the README promises is there: its figures are the measured ones, its commands exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.figures import BEGIN, END, README, RESULTS

ROOT = Path(__file__).resolve().parents[1]
TEXT = README.read_text(encoding="utf-8")


def test_figures_are_quoted_as_they_were_measured() -> None:
    measured = RESULTS.read_text(encoding="utf-8").splitlines()
    quoted = TEXT.partition(BEGIN)[2].partition(END)[0].splitlines()
    rows = [line for line in quoted if line.startswith("| ")][1:]
    assert rows
    assert set(rows) <= set(measured)


def test_every_make_target_named_is_one() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = re.findall(r"\bmake (?:PYTHON=\S+ )?([a-z]+)\b", re.sub(r"Without make.*", "", TEXT))
    assert {"run", "test", "check", "bench"} <= set(named) <= targets


@pytest.mark.parametrize("path", re.findall(r"`([a-z_]+(?:/[\w./]*|\.py|\.txt))`", TEXT))
def test_every_file_named_is_there(path: str) -> None:
    assert (ROOT / path).exists()
