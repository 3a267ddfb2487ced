"""The exported scripts: they run alone, end at the app's numbers, and are clean."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, get_args

import pytest
import torch

from explorer.data import own_pairs
from explorer.lessons.course import snapshots
from explorer.lessons.scripts import TEMPLATES, script
from explorer.lessons.scripts.quoting import standalone
from explorer.lessons.scripts.settling import settled
from explorer.specs import (
    SPECS,
    Activation,
    AnatomySpec,
    AttentionSpec,
    CopyingSpec,
    Dataset,
    DenoisingSpec,
    EvidenceSpec,
    ForgettingSpec,
    GradientSpec,
    LatentsSpec,
    MeaningSpec,
    Optimizer,
    PixelsSpec,
    Spec,
    StackedSpec,
    StepsSpec,
    WalkSpec,
)
from explorer.training.loop import EverySteps

ALLOWED = {
    "num2words",
    "numpy",
    "scipy",
    "skimage",
    "PIL",
    "sklearn",
    "torch",
    "torchvision",
}  # SciPy comes with scikit-learn
MNIST = Path(
    os.environ.get("EXPLORER_TEST_MNIST")
    or Path(__file__).parents[3] / "shared" / "data" / "mnist-10k"
)
needs_mnist = pytest.mark.skipif(
    not (MNIST / "MNIST").is_dir(), reason="EXPLORER_TEST_MNIST names no folder with MNIST in it"
)

# The same operations in the same order give the same digits on one machine. But PCA's directions
# are computed here for one size of the code and there for all, and nobody promises that two
# processes add up a product of matrices in the same order: 300 steps magnify what differs then.
TOLERANCE = 1e-4


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """As the scripts do, and the app's runner."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


# One process for all, because importing PyTorch and scikit-learn costs more than the runs.
RUN_ALL = """
import contextlib, importlib.util, os, runpy, sys
assert importlib.util.find_spec("explorer") is None
for folder in sys.argv[1:]:
    os.chdir(folder)
    with open("output.txt", "w") as output, contextlib.redirect_stdout(output):
        runpy.run_path("script.py", run_name="__main__")
"""


def python(*arguments: str, folder: Path) -> str:
    """What Python prints that is started in a folder and cannot import this app from there."""
    done = subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def printed_metrics(output: str) -> dict[str, float]:
    """The numbers of `name value` lines and of tables, by the names that the app gives them."""
    metrics: dict[str, float] = {}
    columns: list[str] = []
    for line in output.splitlines():
        first, *rest = line.split()
        match first, rest:
            case "step", _:
                continue
            case "method" | "size", columns:
                pass
            case name, [value]:
                metrics[name] = float(value)
            case name, values:
                for column, value in zip(columns, values, strict=True):
                    metrics[app_name(name, column)] = float(value)
    return metrics


def app_name(row: str, column: str) -> str:
    """Rows of the map are methods, its columns metrics; rows of the sizes are sizes."""
    return f"{column}_{row}_test_mse" if row.isdigit() else f"{row}_{column}"


def app_metrics(spec: Spec, data_dir: Path | None = None) -> dict[str, float]:
    *_, last = snapshots(spec, EverySteps(10**9), device="cpu", data_dir=data_dir)
    return dict(last.metrics)


