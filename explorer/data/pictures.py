"""Picture sets: what they are, which there are, and how one is read.

The digits lie inside scikit-learn and are always there. The other sets are folders in the layout
of `torchvision.datasets`; `explorer.data.downloads` fetches them. torchvision is imported only
when one of them is read or fetched, because it costs memory and the app must run without it.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import torch
from sklearn.datasets import load_digits

from explorer.errors import DataError

DIGITS_TEST_COUNT = 360
DIGITS_SPLIT_SEED = 0

# Two full 28×28 sets of 70,000 pictures (220 MB each) and the digits fit; a third evicts one.
KEPT_BYTES = 512 * 2**20

IDX_STEMS = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")

# What torchvision's idx reader has been seen to raise for files that are no idx files.
_NOT_AN_IDX_FILE = (RuntimeError, ValueError, TypeError, AssertionError, KeyError, IndexError)


@dataclass(frozen=True, eq=False)
class PictureSet:
    """Grey pictures with labels, one row a picture, pixels from 0 (paper) to 1 (ink).

    Everyone who asks for the same set shares these tensors: never write into them.
    """

    name: str
    train: torch.Tensor  # (N, height*width) float32
    test: torch.Tensor  # (M, height*width) float32
    train_labels: torch.Tensor  # (N,) int64, an index into `classes`
    test_labels: torch.Tensor  # (M,) int64
    height: int
    width: int
    classes: tuple[str, ...]

    @property
    def pixels(self) -> int:
        """Pixels of one picture."""
        return self.height * self.width

    @property
    def device(self) -> torch.device:
        """Where all four tensors lie."""
        return self.train.device

    @property
    def nbytes(self) -> int:
        """Bytes of the four tensors together."""
        parts = (self.train, self.test, self.train_labels, self.test_labels)
        return sum(part.nbytes for part in parts)

    def to(self, device: torch.device | str) -> PictureSet:
        """The same pictures on `device`; tensors that are there already are shared."""
        return replace(
            self,
            train=self.train.to(device),
            test=self.test.to(device),
            train_labels=self.train_labels.to(device),
            test_labels=self.test_labels.to(device),
        )


class Part(NamedTuple):
    """The training or the test half of a set as its source stores it."""

    pictures: torch.Tensor  # (N, height, width) uint8
    labels: torch.Tensor  # (N,) int64


@dataclass(frozen=True)
class Source:
    """Where a set comes from, and what is known about it before it is read."""

    name: str
    height: int
    width: int
    classes: tuple[str, ...]
    ink: int  # the pixel value that becomes 1
    read: Callable[[Source, Path], tuple[Part, Part]]  # training and test
    folder: str | None = None  # torchvision's class, and its folder's name; None: always there
    download_bytes: int = 0  # the four compressed files together

    @property
    def pixels(self) -> int:
        """Pixels of one picture."""
        return self.height * self.width

    def files(self, directory: Path) -> tuple[Path, ...]:
        """The files that must be under `directory`: training pictures, labels, test the same."""
        if self.folder is None:
            return ()
        raw = directory / self.folder / "raw"
        return tuple(raw / f"{stem}-ubyte" for stem in IDX_STEMS)


def split_indices(
    total: int, test_count: int, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Indices 0 … total-1, shuffled and cut: (total - test_count,) for training, (test_count,)."""
    order = torch.randperm(total, generator=generator)
    return order[:-test_count], order[-test_count:]


def _read_digits(_source: Source, _directory: Path) -> tuple[Part, Part]:
    """1,437 training and 360 test scans: one split for all runs, whatever their seed."""
    scans = load_digits()
    pictures = torch.from_numpy(scans.images).to(torch.uint8)  # (1797, 8, 8), ink 0 … 16
    labels = torch.from_numpy(scans.target)
    generator = torch.Generator().manual_seed(DIGITS_SPLIT_SEED)
    train, test = split_indices(len(pictures), DIGITS_TEST_COUNT, generator)
    return Part(pictures[train], labels[train]), Part(pictures[test], labels[test])


def _read_idx(source: Source, directory: Path) -> tuple[Part, Part]:
    """A set in torchvision's layout; DataError if a file is damaged or torchvision is missing."""
    train_pictures, train_labels, test_pictures, test_labels = source.files(directory)
    train = _read_part(source, train_pictures, train_labels)
    return train, _read_part(source, test_pictures, test_labels)


def _read_part(source: Source, picture_file: Path, label_file: Path) -> Part:
    idx = torchvision_datasets(source.name).mnist
    # The readers behind the data set classes, and not the classes themselves: those prefer an
    # old pickled copy in `processed/` where there is one, and do not say which file is damaged.
    pictures = _read_file(source, idx.read_image_file, picture_file)
    labels = _read_file(source, idx.read_label_file, label_file)
    if pictures.shape[1:] != (source.height, source.width):
        raise DataError("data.damaged", name=source.name, file=picture_file)
    if int(labels.max()) >= len(source.classes):
        raise DataError("data.damaged", name=source.name, file=label_file)
    if len(pictures) != len(labels):
        counts = {"pictures": len(pictures), "labels": len(labels)}
        raise DataError(
            "data.counts_differ", name=source.name, folder=picture_file.parent, **counts
        )
    return Part(pictures, labels)


