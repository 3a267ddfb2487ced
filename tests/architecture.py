"""The walls of the house: who may import whom, and what has no business where.

A rule reads one module and says what it breaks; `test_architecture.py` holds the project to them.
"""

from __future__ import annotations

import ast
import importlib.machinery
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import distributions, packages_distributions
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[1]

# From the ground up. A package imports from itself and from lower floors; those on one floor do
# not know each other.
FLOORS = (
    {"text"},
    {"errors"},
    {"specs"},
    {"data", "models"},
    {"training"},
    {"analysis"},
    {"lessons"},
    {"charts", "components"},
    {"ui", "cli"},
    {"pages", "__main__"},
    {"app"},
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

LONGEST_FUNCTION = 60
LONGEST_MODULE = {"explorer": 400, "pages": 160}
# numpy.random's names that carry their own state; all others share one that is global.
OWN_STATE = {"Generator", "PCG64", "RandomState", "SeedSequence", "default_rng"}


@dataclass(frozen=True)
class Import:
    """One imported name, dotted from the top: `explorer.data.pictures.PictureSet`."""

    name: str
    in_function: bool

    @property
    def top(self) -> str:
        return self.name.partition(".")[0]


@dataclass(frozen=True)
class Module:
    """A source file and where it stands below the repository's root."""

    path: PurePosixPath
    source: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    @property
    def house(self) -> str:
        """`explorer`, `pages`, `benchmarks` or `app`."""
        return self.path.parts[0].removesuffix(".py")

    @property
    def room(self) -> str:
        """What FLOORS calls it: `data`, `ui`, … within explorer, else the house."""
        if self.house != "explorer" or self.path.name == "__init__.py" == self.path.parts[1]:
            return self.house
        return self.path.parts[1].removesuffix(".py")

    @cached_property
    def imports(self) -> list[Import]:
        functions = [node for node in self.nodes if isinstance(node, FUNCTION)]
        inside = {id(node) for function in functions for node in ast.walk(function)}
        return [
            Import(name, id(node) in inside) for node in self.nodes for name in self._named(node)
        ]

    def _named(self, node: ast.AST) -> Iterator[str]:
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                parents = self.path.parts[:-level] if level else ()
                stem = ".".join((*parents, *([module] if module else [])))
                yield from (f"{stem}.{alias.name}" for alias in names)
            case ast.Call(func=called, args=[ast.Constant(value=str(name)), *_]):
                if dotted(called) in ("__import__", "import_module", "importlib.import_module"):
                    yield name

    @cached_property
    def used(self) -> set[str]:
        """Every dotted name in the code, with `np` and the like written out."""
        aliases = {
            alias.asname: alias.name
            for node in self.nodes
            if isinstance(node, ast.Import)
            for alias in node.names
            if alias.asname
        }

        def spelled_out(name: str) -> str:
            head, dot, rest = name.partition(".")
            return aliases.get(head, head) + dot + rest

        names = {spelled_out(name) for node in self.nodes if (name := dotted(node))}
        return names | {imported.name for imported in self.imports}


FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
Rule = Callable[[Module], Iterator[str]]


def dotted(node: ast.AST) -> str:
    """`a.b.c` for the expression that reads so, else nothing."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            return f"{stem}.{name}" if (stem := dotted(value)) else ""
    return ""


def imports_run_one_way(module: Module) -> Iterator[str]:
    if module.house == "benchmarks":
        return
    if module.room != "explorer" and module.room not in FLOOR:
        yield f"explorer/{module.room} is on no floor: give it one in FLOORS"
        return
    for imported in module.imports:
        parts = imported.name.split(".")
        room = parts[1] if parts[0] == "explorer" and len(parts) > 1 else parts[0]
        if room == module.room or (parts[0] != "explorer" and room not in ("pages", "app")):
            continue
        if module.room == "explorer" or FLOOR.get(room, 99) >= FLOOR[module.room]:
            yield f"{module.room} imports {imported.name}"
        elif module.room == "components" and room not in ("text", "errors"):
            yield f"components imports {imported.name}"


def streamlit_stays_in_the_ui(module: Module) -> Iterator[str]:
    if module.room not in ("ui", "pages", "app", "benchmarks"):
        yield from (f"imports {name.name}" for name in module.imports if name.top == "streamlit")


def charts_and_pages_know_no_torch(module: Module) -> Iterator[str]:
    if module.room in ("charts", "pages", "app"):
        yield from (f"imports {name.name}" for name in module.imports if name.top == "torch")


def torchvision_waits_in_data(module: Module) -> Iterator[str]:
    for imported in module.imports:
        if imported.top == "torchvision" and not (module.room == "data" and imported.in_function):
            yield f"imports {imported.name}, which only a function in explorer/data may"


def pages_only_compose(module: Module) -> Iterator[str]:
    if module.room not in ("pages", "app"):
        return
    for imported in module.imports:
        if imported.top == "altair":
            yield f"imports {imported.name}"
    for node in module.nodes:
        match node:
            case ast.ClassDef(bases=bases) if any(dotted(b).endswith("Module") for b in bases):
                yield f"line {node.lineno}: defines a model"
            case ast.While():
                yield f"line {node.lineno}: loops without end"
            case (
                ast.For(iter=source, target=target) | ast.comprehension(iter=source, target=target)
            ):
                words = f"{ast.unparse(target)} {ast.unparse(source)}"
                if re.search(r"batch|loader|epoch|\btrain\(|snapshots\(", words, re.IGNORECASE):
                    yield f"loops over {words!r}"
            case ast.Attribute(attr="backward" | "zero_grad" as attribute):
                yield f"line {node.lineno}: trains ({attribute})"


def one_door_to_session_state(module: Module) -> Iterator[str]:
    if module.path != PurePosixPath("explorer/ui/session.py") and any(
        name.endswith(".session_state") for name in module.used
    ):
        yield "touches st.session_state"


def randomness_is_passed_in(module: Module) -> Iterator[str]:
    for name in sorted(module.used):
        first, *rest = name.split(".")
        seeds_torch = first == "torch" and rest and "seed" in rest[-1]
        draws_from_numpy = (
            name.startswith(("numpy.random.", "np.random.")) and rest[1] not in OWN_STATE
        )
        draws_from_python = first == "random" and rest and rest[0] not in ("Random", "SystemRandom")
        if seeds_torch or draws_from_numpy or draws_from_python:
            yield f"{name} is global"


def nothing_is_unpickled(module: Module) -> Iterator[str]:
    for imported in module.imports:
        if imported.top in ("pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"):
            yield f"imports {imported.name}"
    for name in module.used & {"torch.load", "pandas.read_pickle", "pd.read_pickle"}:
        yield f"calls {name}"
    for node in module.nodes:
        match node:
            case ast.keyword(arg="weights_only", value=ast.Constant(value=False)):
                yield "weights_only=False"
            case ast.keyword(arg="allow_pickle", value=ast.Constant(value=True)):
                yield "allow_pickle=True"


def no_exception_is_swallowed(module: Module) -> Iterator[str]:
    for node in module.nodes:
        match node:
            case ast.ExceptHandler(
                type=None | ast.Name(id="Exception" | "BaseException"),
                body=[ast.Pass() | ast.Continue()],
            ):
                yield f"line {node.lineno}: swallows every exception"


def pages_are_named_like_no_package(module: Module) -> Iterator[str]:
    if module.room == "pages" and module.path.stem in package_names(str(ROOT / "pages")):
        yield f"{module.path.stem} is the name of a package"


def modules_say_what_they_are(module: Module) -> Iterator[str]:
    if not ast.get_docstring(module.tree):
        yield "has no docstring"
    if module.path.stem in ("utils", "helpers", "common", "misc"):
        yield f"{module.path.stem} is the name of a thing that has no room"


def everything_is_of_a_size(module: Module) -> Iterator[str]:
    lines = module.source.count("\n")
    if lines > LONGEST_MODULE.get(module.house, LONGEST_MODULE["explorer"]):
        yield f"has {lines} lines"
    for node in module.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{node.name} has {length} lines"


RULES: tuple[Rule, ...] = (
    imports_run_one_way,
    streamlit_stays_in_the_ui,
    charts_and_pages_know_no_torch,
    torchvision_waits_in_data,
    pages_only_compose,
    one_door_to_session_state,
    randomness_is_passed_in,
    nothing_is_unpickled,
    no_exception_is_swallowed,
    pages_are_named_like_no_package,
    modules_say_what_they_are,
    everything_is_of_a_size,
)


@cache
def package_names(pages: str) -> frozenset[str]:
    """What an import statement may mean here: Python's own modules, what is installed, and what
    something installed imports where it is there (pandas does so with `bottleneck`).
    """
    wanted = (
        re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
        for distribution in distributions()
        for requirement in distribution.requires or ()
    )
    places = [place for place in sys.path if not Path(place or ".").resolve().is_relative_to(pages)]
    stems = {path.stem for path in Path(pages).rglob("*.py")}
    found = {stem for stem in stems if importlib.machinery.PathFinder.find_spec(stem, places)}
    return frozenset(
        {*sys.stdlib_module_names, *sys.builtin_module_names, *packages_distributions(), *found}
        | {re.sub(r"[-.]", "_", name).lower() for name in wanted}
    )
