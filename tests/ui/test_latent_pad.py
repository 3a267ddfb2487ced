"""The latent pad: what travels to the browser, what is refused, and the words it is drawn with."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import explorer.components
from explorer.charts import palette
from explorer.components import program
from explorer.text import LANGUAGES, catalogue
from explorer.ui.latent_pad import MOST_POINTS, PARTS, PadModel, latent_pad, words
from explorer.ui.parcels import opener
from tests.ui.test_parcels import unpacked

SOURCES = Path(explorer.components.__file__).parent / "latent_pad"
OWN_PARTS = [part for part in PARTS if "/" not in part]
COUNT, SIDE = 6, 2
RNG = np.random.default_rng(0)


def model(name: str = "ae", dim: int = 2, count: int = COUNT) -> PadModel:
    decoder: list[tuple[Any, Any]] = [
        (RNG.normal(size=(3, dim)).astype(np.float32), RNG.normal(size=3).astype(np.float32)),
        (RNG.normal(size=(4, 3)), RNG.normal(size=4)),  # float64 as well
    ]
    return PadModel(name, name.upper(), RNG.normal(size=(count, dim)).astype(np.float32), decoder)


def arguments(**changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "models": [model("ae"), model("vae")],
        "step": 3,
        "labels": np.array([0, 1, 2, 0, 1, 2]),
        "classes": ["zero", "one", "two"],
        "pictures": RNG.integers(0, 256, size=(COUNT, SIDE * SIDE), dtype=np.uint8),
        "height": SIDE,
        "width": SIDE,
        "activation": "silu",
        "key": "pad",
    }
    return given | changes


def drawn(given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What a page that draws the pad sends first."""

    def page(given: dict) -> None:  # type: ignore[type-arg]  # run without our imports
        from explorer.ui.latent_pad import latent_pad

        latent_pad(**given)

    app = AppTest.from_function(page, args=(given,)).run()
    assert not app.exception
    (component,) = app.main.children.values()
    return unpacked(component.proto.bytes)


def test_a_page_sends_codes_labels_pictures_and_weights() -> None:
    given = arguments()
    header, blobs = drawn(given)
    assert (header["step"], header["count"], header["dim"]) == (3, COUNT, 2)
    assert header["models"][1] == {"name": "vae", "label": "VAE", "widths": [2, 3, 4]}
    assert header["colours"] == list(palette.CLASSES[:3])
    assert "#{:02X}{:02X}{:02X}".format(*header["empty"]) == palette.EMPTY
    codes = np.frombuffer(blobs["codes"], "<f4").reshape(2, COUNT, 2)
    for sent, one in zip(codes, given["models"], strict=True):
        np.testing.assert_array_equal(sent, one.codes)
    assert list(blobs["labels"]) == [0, 1, 2, 0, 1, 2]
    assert zlib.decompress(blobs["pictures"]) == given["pictures"].tobytes()
    weights = np.frombuffer(blobs["weights"], "<f4")
    expected = [part.ravel() for one in given["models"] for layer in one.decoder for part in layer]
    np.testing.assert_array_equal(weights, np.concatenate(expected).astype(np.float32))
    assert set(json.loads(blobs["program"])) == {"html", "css", "js"}


def test_a_moment_without_weights_sends_none_and_says_so() -> None:
    closed = [replace(one, decoder=[]) for one in arguments()["models"]]
    header, blobs = drawn(arguments(models=closed))
    assert header["parcels"]["weights"] == ""
    assert "weights" not in blobs
    assert header["models"][0]["widths"] == [2]


def test_fingerprints_change_with_what_they_stand_for() -> None:
    given = arguments()
    one, _ = drawn(given)
    same, _ = drawn(given)
    assert one["parcels"] == same["parcels"]
    weight, bias = given["models"][0].decoder[0]
    trained = [replace(given["models"][0], decoder=[(weight + 1e-3, bias), *model().decoder[1:]])]
    other, _ = drawn(given | {"models": trained, "pictures": given["pictures"] ^ 1})
    changed = {name for name, mark in one["parcels"].items() if other["parcels"][name] != mark}
    assert changed == {"pictures", "weights"}


def nan(values: Any) -> Any:
    spoilt = values.copy()
    spoilt.flat[0] = np.nan
    return spoilt


