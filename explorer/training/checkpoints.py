"""Checkpoints: a finished run in one safetensors file, which can be opened without running code.

    weights/NAME          the experiment's parameters at the end, as they were trained
    timeline/00012/NAME   the arrays of the run's snapshots, for a page that replays the training

and in the header, as strings: the format, the lesson, the spec, the final metrics, step, seconds
and metrics of every snapshot, the data, the device and the versions it was made with, and `sha256`,
the digest of the whole file in which these 64 digits read as zeros: no byte changes unnoticed.

The timeline is for the eye: its floating arrays are stored in half precision, which moves a value
by at most 2⁻¹¹ (0.05 %) of itself, or by 3e-8 if it is smaller than 6e-5, and come back as float32.
An array with a value beyond ±65,504 stays as it is. Weights and metrics are not rounded.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar
from uuid import uuid4

import numpy as np
import sklearn
import torch
from pydantic import BaseModel, ConfigDict, Field, Json, ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors
from torch import Tensor

from explorer.data.pictures import PictureSet
from explorer.data.remembered import remembered
from explorer.errors import CheckpointError, SpecError
from explorer.specs import Spec
from explorer.training.loop import Array, Ending, Snapshot
from explorer.training.timeline import Timeline

FORMAT = "1"
MAX_BYTES = 64 * 2**20

S = TypeVar("S", bound=Spec)

_FORMAT_KEY = "explorer_checkpoint"  # others' files often have a plain `format`
_BLANK = b"0" * 64
_DIGEST = re.compile(rb'"sha256":"([0-9a-f]{64})"')


@dataclass(frozen=True, eq=False)
class Checkpoint(Generic[S]):
    """A finished run: what it was, what came of it, and how it got there."""

    spec: S
    metrics: Mapping[str, float]  # of the last snapshot
    timeline: Timeline
    weights: Mapping[str, Tensor]
    data: str  # the sha256 of what was learnt from, such as `fingerprint` of pictures
    device: str  # such as `CPU (2 cores)`
    versions: Mapping[str, str]  # as `versions()` gives them


class _Moment(BaseModel):
    """A snapshot without its arrays, as the header has it."""

    model_config = ConfigDict(from_attributes=True)

    step: int
    seconds: float
    metrics: dict[str, float]
    ending: Ending | None
    notice: str | None


class _Header(BaseModel):
    """The strings of the file's header; those that hold JSON are parsed."""

    lesson: str
    spec: str
    metrics: Json[dict[str, float]]
    snapshots: Json[Annotated[list[_Moment], Field(min_length=1)]]
    data: str
    device: str
    versions: Json[dict[str, str]]


