"""Quoting: a program that imports from this app becomes one that stands on its own.

What it imports from `explorer` gives way, in that very place, to the source of it and of all it
rests on; so a script cannot say anything else than what the app does.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from explorer.lessons.scripts.imports import Import, import_block, imported
from explorer.lessons.scripts.pruning import pruned
from explorer.lessons.scripts.settling import names_read

CHECKERS_NOTE = re.compile(r"  # (?:type: ignore\[[^]]*\]|noqa\b(?:: \w+)?(?: +\(.*\))?)")
BLOCK = re.compile(r"^(?:def|class|@)", re.MULTILINE)


def standalone(program: str, chosen: Mapping[str, object] | None = None) -> str:
    """`program` without imports from this app; its other imports sorted, and only those it needs.

    It begins with a docstring. A call of a registry's entry, `OPTIMIZERS["sgd"](weights, 0.1)`, is
    written out as what the entry's lambda returns. Of what is quoted only that is left which the
    program comes to; `chosen` names the only key of some registries (see `pruning`).
    """
    source = Source.of(_entries_written_out(program))
    docstring, *statements = source.tree.body
    read = {name for node in statements for name in names_read(node)}
    quotation = Quotation()
    lines = list(source.lines)
    for node in statements:
        if entries := imported(node):
            texts = [
                text for entry in entries if entry.name in read for text in quotation.of(entry)
            ]
            rows = range(node.lineno - 1, node.end_lineno or node.lineno)
            for row in rows:
                lines[row] = ""
            lines[rows[0]] = _laid_out(texts)
    end = docstring.end_lineno
    head, body = "\n".join(lines[:end]), "\n".join(lines[end:]).strip("\n")
    body = pruned(f"{body}\n", chosen or {})
    read = names_read(ast.parse(body))
    imports = import_block(entry for entry in quotation.imports if entry.name in read)
    program = f"{head}\n\n{imports}\n\n{body}"
    return re.sub(r"\n{4,}", "\n\n\n", program)


@dataclass(frozen=True)
class Source:
    """A program's text, and what the names at its top level stand for, in the order of the text."""

    lines: tuple[str, ...]
    tree: ast.Module
    names: Mapping[str, Import | ast.stmt]

    @classmethod
    def of(cls, text: str) -> Source:
        tree = ast.parse(text)
        names = {name: meaning for node in tree.body for name, meaning in _bound(node)}
        return cls(tuple(text.splitlines()), tree, names)

    def text(self, node: ast.stmt) -> str:
        """A statement with its decorators and the comment above, without notes to type checkers."""
        decorators = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(decorator.lineno for decorator in decorators)]) - 1
        while self.lines[first - 1].startswith("#"):
            first -= 1
        return CHECKERS_NOTE.sub("", "\n".join(self.lines[first : node.end_lineno]))


class Quotation:
    """What has been quoted so far, and which foreign imports that takes."""

    def __init__(self) -> None:
        self.quoted: dict[str, str] = {}
        self.imports: set[Import] = set()

    def of(self, entry: Import) -> Iterator[str]:
        """The source of what is imported, after all it rests on; nothing is quoted twice."""
        if entry.ours:
            yield from self._definition(entry.member, _source(entry.module))
        else:
            self.imports.add(entry)

    def _definition(self, name: str, source: Source) -> Iterator[str]:
        meaning = source.names[name]
        if isinstance(meaning, Import):
            yield from self.of(meaning)
            return
        text = source.text(meaning)
        if name in self.quoted:
            assert self.quoted[name] == text, f"two things in one script are called {name!r}"
            return
        self.quoted[name] = text
        read = names_read(meaning)
        for other in source.names:
            if other in read:
                yield from self._definition(other, source)
        yield text


@cache
def _source(module: str) -> Source:
    """A module of this app, read and not imported."""
    spec = find_spec(module)
    assert spec is not None, f"there is no module {module}"
    assert spec.origin is not None, f"{module} has no file"
    return Source.of(Path(spec.origin).read_text(encoding="utf-8"))


def _bound(node: ast.stmt) -> Iterator[tuple[str, Import | ast.stmt]]:
    """The names that a statement at the top level gives a meaning, with it."""
    for entry in imported(node):
        yield entry.name, entry
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name, node
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            yield name, node


def _laid_out(texts: Iterable[str]) -> str:
    """Definitions one below the other, functions and classes with room around them."""
    return "\n".join(f"\n\n{text}\n\n" if BLOCK.search(text) else text for text in texts)


def _entries_written_out(program: str) -> str:
    source = Source.of(program)
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(ast.Subscript(ast.Name(registry), ast.Constant(key)), arguments):
                for entry in _lambdas(source.names.get(registry), key):
                    parameters = [parameter.arg for parameter in entry.args.args]
                    given = dict(zip(parameters, arguments, strict=True))
                    written_out = _Filled(given).visit(deepcopy(entry.body))
                    call = ast.get_source_segment(program, node) or ""
                    program = program.replace(call, ast.unparse(written_out))
    return program


def _lambdas(registry: Import | ast.stmt | None, key: object) -> Iterator[ast.Lambda]:
    """The entry of one of this app's registries, if it is a lambda."""
    if isinstance(registry, Import) and registry.ours:
        match _source(registry.module).names[registry.member]:
            case ast.AnnAssign(value=ast.Dict(keys, values)):
                for name, value in zip(keys, values, strict=True):
                    if isinstance(value, ast.Lambda) and getattr(name, "value", None) == key:
                        yield value


class _Filled(ast.NodeTransformer):
    """Puts expressions in the place of names."""

    def __init__(self, given: Mapping[str, ast.expr]) -> None:
        self.given = given

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.given.get(node.id, node)
