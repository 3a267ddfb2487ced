"""The command line: JSON for programs, sentences for people, exit codes for both."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from typer.testing import CliRunner

from explorer.cli import app
from explorer.errors import DeviceError
from explorer.lessons import shelf
from explorer.lessons.course import COURSE
from explorer.lessons.report import report
from explorer.specs import SPECS, AnatomySpec
from explorer.text import catalogue
from explorer.training.checkpoints import load, save
from explorer.training.loop import Snapshot

REPOSITORY = Path(__file__).parents[1]
SMALL = ("--set", "hidden_widths=8", "--steps", "12")
# `python -m explorer`, except that a shell starts background jobs with Ctrl-C ignored.
MODULE = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("explorer", run_name="__main__", alter_sys=True)
"""


@pytest.fixture(autouse=True)
def _threads_as_before() -> Iterator[None]:
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


def explorer(*arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    outcome = CliRunner().invoke(app, arguments)
    assert outcome.exception is None or isinstance(outcome.exception, SystemExit)
    return outcome.exit_code, outcome.stdout, outcome.stderr


def as_json(*arguments: str) -> dict[str, Any]:
    code, out, err = explorer("run", *arguments, "--json")
    assert (code, err, out.count("\n")) == (0, "", 1)
    facts: dict[str, Any] = json.loads(out)
    return facts


def complaint(*arguments: str) -> str:
    """The sentence with which a command refuses; nothing else is said."""
    code, out, err = explorer(*arguments)
    assert (code, out) == (2, "")
    assert "Traceback" not in err
    return err.strip()


# run ---------------------------------------------------------------------------------------------


def test_the_json_has_every_fact_and_every_metric_at_the_top() -> None:
    facts = as_json("autoencoder-anatomy", *SMALL, "--seed", "3", "--device", "cpu")
    assert list(facts)[:6] == ["lesson", "spec", "steps", "seconds", "ending", "device"]
    assert facts["lesson"] == "autoencoder-anatomy"
    assert AnatomySpec.build(facts["spec"]) == AnatomySpec(hidden_widths=(8,), steps=12, seed=3)
    assert (facts["steps"], facts["ending"]) == (12, "steps")
    assert 0 < facts["seconds"] < 60
    assert facts["device"].startswith("CPU")
    assert set(facts["versions"]) == {"explorer", "python", "torch", "scikit-learn"}
    assert 0 < facts["test_mse"] < 1
    assert facts["pca_test_mse"] == pytest.approx(0.0529, abs=1e-4)
    assert "notice" not in facts


@pytest.mark.parametrize(
    ("settings", "metrics"),
    [
        ("experiment=map", {"linear_max_angle_degrees", "rbm_trustworthiness", "deep_test_mse"}),
        ("experiment=sizes", {"linear_1_test_mse", "pca_32_test_mse", "test_mse"}),
    ],
)
def test_both_experiments_of_the_second_lesson_run(settings: str, metrics: set[str]) -> None:
    assert metrics <= as_json("latents-and-pca", "--set", settings, *SMALL).keys()


def test_the_same_command_gives_the_same_numbers() -> None:
    first, again, other = (
        as_json("autoencoder-anatomy", *SMALL, "--seed", seed)["test_mse"] for seed in "001"
    )
    assert first == again != other


@pytest.mark.parametrize(
    ("arguments", "steps", "seconds"),
    [
        (("--seconds", "0.05"), None, 0.05),
        (("--seconds", "9", "--set", "steps=4"), 4, 9.0),
        (("--set", "steps=4"), 4, None),
        (("--set", "steps=9000", "--steps", "4"), 4, None),
        (("--set", "steps=none", "--set", "seconds=0.05"), None, 0.05),
    ],
)
def test_how_a_run_ends(
    arguments: tuple[str, ...], steps: int | None, seconds: float | None
) -> None:
    facts = as_json("autoencoder-anatomy", "--set", "hidden_widths=8", *arguments)
    assert (facts["spec"]["steps"], facts["spec"]["seconds"]) == (steps, seconds)
    assert facts["ending"] == ("steps" if steps else "seconds")
    assert steps is None or facts["steps"] == steps
    assert steps is not None or facts["seconds"] >= 0.05


def test_a_run_ends_at_its_target() -> None:
    facts = as_json("autoencoder-anatomy", *SMALL, "--set", "target_mse=0.9")
    assert (facts["ending"], facts["steps"]) == ("target", 0)


def test_the_table_has_the_same_numbers_in_words() -> None:
    code, out, err = explorer("run", "autoencoder-anatomy", *SMALL)
    assert (code, err) == (0, "")  # and no bar where there is no terminal
    assert "12 steps" in out
    facts = as_json("autoencoder-anatomy", *SMALL)
    for metric in ("train_mse", "test_mse", "pca_test_mse"):
        assert f"{facts[metric]:.6g}" in out


def test_a_run_that_diverges_ends_with_a_sentence() -> None:
    settings = ("optimizer=sgd", "activation=identity", "learning_rate=1")
    chosen = [part for setting in settings for part in ("--set", setting)]
    code, out, err = explorer("run", "autoencoder-anatomy", *chosen, "--steps", "60", "--json")
    assert (code, out) == (2, "")
    assert "learning rate" in err


def test_a_run_that_moved_to_the_cpu_says_so() -> None:
    moved = Snapshot(1, 0.1, {"test_mse": 0.5}, ending="steps", notice="device.fell_back")
    facts = report(AnatomySpec(), moved, "auto")
    assert facts["notice"] == catalogue("en")("errors.device.fell_back")
    assert facts["device"].startswith("CPU")


# Refusals ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("latent_dim=99", ("latent_dim", "99", "1 … 64")),
        ("activation=sine", ("activation", "sine", "silu", "identity")),
        ("dataset=cats", ("dataset", "cats", "digits", "kmnist")),
        ("learning_rate=fast", ("learning_rate", "fast", "1e-05 … 1")),
        ("colour=red", ("colour", "latent_dim", "seed")),
        ("latent_dim", ("latent_dim", "field=value")),
    ],
)
def test_a_wrong_setting_is_named_with_its_value_and_what_is_allowed(
    setting: str, named: tuple[str, ...]
) -> None:
    sentence = complaint("run", "autoencoder-anatomy", "--set", setting)
    assert all(part in sentence for part in named), sentence


