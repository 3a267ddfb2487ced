"""The pieces of the sentence that fades and of the word that is exchanged."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from explorer.analysis.forgetting import Fault
from explorer.lessons.forgetting_reading import Fading
from explorer.text import LANGUAGES, catalogue
from explorer.ui import forgetting_sentence
from explorer.ui.essay import Essay
from explorer.ui.forgetting_line import Line
from explorer.ui.forgetting_sentence import FAINTEST, MOST_CELLS, answer_row, fading_line, strip


def essay() -> Essay:
    made = Essay.__new__(Essay)  # without the reader's memory, which takes a running page
    made.stem, made.slug, made.say = "forgetting", "forgetting", catalogue("en")
    return made


def test_a_word_is_as_opaque_as_it_can_be_read() -> None:
    row = Fading(shares=(0.02, 0.5, 1.0), read=(3, 4, 5))
    html = fading_line(essay(), ["ant", "bee", "cat"], row, known=0, last=False)
    opacities = [float(value) for value in re.findall(r"opacity:([\d.]+)", html)]
    assert opacities == [FAINTEST, 0.5, 1.0]
    assert 'title="bee, after 3 words: 50 %"' in html
    assert ">3</b>" in html


def test_only_the_words_typed_so_far_stand_in_a_row() -> None:
    html = fading_line(essay(), ["ant", "bee", "cat"], Fading((1.0,), (3,)), known=1, last=True)
    assert ">ant<" in html
    assert "bee" not in html
    assert "line last" in html


def test_new_rows_come_one_after_the_other_and_known_ones_stand() -> None:
    rows = [Fading((1.0,) * count, (3,) * count) for count in (1, 2, 3)]
    lines = [fading_line(essay(), ["ant"] * 3, row, known=1, last=False) for row in rows]
    assert ['class="line new"' in line for line in lines] == [False, True, True]
    delays = [float(re.findall(r"--after:([\d.]+)s", line)[0]) for line in lines]
    assert delays[1] == 0 < delays[2]
    assert "prefers-reduced-motion" in forgetting_sentence._STYLE


def test_where_rows_are_wider_than_the_page_their_end_is_seen_first() -> None:
    style = forgetting_sentence._STYLE.replace("\n", "")
    assert re.search(r"\.fading\{[^}]*overflow-x:auto[^}]*direction:rtl", style)
    assert re.search(r"\.fading \.rows\{[^}]*direction:ltr", style)


def test_on_a_narrow_page_rows_break_after_eight_words() -> None:
    narrow = forgetting_sentence._STYLE.replace("\n", "").split("@container(max-width:46rem)")[1]
    assert "repeat(8," in narrow
    assert "span:nth-child(8n+2){grid-column:2}" in narrow, "the ninth stands below the first"


@pytest.mark.parametrize(
    ("seen", "words", "known"),
    [
        ([], [3, 4], 0),
        ([3, 4], [3, 4, 5], 2),
        ([3, 4, 5], [3, 4], 2),
        ([3, 4, 5], [3, 9, 5], 1),
        ([3], [3], 1),
    ],
)
def test_a_line_knows_which_of_its_words_are_new(
    seen: list[int], words: list[int], known: int
) -> None:
    line = Line("", [], seen=seen)
    assert line.news(words) == known
    assert line.news(words) == len(words), "seen once, they are known"


def test_a_strip_has_a_band_for_each_number_and_tells_their_signs() -> None:
    style = strip([1.0, -1.0, 0.0])
    assert style.count("rgb(") == 3
    assert "rgb(213 94 0) 0.000% 33.333%" in style
    assert "rgb(0 114 178) 33.333% 66.667%" in style
    assert "rgb(255 255 255) 66.667% 100.000%" in style


def test_a_strip_holds_numbers_of_any_size() -> None:
    assert strip([0.0] * 1024).count("rgb(") == MOST_CELLS
    assert strip([4.0, 2.0], most=4.0) == strip([1.0, 0.5])


def test_changed_words_are_marked_and_wrong_ones_struck() -> None:
    html = answer_row("net", ["ant", "b<e", "cat"], marked=[1], wrong=[1, 2])
    assert "<span>ant</span>" in html
    assert "<mark><del>b&lt;e</del></mark>" in html
    assert "<del>cat</del>" in html
    assert "<mark><del>cat" not in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_is_at_fault_there_is_a_sentence(language: str) -> None:
    say = catalogue(language)
    said = {fault: say(f"forgetting.fault.{fault}", told="87") for fault in get_args(Fault)}
    assert {fault for fault, sentence in said.items() if "87" in sentence} == {"decoder"}