def with_decoder(change: Callable[[list[Any]], list[Any]]) -> dict[str, Any]:
    one = model()
    return {"models": [replace(one, decoder=change(list(one.decoder)))]}


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no model": ({"models": []}, "without a model"),
    "one name": ({"models": [model(), model()]}, "one name"),
    "activation": ({"activation": "step"}, "no activation 'step'"),
    "classes": ({"classes": [str(i) for i in range(11)]}, "11 classes, but 10 colours"),
    "four dimensions": ({"models": [model(dim=4)]}, r"shape \(6, 4\)"),
    "one dimension": ({"models": [model(dim=1)]}, r"shape \(6, 1\)"),
    "too many": ({"models": [model(count=MOST_POINTS + 1)]}, r"shape \(2001, 2\)"),
    "no points": ({"models": [model(count=0)]}, r"shape \(0, 2\)"),
    "other codes": ({"models": [model(), model("vae", dim=3)]}, r"vae: codes of shape \(6, 3\)"),
    "labels": ({"labels": np.zeros(5, int)}, r"labels \(5,\)"),
    "pictures": ({"pictures": np.zeros((6, 5), np.uint8)}, r"pictures \(6, 5\)"),
    "bright": ({"pictures": np.zeros((6, 4))}, "float64"),
    "a label too high": ({"labels": np.full(6, 3)}, "3…3 of 3 classes"),
    "a label too low": ({"labels": np.full(6, -1)}, "-1…-1"),
    "codes that are nan": (
        {"models": [replace(model(), codes=nan(model().codes))]},
        "ae: codes that are not numbers",
    ),
    "weights that are nan": (
        with_decoder(lambda layers: [(nan(layers[0][0]), layers[0][1]), layers[1]]),
        "weights that are not numbers",
    ),
    "biases that are nan": (
        with_decoder(lambda layers: [layers[0], (layers[1][0], nan(layers[1][1]))]),
        "weights that are not numbers",
    ),
    "too few pixels": (with_decoder(lambda layers: layers[:1]), "decodes 3 pixels, not 4"),
    "layers that do not fit": (
        with_decoder(lambda layers: [layers[0], (layers[1][0][:, :2], layers[1][1])]),
        r"weights \(4, 2\)",
    ),
    "biases that do not fit": (
        with_decoder(lambda layers: [layers[0], (layers[1][0], layers[1][1][:2])]),
        r"biases \(2,\)",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_contradictions_are_refused(case: str) -> None:
    changes, complaint = REFUSED[case]
    with pytest.raises(ValueError, match=complaint):
        latent_pad(**arguments(**changes))


# Words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dim", [2, 3])
def test_the_pad_uses_every_word_and_no_other(language: str, dim: int) -> None:
    said = words(catalogue(language), dim)
    page = program("latent_pad", PARTS)
    used = set(re.findall(r'data-(?:say|label)="(\w+)"', page.html))
    used |= set(re.findall(r"\bwords\.(\w+)", page.js))
    used |= {f"hint_{mode}" for mode in re.findall(r'<button.* data-mode="(\w+)"', page.html)}
    used |= {"among", "edge", "nowhere"} & set(re.findall(r'"(\w+)"', page.js))
    assert used == set(said)
    assert len(said["axes"].split()) == 3


def test_hints_and_keys_speak_of_the_codes_that_are_there() -> None:
    flat, deep = (words(catalogue("en"), dim) for dim in (2, 3))
    assert "turn" in deep["hint_walk"]
    assert "turn" not in flat["hint_walk"]
    assert "Page Up" in deep["keys"]
    assert "Page Up" not in flat["keys"]


@pytest.mark.parametrize("part", [*OWN_PARTS, "latent_pad"])
def test_the_program_itself_says_nothing(part: str) -> None:
    """All words come from the catalogues: no text with a space is written to the page."""
    text = (SOURCES / f"{part}.js").read_text(encoding="utf-8")
    written = re.findall(r"(?:write\([^,\n]+, |textContent = )([\"'`][^\"'`]*[\"'`])", text)
    assert [word for word in written if re.search(r"[a-z가-힣]{2}", word)] == []


# The program --------------------------------------------------------------------------------------


def test_every_file_is_a_part_and_imports_only_what_comes_before_it() -> None:
    assert {path.stem for path in SOURCES.glob("*.js")} == {*OWN_PARTS, "latent_pad"}
    for place, part in enumerate(OWN_PARTS):
        text = (SOURCES / f"{part}.js").read_text(encoding="utf-8")
        imported = re.findall(r'^import .* from "\./(\w+)\.js";$', text, re.MULTILINE)
        assert set(imported) <= set(OWN_PARTS[:place]), part


def test_parts_become_one_module() -> None:
    js = program("latent_pad", PARTS).js
    assert not re.search(r"^\s*import |^//", js, re.MULTILINE)
    assert re.findall(r"^export .*", js, re.MULTILINE) == [
        "export default function mount(place, key) {"
    ]
    for part in PARTS[:-1]:
        assert js.count(f"const ${Path(part).name} = (() => {{") == 1
    assert "const { erf } = $activations;" in js
    assert "return { erf, ACTIVATIONS };" in js


def test_what_travels_with_every_update_is_small() -> None:
    assert len(opener("latent_pad").encode()) < 3000