@pytest.mark.parametrize(
    ("option", "value", "allowed"),
    [("--seconds", "soon", "600"), ("--steps", "0", "1 … 200000"), ("--seed", "-1", "0 … ")],
)
def test_a_wrong_option_is_answered_like_a_wrong_setting(
    option: str, value: str, allowed: str
) -> None:
    sentence = complaint("run", "autoencoder-anatomy", option, value)
    assert option.removeprefix("--") in sentence
    assert value in sentence
    assert allowed in sentence


def test_two_budgets_are_refused() -> None:
    sentence = complaint("run", "autoencoder-anatomy", "--seconds", "1", "--steps", "1")
    assert "--seconds" in sentence
    assert "--steps" in sentence


def test_an_unknown_lesson() -> None:
    assert ", ".join(SPECS) in complaint("run", "alchemy")


def test_absent_data_and_an_unknown_device(tmp_path: Path) -> None:
    here = ("--data-dir", str(tmp_path))
    sentence = complaint("run", "autoencoder-anatomy", "--set", "dataset=mnist", *here, "--json")
    assert str(tmp_path) in sentence
    assert "auto, cpu, cuda" in complaint("run", "autoencoder-anatomy", "--device", "abacus")


def test_an_error_in_the_middle_of_a_run_is_a_sentence_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> Iterator[Snapshot]:
        yield Snapshot(0, 0.0, {"test_mse": 1.0})
        raise DeviceError("device.out_of_memory", device="NVIDIA T4")

    monkeypatch.setattr("explorer.lessons.course.snapshots", full)
    assert "NVIDIA T4" in complaint("run", "autoencoder-anatomy")


# lessons and checkpoints -------------------------------------------------------------------------


def test_the_lessons_are_listed_one_a_line_in_order() -> None:
    code, out, _ = explorer("lessons")
    assert code == 0
    for line, lesson in zip(out.splitlines(), COURSE, strict=True):
        assert line.split()[0] == lesson.slug
        assert line.endswith(catalogue("en")(f"course.{lesson.stem}.question"))


@pytest.fixture
def own_shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[AnatomySpec, AnatomySpec]:
    """A shelf of two: one that can be built anywhere, one whose pictures are not here."""
    here = AnatomySpec(hidden_widths=(8,), steps=12)
    absent = here.but(dataset="mnist")
    monkeypatch.setattr(shelf, "SHELF", tmp_path)
    monkeypatch.setattr(shelf, "CHECKPOINTS", (here, absent))
    return here, absent


def test_checkpoints_are_rebuilt_and_then_sound(
    own_shelf: tuple[AnatomySpec, AnatomySpec],
) -> None:
    here, absent = own_shelf
    code, out, err = explorer("checkpoints")
    assert code == 0
    assert out.startswith(f"{shelf.name_of(here)}: ")
    assert "not built. mnist is not in" in err
    assert shelf.path_for(here).exists()
    assert not shelf.path_for(absent).exists()
    code, out, err = explorer("checkpoints", "--check", "--only", shelf.name_of(here))
    assert (code, out, err) == (0, f"{shelf.name_of(here)}: sound\n", "")