def versions() -> dict[str, str]:
    """What computes here: explorer, python, torch and scikit-learn."""
    return {
        "explorer": _own_version(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "scikit-learn": sklearn.__version__,
    }


@cache
def _own_version() -> str:
    # The app runs from its folder and is not installed, so there is no package metadata to ask.
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    return str(project["project"]["version"])


@remembered
def fingerprint(pictures: PictureSet) -> str:
    """The sha256 of all pictures and labels: equal when two runs saw the same data."""
    digest = hashlib.sha256()
    for part in (pictures.train, pictures.test, pictures.train_labels, pictures.test_labels):
        digest.update(part.cpu().numpy().data)
    return digest.hexdigest()


def save(path: Path, checkpoint: Checkpoint[Any]) -> None:
    """Writes the checkpoint whole or not at all; CheckpointError if the folder does not let it."""
    content = save_tensors(_tensors(checkpoint), _metadata(checkpoint))
    if len(content) > MAX_BYTES:
        raise _too_large(path, len(content))
    sealed = _DIGEST.sub(b'"sha256":"%b"' % _digest(content), content, count=1)
    unfinished = path.with_name(f".{path.name}-{uuid4().hex[:8]}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            unfinished.write_bytes(sealed)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise _out_of_reach("unwritable", path, error) from error


def load(path: Path, spec_type: type[S]) -> Checkpoint[S]:
    """The checkpoint that `save` wrote, for the lesson of `spec_type`.

    CheckpointError says in a sentence why there is none: absent or unreadable, no safetensors file
    or not one of ours, of another format, damaged, too large, of another lesson, or with settings
    that are no longer allowed. Costs one reading of the file.
    """
    content = _read(path)
    header = _header(path, content)
    if header.lesson != spec_type.lesson:
        raise _refusal("other_lesson", path, lesson=header.lesson, expected=spec_type.lesson)
    try:
        spec = spec_type.from_json(header.spec)
    except SpecError as error:
        raise _refusal("not_allowed", path, reason=error) from error
    try:
        weights, moments = _sorted_out(load_tensors(content))
    except (SafetensorError, KeyError) as error:  # KeyError: a dtype that numpy does not have
        raise _refusal("damaged", path) from error
    timeline = Timeline()
    as_arrays = {name: weight.numpy() for name, weight in weights.items()}
    for number, moment in enumerate(header.snapshots):
        arrays = moments[_numbered(number)]
        timeline.append(Snapshot(**dict(moment), arrays=arrays, weights=as_arrays))
    return Checkpoint(
        spec=spec,
        metrics=header.metrics,
        timeline=timeline,
        weights=weights,
        data=header.data,
        device=header.device,
        versions=header.versions,
    )


# Writing ------------------------------------------------------------------------------------------


def _numbered(number: int) -> str:
    return f"{number:05d}"


def _tensors(checkpoint: Checkpoint[Any]) -> dict[str, Array]:
    """All arrays under their names in the file, contiguous, as safetensors wants them."""
    tensors: dict[str, Array] = {
        f"weights/{name}": weight.cpu().numpy() for name, weight in checkpoint.weights.items()
    }
    for number, snapshot in enumerate(checkpoint.timeline):
        for name, array in snapshot.arrays.items():
            tensors[f"timeline/{_numbered(number)}/{name}"] = _halved(array)
    return {name: np.asarray(array, order="C") for name, array in tensors.items()}


def _halved(array: Array) -> Array:
    """A float32 array in half precision, if that can hold it; any other as it is."""
    if array.dtype != np.float32:
        return array
    with np.errstate(over="ignore"):
        half = array.astype(np.float16)
    return half if np.isfinite(half).all() else array


def _metadata(checkpoint: Checkpoint[Any]) -> dict[str, str]:
    return {
        _FORMAT_KEY: FORMAT,
        "lesson": checkpoint.spec.lesson,
        "spec": checkpoint.spec.to_json(),
        "metrics": json.dumps(dict(checkpoint.metrics)),
        "snapshots": json.dumps(
            [_Moment.model_validate(snapshot).model_dump() for snapshot in checkpoint.timeline]
        ),
        "data": checkpoint.data,
        "device": checkpoint.device,
        "versions": json.dumps(dict(checkpoint.versions)),
        "sha256": _BLANK.decode(),
    }


# Reading ------------------------------------------------------------------------------------------


def _read(path: Path) -> bytes:
    """The file's content, of at most MAX_BYTES."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_BYTES:
                raise _too_large(path, size)
            return file.read(MAX_BYTES)
    except FileNotFoundError as error:
        raise _refusal("absent", path) from error
    except OSError as error:
        raise _out_of_reach("unreadable", path, error) from error


def _header(path: Path, content: bytes) -> _Header:
    """The header, once it is sure that this is a whole and unchanged checkpoint of this format."""
    metadata = _strings(path, content)
    if _FORMAT_KEY not in metadata:
        raise _refusal("foreign", path)
    if metadata[_FORMAT_KEY] != FORMAT:
        raise _refusal("other_format", path, format=str(metadata[_FORMAT_KEY])[:20], known=FORMAT)
    written = _DIGEST.search(content)
    if written is None or written[1] != _digest(content):
        raise _refusal("damaged", path)
    try:
        return _Header.model_validate(metadata)
    except ValidationError as error:
        raise _refusal("damaged", path) from error


def _strings(path: Path, content: bytes) -> dict[str, object]:
    """The metadata in a safetensors header: eight bytes of length (little-endian), then JSON."""
    if content[8:9] != b"{":
        raise _refusal("not_safetensors", path)
    end = 8 + int.from_bytes(content[:8], "little")
    try:
        metadata = json.loads(content[8:end]).get("__metadata__")
    except (ValueError, RecursionError) as error:  # cut short, or no JSON
        raise _refusal("damaged", path) from error
    return metadata if isinstance(metadata, dict) else {}


def _digest(content: bytes) -> bytes:
    """The sha256, in hex, of a file in which its own digest reads as zeros."""
    digest = hashlib.sha256()
    if place := _DIGEST.search(content):
        digest.update(content[: place.start(1)] + _BLANK)
        content = content[place.end(1) :]
    digest.update(content)
    return digest.hexdigest().encode()


def _sorted_out(
    tensors: Mapping[str, Array],
) -> tuple[dict[str, Tensor], defaultdict[str, dict[str, Array]]]:
    """The weights by name, and the arrays of the timeline by number and name."""
    weights: dict[str, Tensor] = {}
    moments: defaultdict[str, dict[str, Array]] = defaultdict(dict)
    for path, array in tensors.items():
        kind, _, name = path.partition("/")
        if kind == "weights":
            weights[name] = torch.from_numpy(array)
        else:
            number, _, name = name.partition("/")
            moments[number][name] = array.astype(np.float32) if array.dtype == np.float16 else array
    return weights, moments


def _refusal(why: str, path: Path, **values: object) -> CheckpointError:
    return CheckpointError(f"checkpoint.{why}", file=path.name, **values)


def _too_large(path: Path, nbytes: int) -> CheckpointError:
    return _refusal("too_large", path, size=nbytes / 2**20, limit=MAX_BYTES / 2**20)


def _out_of_reach(why: str, path: Path, error: OSError) -> CheckpointError:
    return _refusal(why, path, folder=path.parent, reason=error.strerror or error)
