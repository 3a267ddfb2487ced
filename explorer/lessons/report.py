"""A finished run in one dictionary: the command line's JSON, and what a page may hand out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from explorer.specs import Spec
from explorer.text import catalogue
from explorer.training.checkpoints import versions
from explorer.training.devices import CPU, choose_device, device_name
from explorer.training.loop import Snapshot


def report(spec: Spec, final: Snapshot, device: str = "auto") -> dict[str, Any]:
    """What was run, how it ended, and its metrics by name beside these; all of it fit for JSON.

    `device` is the choice the run was started with. `notice` is there only where the run has one
    to give. All metrics are finite numbers: a run that diverges ends with an error instead.
    """
    facts: dict[str, Any] = {
        "lesson": spec.lesson,
        "spec": spec.model_dump(mode="json"),
        "steps": final.step,
        "seconds": round(final.seconds, 3),
        "ending": final.ending,
        "device": device_name(computed_on(final, device)),
    }
    if final.notice is not None:
        facts["notice"] = catalogue("en")(f"errors.{final.notice}")
    facts["versions"] = versions()
    return facts | nested(final.metrics)


def nested(metrics: Mapping[str, float]) -> dict[str, Any]:
    """Metrics with dots in their names as objects: `recall.4` becomes `{"recall": {"4": …}}`."""
    whole: dict[str, Any] = {}
    for name, value in metrics.items():
        *path, leaf = name.split(".")
        inner = whole
        for part in path:
            inner = inner.setdefault(part, {})
        inner[leaf] = value
    return whole


def computed_on(final: Snapshot, device: str = "auto") -> torch.device:
    """Where a run that was started with this choice of device computed in the end."""
    return CPU if final.notice == "device.fell_back" else choose_device(device)
