"""Steps a second: the bare loop, the runner with its snapshots, and the way most apps do it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, process_time, sleep
from typing import NamedTuple

import torch
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)
from torch.optim import Adam
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.figures import Figure
from explorer.data.downloads import is_present
from explorer.data.pictures import PictureSet, load_pictures
from explorer.lessons.autoencoder_anatomy import widths
from explorer.lessons.course import Material, begin
from explorer.models.autoencoder import Autoencoder
from explorer.specs import AnatomySpec, Spec
from explorer.training.loop import Clock, Snapshot, train
from explorer.training.optimizers import OPTIMIZERS, batches, with_gaussian_noise
from explorer.training.runner import Runner

ROUNDS = 9
SECONDS = 0.75
POLL_SECONDS = 0.25


class Moment(NamedTuple):
    """A step, and when it was reached."""

    step: int
    wall: float
    cpu: float  # seconds that this process has computed

    @classmethod
    def now(cls, step: int) -> Moment:
        return cls(step, perf_counter(), process_time())


class Pace(NamedTuple):
    """Steps per second by the clock on the wall, and per second of computing.

    The second hardly changes when other processes take the cores away.
    """

    wall: float
    cpu: float

    @classmethod
    def between(cls, first: Moment, last: Moment) -> Pace:
        steps = last.step - first.step
        return cls(steps / (last.wall - first.wall), steps / (last.cpu - first.cpu))


Contender = Callable[[AnatomySpec, PictureSet, float], Pace]
"""Trains for about so many seconds by the wall."""


def autoencoder(spec: AnatomySpec, pictures: PictureSet, generator: torch.Generator) -> Autoencoder:
    """The model that all contenders train."""
    return Autoencoder(
        widths(spec, pictures.pixels), spec.activation, tied=spec.tied, generator=generator
    )


def bare(spec: AnatomySpec, pictures: PictureSet, seconds: float) -> Pace:
    """Nothing but steps."""
    generator = torch.Generator().manual_seed(spec.seed)
    model = autoencoder(spec, pictures, generator)
    optimizer = OPTIMIZERS[spec.optimizer](model.parameters(), spec.learning_rate)
    stream = batches(pictures.train, spec.batch_size, generator)
    steps, first = 0, Moment.now(0)
    while perf_counter() - first.wall < seconds:
        x = next(stream)
        x_hat = model(with_gaussian_noise(x, spec.noise, generator)).reconstruction
        loss = F.mse_loss(x_hat, x)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        steps += 1
    return Pace.between(first, Moment.now(steps))


def through_the_runner(spec: AnatomySpec, pictures: PictureSet, seconds: float) -> Pace:
    """As a page trains: submitted, and watched four times a second; snapshots included."""
    seen = watched(spec, pictures, seconds)
    return Pace.between(seen[0], seen[-1])


def watched(spec: Spec, learns_from: Material, seconds: float) -> list[Moment]:
    """The moment of each snapshot of a run that a page submits and watches."""
    seen: list[Moment] = []

    def program(spec: Spec, clock: Clock) -> Iterator[Snapshot]:
        for snapshot in train(begin(spec, learns_from), spec.budget, clock):
            seen.append(Moment.now(snapshot.step))
            yield snapshot

    runner = Runner(program)
    handle = runner.submit(spec.but(steps=None, seconds=seconds), "reader")
    while handle.live:
        sleep(POLL_SECONDS)
    runner.close()
    return seen


def as_most_apps_do(spec: AnatomySpec, pictures: PictureSet, seconds: float) -> Pace:
    """A DataLoader, Adam as it comes, and a loss for the progress bar after every batch."""
    generator = torch.Generator().manual_seed(spec.seed)
    model = autoencoder(spec, pictures, generator)
    optimizer = Adam(model.parameters(), lr=spec.learning_rate)
    loader = DataLoader(
        TensorDataset(pictures.train), spec.batch_size, shuffle=True, generator=generator
    )
    curve: list[float] = []
    progress: Callable[[float], None] = curve.append
    first = Moment.now(0)
    while True:
        for (x,) in loader:
            x_hat = model(with_gaussian_noise(x, spec.noise, generator)).reconstruction
            loss = F.mse_loss(x_hat, x)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            progress(loss.item())
            if perf_counter() - first.wall >= seconds:
                return Pace.between(first, Moment.now(len(curve)))


def on_threads(threads: int) -> Contender:
    """The bare loop with so many intra-op threads."""

    def contender(spec: AnatomySpec, pictures: PictureSet, seconds: float) -> Pace:
        torch.set_num_threads(threads)
        try:
            return bare(spec, pictures, seconds)
        finally:
            torch.set_num_threads(1)

    return contender


def in_turn(contenders: dict[str, Contender], spec: AnatomySpec) -> dict[str, list[Pace]]:
    """The pace of each contender in each round; every round begins with another one."""
    pictures = load_pictures(spec.dataset, mnist_folder())
    order = list(contenders.items())
    for _, contender in order:
        contender(spec, pictures, 0.1)  # what is loaded and allocated once
    paces: dict[str, list[Pace]] = {name: [] for name in contenders}
    for _ in range(ROUNDS):
        for name, contender in order:
            paces[name].append(contender(spec, pictures, SECONDS))
        order.append(order.pop(0))
    return paces


def mnist_folder() -> Path | None:
    """A folder with MNIST, if one is known; None is the reader's own data folder."""
    known = os.environ.get("EXPLORER_TEST_MNIST")
    beside = Path(__file__).parents[2] / "shared" / "data" / "mnist-10k"
    return Path(known) if known else beside if beside.is_dir() else None


def specs() -> list[AnatomySpec]:
    """The lesson's default run on the digits and, where it is there, on MNIST."""
    both = [AnatomySpec(), AnatomySpec(dataset="mnist")]
    return [spec for spec in both if is_present(spec.dataset, mnist_folder())]


def _ratio(name: str, over: list[Pace], under: list[Pace], wanted: str = "") -> Figure:
    """How many times as fast one was as the other, round by round."""
    ratios = tuple(a.wall / b.wall for a, b in zip(over, under, strict=True))
    return Figure(name, "×", ratios, wanted=wanted, quoted="runner" in name)


def loop_figures() -> Iterator[Figure]:
    """The runner beside a bare loop and beside the usual one; one intra-op thread each."""
    torch.set_num_threads(1)
    contenders: dict[str, Contender] = {
        "bare loop": bare,
        "runner, four snapshots a second": through_the_runner,
        "`DataLoader`, progress after every batch": as_most_apps_do,
    }
    for spec in specs():
        name = spec.dataset
        paces = in_turn(contenders, spec)
        for contender, rounds in paces.items():
            yield Figure(f"{name}: {contender}", "steps/s", tuple(pace.wall for pace in rounds))
        plain, runner, usual = paces.values()
        yield _ratio(f"{name}: runner ÷ bare loop", runner, plain, wanted="≥ 0.90")
        computing = tuple(a.cpu / b.cpu for a, b in zip(runner, plain, strict=True))
        yield Figure(f"{name}: runner ÷ bare loop, per second of computing", "×", computing)
        yield _ratio(
            f"{name}: runner ÷ `DataLoader` with progress after every batch", runner, usual
        )


def thread_figures() -> Iterator[Figure]:
    """Whether a second intra-op thread pays."""
    for spec in specs():
        one, two = in_turn({"one": on_threads(1), "two": on_threads(2)}, spec).values()
        yield _ratio(f"{spec.dataset}: two intra-op threads ÷ one", two, one)