def _read_file(source: Source, reader: Callable[[str], torch.Tensor], file: Path) -> torch.Tensor:
    try:
        return reader(str(file))
    except OSError as error:
        raise _unreadable(source, file, error) from error
    except _NOT_AN_IDX_FILE as error:
        raise DataError("data.damaged", name=source.name, file=file) from error


def _unreadable(source: Source, file: Path, error: OSError) -> DataError:
    return DataError(
        "data.unreadable", name=source.name, file=file, reason=error.strerror or str(error)
    )


def torchvision_datasets(name: str) -> Any:
    """The module `torchvision.datasets`; DataError if it is not there or does not load."""
    try:
        import torchvision.datasets
    # A build for another torch is found but fails with RuntimeError or OSError.
    except (ImportError, RuntimeError, OSError) as error:
        raise DataError("data.no_torchvision", name=name) from error
    return torchvision.datasets


_NUMERALS = tuple("0123456789")
_GARMENTS = (
    *("t-shirt", "trouser", "pullover", "dress", "coat"),
    *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
)
_HIRAGANA = tuple("おきすつなはまやれを")

DATASETS: dict[str, Source] = {
    source.name: source
    for source in (
        Source("digits", 8, 8, _NUMERALS, 16, _read_digits),
        Source("mnist", 28, 28, _NUMERALS, 255, _read_idx, "MNIST", 11_594_722),
        Source("fashion-mnist", 28, 28, _GARMENTS, 255, _read_idx, "FashionMNIST", 30_878_645),
        Source("kmnist", 28, 28, _HIRAGANA, 255, _read_idx, "KMNIST", 21_240_888),
    )
}


def source_of(name: str) -> Source:
    """The entry of DATASETS; DataError if there is none of that name."""
    if name not in DATASETS:
        raise DataError("data.unknown", name=name, allowed=", ".join(DATASETS))
    return DATASETS[name]


def data_directory(data_dir: Path | None = None) -> Path:
    """The folder of the downloaded sets: `data_dir`, else EXPLORER_DATA, else a user cache."""
    chosen = data_dir or os.environ.get("EXPLORER_DATA") or _user_cache()
    # os.path.expanduser, because Path.expanduser raises for a user it does not know.
    return Path(os.path.expanduser(chosen)).absolute()  # noqa: PTH111


def _user_cache() -> Path:
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base) / "encoder-decoder-explorer"


_Key = tuple[str, Path, torch.device]
_Stamp = tuple[tuple[int, int], ...]  # (modification time in ns, bytes) of each file
_kept: OrderedDict[_Key, tuple[_Stamp, PictureSet]] = OrderedDict()
_kept_lock = threading.Lock()


def load_pictures(
    name: str, data_dir: Path | None = None, device: torch.device | str = "cpu"
) -> PictureSet:
    """The set `name` of DATASETS on `device`, read once and shared by all who ask for it.

    Files that changed since are read anew. DataError says what is wrong with the name, with
    torchvision or with the files; trouble with the device is left to the caller.
    """
    source = source_of(name)
    directory = data_directory(data_dir)
    key = (name, directory, torch.empty(0, device=device).device)  # "cuda" is "cuda:0" here
    with _kept_lock:  # thirty who ask at once wait for one reading
        stamp = _stamp(source, directory)
        kept_stamp, pictures = _kept.pop(key, (None, None))
        if pictures is None or kept_stamp != stamp:
            pictures = None  # let go of the old copy before there is a new one
            pictures = _on_device(source, source.read(source, directory), key[2])
        _kept[key] = (stamp, pictures)
        while len(_kept) > 1 and sum(kept.nbytes for _, kept in _kept.values()) > KEPT_BYTES:
            _kept.popitem(last=False)
    return pictures


def _on_device(source: Source, parts: tuple[Part, Part], device: torch.device) -> PictureSet:
    def unit_floats(pictures: torch.Tensor) -> torch.Tensor:
        # Bytes travel, and the division is in place: no second copy of four times their size.
        return pictures.to(device).flatten(start_dim=1).to(torch.float32).div_(source.ink)

    train, test = parts
    return PictureSet(
        name=source.name,
        train=unit_floats(train.pictures),  # (N, height, width) → (N, height*width)
        test=unit_floats(test.pictures),
        train_labels=train.labels.to(device),
        test_labels=test.labels.to(device),
        height=source.height,
        width=source.width,
        classes=source.classes,
    )


def _stamp(source: Source, directory: Path) -> _Stamp:
    """What changes when a file does; DataError if one is absent or cannot be looked at."""
    stamps = []
    for file in source.files(directory):
        try:
            status = file.stat()
        except FileNotFoundError as error:
            raise DataError("data.absent", name=source.name, folder=directory) from error
        except OSError as error:
            raise _unreadable(source, file, error) from error
        stamps.append((status.st_mtime_ns, status.st_size))
    return tuple(stamps)
