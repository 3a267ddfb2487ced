"""Pruning: of what a program quotes, only what this program can come to is left.

The models of this app can do more than one run asks of them: three cells, two scores, steps that
only a page takes. A class that nothing names any more and a method that nobody calls say nothing
about the run, and are left out. The program stays text, as in `settling`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from explorer.lessons.scripts.settling import names_read, settled

CALLED_BY_PYTORCH = {"forward", "backward"}
# Their methods are PyTorch's, and called as some of this app's are (`step`).
PYTORCHS = {"optimizer", "optimizers"}


def pruned(program: str, chosen: Mapping[str, object]) -> str:
    """`program` without what it never comes to; `chosen` names the only key of some registries."""
    program = _with_chosen_entries(program, chosen)
    if constants := _never_given(program):
        program = settled(program, constants)
    return _without_unreached(program)


# Registries ---------------------------------------------------------------------------------------


def _with_chosen_entries(program: str, chosen: Mapping[str, object]) -> str:
    """Registries of classes that are only asked for an entry keep the one that was chosen."""
    tree = ast.parse(program)
    lines = program.splitlines()
    for statement in reversed(tree.body):
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Dict(keys, values)) if (
                name in chosen and _is_only_asked(name, tree)
            ):
                entries = (
                    f"{ast.unparse(key)}: {ast.unparse(value)}"
                    for key, value in zip(keys, values, strict=True)
                    if isinstance(key, ast.Constant) and key.value == chosen[name]
                )
                lines[statement.lineno - 1 : statement.end_lineno] = [
                    f"{name} = {{{', '.join(entries)}}}".replace("'", '"')
                ]
    return "\n".join(lines) + "\n"


def _is_only_asked(registry: str, tree: ast.Module) -> bool:
    """Whether `registry` is read as in `registry[key]` and nowhere as a whole."""
    nodes = list(ast.walk(tree))
    asked = {node.value for node in nodes if isinstance(node, ast.Subscript)}
    return not any(
        isinstance(node, ast.Name)
        and node.id == registry
        and isinstance(node.ctx, ast.Load)
        and node not in asked
        for node in nodes
    )


# Parameters ---------------------------------------------------------------------------------------


def _never_given(program: str) -> dict[str, object]:
    """Parameters that are tested and always have their default, which is one for all functions.

    They may be given by keyword only, and are given nothing, or by one such function to the next.
    """
    nodes = list(ast.walk(ast.parse(program)))
    tests = [node.test for node in nodes if isinstance(node, ast.If | ast.IfExp)]
    defaults: dict[str, set[object]] = {name: set() for test in tests for name in names_read(test)}
    bound = {
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    for node in nodes:
        match node:
            case ast.arguments(posonlyargs, args, _, kwonlyargs, kw_defaults):
                bound |= {parameter.arg for parameter in (*posonlyargs, *args)}
                for parameter, default in zip(kwonlyargs, kw_defaults, strict=True):
                    if not isinstance(default, ast.Constant):
                        bound.add(parameter.arg)
                    elif parameter.arg in defaults:
                        defaults[parameter.arg].add(default.value)
            case ast.keyword(arg=None):
                return {}  # nobody knows what `**these` are
            case ast.keyword(arg=str(name), value=value) if not _is_name(value, name):
                bound.add(name)
    return {
        name: next(iter(values))
        for name, values in defaults.items()
        if len(values) == 1 and name not in bound
    }


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


# What is reached ----------------------------------------------------------------------------------


def _without_unreached(program: str) -> str:
    """`program` without definitions that nothing names and methods that nothing calls."""
    tree = ast.parse(program)
    lines = program.splitlines()
    for node in reversed(list(_unreached(tree, Reach(tree).reached))):
        first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
        start, end = first - 1, node.end_lineno or first
        while start and lines[start - 1].strip().startswith("#"):
            start -= 1
        while start and not lines[start - 1].strip():
            start -= 1
        del lines[start:end]
    return "\n".join(lines) + "\n"


def _unreached(tree: ast.Module, reached: set[ast.stmt]) -> Iterator[ast.stmt]:
    """What is left out, in the order of the text."""
    for node in tree.body:
        if node not in reached:
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from (method for method in _methods(node) if method not in reached)


def _names_of(node: ast.stmt) -> set[str]:
    """The name that a definition at the top level gives a meaning; none if it is something else."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            return {name}
    return set()


def _methods(node: ast.ClassDef) -> list[ast.FunctionDef]:
    """Those that are reached by being called, and not by PyTorch or by Python itself."""
    return [
        each
        for each in node.body
        if isinstance(each, ast.FunctionDef)
        and not each.name.startswith("__")
        and each.name not in CALLED_BY_PYTORCH
    ]


class Reach:
    """What a program comes to: its statements, and from there what they name and call, and so on.

    A method is called wherever an attribute of that name is asked for, whatever it is of.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.reached: set[ast.stmt] = set()
        self._named: dict[str, list[ast.stmt]] = {}
        self._waiting: dict[str, list[ast.stmt]] = {}  # methods of classes that were reached
        self._asked: set[str] = set()
        for node in tree.body:
            for name in _names_of(node):
                self._named.setdefault(name, []).append(node)
        self._come_to(node for node in tree.body if not _names_of(node))

    def _come_to(self, nodes: Iterable[ast.stmt]) -> None:
        for node in nodes:
            if node not in self.reached:
                self.reached.add(node)
                self._look_at(node)

    def _look_at(self, node: ast.stmt) -> None:
        parts: list[ast.AST] = [node]
        if isinstance(node, ast.ClassDef):
            methods = _methods(node)
            parts = [part for part in ast.iter_child_nodes(node) if part not in methods]
            for method in methods:
                self._waiting.setdefault(method.name, []).append(method)
            self._come_to(method for method in methods if method.name in self._asked)
        for part in parts:
            for name in names_read(part):
                self._come_to(self._named.get(name, []))
            for name in _attributes(part):
                self._asked.add(name)
                self._come_to(self._waiting.get(name, []))


def _attributes(node: ast.AST) -> set[str]:
    """The names of all attributes that are asked for, but for those of PyTorch's optimisers."""
    return {
        each.attr
        for each in ast.walk(node)
        if isinstance(each, ast.Attribute) and not names_read(each.value) & PYTORCHS
    }
