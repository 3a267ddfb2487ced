"""The server's one runner, and this reader's place in it."""

from __future__ import annotations

import gc
import os
import sys
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import streamlit as st
import torch

from explorer.errors import ExplorerError
from explorer.lessons.course import snapshots
from explorer.specs import Spec
from explorer.training.devices import choose_device, cores, device_name
from explorer.training.runner import Handle, Runner
from explorer.ui.language import say
from explorer.ui.session import LessonMemory

DEVICE = os.environ.get("EXPLORER_DEVICE", "auto")


@st.cache_resource(show_spinner=False)
def runner() -> Runner:
    """The runner that all readers of this server share."""
    torch.set_num_threads(1)  # as the runner's worker does: pages compute in threads of their own
    _warm_up()
    return Runner(lambda spec, clock: snapshots(spec, clock, device=DEVICE))


def _warm_up() -> None:
    """Loads what the first step of an optimiser loads, and takes it out of the collector's sight.

    Streamlit may collect garbage after every run of a page; with torch's hundreds of thousands of
    objects in sight that holds the interpreter for a fifth of a second each time.
    """
    # With its first optimiser torch loads its compiler, and the compiler loads triton: 75 MB which
    # nothing here ever uses. Told that there is none, it goes on without.
    without_triton = "triton" not in sys.modules
    if without_triton:
        sys.modules["triton"] = None  # type: ignore[assignment]
    weight = torch.zeros(2, 2, requires_grad=True)
    optimizer = torch.optim.Adam([weight], fused=True)
    weight.sum().backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    if without_triton:
        del sys.modules["triton"]
    gc.collect()
    gc.freeze()


@dataclass(frozen=True)
class Reader:
    """Who watches: one browser tab."""

    runner: Runner = field(compare=False, repr=False)
    identity: UUID = field(default_factory=uuid4)

    def depart(self) -> None:
        self.runner.depart(self)


@st.cache_resource(scope="session", on_release=Reader.depart, show_spinner=False)
def _reader() -> Reader:
    """This reader; Streamlit lets go of it soon after the tab is closed."""
    return Reader(runner())


def follow(lesson: LessonMemory, spec: Spec) -> Handle | None:
    """The run of `spec`, if there is one; a run of other settings is let go."""
    handle = lesson.handle
    if handle is not None and handle.spec == spec and handle.watched:
        return handle
    if handle is not None:
        handle.release()
    lesson.handle = None if lesson.let_go == spec else runner().find(spec, _reader())
    if (handle, lesson.handle, lesson.followed) != (None, None, spec):
        lesson.playing = lesson.moment = None  # of another run; a checkpoint's moment stays
    lesson.followed = spec
    return lesson.handle


def start(lesson: LessonMemory, spec: Spec, *, paused: bool = False) -> ExplorerError | None:
    """Starts or joins the run of `spec`; returns why that is not possible now."""
    try:
        lesson.handle = runner().submit(spec, _reader(), paused=paused)
    except ExplorerError as error:
        return error
    lesson.let_go = lesson.moment = None
    # Somebody ran exactly this before: the same numbers, shown from the beginning.
    lesson.playing = None if lesson.handle.live or paused else 0
    return None


def device_type() -> str:
    """`cpu` or `cuda`: where this server trains."""
    return choose_device(DEVICE).type


def device_line() -> str:
    """What this server computes on, in the reader's language."""
    device = choose_device(DEVICE)
    return say()("home.cpu", count=cores()) if device.type == "cpu" else device_name(device)
