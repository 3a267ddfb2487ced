"""Pruning leaves what a program comes to, and that as it was written."""

from __future__ import annotations

import ast

import pytest

from explorer.lessons.scripts import script
from explorer.lessons.scripts.pruning import pruned
from explorer.lessons.scripts.settling import settled
from explorer.specs import AttentionSpec, ForgettingSpec, MeaningSpec, Spec, StepsSpec

PROGRAM = '''KIND = "small"


# Why there is a base.
class Base:
    """A base."""

    width = 1

    def __init__(self) -> None:
        self.state = self._first()

    def _first(self) -> int:
        return self.width

    # Of no use here.
    @property
    def unused(self) -> int:
        return self._by_unused()

    def _by_unused(self) -> int:
        return lonely()

    def step(self) -> None:
        raise NotImplementedError

    def forward(self) -> int:
        return self.state


class Small(Base):
    pass


def lonely() -> int:
    return 7


class Large(Base):
    width = 9


KINDS: dict[str, type[Small] | type[Large]] = {
    "small": Small,
    "large": Large,
}


def made(kind: str, *, twice: bool = False) -> list[Base]:
    copies = 2 if twice else 1
    return [KINDS[kind]() for _ in range(copies)]


for thing in made(KIND):
    print(thing.forward())
    optimizer.step()
'''

LEFT = '''KIND = "small"


# Why there is a base.
class Base:
    """A base."""

    width = 1

    def __init__(self) -> None:
        self.state = self._first()

    def _first(self) -> int:
        return self.width

    def forward(self) -> int:
        return self.state


class Small(Base):
    pass


KINDS = {"small": Small}


def made(kind: str, *, twice: bool = False) -> list[Base]:
    copies = 1
    return [KINDS[kind]() for _ in range(copies)]


for thing in made(KIND):
    print(thing.forward())
    optimizer.step()
'''


def test_what_nothing_comes_to_is_left_out() -> None:
    assert pruned(PROGRAM, {"KINDS": "small"}) == LEFT
    assert pruned(LEFT, {"KINDS": "small"}) == LEFT


def test_a_registry_of_which_nothing_was_chosen_stays_whole() -> None:
    whole = pruned(PROGRAM, {})
    assert "class Large" in whole
    assert '    "large": Large,\n' in whole
    listed = PROGRAM + "print([*KINDS])\n"
    assert "class Large" in pruned(listed, {"KINDS": "small"})


@pytest.mark.parametrize(
    "call", ["made(KIND, twice=True)", "made(KIND, twice=KIND)", "made(KIND, **options)"]
)
def test_a_parameter_that_is_given_is_not_settled(call: str) -> None:
    program = PROGRAM.replace("made(KIND)", call)
    assert "2 if twice else 1" in pruned(program, {"KINDS": "small"})


def test_a_method_is_kept_for_whoever_calls_it() -> None:
    program = pruned(PROGRAM + "print(Small().unused)\n", {"KINDS": "small"})
    for name in (
        "# Of no use here.\n    @property\n    def unused",
        "def _by_unused",
        "def lonely",
    ):
        assert name in program
    assert "def step" not in program
    assert "def step" in pruned(PROGRAM + "thing.step()\n", {"KINDS": "small"})


@pytest.mark.parametrize(("deep", "left"), [(True, "x = a\n"), (False, "x = b(\n    1\n)\n")])
def test_settling_takes_one_of_two_values(deep: bool, left: str) -> None:
    program = "DEEP = True\nx = (\n    a\n    if DEEP\n    else b(\n    1\n)\n)\nprint(x)\n"
    assert settled(program, {"DEEP": deep}) == f"{left}print(x)\n"


def classes(spec: Spec) -> set[str]:
    tree = ast.parse(script(spec))
    return {node.name for node in tree.body if isinstance(node, ast.ClassDef)}


LAYERS = {"rnn": "SimpleLayer", "gru": "GatedLayer", "lstm": "LongShortTermLayer"}


@pytest.mark.parametrize("cell", LAYERS)
@pytest.mark.parametrize("spec", [StepsSpec(), MeaningSpec(), AttentionSpec(), ForgettingSpec()])
def test_a_script_holds_the_cell_that_ran_and_no_other(spec: Spec, cell: str) -> None:
    assert classes(spec.but(cell=cell)) & {*LAYERS.values()} == {LAYERS[cell]}


def test_three_cells_are_in_the_script_that_compares_them() -> None:
    assert classes(ForgettingSpec(experiment="cells")) > {*LAYERS.values()}


def test_attention_is_in_the_scripts_that_look_back() -> None:
    found = {kind: classes(StepsSpec(attention=kind)) for kind in ("none", "additive", "dot")}
    scores = {"additive": "AdditiveScore", "dot": "DotScore"}
    looking = {"Attention", *scores.values()}
    assert not found["none"] & looking
    for kind, score in scores.items():
        assert found[kind] & looking == {"Attention", score}
    assert not classes(MeaningSpec()) & looking
    assert "ATTENTION" not in script(StepsSpec())
    assert "from_embedded" not in script(StepsSpec())
