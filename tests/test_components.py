"""What components share is written once and put where it is asked for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import explorer.components
from explorer.components import source

FOLDER = Path(explorer.components.__file__).parent
NAMES = sorted(path.parent.name for path in FOLDER.glob("*/*.css") if path.stem == path.parent.name)


@pytest.mark.parametrize("name", NAMES)
def test_a_style_imports_nothing_and_says_nothing_beside_itself_when_it_travels(name: str) -> None:
    css = source(name).css
    assert "@import" not in css
    assert not re.search(r"^/\*.*\*/$", css, re.MULTILINE)


def test_what_is_shared_stands_where_it_was_imported() -> None:
    sheet = (FOLDER / "shared" / "sheet.css").read_text(encoding="utf-8").splitlines()
    shared = [line for line in sheet if not line.startswith("/*")]
    assert 10 < len(shared) < len(sheet)
    for name in NAMES:
        own = (FOLDER / name / f"{name}.css").read_text(encoding="utf-8")
        lines = source(name).css.splitlines()
        asked = '@import "../shared/sheet.css";' in own
        assert set(map(str.strip, shared)) <= set(lines) if asked else ".sheet {" not in lines


@pytest.mark.parametrize("path", sorted((FOLDER / "shared").glob("*")), ids=lambda path: path.name)
def test_what_is_shared_is_imported_by_some_component(path: Path) -> None:
    lines = [
        line
        for other in FOLDER.glob("*/*")
        if other.suffix in (".css", ".js")
        for line in other.read_text(encoding="utf-8").splitlines()
    ]
    assert any(re.search(rf'(import|from) "\.\./shared/{path.name}"', line) for line in lines)
