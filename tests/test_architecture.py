"""The project keeps the rules in `architecture.py`, and each rule catches who breaks it."""

from __future__ import annotations

import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path, PurePosixPath

import pytest

from tests.architecture import (
    FLOOR,
    LONGEST_FUNCTION,
    ROOT,
    RULES,
    Module,
    Rule,
    charts_and_pages_know_no_torch,
    everything_is_of_a_size,
    imports_run_one_way,
    modules_say_what_they_are,
    no_exception_is_swallowed,
    nothing_is_unpickled,
    one_door_to_session_state,
    pages_are_named_like_no_package,
    pages_only_compose,
    randomness_is_passed_in,
    streamlit_stays_in_the_ui,
    torchvision_waits_in_data,
)


def project() -> list[PurePosixPath]:
    files = [ROOT / "app.py"]
    for house in ("explorer", "pages", "benchmarks"):
        files += sorted((ROOT / house).rglob("*.py"))
    return [PurePosixPath(file.relative_to(ROOT).as_posix()) for file in files]


@pytest.mark.parametrize("path", project(), ids=str)
def test_every_module_keeps_the_rules(path: PurePosixPath) -> None:
    module = Module(path, (ROOT / path).read_text(encoding="utf-8"))
    broken = [f"{rule.__name__}: {what}" for rule in RULES for what in rule(module)]
    assert not broken


def test_the_whole_project_is_read() -> None:
    read = {Module(path, "").room for path in project()}
    # The command line's door, `explorer/__main__.py`, is there as soon as the command line is.
    assert read >= set(FLOOR) - {"__main__"}, set(FLOOR) - read


def test_no_page_folder_is_on_the_path() -> None:
    places = [Path(place or ".").resolve() for place in sys.path]
    assert not [place for place in places if place.is_relative_to(ROOT / "pages")]


def test_requirements_name_what_the_app_imports() -> None:
    names = packages_distributions()
    pinned = re.findall(r"^([\w-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    imported = {
        name.top
        for path in project()
        if path.parts[0] != "benchmarks"
        for name in Module(path, (ROOT / path).read_text(encoding="utf-8")).imports
    }
    foreign = imported - set(sys.stdlib_module_names) - {"explorer", "pages", "app"}
    assert {names[name][0].lower() for name in foreign} == set(pinned)


def page(line: str) -> tuple[str, str]:
    return "pages/autoencoders/denoising.py", line


def lesson(line: str) -> tuple[str, str]:
    return "explorer/lessons/denoising.py", line


LONG_FUNCTION = "def f():\n" + "    x = 1\n" * LONGEST_FUNCTION