def test_a_check_lists_what_is_not_sound_and_exits_with_1(
    own_shelf: tuple[AnatomySpec, AnatomySpec],
) -> None:
    here, absent = own_shelf
    explorer("checkpoints", "--only", shelf.name_of(here))
    checkpoint = load(shelf.path_for(here), AnatomySpec)
    save(shelf.path_for(here), replace(checkpoint, metrics={**checkpoint.metrics, "test_mse": 0.5}))
    before = shelf.path_for(here).read_bytes()
    code, out, _ = explorer("checkpoints", "--check")
    assert code == 1
    assert "test_mse = 0.5" in out
    assert f"no checkpoint {shelf.path_for(absent).name}" in out
    assert shelf.path_for(here).read_bytes() == before


def test_a_check_without_the_data_says_so_and_does_not_fail(
    own_shelf: tuple[AnatomySpec, AnatomySpec],
) -> None:
    here, absent = own_shelf
    save(shelf.path_for(absent), replace(shelf.build(here), spec=absent))
    code, out, _ = explorer("checkpoints", "--check", "--only", shelf.name_of(absent))
    assert code == 0
    assert "was not checked" in out
    assert "sound" not in out


def test_an_unknown_checkpoint_is_refused(own_shelf: tuple[AnatomySpec, AnatomySpec]) -> None:
    assert shelf.name_of(own_shelf[0]) in complaint("checkpoints", "--only", "mona-lisa")


# As a process of its own -------------------------------------------------------------------------


def on_a_terminal(*arguments: str, interrupt: bool = False) -> tuple[int, str, str]:
    """Exit code, standard output, and what a process draws on the terminal that is its stderr.

    With `interrupt` Ctrl-C is pressed as soon as the progress bar has counted a step.
    """
    terminal, line = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", MODULE, *arguments],
        stdout=subprocess.PIPE,
        stderr=line,
        cwd=REPOSITORY,
        env=os.environ | {"TERM": "xterm"},
    ) as process:
        os.close(line)
        drawn = b""
        try:
            while part := _drawn_next(terminal):
                drawn += part
                if interrupt and b"step" in drawn:
                    process.send_signal(signal.SIGINT)
                    interrupt = False
            out, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    os.close(terminal)
    return process.returncode, out.decode(), drawn.decode()


def _drawn_next(terminal: int) -> bytes:
    """What comes next on a terminal; nothing when its last process has gone or is stuck."""
    if not select.select([terminal], [], [], 90)[0]:
        return b""
    try:
        return os.read(terminal, 10_000)
    except OSError:  # how Linux says that nobody holds the other end any more
        return b""


def test_a_bar_is_drawn_on_a_terminal_and_the_table_beside_it() -> None:
    code, out, drawn = on_a_terminal("run", "autoencoder-anatomy", *SMALL)
    assert code == 0
    assert "step 12, test_mse" in drawn
    assert "pca_test_mse" in out
    assert "pca_test_mse" not in drawn


def test_json_draws_no_bar_even_on_a_terminal() -> None:
    code, out, drawn = on_a_terminal("run", "autoencoder-anatomy", *SMALL, "--json")
    assert (code, drawn) == (0, "")
    assert json.loads(out)["steps"] == 12


def test_ctrl_c_ends_with_a_sentence() -> None:
    code, out, drawn = on_a_terminal(
        "run", "autoencoder-anatomy", "--seconds", "120", interrupt=True
    )
    assert (code, out) == (130, "")
    assert catalogue("en")("errors.cli.stopped") in drawn
    assert "Traceback" not in drawn


def test_help_and_a_refused_setting_need_no_torch() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from explorer.cli import app;"
        "asked = (['--help'], ['run', 'autoencoder-anatomy', '--set', 'latent_dim=0']);"
        "print([CliRunner().invoke(app, each).exit_code for each in asked], 'torch' in sys.modules)"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY, check=True
    )
    assert process.stdout == "[0, 2] False\n"


def test_dotted_metrics_are_reported_as_objects() -> None:
    metrics = {"test_mse": 0.5, "recall.4": 0.9, "recall.16": 0.3, "curve.relu.mean": 0.8}
    facts = report(AnatomySpec(), Snapshot(1, 0.1, metrics, ending="steps"), "cpu")
    assert facts["test_mse"] == 0.5
    assert facts["recall"] == {"4": 0.9, "16": 0.3}
    assert facts["curve"] == {"relu": {"mean": 0.8}}
