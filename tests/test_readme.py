"""What the README promises is there: its figures are the measured ones, its commands exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.figures import BEGIN, END, README, RESULTS
from benchmarks.pictures import FOLDER, MOST_BYTES, NARROW, SCENES, SHARPNESS, WIDE
from explorer.lessons.course import COURSE
from explorer.text import catalogue

ROOT = Path(__file__).resolve().parents[1]
TEXT = README.read_text(encoding="utf-8")
PICTURES = re.findall(r'<img src="([^"]+)" width="100%" alt="([^"]*)">', TEXT)


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


# The pictures -------------------------------------------------------------------------------------


def test_every_picture_shown_is_there_and_small() -> None:
    assert len(PICTURES) == TEXT.count("<img")
    for path, alt in PICTURES:
        file = ROOT / path
        assert 5_000 < file.stat().st_size <= MOST_BYTES, path
        with Image.open(file) as picture:
            assert picture.format == "WEBP", path
            assert 0.9 * NARROW <= picture.width / SHARPNESS <= WIDE, path
        assert len(alt.split()) >= 8, path


def test_every_picture_taken_is_shown_and_none_is_left_over() -> None:
    shown = [Path(path).stem for path, _ in PICTURES]
    assert len(set(shown)) == len(shown)
    assert set(shown) == {scene.name for scene in SCENES}
    assert {path.stem for path in FOLDER.iterdir()} == set(shown)


def test_every_lesson_has_its_picture_and_its_words_in_order() -> None:
    slugs = [lesson.slug for lesson in COURSE]
    assert [Path(path).stem for path, _ in PICTURES if Path(path).stem in slugs] == slugs
    names = re.findall(r"^\*\*(\d+) · (.+?)\*\*:", TEXT, re.MULTILINE)
    titles = [catalogue("en")(f"course.{lesson.stem}.title") for lesson in COURSE]
    assert names == [(str(place), title) for place, title in enumerate(titles, start=1)]
