"""A download arrives whole or leaves nothing, says how far it is, and fails in a sentence."""

from __future__ import annotations

import errno
import gzip
import hashlib
import shutil
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest

from explorer.data import downloads
from explorer.data.downloads import download, is_present
from explorer.data.pictures import DATASETS, load_pictures
from explorer.errors import DataError
from tests.data.test_pictures import check_promises, idx_files, refused, write_set

Answer = Callable[[BaseHTTPRequestHandler, bytes], None]


def whole(request: BaseHTTPRequestHandler, content: bytes) -> None:
    request.send_response(200)
    request.send_header("Content-Length", str(len(content)))
    request.end_headers()
    request.wfile.write(content)


def broken_off(request: BaseHTTPRequestHandler, content: bytes) -> None:
    request.send_response(200)
    request.send_header("Content-Length", str(len(content)))
    request.end_headers()
    request.wfile.write(content[: len(content) // 2])


def sign_in_page(request: BaseHTTPRequestHandler, content: bytes) -> None:
    whole(request, b"<!doctype html><p>Please sign in</p>")


def not_found(request: BaseHTTPRequestHandler, content: bytes) -> None:
    request.send_error(404)


def no_http(request: BaseHTTPRequestHandler, content: bytes) -> None:
    request.wfile.write(b"SSH-2.0-OpenSSH\r\n")


def silent(request: BaseHTTPRequestHandler, content: bytes) -> None:
    request.connection.recv(1)  # returns when the other side hangs up


class Mirror(ThreadingHTTPServer):
    """A server on 127.0.0.1 with packed files; `answers` says how it answers for a file."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), MirrorRequest)
        self.files = files
        self.answers: dict[str, Answer] = {}
        self.requests: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class MirrorRequest(BaseHTTPRequestHandler):
    server: Mirror

    def do_GET(self) -> None:
        name = self.path.strip("/")
        self.server.requests.append(name)
        self.server.answers.get(name, whole)(self, self.server.files[name])

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def packed() -> dict[str, bytes]:
    """A small MNIST as the mirrors pack it; the training pictures fill several chunks."""
    files = idx_files("mnist", train_count=400)
    return {f"{name}.gz": gzip.compress(content, mtime=0) for name, content in files.items()}


@pytest.fixture
def start_mirror(packed: dict[str, bytes]) -> Iterator[Callable[[], Mirror]]:
    started: list[tuple[Mirror, threading.Thread]] = []

    def start() -> Mirror:
        mirror = Mirror(packed)
        thread = threading.Thread(target=mirror.serve_forever, args=(0.05,))
        thread.start()
        started.append((mirror, thread))
        return mirror

    yield start
    for mirror, thread in started:
        mirror.shutdown()
        thread.join()
        mirror.server_close()


Mirrors = Callable[..., None]


@pytest.fixture
def use_mirrors(packed: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Mirrors:
    """Tell torchvision's MNIST to lie on these servers, with the checksums of `packed`."""
    import torchvision.datasets

    mnist = torchvision.datasets.MNIST

    def use(*urls: str) -> None:
        monkeypatch.setattr(mnist, "mirrors", list(urls))

    sums = [(name, hashlib.md5(content).hexdigest()) for name, content in packed.items()]
    monkeypatch.setattr(mnist, "resources", sums)
    size = sum(len(content) for content in packed.values())
    # The registry's entry is frozen; its size is what the progress is measured against.
    source = replace(DATASETS["mnist"], download_bytes=size)
    monkeypatch.setitem(DATASETS, "mnist", source)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return use


@pytest.fixture
def mirror(start_mirror: Callable[[], Mirror], use_mirrors: Mirrors) -> Mirror:
    started = start_mirror()
    use_mirrors(started.url)
    return started


def nobody_listens() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/"


def files_under(root: Path) -> list[str]:
    return sorted(path.name for path in root.rglob("*") if path.is_file())


def assert_rising_to_one(fractions: list[float]) -> None:
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)


def test_download_puts_a_readable_set_in_place(mirror: Mirror, tmp_path: Path) -> None:
    fractions: list[float] = []
    root = tmp_path / "not" / "yet"
    assert not is_present("mnist", root)
    download("mnist", root, fractions.append)
    assert is_present("mnist", root)
    assert len(load_pictures("mnist", root).train) == 400
    check_promises(load_pictures("mnist", root))
    assert files_under(root) == sorted(Path(name).stem for name in mirror.files)
    assert mirror.requests == list(mirror.files)
    assert_rising_to_one(fractions)
    largest = max(map(len, mirror.files.values())) / sum(map(len, mirror.files.values()))
    steps = [after - before for before, after in pairwise(fractions)]
    assert max(steps) < largest / 3  # it moved within the largest file, not only after it


def test_progress_is_optional(mirror: Mirror, tmp_path: Path) -> None:
    download("mnist", tmp_path)
    assert is_present("mnist", tmp_path)


def test_download_uses_the_folder_of_the_environment(
    mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    download("mnist")
    assert is_present("mnist")
    assert is_present("mnist", tmp_path)


def test_registry_knows_the_sizes_of_the_published_files() -> None:
    published = {
        "mnist": (9_912_422, 28_881, 1_648_877, 4_542),
        "fashion-mnist": (26_421_880, 29_515, 4_422_102, 5_148),
        "kmnist": (18_165_135, 29_497, 3_041_136, 5_120),
    }
    for name, sizes in published.items():
        assert DATASETS[name].download_bytes == sum(sizes)
        assert max(sizes) * 2 < downloads.MAX_FILE_BYTES


def test_digits_are_present_and_need_no_download(tmp_path: Path) -> None:
    fractions: list[float] = []
    assert is_present("digits", tmp_path)
    download("digits", tmp_path, fractions.append)
    assert_rising_to_one(fractions)
    assert files_under(tmp_path) == []


@pytest.mark.parametrize(
    ("answer", "key", "reason"),
    [
        (broken_off, "unreachable", "bytes are missing"),
        (sign_in_page, "wrong_checksum", "mnist"),
        (not_found, "unreachable", "Not Found"),
        (no_http, "unreachable", "SSH"),
        (silent, "unreachable", "timed out"),
    ],
)
def test_failing_server_leaves_nothing_behind(
    answer: Answer,
    key: str,
    reason: str,
    mirror: Mirror,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(downloads, "TIMEOUT_SECONDS", 0.5)
    name = "t10k-images-idx3-ubyte.gz"  # the third: two are there already when it fails
    mirror.answers[name] = answer
    fractions: list[float] = []
    refused(key, lambda: download("mnist", tmp_path, fractions.append), "mnist", mirror.url, reason)
    assert not is_present("mnist", tmp_path)
    assert files_under(tmp_path) == []
    assert fractions == sorted(fractions)
    assert fractions[-1] < 1
    del mirror.answers[name]
    download("mnist", tmp_path)
    check_promises(load_pictures("mnist", tmp_path))


def test_no_listener_is_said(use_mirrors: Mirrors, tmp_path: Path) -> None:
    use_mirrors(nobody_listens(), nobody_listens())
    refused("unreachable", lambda: download("mnist", tmp_path), "mnist", "refused")
    assert not is_present("mnist", tmp_path)
    assert files_under(tmp_path) == []


@pytest.mark.parametrize("answer", [broken_off, sign_in_page, not_found])
def test_second_mirror_stands_in_for_the_first(
    answer: Answer,
    start_mirror: Callable[[], Mirror],
    use_mirrors: Mirrors,
    tmp_path: Path,
) -> None:
    first, second = start_mirror(), start_mirror()
    first.answers = dict.fromkeys(first.files, answer)
    use_mirrors(nobody_listens(), first.url, second.url)
    fractions: list[float] = []
    download("mnist", tmp_path, fractions.append)
    check_promises(load_pictures("mnist", tmp_path))
    assert second.requests == list(second.files)
    assert_rising_to_one(fractions)


def test_endless_file_is_cut_off(
    mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "MAX_FILE_BYTES", 100_000)
    assert len(mirror.files["train-images-idx3-ubyte.gz"]) > 100_000
    refused("wrong_checksum", lambda: download("mnist", tmp_path))


def test_damaged_set_is_replaced_and_a_failure_leaves_the_old_one(
    mirror: Mirror, tmp_path: Path
) -> None:
    files = DATASETS["mnist"].files(write_set(tmp_path, "mnist"))
    old = [file.read_bytes() for file in files]
    mirror.answers["t10k-labels-idx1-ubyte.gz"] = not_found
    refused("unreachable", lambda: download("mnist", tmp_path))
    assert [file.read_bytes() for file in files] == old
    files[0].write_bytes(b"damaged")
    refused("damaged", lambda: load_pictures("mnist", tmp_path))
    mirror.answers.clear()
    download("mnist", tmp_path)
    assert len(load_pictures("mnist", tmp_path).train) == 400


class BrokenOffByReader(BaseException):
    """What a page raises out of the middle when its reader leaves."""


def test_reader_who_leaves_ends_the_download_and_the_next_one_begins(
    mirror: Mirror, tmp_path: Path
) -> None:
    def leave(fraction: float) -> None:
        if fraction > 0.3:
            raise BrokenOffByReader

    with pytest.raises(BrokenOffByReader):
        download("mnist", tmp_path, leave)
    assert files_under(tmp_path) == []
    assert list((tmp_path / "MNIST").iterdir()) == [tmp_path / "MNIST" / "raw"]
    download("mnist", tmp_path)
    assert is_present("mnist", tmp_path)


def in_thread(call: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=call)
    thread.start()
    return thread


@pytest.mark.parametrize("answer", [whole, not_found])
def test_students_who_click_at_once_share_one_download(
    answer: Answer, mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "WAIT_SECONDS", 0.01)
    everyone_waits = threading.Event()
    name = "t10k-images-idx3-ubyte.gz"

    def held_back(request: BaseHTTPRequestHandler, content: bytes) -> None:
        everyone_waits.wait(10)
        answer(request, content)

    mirror.answers[name] = held_back
    heard: list[list[float]] = [[], [], []]
    failures: list[str] = []

    def ask(fractions: list[float]) -> None:
        try:
            download("mnist", tmp_path, fractions.append)
        except DataError as error:
            failures.append(error.key)

    threads = [in_thread(partial(ask, fractions)) for fractions in heard]
    for _ in range(1000):
        if all(fractions and fractions[-1] > 0.5 for fractions in heard):
            break
        threading.Event().wait(0.01)
    everyone_waits.set()
    for thread in threads:
        thread.join()
    assert mirror.requests.count(name) == 1
    assert mirror.requests.count("train-images-idx3-ubyte.gz") == 1
    assert all(fractions == sorted(fractions) for fractions in heard)
    if answer is whole:
        assert failures == []
        assert [fractions[-1] for fractions in heard] == [1.0] * 3
    else:
        assert failures == ["data.unreachable"] * 3
        assert not is_present("mnist", tmp_path)


def test_folder_that_cannot_be_written_is_said(mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / "a-file").write_text("not a folder")
    for root in (tmp_path / "a-file" / "data", Path("/proc/explorer")):
        refused("unwritable", partial(download, "mnist", root), "mnist", root)
        assert not is_present("mnist", root)
    assert mirror.requests == []


def test_full_disk_is_said(mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_files: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", full)
    refused("disk_full", lambda: download("mnist", tmp_path), "mnist", tmp_path)
    assert files_under(tmp_path) == []


def test_missing_torchvision_is_said_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torchvision", None)
    refused("no_torchvision", lambda: download("mnist", tmp_path), "mnist", "torchvision")
    assert list(tmp_path.iterdir()) == []


def test_unknown_name_is_refused(tmp_path: Path) -> None:
    refused("unknown", lambda: download("cifar", tmp_path), "cifar", *DATASETS)
    refused("unknown", lambda: is_present("cifar", tmp_path), "cifar", *DATASETS)


def test_presence_takes_every_file_and_a_folder_that_can_be_entered(tmp_path: Path) -> None:
    write_set(tmp_path, "kmnist")
    assert is_present("kmnist", tmp_path)
    assert not is_present("mnist", tmp_path)
    (tmp_path / "a-file").write_text("not a folder")
    assert not is_present("kmnist", tmp_path / "a-file")
    DATASETS["kmnist"].files(tmp_path)[2].unlink()
    assert not is_present("kmnist", tmp_path)
