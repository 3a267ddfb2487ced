"""Where a run computes: CPU or CUDA, and what happens when the GPU is full."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

import torch

from explorer.errors import DeviceError
from explorer.training.loop import Snapshot

DEVICES = ("auto", "cpu", "cuda")
CPU = torch.device("cpu")
T = TypeVar("T")


def choose_device(choice: str = "auto") -> torch.device:
    """`cuda` when it is asked for, or with `auto` when there is one; else `cpu`.

    Raises DeviceError for any other name, and for `cuda` on a machine that has none.
    """
    if choice not in DEVICES:
        raise DeviceError("device.unknown", device=choice, allowed=", ".join(DEVICES))
    if choice == "cuda" and not torch.cuda.is_available():
        raise DeviceError("device.no_cuda")
    return torch.device("cuda") if choice != "cpu" and torch.cuda.is_available() else CPU


def device_name(device: torch.device) -> str:
    """What the machine calls it, such as `NVIDIA T4` or `CPU (2 cores)`."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    mine = cores()
    return f"CPU ({mine} cores)" if mine != 1 else "CPU (1 core)"


def cores() -> int:
    """How many cores of the CPU are ours."""
    ours = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return ours or 1


def on_device(
    choice: str, snapshots_on: Callable[[torch.device], Iterator[Snapshot]]
) -> Iterator[Snapshot]:
    """The snapshots of a run on the device chosen.

    When `auto` chose a GPU and it runs out of memory, the run starts again on the CPU and every
    snapshot from then on carries the notice `device.fell_back`. Where the reader insisted on a
    device, DeviceError says that its memory is full.
    """
    device = choose_device(choice)
    try:
        yield from snapshots_on(device)
    except torch.OutOfMemoryError:
        if device == CPU or choice != "auto":
            raise DeviceError("device.out_of_memory", device=device_name(device)) from None
    else:
        return
    torch.cuda.empty_cache()  # not before the error and, with it, the models are gone
    for snapshot in snapshots_on(CPU):
        yield replace(snapshot, notice="device.fell_back")