RUNS: dict[str, Spec] = {
    "reading digits": PixelsSpec(steps=60),
    "reading digits, whole batches": PixelsSpec(
        steps=10, activation="gelu", hidden_dim=5, batch_size=4000, seed=3
    ),
    "gates": PixelsSpec(experiment="gates", steps=40, starts=5),
    "gates with more units": PixelsSpec(
        experiment="gates", steps=20, starts=6, gate_units=4, activation="silu", seed=2
    ),
    "tied, no noise": AnatomySpec(
        steps=300, tied=True, noise=0, optimizer="momentum", learning_rate=0.1, activation="relu"
    ),
    "no hidden layer, whole batches": AnatomySpec(
        steps=100, hidden_widths=(), batch_size=4000, latent_dim=5, optimizer="rmsprop", seed=7
    ),
    "tied and linear": AnatomySpec(
        steps=100, hidden_widths=(48, 24, 12), tied=True, activation="identity", optimizer="sgd"
    ),
    "evidence, without noise's weights": EvidenceSpec(steps=150, noise_features=7),
    "evidence, L2, whole batches": EvidenceSpec(steps=40, penalty="l2", batch_size=4000, seed=5),
    "the map": LatentsSpec(steps=100, latent_dim=3),
    "a map without noise": LatentsSpec(steps=20, noise=0, activation="tanh", seed=3),
    "the walk": WalkSpec(steps=60),
    "a walk in three dimensions": WalkSpec(
        steps=30, latent_dim=3, beta=0, activation="gelu", hidden_widths=(24,), seed=2
    ),
    "the sizes": LatentsSpec(steps=12, experiment="sizes", hidden_widths=(32,)),
    "denoisers": DenoisingSpec(steps=60),
    "denoisers, blocks, no hidden layer": DenoisingSpec(
        steps=30, noise="blocks", strength=0.3, hidden_widths=(), batch_size=64, seed=3
    ),
    "a photo": DenoisingSpec(steps=40, experiment="photo"),
    "a photo with blocks gone, no hidden layer": DenoisingSpec(
        steps=20,
        experiment="photo",
        photo="flower",
        noise="blocks",
        photo_strength=0.3,
        hidden_widths=(),
        batch_size=64,
        seed=4,
    ),
    "noises crossed": DenoisingSpec(steps=25, experiment="matrix", hidden_widths=(40,)),
    "four nets": CopyingSpec(steps=60, seed=4),
    "four nets without noise": CopyingSpec(
        steps=20, noise=0, expansion=1, latent_dim=3, batch_size=4000
    ),
    "lists of numbers": CopyingSpec(steps=25, experiment="patterns", length=7, hidden_dim=24),
    "at the edge": GradientSpec(steps=30, experiment="edge", pictures=40, edge_rate=0.1, seed=3),
    "overfitting and all remedies": GradientSpec(steps=40, draws=2, hidden_dim=12),
    "overfitting, left alone": GradientSpec(
        steps=15,
        draws=3,
        pictures=30,
        early_stopping=False,
        weight_decay=0,
        dropout=0,
        more_pictures=0,
        seed=7,
    ),
    "overfitting and dropout": GradientSpec(
        steps=15, draws=2, early_stopping=False, weight_decay=0, more_pictures=0
    ),
    "overfitting and early stopping": GradientSpec(
        steps=35, draws=2, weight_decay=0, dropout=0, more_pictures=0, learning_rate=0.01
    ),
    "a stack": StackedSpec(steps=90, hidden_widths=(24, 16)),
    "one layer without masks": StackedSpec(
        steps=30, hidden_widths=(5,), noise=0, activation="relu", initialisation="xavier", seed=6
    ),
    "few labels": StackedSpec(steps=60, experiment="labels", hidden_widths=(16, 12), draws=3),
    "translating numbers": StepsSpec(steps=20, hidden_dim=16),
    "translating dates, looking back": StepsSpec(
        steps=10, corpus="dates-ko-figures", hidden_dim=8, cell="lstm", attention="dot", seed=2
    ),
    "dates in words, read backwards": StepsSpec(
        steps=10, corpus="dates-words-figures", hidden_dim=8, cell="rnn", reverse_source=True
    ),
    "a net that forgets": ForgettingSpec(
        steps=12, hidden_dim=12, embedding_dim=6, max_length=5, batch_size=32
    ),
    "a net that sorts, read backwards": ForgettingSpec(
        steps=6, task="sort", cell="lstm", hidden_dim=6, max_length=4, reverse_source=True, seed=3
    ),
    "three cells, read backwards": ForgettingSpec(
        steps=6, experiment="cells", max_length=5, hidden_dim=12, reverse_source=True, batch_size=64
    ),
    "six sizes, sorting": ForgettingSpec(
        steps=3, experiment="sizes", max_length=4, task="sort", cell="rnn", batch_size=64, seed=3
    ),
    "a long wait": ForgettingSpec(
        steps=5, experiment="delay", delay=6, hidden_dim=10, batch_size=64
    ),
    "looking back": AttentionSpec(
        steps=6, hidden_dim=12, embedding_dim=6, max_length=5, batch_size=32
    ),
    "looking back, additive, read backwards": AttentionSpec(
        steps=4, score="additive", cell="lstm", hidden_dim=8, max_length=4, reverse_source=True
    ),
    "two languages": MeaningSpec(steps=6, hidden_dim=12, embedding_dim=6, batch_size=32),
    "two languages, no noise, no pairs": MeaningSpec(
        steps=4, hidden_dim=8, embedding_dim=4, batch_size=16, code_noise=0, paired=0, cell="lstm"
    ),
}


