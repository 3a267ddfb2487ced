"""A run finds its device, and a GPU that is full is not the end of it."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from typing import ClassVar

import pytest
import torch

from explorer.errors import DeviceError
from explorer.text import LANGUAGES, catalogue
from explorer.training.devices import CPU, DEVICES, choose_device, device_name, on_device
from explorer.training.loop import Snapshot

CUDA = torch.device("cuda")
FELL_BACK = "device.fell_back"


@pytest.fixture
def no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes torch say that there is a GPU; nothing computes on it."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "NVIDIA T4")
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: None)


class Models:
    """What takes the memory: the ones alive can be counted."""

    alive: ClassVar[weakref.WeakSet[Models]] = weakref.WeakSet()

    def __init__(self) -> None:
        self.alive.add(self)


class Runs:
    """A run of three snapshots, for which the GPU has memory only up to `until`."""

    def __init__(self, until: int = 2) -> None:
        self.until = until
        self.devices: list[torch.device] = []

    def __call__(self, device: torch.device) -> Iterator[Snapshot]:
        self.devices.append(device)
        models = Models()
        for step in range(3):
            if device != CPU and step == self.until:
                raise torch.OutOfMemoryError("CUDA out of memory")
            yield Snapshot(step, 0.0, {}, ending="steps" if step == 2 else None)
        del models


# Which --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_gpu")
def test_without_a_gpu_auto_is_the_cpu() -> None:
    assert choose_device() == choose_device("auto") == choose_device("cpu") == CPU


@pytest.mark.usefixtures("gpu")
def test_with_a_gpu_auto_takes_it_and_cpu_does_not() -> None:
    assert choose_device() == choose_device("auto") == choose_device("cuda") == CUDA
    assert choose_device("cpu") == CPU


@pytest.mark.usefixtures("no_gpu")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_gpu_that_is_not_there_is_refused(language: str) -> None:
    with pytest.raises(DeviceError) as caught:
        choose_device("cuda")
    sentence = caught.value.sentence(language)
    assert "CUDA" in sentence
    assert "cpu" in sentence
    assert "auto" in sentence


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["tpu", "cuda:7", ""])
def test_an_unknown_device_is_refused_with_those_there_are(name: str, language: str) -> None:
    with pytest.raises(DeviceError) as caught:
        choose_device(name)
    sentence = caught.value.sentence(language)
    assert name in sentence
    assert all(device in sentence for device in DEVICES)


def test_the_cpu_is_named_with_the_cores_it_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 3}, raising=False)
    assert device_name(CPU) == "CPU (2 cores)"
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3}, raising=False)
    assert device_name(CPU) == "CPU (1 core)"


def test_where_the_system_does_not_say_which_all_cores_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert device_name(CPU) == "CPU (8 cores)"


@pytest.mark.usefixtures("gpu")
def test_a_gpu_has_its_own_name() -> None:
    assert device_name(CUDA) == "NVIDIA T4"


# What happens there -------------------------------------------------------------------------------


def test_nothing_happens_before_the_first_snapshot_is_asked_for() -> None:
    runs = Runs()
    snapshots = on_device("tpu", runs)
    assert runs.devices == []
    with pytest.raises(DeviceError):
        next(snapshots)


@pytest.mark.usefixtures("no_gpu")
@pytest.mark.parametrize("choice", ["auto", "cpu"])
def test_a_run_on_the_cpu_is_passed_through(choice: str) -> None:
    runs = Runs()
    snapshots = list(on_device(choice, runs))
    assert [snapshot.step for snapshot in snapshots] == [0, 1, 2]
    assert {snapshot.notice for snapshot in snapshots} == {None}
    assert runs.devices == [CPU]


@pytest.mark.usefixtures("gpu")
@pytest.mark.parametrize("choice", ["auto", "cuda"])
def test_a_run_that_fits_stays_on_the_gpu(choice: str) -> None:
    runs = Runs(until=99)
    snapshots = list(on_device(choice, runs))
    assert {snapshot.notice for snapshot in snapshots} == {None}
    assert runs.devices == [CUDA]


@pytest.mark.usefixtures("gpu")
def test_when_the_gpu_is_full_auto_starts_again_on_the_cpu_and_says_so() -> None:
    runs = Runs(until=2)
    snapshots = list(on_device("auto", runs))
    assert runs.devices == [CUDA, CPU]
    assert [snapshot.step for snapshot in snapshots] == [0, 1, 0, 1, 2]
    assert [snapshot.notice for snapshot in snapshots] == [None, None, *[FELL_BACK] * 3]
    assert snapshots[-1].ending == "steps"


@pytest.mark.usefixtures("gpu")
def test_a_gpu_that_is_full_from_the_start_is_no_different() -> None:
    snapshots = list(on_device("auto", Runs(until=0)))
    assert [(snapshot.step, snapshot.notice) for snapshot in snapshots] == [
        (0, FELL_BACK),
        (1, FELL_BACK),
        (2, FELL_BACK),
    ]


@pytest.mark.usefixtures("gpu")
def test_the_gpu_is_emptied_when_the_models_on_it_are_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alive: list[int] = []
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: alive.append(len(Models.alive)))
    list(on_device("auto", Runs()))
    assert alive == [0]


@pytest.mark.usefixtures("gpu")
@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_insists_on_the_gpu_is_told_that_it_is_full(language: str) -> None:
    runs = Runs()
    snapshots = on_device("cuda", runs)
    assert [next(snapshots).step, next(snapshots).step] == [0, 1]
    with pytest.raises(DeviceError) as caught:
        next(snapshots)
    assert "NVIDIA T4" in caught.value.sentence(language)
    assert "cpu" in caught.value.sentence(language)
    assert runs.devices == [CUDA]


@pytest.mark.usefixtures("gpu")
def test_other_troubles_are_not_taken_for_a_full_gpu() -> None:
    def broken(device: torch.device) -> Iterator[Snapshot]:
        raise ZeroDivisionError(device)

    with pytest.raises(ZeroDivisionError, match="cuda"):
        next(on_device("auto", broken))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_has_a_sentence(language: str) -> None:
    assert "GPU" in catalogue(language)(f"errors.{FELL_BACK}")
