"""The digit reader: what travels to the browser, what is refused, and its words."""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import explorer.components
from explorer.charts import palette
from explorer.components import program
from explorer.data.exhibit import exhibit
from explorer.data.pictures import load_pictures
from explorer.specs import PixelsSpec
from explorer.text import LANGUAGES, catalogue
from explorer.ui.digit_reader import PARTS, digit_reader, words
from explorer.ui.parcels import opener
from tests.ui.test_parcels import unpacked

SOURCES = Path(explorer.components.__file__).parent / "digit_reader"
OWN_PARTS = [part for part in PARTS if "/" not in part]
SPEC = PixelsSpec(hidden_dim=3, activation="relu")
NUMBERS = 65 * 3 + 4 * 10


def arguments(**changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "spec": SPEC,
        "net": np.arange(NUMBERS, dtype=np.float32) / 100,
        "guesses": np.arange(360) % 10,
        "drawn": None,
        "key": "reader",
    }
    return given | changes


def sent(given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What a page that draws the reader sends first."""

    def page(given: dict) -> None:  # type: ignore[type-arg]  # run without our imports
        from explorer.data.pictures import load_pictures
        from explorer.ui.digit_reader import digit_reader

        digit_reader(pictures=load_pictures("digits"), **given)

    app = AppTest.from_function(page, args=(given,)).run()
    assert not app.exception
    (component,) = app.main.children.values()
    return unpacked(component.proto.bytes)


def test_a_page_sends_pictures_labels_guesses_and_the_net() -> None:
    header, blobs = sent(arguments())
    shown = exhibit(load_pictures("digits"))
    assert (header["height"], header["width"], header["ink"]) == (8, 8, 16)
    assert (header["hidden"], header["activation"]) == (3, "relu")
    assert header["classes"] == list("0123456789")
    assert ["#{:02X}{:02X}{:02X}".format(*side) for side in header["sides"]] == [
        palette.FOR,
        palette.AGAINST,
    ]
    np.testing.assert_array_equal(
        np.frombuffer(blobs["weights"], "<f4"), np.arange(NUMBERS, dtype=np.float32) / 100
    )
    assert list(blobs["labels"]) == shown.labels.tolist()
    assert list(blobs["guesses"]) == [i % 10 for i in range(360)]
    levels = np.frombuffer(zlib.decompress(blobs["pictures"]), np.uint8).reshape(360, 64)
    np.testing.assert_array_equal(levels / np.float32(16), shown.pictures)
    assert set(json.loads(blobs["program"])) == {"html", "css", "js"}


def test_a_drawing_travels_with_a_name_of_its_own() -> None:
    nothing, _ = sent(arguments())
    assert nothing["drawn"] == ""
    drawing = np.linspace(0, 1, 64, dtype=np.float32)
    first, blobs = sent(arguments(drawn=drawing))
    other, _ = sent(arguments(drawn=1 - drawing))
    np.testing.assert_array_equal(np.frombuffer(blobs["drawn"], "<f4"), drawing)
    assert len({nothing["drawn"], first["drawn"], other["drawn"]}) == 3


def test_a_moment_without_weights_sends_none() -> None:
    header, blobs = sent(arguments(net=None))
    assert header["parcels"]["weights"] == ""
    assert "weights" not in blobs


def test_another_net_is_another_parcel() -> None:
    one, _ = sent(arguments())
    other, _ = sent(arguments(net=np.arange(NUMBERS, dtype=np.float32) / 99))
    changed = {name for name, mark in one["parcels"].items() if other["parcels"][name] != mark}
    assert changed == {"weights"}


@pytest.mark.parametrize(
    "net", [np.zeros(NUMBERS - 1), np.zeros((2, NUMBERS)), np.full(NUMBERS, np.nan)]
)
def test_numbers_that_fit_no_net_are_refused(net: Any) -> None:
    with pytest.raises(ValueError, match=r"235|no number"):
        digit_reader(
            SPEC, load_pictures("digits"), net=net, guesses=np.zeros(360, int), drawn=None, key="x"
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_is_drawn_is_there_and_every_other_is_not(language: str) -> None:
    said = words(catalogue(language))
    program_text = "".join((SOURCES / f"{part}.js").read_text("utf-8") for part in OWN_PARTS)
    page = (SOURCES / "digit_reader.html").read_text("utf-8")
    asked = set(re.findall(r"words\.(\w+)", program_text)) | set(
        re.findall(r'data-say="(\w+)"', page)
    )
    kinds = {"test", "drawn", "blank", "shuffled", "right", "wrong"}  # picked by name
    assert set(said) == asked | kinds
    for kind in kinds:
        assert f'"{kind}"' in program_text


def test_the_program_itself_says_nothing() -> None:
    for part in OWN_PARTS:
        text = (SOURCES / f"{part}.js").read_text(encoding="utf-8")
        written = re.findall(r"(?:write\([^,\n]+, |textContent = )([\"'`][^\"'`]*[\"'`])", text)
        assert [word for word in written if re.search(r"[a-z가-힣]{2}", word)] == []


def test_every_file_is_a_part_and_imports_only_what_comes_before_it() -> None:
    assert {path.stem for path in SOURCES.glob("*.js")} == {*OWN_PARTS, "digit_reader"}
    for place, part in enumerate(OWN_PARTS):
        text = (SOURCES / f"{part}.js").read_text(encoding="utf-8")
        imported = re.findall(r'^import .* from "\./(\w+)\.js";$', text, re.MULTILINE)
        assert set(imported) <= set(OWN_PARTS[:place]), part


def test_parts_become_one_module_and_little_travels_with_every_update() -> None:
    js = program("digit_reader", PARTS).js
    assert not re.search(r"^\s*import |^//", js, re.MULTILINE)
    assert re.findall(r"^export .*", js, re.MULTILINE) == [
        "export default function mount(place, key) {"
    ]
    assert len(opener("digit_reader").encode()) < 3000
    _, blobs = sent(arguments())
    everyday = sum(len(blob) for name, blob in blobs.items() if name in ("labels", "guesses"))
    assert everyday < 1000