def test_the_script_runs_as_a_file_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="No module named 'explorer'"):
        python("-c", "import explorer", folder=tmp_path)
    spec = AnatomySpec(steps=300)
    (tmp_path / "script.py").write_text(script(spec), encoding="utf-8")
    output = python("script.py", folder=tmp_path)
    assert printed_metrics(output) == pytest.approx(app_metrics(spec), rel=TOLERANCE)


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folders = {name: tmp_path_factory.mktemp("script") for name in RUNS}
    for name, folder in folders.items():
        (folder / "script.py").write_text(script(RUNS[name]), encoding="utf-8")
    python("-c", RUN_ALL, *map(str, folders.values()), folder=tmp_path_factory.mktemp("empty"))
    return {name: (folder / "output.txt").read_text() for name, folder in folders.items()}


@pytest.mark.parametrize("name", RUNS)
def test_the_script_ends_at_the_numbers_of_the_app(name: str, outputs: dict[str, str]) -> None:
    expected = app_metrics(RUNS[name])
    if isinstance(RUNS[name], LatentsSpec | WalkSpec):
        del expected["test_mse"]  # one of the others once more, for a target to be held against
    assert printed_metrics(outputs[name]) == pytest.approx(expected, rel=TOLERANCE)


@needs_mnist
def test_with_downloaded_pictures_too(tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(MNIST)
    spec = AnatomySpec(dataset="mnist", steps=40, hidden_widths=(32,))
    (tmp_path / "script.py").write_text(script(spec), encoding="utf-8")
    output = python("script.py", folder=tmp_path)
    assert printed_metrics(output) == pytest.approx(app_metrics(spec, MNIST), rel=TOLERANCE)


def test_with_a_readers_own_pairs_too(tmp_path: Path) -> None:
    rows = [(f"{word}{n} x", f"y w{n % 7}") for n in range(30) for word in ("word", "Word")]
    lines = "".join(f"{source}\t{target}\n" for source, target in rows)
    (tmp_path / "pairs.tsv").write_text(lines, encoding="utf-8")
    digest = own_pairs.keep(own_pairs.read_pairs(lines.encode()))
    spec = StepsSpec(corpus="own", pairs=digest, steps=8, hidden_dim=8, batch_size=16)
    (tmp_path / "script.py").write_text(script(spec), encoding="utf-8")
    output = python("script.py", folder=tmp_path)
    assert printed_metrics(output) == pytest.approx(app_metrics(spec), rel=TOLERANCE)


def many_specs() -> Iterator[Spec]:
    yield from RUNS.values()
    for choice in get_args(Activation):
        yield AnatomySpec(activation=choice)
        yield LatentsSpec(activation=choice, experiment="sizes")
    for choice in get_args(Optimizer):
        yield AnatomySpec(optimizer=choice, tied=True)
    for choice in get_args(Dataset):
        yield AnatomySpec(dataset=choice, noise=0)
        yield LatentsSpec(dataset=choice, hidden_widths=(1000, 1000, 1000, 1000))
        yield LatentsSpec(dataset=choice, experiment="sizes", noise=0)
        yield WalkSpec(dataset=choice, hidden_widths=())
        yield DenoisingSpec(dataset=choice, noise="masking")
        yield DenoisingSpec(dataset=choice, experiment="matrix")
    for spec_type in SPECS.values():
        yield spec_type()


@pytest.fixture(scope="module")
def programs() -> list[str]:
    headlines = (
        "",
        "A short one.",
        'It "squeezes" \\ a """picture""" ' + "and rebuilds it " * 20,
        "오토인코더는 그림을 좁은 코드로 압축했다가 다시 복원합니다. " * 4,
    )
    specs = list(many_specs())
    return [
        script(spec, headline=headlines[index % len(headlines)]) for index, spec in enumerate(specs)
    ]


def test_scripts_are_clean_and_formatted(programs: list[str], tmp_path: Path) -> None:
    for index, program in enumerate(programs):
        (tmp_path / f"script_{index}.py").write_text(program, encoding="utf-8")
    for command in (["check", "--select", "E,F,W,I,B"], ["format", "--diff"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--isolated", "--line-length", "100", "."]
        done = subprocess.run(ruff, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_scripts_import_neither_this_app_nor_streamlit(programs: list[str]) -> None:
    for program in programs:
        modules = set()
        for node in ast.walk(ast.parse(program)):
            if isinstance(node, ast.Import):
                modules |= {entry.name.split(".")[0] for entry in node.names}
            elif isinstance(node, ast.ImportFrom):
                modules.add(str(node.module).split(".")[0])
        assert modules - set(sys.stdlib_module_names) <= ALLOWED
        assert "explorer." not in program
        assert "type: ignore" not in program
        assert "noqa" not in program


def test_every_lesson_with_a_spec_has_a_script() -> None:
    assert TEMPLATES.keys() == SPECS.keys()
    for spec_type in SPECS.values():
        compile(script(spec_type()), spec_type.lesson, "exec")


def test_a_lesson_without_a_template_is_named() -> None:
    class Unwritten(Spec):
        lesson: ClassVar[str] = "unwritten-lesson"

    with pytest.raises(KeyError, match="unwritten-lesson"):
        script(Unwritten())


def test_steps_are_those_that_the_run_took() -> None:
    spec = AnatomySpec(steps=None, seconds=5)
    assert "\nSTEPS = 1234  " not in script(spec, steps=1234)
    assert "\nSTEPS = 1234\n" in script(spec, steps=1234)
    assert "\nSTEPS = 0\n" in script(spec, steps=0)
    with pytest.raises(ValueError, match="how many steps"):
        script(spec)


def test_the_settings_stand_at_the_top_and_unused_ones_do_not() -> None:
    tied = script(AnatomySpec(tied=True, noise=0, latent_dim=7, learning_rate=1e-5, seed=42))
    for line in ("LATENT_DIM = 7 ", "LEARNING_RATE = 1e-05\n", "SEED = 42 ", 'DEVICE = "cpu" '):
        assert f"\n{line}" in tied
    for unused in ("NOISE", "with_gaussian_noise", "class Decoder", "OPTIMIZER", "TIED", "DATASET"):
        assert unused not in tied
    assert "class TiedDecoder" in tied
    assert "Adam(parameters, lr=LEARNING_RATE" in tied

    untied = script(AnatomySpec(dataset="kmnist", optimizer="sgd"), device="cuda")
    for line in ('DATASET = "KMNIST" ', 'ROOT = "data" ', "NOISE = 0.2 ", 'DEVICE = "cuda" '):
        assert f"\n{line}" in untied
    for unused in ("TiedDecoder", "load_digits", "test_labels", "Adam", "momentum"):
        assert unused not in untied


def test_the_headline_is_the_second_paragraph() -> None:
    headline = "오토인코더는 그림을 좁은 코드로 압축했다가 다시 복원합니다."
    docstring = ast.get_docstring(ast.parse(script(AnatomySpec(), headline=headline)))
    assert docstring is not None
    assert docstring.split("\n\n")[1] == headline
    plain = ast.get_docstring(ast.parse(script(AnatomySpec())))
    assert docstring.replace(f"{headline}\n\n", "") == plain


CHOICE = '''"""A program."""
KIND = "a"  # a, b or c
DEPTH = 2
if KIND == "a":
    x = 1  # one
elif KIND == "b":
    x = 2
    if DEPTH:
        # deep
        x += DEPTH
else:
    x = 3
print(x)
'''


@pytest.mark.parametrize(
    ("kind", "depth", "left"),
    [
        ("a", 2, "x = 1  # one\n"),
        ("b", 2, "DEPTH = 2\nx = 2\n# deep\nx += DEPTH\n"),
        ("b", 0, "x = 2\n"),
        ("c", 2, "x = 3\n"),
    ],
)
def test_settling_leaves_what_runs(kind: str, depth: int, left: str) -> None:
    program = settled(CHOICE, {"KIND": kind, "DEPTH": depth})
    assert program == f'"""A program."""\n{left}print(x)\n'


def test_quoting_keeps_decorators() -> None:
    """Without its cache the lists would be made anew at every step."""
    program = script(CopyingSpec(experiment="patterns"))
    assert "@lru_cache(maxsize=256)\ndef rule_lists(" in program


def test_quoting_brings_what_a_definition_rests_on() -> None:
    program = standalone(
        '"""A program."""\n'
        "import numpy as np\n"
        "import torch\n"
        "from explorer.models.autoencoder import Encoder, Decoder\n"
        "print(Encoder((2, 1), 'relu', torch.Generator()))\n"
    )
    defined = [
        node.name
        for node in ast.parse(program).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
    assert defined == ["linear_layers", "through", "Encoder"]
    assert "ACTIVATIONS: dict" in program
    assert "numpy" not in program
    exec(compile(program, "program", "exec"), {})
