"""The walk through a sentence: what travels to the browser, and the words that it is drawn with."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import explorer.components
import explorer.ui.sentence_walk as drawing
from explorer.analysis.state_path import StatePlane, state_plane
from explorer.analysis.trace import Trace, trace
from explorer.charts import palette
from explorer.components import program
from explorer.data.pairs import corpus
from explorer.models.seq2seq import Seq2Seq, seq2seq
from explorer.specs import AttentionKind, Cell
from explorer.text import LANGUAGES, catalogue
from explorer.ui.meaning_crossing import NEGATIVE, POSITIVE
from explorer.ui.parcels import Wish, message
from explorer.ui.sentence_walk import MOST_CLOUD, PARTS, walk, words
from tests.ui.test_parcels import unpacked

SOURCES = Path(explorer.components.__file__).parent / "sentence_walk"
NUMBERS = corpus("numbers-en-ko")
SAY = catalogue("en")
UNITS, EMBEDDED, MOST = 6, 5, 7


@cache
def model(cell: Cell = "gru", attention: AttentionKind = "none") -> Seq2Seq:
    """A net that was never trained: its numbers are as real as any."""
    return seq2seq(
        len(NUMBERS.source),
        len(NUMBERS.target),
        embedding_dim=EMBEDDED,
        hidden_dim=UNITS,
        cell=cell,
        attention=attention,
        generator=torch.Generator().manual_seed(1),
    )


def plane(net: Seq2Seq) -> StatePlane:
    with torch.no_grad():
        encoded = net.encoder(NUMBERS.test.src)
    return state_plane(net.encoder.layer.hidden(encoded.states), encoded.mask)


def walked(text: str = "two hundred and six", **kind: Any) -> tuple[Trace, bytes]:
    """A trace, and the message that a browser gets of it."""
    net = model(**kind)
    found = trace(net, NUMBERS.source.ids(NUMBERS.tokenise(text)), MOST)
    header, blobs = walk(found, plane(net), NUMBERS, cell=kind.get("cell", "gru"), text=SAY)
    return found, message({"key": "walk", **header}, blobs, {}, Wish(frozenset(), heard=False))


@pytest.mark.parametrize(("cell", "gates"), [("rnn", 1), ("gru", 3), ("lstm", 4)])
def test_every_number_travels(cell: Cell, gates: int) -> None:
    found, sent = walked(cell=cell)
    header, blobs = unpacked(sent)
    steps = found.cells
    count = len(steps)
    width = 2 * UNITS if cell == "lstm" else UNITS
    assert (header["units"], header["width"], header["embed"]) == (UNITS, width, EMBEDDED)
    assert len(header["names"]) == gates
    shapes = {
        "embeddings": (count, EMBEDDED),
        "before": (count, width),
        "after": (count, width),
        "gates": (count, gates, UNITS),
        "of_input": (count, gates, UNITS),
        "of_state": (count, gates, UNITS),
        "biases": (4, gates, UNITS),
        "path": (len(found.reads) + 1, 2),
    }
    arrays = {
        name: np.frombuffer(blobs[name], "<f4").reshape(shape) for name, shape in shapes.items()
    }
    for row, step in enumerate(steps):
        np.testing.assert_array_equal(arrays["after"][row], step.state)
        np.testing.assert_array_equal(arrays["gates"][row], list(step.gates.values()))
        np.testing.assert_array_equal(arrays["of_input"][row], step.of_input)
    np.testing.assert_array_equal(arrays["biases"][2:], found.decoder_biases)
    assert len(blobs["cloud"]) <= MOST_CLOUD * 8


def test_words_and_small_numbers_travel_in_the_header() -> None:
    found, sent = walked(attention="dot")
    header, _ = unpacked(sent)
    assert [row["word"] for row in header["reads"]] == ["two", "hundred", "and", "six"]
    assert [row["id"] for row in header["reads"]] == list(found.source)
    assert header["writes"][0]["word"] == "<sos>"
    assert [row["chosen"] for row in header["writes"]] == [
        NUMBERS.target.tokens[token] for token in found.said
    ]
    for row, step in zip(header["writes"], found.writes, strict=True):
        assert row["p"] == pytest.approx(float(step.probabilities[step.chosen]))
        assert sum(row["attention"]) == pytest.approx(1, abs=1e-4)
    assert header["writes"][-1]["so_far"] == NUMBERS.target_text(found.said)


def test_another_sentence_is_another_walk_and_the_same_one_is_not() -> None:
    (first, _), (again, _), (other, _) = (
        unpacked(walked(text)[1]) for text in ("two hundred and six", "206", "207")
    )
    assert (first["print"], first["source"]) == (again["print"], again["source"])
    assert first["print"] != other["print"]
    assert first["source"] != other["source"]


@pytest.mark.parametrize("wish", [frozenset(), frozenset({"walk"})])
def test_while_a_run_goes_on_the_walk_is_sent_on_demand(
    monkeypatch: pytest.MonkeyPatch, wish: frozenset[str]
) -> None:
    sent: list[bytes] = []
    monkeypatch.setattr(drawing, "_mount", lambda data, **_: sent.append(data))
    monkeypatch.setattr(drawing, "say", lambda: SAY)
    monkeypatch.setattr(drawing, "wished", lambda _key: Wish(wish, heard=bool(wish)))
    net = model()
    found = trace(net, NUMBERS.source.ids(["two"]), MOST)
    for past in (False, True):
        drawing.sentence_walk(found, plane(net), NUMBERS, cell="gru", key="walk", past=past)
    whole, later = sent
    header, blobs = unpacked(later)
    assert header["past"]
    assert header["parcels"] == {"walk": unpacked(whole)[0]["stamp"]}
    assert blobs == ({"walk": whole} if wish else {})
    assert wish or len(later) < 200


# The drawing --------------------------------------------------------------------------------------


def sources() -> str:
    return "\n".join((SOURCES / f"{part}.js").read_text(encoding="utf-8") for part in PARTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_is_drawn_is_said(language: str) -> None:
    """The drawing asks for words by name, or puts a name together."""
    net = model()
    found = trace(net, [4, 5], MOST)
    said = words(catalogue(language), found, plane(net))
    html = (SOURCES / "sentence_walk.html").read_text(encoding="utf-8")
    asked = {*re.findall(r"words\.(\w+)", sources()), *re.findall(r'data-say="(\w+)"', html)}
    for choices in (r"STEPS = \[(.*)\]", r"PACES = \{(.*)\}"):
        (listed,) = re.findall(choices, sources())
        asked |= {*re.findall(r"[a-z_]+", listed)}
    asked |= {f"go_{name}" for name in re.findall(r'data-go="(\w+)"', html)}
    assert asked <= set(said)
    kinds = {*re.findall(r"^ +(\w+): (?:\(\) =>|cell)", sources(), re.MULTILINE)}
    assert {f"lens_{kind}" for kind in kinds} >= {key for key in said if key.startswith("lens_")}
    assert {"state", "fed", "choose"} <= kinds
    for cell in ("rnn", "gru", "lstm"):
        names = [
            *model(cell)
            .encoder.layer.step(
                torch.zeros(1, EMBEDDED), torch.zeros(1, UNITS * 2 if cell == "lstm" else UNITS)
            )
            .gates
        ]
        assert all(f"gate_{name}" in said and f"law_{name}" in said for name in names)


def test_it_says_what_the_decoder_gets_to_know() -> None:
    told = {}
    for attention in ("none", "dot"):
        net = model(attention=attention)
        told[attention] = words(SAY, trace(net, [4, 5], MOST), plane(net))["context_told"]
    assert "all that the decoder gets" in told["none"]
    assert "look back" in told["dot"]


def test_the_drawing_has_the_colours_of_the_charts() -> None:
    css = (SOURCES / "sentence_walk.css").read_text(encoding="utf-8")
    for part, colour in {
        "enc": palette.ENCODER,
        "dec": palette.DECODER,
        "code": palette.CODE,
    }.items():
        assert f".{part} {{ --hue: light-dark({colour.lower()}, " in css


def test_hidden_numbers_have_the_same_colours_as_in_the_other_lessons() -> None:
    css = (SOURCES / "sentence_walk.css").read_text(encoding="utf-8")
    for name, (red, green, blue) in (("NEGATIVE", NEGATIVE), ("POSITIVE", POSITIVE)):
        assert f"{name} = [{red}, {green}, {blue}]" in sources()
        assert f"rgb({red} {green} {blue})" in css


def test_what_is_sent_anew_with_every_update_stays_small() -> None:
    whole = program("sentence_walk", PARTS)
    assert sum(len(part.encode()) for part in vars(whole).values()) < 32_000
    assert "import " not in whole.js
