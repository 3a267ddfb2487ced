"""Snapshots → tidy frames: what a chart draws, one row a mark, small enough to travel each tick."""

from __future__ import annotations

import base64
import math
import struct
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from explorer.analysis.codes import framed
from explorer.data.exhibit import Exhibit, exhibit
from explorer.data.pictures import PictureSet
from explorer.data.remembered import remembered
from explorer.training.loop import Snapshot

Floats = npt.NDArray[np.float32]

MAX_ROWS = 300  # a curve is no smoother with more, and each tick sends them all
MAX_POINTS = 500  # a browser draws four maps of so many points four times a second

THUMBNAIL_SIDE = 16  # pixels; a larger picture is averaged down to fit
GREY_LEVELS = 16
BITMAP_HEADER_BYTES = 120  # a multiple of 3, so that base64 can be cut behind it


class Thumbnails(NamedTuple):
    """Pictures as 4-bit bitmaps in base64, cut where they begin to differ.

    A row of a frame carries its own part only: 44 characters for an 8×8 picture, where a whole PNG
    takes 160. The chart puts the header in front of it.
    """

    header: str
    bodies: tuple[str, ...]

    def uri(self, index: int) -> str:
        """The picture as an <img> takes it."""
        return f"data:image/bmp;base64,{self.header}{self.bodies[index]}"


@remembered
def thumbnails(shown: Exhibit, height: int, width: int) -> Thumbnails:
    """Every picture of the exhibit, dark ink on white paper, at most THUMBNAIL_SIDE pixels a side.

    Computed once an exhibit.
    """
    shrink = math.ceil(max(height, width) / THUMBNAIL_SIDE)
    small = _averaged(shown.pictures.reshape(-1, height, width), shrink)
    levels = np.rint((1 - small) * (GREY_LEVELS - 1)).astype(np.uint8)  # 0 is ink, 15 is paper
    _, rows, columns = levels.shape
    row_bytes = 4 * math.ceil(columns / 8)  # two pixels a byte, rows padded to four bytes
    nibbles = np.zeros((len(levels), rows, 2 * row_bytes), dtype=np.uint8)
    nibbles[:, :, :columns] = levels[:, ::-1]  # a bitmap begins with its bottom row
    packed = nibbles[:, :, ::2] << 4 | nibbles[:, :, 1::2]
    return Thumbnails(
        header=_base64(_bitmap_header(rows, columns, rows * row_bytes)),
        bodies=tuple(_base64(picture.tobytes()) for picture in packed),
    )


def loss_history(snapshots: Sequence[Snapshot], series: Mapping[str, str]) -> pd.DataFrame:
    """step, series, mse: the metrics named in `series` under the words it gives them.

    At most MAX_ROWS rows a series, evenly spread, first and last always among them. A moment at
    which a metric is no finite number has no row: the curve of a run that blew up ends there.
    Raises KeyError for a metric which the snapshots lack.
    """
    kept = [snapshots[i] for i in _evenly(len(snapshots), MAX_ROWS)]
    rows = [
        (snapshot.step, word, snapshot.metrics[metric])
        for metric, word in series.items()
        for snapshot in kept
        if math.isfinite(snapshot.metrics[metric])
    ]
    return _frame(rows, step="int32", series="str", mse="float32")


def angle_history(snapshots: Sequence[Snapshot]) -> pd.DataFrame:
    """step, degrees: the largest principal angle between the linear code and PCA's subspace."""
    kept = [snapshots[i] for i in _evenly(len(snapshots), MAX_ROWS)]
    rows = [(snapshot.step, snapshot.metrics["linear_max_angle_degrees"]) for snapshot in kept]
    return _frame(rows, step="int32", degrees="float32")


def code_points(plane: Floats, pictures: PictureSet) -> pd.DataFrame:
    """point, x, y, label, picture: the exhibit of `pictures` at its places (M, 2) on a map.

    The first MAX_POINTS of them. `picture` is a Thumbnails body; a place that is no finite number
    is left empty.
    """
    return _points({"": plane}, pictures)


