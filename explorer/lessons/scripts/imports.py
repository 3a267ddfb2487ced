"""Imports as values: read from a program, and written in the order that ruff and isort keep."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple


class Import(NamedTuple):
    """`from module import member as name`, or without a member `import module as name`."""

    module: str
    member: str
    name: str

    @property
    def ours(self) -> bool:
        return self.module.split(".")[0] == "explorer"


def imported(node: ast.stmt) -> list[Import]:
    """What a statement imports; nothing if it is no import, or one from `__future__`."""
    match node:
        case ast.Import(names=names):
            return [Import(name.name, "", name.asname or name.name) for name in names]
        case ast.ImportFrom(module=str(module), names=names) if module != "__future__":
            return [Import(module, name.name, name.asname or name.name) for name in names]
    return []


def import_block(imports: Iterable[Import]) -> str:
    """The statements, the standard library's before the others."""
    standard: list[Import] = []
    foreign: list[Import] = []
    for entry in imports:
        known = entry.module.split(".")[0] in sys.stdlib_module_names
        (standard if known else foreign).append(entry)
    return "\n\n".join("\n".join(_statements(group)) for group in (standard, foreign) if group)


def _statements(imports: list[Import]) -> list[str]:
    plain = sorted(entry for entry in imports if not entry.member)
    members = sorted((entry for entry in imports if entry.member), key=_rank)
    lines = [f"import {_named(entry.module, entry.name)}" for entry in plain]
    # A member that gets another name has a line of its own.
    for (module, _), group in groupby(members, key=_line):
        names = ", ".join(_named(entry.member, entry.name) for entry in group)
        lines.append(f"from {module} import {names}")
    return lines


def _line(entry: Import) -> tuple[str, str]:
    return entry.module, entry.name if entry.name != entry.member else ""


def _rank(entry: Import) -> tuple[tuple[str, str], int, str]:
    """CONSTANTS before Classes before functions, each by the alphabet."""
    member = entry.member
    return _line(entry), 0 if member.isupper() else 1 if member[0].isupper() else 2, member


def _named(thing: str, name: str) -> str:
    return thing if thing == name else f"{thing} as {name}"
