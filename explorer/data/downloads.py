"""Fetching a torchvision picture set: on the reader's click, with progress, whole or not at all.

torchvision's own `download=True` shows its progress on the server's terminal and writes under the
final name as it goes. So the four files are fetched here, from torchvision's mirrors and against
its checksums, beside the folder they belong to, and move in together when all are whole.
"""

from __future__ import annotations

import errno
import gzip
import hashlib
import os
import shutil
import tempfile
import threading
import urllib.request
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError

from explorer.data.pictures import Source, data_directory, source_of, torchvision_datasets
from explorer.errors import DataError

CHUNK_BYTES = 64 * 2**10
TIMEOUT_SECONDS = 20.0  # without a byte
# More than twice the largest of the files; most mirrors speak plain http, and anyone may answer.
MAX_FILE_BYTES = 64 * 2**20
WAIT_SECONDS = 0.2  # between two looks at a download that someone else began


def is_present(name: str, data_dir: Path | None = None) -> bool:
    """Whether all files of the set are there; it takes reading them to know that they are whole.

    Costs at most four looks at the disk, so a page may ask on every rerun.
    """
    # os.path.isfile, because Path.is_file raises where a folder may not be entered.
    return all(os.path.isfile(file) for file in source_of(name).files(data_directory(data_dir)))  # noqa: PTH113


def download(
    name: str,
    data_dir: Path | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> None:
    """Put a fresh copy of the set's files in place, replacing what lies there.

    `on_progress` gets the fraction of bytes received, from 0 to 1, never falling. Whatever it
    raises ends the download. Who asks while the same set is on its way follows that download.
    DataError if torchvision is missing, no mirror delivers, or the folder cannot be written.
    """
    source = source_of(name)
    progress = _Progress(on_progress or (lambda _fraction: None))
    progress(0.0)
    if source.folder is not None:
        _fetch_or_follow(source, data_directory(data_dir), progress)
    progress(1.0)


class _Progress:
    """A listener that never hears the fraction fall, though a second mirror begins anew."""

    def __init__(self, listener: Callable[[float], None]) -> None:
        self.listener = listener
        self.highest = 0.0

    def __call__(self, fraction: float) -> None:
        self.highest = max(self.highest, fraction)
        self.listener(self.highest)


class _Transfer:
    """The downloads of one set into one folder: one at a time, followed by all who wait."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.fraction = 0.0
        self.ended = 0  # a download that its own asker broke off has not ended: the next begins
        self.failure: DataError | None = None


_transfers: dict[tuple[str, Path], _Transfer] = {}


def _fetch_or_follow(source: Source, directory: Path, progress: _Progress) -> None:
    """Fetch the set, or wait for who is fetching it and share the success or the failure."""
    transfer = _transfers.setdefault((source.name, directory), _Transfer())
    ended = transfer.ended

    def report(fraction: float) -> None:
        transfer.fraction = fraction
        progress(fraction)

    while not transfer.lock.acquire(timeout=WAIT_SECONDS):
        progress(transfer.fraction)
    try:
        if transfer.ended == ended:
            transfer.failure = _attempt(source, directory, report)
            transfer.ended += 1
        if transfer.failure:
            # A new one each: raising one error in many threads would mix up their tracebacks.
            failure = transfer.failure
            raise DataError(failure.key, **failure.values) from failure
    finally:
        transfer.fraction = 0.0
        transfer.lock.release()


def _attempt(source: Source, directory: Path, report: Callable[[float], None]) -> DataError | None:
    try:
        _fetch_set(source, directory, report)
    except DataError as error:
        return error
    return None


def _fetch_set(source: Source, directory: Path, report: Callable[[float], None]) -> None:
    """All files of the set, whole and checked, or none of them."""
    torchvision_class = getattr(torchvision_datasets(source.name), str(source.folder))
    received = 0

    def arrived(count: int) -> None:
        report(min((received + count) / source.download_bytes, 1.0))

    with _workplace(source, directory) as workplace:
        for archive_name, md5 in torchvision_class.resources:
            archive = workplace / archive_name
            urls = [f"{mirror}{archive_name}" for mirror in torchvision_class.mirrors]
            received += _fetch_file(source, urls, md5, archive, arrived)
            with gzip.open(archive) as packed, archive.with_suffix("").open("wb") as unpacked:
                shutil.copyfileobj(packed, unpacked)
            archive.unlink()
        for file in source.files(directory):
            (workplace / file.name).replace(file)


@contextmanager
def _workplace(source: Source, directory: Path) -> Iterator[Path]:
    """A folder on the same disk as the set's own, gone afterwards; OSError becomes a DataError."""
    try:
        for file in source.files(directory):
            file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=".download-", dir=directory / str(source.folder)
        ) as workplace:
            yield Path(workplace)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DataError("data.disk_full", name=source.name, folder=directory) from error
        reason = error.strerror or str(error)
        raise DataError(
            "data.unwritable", name=source.name, folder=directory, reason=reason
        ) from error


def _fetch_file(
    source: Source, urls: list[str], md5: str, archive: Path, arrived: Callable[[int], None]
) -> int:
    """Save the first of `urls` that delivers a file with that checksum; its size in bytes."""
    failures = []
    for url in urls:
        try:
            return _save(source, url, md5, archive, arrived)
        except DataError as error:
            failures.append(error)
    raise failures[0]


def _save(source: Source, url: str, md5: str, archive: Path, arrived: Callable[[int], None]) -> int:
    size = 0
    digest = hashlib.md5(usedforsecurity=False)
    with archive.open("wb") as file, closing(_chunks(source, url)) as chunks:
        for chunk in chunks:
            size += len(chunk)
            if size > MAX_FILE_BYTES:
                break
            digest.update(chunk)
            file.write(chunk)
            arrived(size)
    if digest.hexdigest() != md5:
        raise DataError("data.wrong_checksum", name=source.name, url=url)
    return size


def _chunks(source: Source, url: str) -> Generator[bytes]:
    """The body of `url`; DataError if there is no answer or it breaks off."""
    request = urllib.request.Request(url, headers={"User-Agent": "encoder-decoder-explorer"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            while chunk := response.read(CHUNK_BYTES):
                yield chunk
            if response.length:
                raise ConnectionError(f"{response.length} bytes are missing")
    except (OSError, HTTPException) as error:
        if isinstance(error, HTTPError):
            error.close()  # it is the response, with its socket
        reason = error.reason if isinstance(error, URLError) else error
        raise DataError("data.unreachable", name=source.name, url=url, reason=reason) from error