def linked_points(planes: Mapping[str, Floats], pictures: PictureSet) -> pd.DataFrame:
    """point, M_x, M_y for each method M of `planes`, label, picture: one row a test picture.

    Wide on purpose: a selection made in one method's map then holds for the rows of all. Otherwise
    like `code_points`.
    """
    return _points({f"{method}_": plane for method, plane in planes.items()}, pictures)


def size_errors(metrics: Mapping[str, float], methods: Mapping[str, str]) -> pd.DataFrame:
    """code_size, method, mse: test error per pixel of each code size in `metrics`.

    `methods` gives each method its word; raises KeyError if a method lacks a size that another has.
    """
    sizes = sorted(
        {int(name.split("_")[1]) for name in metrics if name.split("_")[1].isdecimal()},
    )
    rows = [
        (size, word, metrics[f"{method}_{size}_test_mse"])
        for method, word in methods.items()
        for size in sizes
    ]
    return _frame(rows, code_size="int32", method="str", mse="float32")


def method_scores(metrics: Mapping[str, float], methods: Mapping[str, str]) -> pd.DataFrame:
    """method, mse, label_agreement, trustworthiness: one row for each method, under its word."""
    rows = [
        (
            word,
            metrics[f"{method}_test_mse"],
            metrics[f"{method}_label_agreement"],
            metrics[f"{method}_trustworthiness"],
        )
        for method, word in methods.items()
    ]
    return _frame(
        rows, method="str", mse="float64", label_agreement="float64", trustworthiness="float64"
    )


def _points(planes: Mapping[str, Floats], pictures: PictureSet) -> pd.DataFrame:
    shown = exhibit(pictures)
    first = slice(MAX_POINTS)
    labels = shown.labels[first]
    columns: dict[str, object] = {"point": np.arange(len(labels), dtype=np.int32)}
    for prefix, plane in planes.items():
        finite = np.where(np.isfinite(plane[first]), plane[first], np.nan)
        places = framed(finite.astype(np.float32))
        columns[f"{prefix}x"], columns[f"{prefix}y"] = places[:, 0], places[:, 1]
    columns["label"] = pd.Categorical.from_codes(labels, pd.Index(pictures.classes))
    bodies = thumbnails(shown, pictures.height, pictures.width).bodies
    columns["picture"] = pd.array(bodies[first], dtype="str")
    return pd.DataFrame(columns)


def _frame(rows: Sequence[tuple[object, ...]], **dtypes: str) -> pd.DataFrame:
    """Rows under typed columns; typed even when there is no row.

    Column by column, which takes a fifth of the time that pandas takes to type a frame of objects.
    """
    columns = zip(*rows, strict=True) if rows else ((),) * len(dtypes)
    frame = {}
    for (name, kind), values in zip(dtypes.items(), columns, strict=True):
        words = kind == "str"
        frame[name] = pd.Series(list(values) if words else np.array(values, kind), dtype=kind)
    return pd.DataFrame(frame)


def _evenly(count: int, most: int) -> list[int]:
    """At most `most` of the indices 0 … count-1, with the first and the last."""
    if count <= most:
        return list(range(count))
    return np.linspace(0, count - 1, most).round().astype(int).tolist()  # type: ignore[no-any-return]


def _averaged(pictures: Floats, by: int) -> Floats:
    """(N, H, W) → (N, ⌈H/by⌉, ⌈W/by⌉), each pixel the mean of by×by; paper around if need be."""
    _, height, width = pictures.shape
    padded = np.pad(pictures, ((0, 0), (0, -height % by), (0, -width % by)))
    blocks = padded.reshape(len(pictures), padded.shape[1] // by, by, -1, by)
    means: Floats = blocks.mean(axis=(2, 4))
    return means


def _bitmap_header(rows: int, columns: int, image_bytes: int) -> bytes:
    """What a 4-bit grey Windows bitmap begins with, up to its pixels."""
    start = BITMAP_HEADER_BYTES
    file = struct.pack("<2sIHHI", b"BM", start + image_bytes, 0, 0, start)
    info = struct.pack("<IiiHHIIiiII", 40, columns, rows, 1, 4, 0, image_bytes, 0, 0, 16, 0)
    greys = b"".join(bytes([17 * level] * 3 + [0]) for level in range(GREY_LEVELS))
    return (file + info + greys).ljust(start, b"\0")


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
