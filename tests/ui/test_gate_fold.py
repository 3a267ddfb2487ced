"""The sheet and the line: what travels to the browser, and how little."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.charts import palette
from explorer.components import program
from explorer.data.logic_gates import CASES, TRUTHS
from explorer.ui import gate_fold, one_line
from explorer.ui.one_line import LineLabels


def sent(page: Any) -> dict[str, Any]:
    """What a page with one component sends."""
    app = AppTest.from_function(page).run()
    assert not app.exception
    (component,) = app.main.children.values()
    return json.loads(component.proto.json, parse_constant=pytest.fail)  # type: ignore[no-any-return]


def folded() -> dict[str, Any]:
    def page() -> None:
        import torch

        from explorer.analysis.gates import fold_of, planes
        from explorer.models.side_by_side import SideBySide
        from explorer.ui.gate_fold import FoldLabels, gate_fold

        net = SideBySide((2, 3, 1), "relu", torch.Generator().manual_seed(0), (3, 2))
        labels = FoldLabels(slider="S", play="P", before="B", after="A", alt="ALT")
        plane = planes(net, [1, 1, 1], side=3)["xor"]
        gate_fold(fold_of(net, "xor", 1), plane, (0, 1, 1, 0), "relu", labels=labels, key="it")

    return sent(page)


def moved() -> dict[str, Any]:
    def page() -> None:
        from explorer.ui.one_line import LineLabels, one_line

        words = {name: name.upper() for name in LineLabels.__dataclass_fields__ if name != "names"}
        names = tuple(
            (f"{gate}{part}", f"{gate}{part}")
            for gate in ("and", "or", "xor")
            for part in ("", "_rule")
        )
        one_line(LineLabels(**words, names=names), key="it")

    return sent(page)


def test_a_fold_sends_its_net_its_lines_and_all_words() -> None:
    data = folded()
    assert {key: len(part) for key, part in data["net"].items() if isinstance(part, list)} == {
        "weights": 3,
        "biases": 3,
        "tops": 3,
        "frame": 2,
    }
    assert data["net"]["activation"] == "relu"
    assert data["truths"] == [0, 1, 1, 0]
    assert len(data["signs"]) == 4
    assert data["words"] == {
        "slider": "S",
        "play": "P",
        "before": "B",
        "after": "A",
        "alt": "ALT",
    }
    assert data["line"] == palette.DEEP
    assert all(line.keys() == {"start", "end", "firmness"} for line in data["lines"])


def test_the_line_game_sends_the_gates_and_all_words() -> None:
    data = moved()
    assert [tuple(case) for case in data["cases"]] == list(CASES)
    assert {gate: tuple(truths) for gate, truths in data["gates"].items()} == TRUTHS
    assert {"and", "xor_rule", *LineLabels.__dataclass_fields__} - {"names"} <= set(data["words"])


@pytest.mark.parametrize(
    ("name", "parts", "data"),
    [
        ("gate_fold", gate_fold.PARTS, folded),
        ("one_line", one_line.PARTS, moved),
    ],
)
def test_the_drawing_reads_what_is_sent(name: str, parts: tuple[str, ...], data: Any) -> None:
    js = program(name, parts).js
    there = data()
    assert set(re.findall(r"\bdata\.(\w+)", js)) <= set(there)
    assert set(re.findall(r"\bwords\.(\w+)", js)) <= set(there["words"])


@pytest.mark.parametrize(
    ("name", "parts"), [("gate_fold", gate_fold.PARTS), ("one_line", one_line.PARTS)]
)
def test_it_is_small_because_it_is_sent_with_every_update(
    name: str, parts: tuple[str, ...]
) -> None:
    assert sum(len(part.encode()) for part in vars(program(name, parts)).values()) < 11_000
