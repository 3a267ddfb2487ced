"""Settling a program: its settings get their values, and what they rule out is cut away.

The program stays text throughout, so that its comments and its layout survive.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from textwrap import dedent, indent


def settled(program: str, settings: Mapping[str, object]) -> str:
    """`program` with the values of `settings`, which are constants at its top level.

    Of an `if` that asks for a setting (`if TIED:`, `if DATASET == "digits":`) only the branch that
    runs is left, of `x = a if TIED else b` only the value that is taken, and of the variables at
    the top level only those that are read.
    """
    for name, value in settings.items():
        program = _with_value(program, name, _literal(value))
    for cut in (_one_branch_less, _one_value_less, _without_unread):
        while (shorter := cut(program, settings)) != program:
            program = shorter
    return program


def names_read(node: ast.AST) -> set[str]:
    """Every name that is read in `node`, whatever it stands for there."""
    return {
        name.id
        for name in ast.walk(node)
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Load)
    }


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _with_value(program: str, name: str, value: str) -> str:
    """`NAME = …  # why` gets the value, and so does `REGISTRY[NAME]`."""
    program = program.replace(f"[{name}]", f"[{value}]")
    return re.sub(rf"^{name} = .*?(?=  # |$)", f"{name} = {value}", program, flags=re.MULTILINE)


def _one_branch_less(program: str, settings: Mapping[str, object]) -> str:
    """The program with its first settled `if` replaced by the branch that runs."""
    lines = program.splitlines(keepends=True)
    for node in ast.walk(ast.parse(program)):
        if isinstance(node, ast.If) and (truth := _truth(node.test, settings)) is not None:
            kept = indent(dedent(_branch(node, truth, lines)), " " * node.col_offset)
            return "".join([*lines[: node.lineno - 1], kept, *lines[node.end_lineno :]])
    return program


def _one_value_less(program: str, settings: Mapping[str, object]) -> str:
    """The program with its first settled `x = a if … else b` replaced by `x = a` or `x = b`."""
    lines = program.splitlines(keepends=True)
    for node in ast.walk(ast.parse(program)):
        match node:
            case ast.Assign(targets=[target], value=ast.IfExp(test, body, orelse)):
                truth = _truth(test, settings)
                if truth is not None:
                    name, value = (
                        ast.get_source_segment(program, part)
                        for part in (target, body if truth else orelse)
                    )
                    kept = f"{' ' * node.col_offset}{name} = {value}\n"
                    return "".join([*lines[: node.lineno - 1], kept, *lines[node.end_lineno :]])
    return program


def _truth(test: ast.expr, settings: Mapping[str, object]) -> bool | None:
    """What `test` comes to, if it asks for a setting and for nothing else."""
    match test:
        case ast.Name(id=name) if name in settings:
            return bool(settings[name])
        case ast.Compare(ast.Name(id=name), [ast.Eq()], [ast.Constant(value)]) if name in settings:
            return settings[name] == value
    return None


def _branch(node: ast.If, truth: bool, lines: list[str]) -> str:
    """The lines below the `if`, or those below its `else`; an `elif` is an `if` of its own.

    Nothing may stand between a branch's last statement and the next `elif` or `else`.
    """
    end = node.body[-1].end_lineno
    if truth:
        return "".join(lines[node.lineno : end])
    first, *below = lines[end : node.end_lineno] or [""]
    if first.lstrip().startswith("elif"):
        return "".join([first.replace("elif", "if", 1), *below])
    return "".join(below)


def _without_unread(program: str, _settings: Mapping[str, object]) -> str:
    lines = program.splitlines(keepends=True)
    tree = ast.parse(program)
    read = names_read(tree)
    for names, statement in reversed(list(_assignments(tree))):
        if not read & names:
            del lines[statement.lineno - 1 : statement.end_lineno]
    return "".join(lines)


def _assignments(tree: ast.Module) -> Iterator[tuple[set[str], ast.Assign]]:
    """The assignments at the top level to one name or to several at once."""
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]):
                yield {name}, statement
            case ast.Assign(targets=[ast.Tuple(elts=parts)]):
                yield {part.id for part in parts if isinstance(part, ast.Name)}, statement