PLANTED: list[tuple[Rule, tuple[str, str]]] = [
    (imports_run_one_way, ("explorer/specs/base.py", "import explorer.data.pictures")),
    (imports_run_one_way, ("explorer/specs/base.py", "from explorer import training")),
    (imports_run_one_way, ("explorer/text/__init__.py", "from explorer.errors import SpecError")),
    (imports_run_one_way, ("explorer/data/noise.py", "from explorer.models.layers import x")),
    (imports_run_one_way, ("explorer/models/vae.py", "from ..training.loop import train")),
    (imports_run_one_way, ("explorer/models/vae.py", "from .. import training")),
    (imports_run_one_way, ("explorer/training/loop.py", "def f():\n    import explorer.analysis")),
    (imports_run_one_way, ("explorer/analysis/codes.py", "from explorer.charts import x")),
    (imports_run_one_way, ("explorer/charts/maps.py", "from explorer.ui.runs import runner")),
    (imports_run_one_way, ("explorer/cli.py", "from explorer.ui.runs import runner")),
    (imports_run_one_way, ("explorer/ui/runs.py", "import_module('explorer.cli')")),
    (imports_run_one_way, ("explorer/ui/runs.py", "import pages.start.home")),
    (imports_run_one_way, ("explorer/ui/runs.py", "from app import app")),
    (imports_run_one_way, ("explorer/__init__.py", "from explorer.specs import Spec")),
    (imports_run_one_way, ("explorer/components/__init__.py", "from explorer.specs import Spec")),
    (imports_run_one_way, ("explorer/attic/box.py", "import math")),
    (streamlit_stays_in_the_ui, ("explorer/training/runner.py", "import streamlit as st")),
    (streamlit_stays_in_the_ui, ("explorer/charts/maps.py", "from streamlit import altair_chart")),
    (streamlit_stays_in_the_ui, lesson("def f():\n    import streamlit.runtime")),
    (streamlit_stays_in_the_ui, lesson("import importlib\nimportlib.import_module('streamlit')")),
    (charts_and_pages_know_no_torch, ("explorer/charts/maps.py", "from torch import Tensor")),
    (charts_and_pages_know_no_torch, page("import torch.nn as nn")),
    (torchvision_waits_in_data, ("explorer/data/pictures.py", "import torchvision")),
    (torchvision_waits_in_data, lesson("def f():\n    from torchvision import datasets")),
    (pages_only_compose, page("class Net(nn.Module): pass")),
    (pages_only_compose, page("import altair as alt\nalt.Chart(frame)")),
    (pages_only_compose, page("for x in batches: step(x)")),
    (pages_only_compose, page("losses = [step(x) for x in DataLoader(data)]")),
    (pages_only_compose, page("for snapshot in train(spec): draw(snapshot)")),
    (pages_only_compose, page("while True: step()")),
    (pages_only_compose, page("loss.backward()")),
    (one_door_to_session_state, page("st.session_state['step'] = 1")),
    (one_door_to_session_state, page("from streamlit import session_state")),
    (one_door_to_session_state, ("explorer/ui/runs.py", "st.session_state.step = 1")),
    (randomness_is_passed_in, lesson("import torch\ntorch.manual_seed(0)")),
    (randomness_is_passed_in, lesson("import torch as t\nt.cuda.manual_seed_all(0)")),
    (randomness_is_passed_in, lesson("from torch import manual_seed")),
    (randomness_is_passed_in, lesson("import numpy as np\nnp.random.seed(0)")),
    (randomness_is_passed_in, lesson("import numpy as np\nx = np.random.normal(0, 1)")),
    (randomness_is_passed_in, lesson("from numpy.random import rand")),
    (randomness_is_passed_in, lesson("import random\nrandom.shuffle(x)")),
    (nothing_is_unpickled, lesson("import pickle")),
    (nothing_is_unpickled, lesson("from joblib import load")),
    (nothing_is_unpickled, lesson("import torch\ntorch.load(file)")),
    (nothing_is_unpickled, lesson("load(file, weights_only=False)")),
    (nothing_is_unpickled, lesson("np.load(file, allow_pickle=True)")),
    (no_exception_is_swallowed, lesson("try: f()\nexcept Exception: pass")),
    (no_exception_is_swallowed, lesson("for x in y:\n    try: f()\n    except: continue")),
    (pages_are_named_like_no_package, ("pages/autoencoders/bottleneck.py", "")),
    (pages_are_named_like_no_package, ("pages/learning/torch.py", "")),
    (pages_are_named_like_no_package, ("pages/learning/statistics.py", "")),
    (modules_say_what_they_are, lesson("import math")),
    (modules_say_what_they_are, ("explorer/data/utils.py", '"""Things."""')),
    (everything_is_of_a_size, lesson(LONG_FUNCTION)),
    (everything_is_of_a_size, lesson("x = 1\n" * 401)),
    (everything_is_of_a_size, page("x = 1\n" * 161)),
]


@pytest.mark.parametrize(("rule", "planted"), PLANTED)
def test_a_planted_violation_is_caught(rule: Rule, planted: tuple[str, str]) -> None:
    path, source = planted
    assert list(rule(Module(PurePosixPath(path), source)))


def test_every_rule_is_planted_against() -> None:
    assert {rule for rule, _ in PLANTED} == set(RULES)


ALLOWED = [
    ("explorer/errors.py", "from explorer.text import catalogue"),
    ("explorer/lessons/denoising.py", "from torch import nn\nclass Net(nn.Module): pass"),
    ("explorer/lessons/denoising.py", "torch.Generator().manual_seed(seed)"),
    ("explorer/lessons/denoising.py", "import numpy as np\nnp.random.RandomState(seed)"),
    ("explorer/lessons/denoising.py", "try: f()\nexcept KeyError: pass"),
    ("explorer/data/pictures.py", "def f():\n    import torchvision.datasets"),
    ("explorer/components/__init__.py", "from explorer.text import catalogue"),
    ("explorer/__main__.py", "from explorer.cli import app"),
    ("explorer/ui/session.py", "import streamlit as st\nst.session_state['x'] = 1"),
    ("pages/sequences/attention.py", "import streamlit as st\nfor name in names: st.write(name)"),
    ("pages/sequences/attention.py", "from explorer.ui.runs import runner\nrunner.step()"),
    ("app.py", "from explorer.ui.shell import open_shell"),
]


@pytest.mark.parametrize(("path", "source"), ALLOWED)
def test_what_is_allowed_is_not_caught(path: str, source: str) -> None:
    module = Module(PurePosixPath(path), f'"""What it is."""\n{source}')
    assert not [what for rule in RULES for what in rule(module)]
