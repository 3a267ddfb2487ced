"""The bar of all words: three parts as wide as their shares, named for eyes and for ears."""

from __future__ import annotations

import re

import pytest

from explorer.charts import palette
from explorer.text import LANGUAGES, catalogue
from explorer.ui import forgetting_shares
from explorer.ui.forgetting_shares import shares_html

WORDS = {"said": "SAID", "way": "<WAY>", "lost": "LOST"}


def test_the_parts_are_as_wide_as_their_shares_and_bear_their_numbers() -> None:
    html = shares_html({"said": 0.35, "way": 0.29, "lost": 0.36}, WORDS, "ALL.")
    parts = re.findall(r'<span class="(\w+)" style="flex:([\d.]+)">(\d*%?)<', html)
    assert parts == [
        ("said", "0.3500", "35%"),
        ("way", "0.2900", "29%"),
        ("lost", "0.3600", "36%"),
    ]


def test_a_part_without_room_has_its_number_below_alone() -> None:
    html = shares_html({"said": 0.97, "way": 0.03, "lost": 0.0}, WORDS, "ALL.")
    bar, below = html.split("<ul>")
    assert "97%<" in bar
    assert "3%<" not in bar.replace("97%<", "")
    assert 'class="lost"' not in bar, "a border would show what is not there"
    for name in ("SAID: 97%", "&lt;WAY&gt;: 3%", "LOST: 0%"):
        assert name in below


def test_a_screen_reader_says_all_three() -> None:
    html = shares_html({"said": 0.35, "way": 0.29, "lost": 0.36}, WORDS, "ALL.")
    assert 'role="img" aria-label="ALL. SAID: 35%; &lt;WAY&gt;: 29%; LOST: 36%."' in html


def test_what_is_said_has_the_decoders_colour() -> None:
    assert f".said{{background:{palette.DECODER}" in forgetting_shares._STYLE


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_has_its_words(language: str) -> None:
    words = {catalogue(language)(f"forgetting.part.{part}") for part in WORDS}
    assert len(words) == 3
