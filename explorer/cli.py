"""The command line: the same lessons without a browser.

torch takes a second to load, so each command imports what it needs; `--help` needs nothing of it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from explorer.errors import DataError, ExplorerError
from explorer.specs import SPECS, Spec
from explorer.text import catalogue

if TYPE_CHECKING:
    from explorer.training.loop import Snapshot

PROGRESS_SECONDS = 0.25

DataDir = Annotated[
    Path | None, typer.Option(help="The folder of the downloaded sets; else EXPLORER_DATA.")
]

app = typer.Typer(
    help="Trains the models of the Encoder–Decoder Explorer without a browser.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@contextmanager
def _in_a_sentence() -> Iterator[None]:
    """Turns what the reader can mend, and Ctrl-C, into a sentence on stderr and an exit code."""
    try:
        yield
    except ExplorerError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        typer.echo(catalogue("en")("errors.cli.stopped"), err=True)
        raise typer.Exit(130) from None


@app.command()
@_in_a_sentence()
def run(
    lesson: Annotated[str, typer.Argument(help="One of those that `lessons` lists.")],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="A setting; repeat it for more."),
    ] = None,
    seconds: Annotated[
        str | None,
        typer.Option(metavar="S", help="End after S seconds of training, not by a step count."),
    ] = None,
    steps: Annotated[str | None, typer.Option(metavar="N", help="End after N steps.")] = None,
    seed: Annotated[str | None, typer.Option(metavar="S", help="Where chance starts.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    data_dir: DataDir = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object instead of a table.")
    ] = False,
) -> None:
    """Trains one lesson and prints what came of it."""
    spec = _spec(lesson, settings or [], seconds=seconds, steps=steps, seed=seed)
    from explorer.lessons.course import examined, snapshots
    from explorer.lessons.report import report
    from explorer.training.loop import EverySeconds

    _one_thread()
    moments = snapshots(spec, EverySeconds(PROGRESS_SECONDS), device=device, data_dir=data_dir)
    final = _followed(moments, spec, shown=not as_json)
    final = replace(final, metrics={**final.metrics, **examined(spec, final)})
    facts = report(spec, final, device)
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False))
    else:
        _print_table(facts, final)


@app.command()
def lessons() -> None:
    """Lists the lessons of the course, in order."""
    from explorer.lessons.course import COURSE

    say = catalogue("en")
    for lesson in COURSE:
        typer.echo(f"{lesson.slug:<24} {say(f'course.{lesson.stem}.question')}")


@app.command()
@_in_a_sentence()
def checkpoints(
    check: Annotated[
        bool, typer.Option("--check", help="Measure the ones that are there; write nothing.")
    ] = False,
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="This one; repeat it for more.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Trains the checkpoints anew, or checks them (exit code 1 if one is not sound)."""
    from explorer.lessons.shelf import CHECKPOINTS, name_of

    names = {name_of(spec): spec for spec in CHECKPOINTS}
    for name in only or []:
        if name not in names:
            raise ExplorerError("cli.unknown_checkpoint", name=name, allowed=", ".join(names))
    chosen = {name: names[name] for name in (only or names)}
    _one_thread()
    if check:
        _check(chosen, data_dir)
    else:
        _rebuild(chosen, data_dir)


def _spec(lesson: str, settings: list[str], **options: str | None) -> Spec:
    """The spec that the command line describes; an option overrides a `--set` of the same field."""
    if lesson not in SPECS:
        raise ExplorerError("cli.unknown_lesson", lesson=lesson, allowed=", ".join(SPECS))
    if options["seconds"] is not None and options["steps"] is not None:
        raise ExplorerError("cli.two_budgets")
    given = [f"{field}={value}" for field, value in options.items() if value is not None]
    # First, so that a --set steps=… after it has the last word.
    unbounded = ["steps=none"] if options["seconds"] is not None else []
    return SPECS[lesson]().with_settings([*unbounded, *settings, *given])


def _one_thread() -> None:
    """On two cores a second intra-op thread makes these layers at most 1.3 times as fast, and less
    than a tenth as fast as soon as anything else runs.
    """
    import torch

    torch.set_num_threads(1)


def _followed(moments: Iterator[Snapshot], spec: Spec, *, shown: bool) -> Snapshot:
    """The last snapshot; on the way there a progress bar, if there is a terminal to draw it on."""
    bar = Progress(
        BarColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not (shown and sys.stderr.isatty()),
    )
    with bar:
        task = bar.add_task("", total=1.0)
        for moment in moments:
            text = f"step {moment.step:,}, {spec.watched} {moment.metrics[spec.watched]:.4f}"
            bar.update(task, completed=_part_done(moment, spec), description=text)
    return moment


def _part_done(moment: Snapshot, spec: Spec) -> float:
    budget = spec.budget
    by_steps = moment.step / budget.steps if budget.steps else 0.0
    by_seconds = moment.seconds / budget.seconds if budget.seconds else 0.0
    return max(by_steps, by_seconds)


def _print_table(facts: dict[str, Any], final: Snapshot) -> None:
    table = Table(title=f"{facts['lesson']}, seed {facts['spec']['seed']}", title_justify="left")
    table.add_column("metric")
    table.add_column("value", justify="right")
    for name, value in final.metrics.items():
        table.add_row(name, f"{value:.6g}")
    console = Console()
    console.print(table)
    console.print(
        f"{facts['steps']:,} steps in {facts['seconds']:.2f} s of training"
        f" on {facts['device']}; ended by: {facts['ending']}",
        highlight=False,
    )
    if "notice" in facts:
        console.print(facts["notice"])


def _check(chosen: dict[str, Spec], data_dir: Path | None) -> None:
    from explorer.lessons.shelf import verify

    sound = True
    for name, spec in chosen.items():
        verdict = verify(spec, data_dir=data_dir)
        for problem in verdict.problems:
            typer.echo(str(problem))
        if verdict.unchecked:
            typer.echo(str(verdict.unchecked))
        elif not verdict.problems:
            typer.echo(f"{name}: sound")
        sound = sound and not verdict.problems
    if not sound:
        raise typer.Exit(1)


def _rebuild(chosen: dict[str, Spec], data_dir: Path | None) -> None:
    from explorer.lessons.shelf import build, path_for
    from explorer.training.checkpoints import save

    for name, spec in chosen.items():
        try:
            checkpoint = build(spec, data_dir=data_dir)
        except DataError as absent:  # the others need no data that must be fetched
            typer.echo(f"{name}: not built. {absent}", err=True)
            continue
        save(path_for(spec), checkpoint)
        kilobytes = path_for(spec).stat().st_size / 1000
        measured = f"{spec.watched} {checkpoint.metrics[spec.watched]:.5f}"
        typer.echo(f"{name}: {kilobytes:,.0f} kB, {measured}")
