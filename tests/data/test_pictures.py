"""The picture sets are what they claim to be, and every damage to them is named in a sentence."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing
import pytest
import torch
from sklearn.datasets import load_digits

from explorer.data import pictures
from explorer.data.pictures import (
    DATASETS,
    PictureSet,
    Source,
    data_directory,
    load_pictures,
    source_of,
    split_indices,
)
from explorer.errors import DataError
from explorer.text import LANGUAGES

REPOSITORY = Path(__file__).parents[2]
DOWNLOADED = [name for name, source in DATASETS.items() if source.folder]


def idx(values: np.typing.NDArray[np.uint8]) -> bytes:
    """The idx file that holds these bytes: magic, sizes (big-endian), values."""
    return (
        struct.pack(f">{1 + values.ndim}I", 0x800 + values.ndim, *values.shape) + values.tobytes()
    )


def idx_files(name: str, train_count: int = 40, test_count: int = 20) -> dict[str, bytes]:
    """A small made-up set in the files of `name`, by file name; every class occurs."""
    rng = np.random.default_rng(7)
    contents = []
    for count in (train_count, test_count):
        contents.append(idx(rng.integers(0, 256, (count, 28, 28), dtype=np.uint8)))
        contents.append(idx((np.arange(count) % 10).astype(np.uint8)))
    names = [file.name for file in DATASETS[name].files(Path())]
    return dict(zip(names, contents, strict=True))


def write_set(root: Path, name: str) -> Path:
    """The files of `idx_files` where torchvision looks for them; returns `root`."""
    for file, content in zip(DATASETS[name].files(root), idx_files(name).values(), strict=True):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return root


def refused(key: str, call: Callable[[], object], *named: object) -> None:
    """`call` raises the DataError `key`, whose sentences in all languages mention `named`."""
    with pytest.raises(DataError) as caught:
        call()
    assert caught.value.key == f"data.{key}"
    sentences = {language: caught.value.sentence(language) for language in LANGUAGES}
    assert len(set(sentences.values())) == len(LANGUAGES)
    assert re.search("[가-힣]", sentences["ko"])
    for sentence in sentences.values():
        assert all(str(part) in sentence for part in named), sentence


@pytest.fixture(scope="session")
def mnist_root() -> Path:
    """A folder with real MNIST pictures: 8,000 for training, 1,000 for testing."""
    default = REPOSITORY.parent / "shared" / "data" / "mnist-10k"
    root = Path(os.environ.get("EXPLORER_TEST_MNIST") or default)
    if not root.is_dir():
        pytest.skip(f"no MNIST in {root}; set EXPLORER_TEST_MNIST to a folder that holds it")
    return root


def check_promises(loaded: PictureSet) -> None:
    source = DATASETS[loaded.name]
    assert (loaded.height, loaded.width) == (source.height, source.width)
    assert loaded.pixels == source.pixels == loaded.height * loaded.width
    assert loaded.classes == source.classes
    halves = ((loaded.train, loaded.train_labels), (loaded.test, loaded.test_labels))
    for part, labels in halves:
        assert part.shape == (len(labels), loaded.pixels)
        assert part.dtype == torch.float32
        assert (float(part.min()), float(part.max())) == (0, 1)
        assert labels.shape == (len(part),)
        assert labels.dtype == torch.int64
        assert set(labels.tolist()) == set(range(10))


def test_registry_begins_with_the_digits_and_names_ten_classes_each() -> None:
    assert list(DATASETS) == ["digits", "mnist", "fashion-mnist", "kmnist"]
    for name, source in DATASETS.items():
        assert source.name == name
        assert len(set(source.classes)) == 10
    assert DATASETS["kmnist"].classes == tuple("おきすつなはまやれを")


@pytest.mark.parametrize("name", DOWNLOADED)
def test_registry_agrees_with_torchvision(name: str) -> None:
    import torchvision.datasets

    source = DATASETS[name]
    torchvision_class = getattr(torchvision.datasets, str(source.folder))
    unpacked = {Path(archive).stem for archive, _ in torchvision_class.resources}
    assert {file.name for file in source.files(Path("/data"))} == unpacked
    assert source.files(Path("/data"))[0].parent == Path("/data") / str(source.folder) / "raw"
    assert len(torchvision_class.classes) == len(source.classes)
    if name == "fashion-mnist":
        first_words = [label.lower().split("/")[0] for label in torchvision_class.classes]
        assert list(source.classes) == first_words


def test_digits_are_the_scans_of_scikit_learn() -> None:
    loaded = load_pictures("digits")
    check_promises(loaded)
    assert len(loaded.train) == 1437
    assert len(loaded.test) == 360
    scans = load_digits()
    labels = torch.cat([loaded.train_labels, loaded.test_labels])
    assert labels.bincount().tolist() == np.bincount(scans.target).tolist()
    assert int(loaded.test_labels.bincount().min()) >= 20
    # The same rows with the same labels, in another order.
    rows = torch.cat([loaded.train, loaded.test]).double().mul(16).numpy()
    ours = np.column_stack([rows, labels.numpy()])
    theirs = np.column_stack([scans.data, scans.target])
    assert sorted(map(tuple, ours)) == sorted(map(tuple, theirs))


def test_digits_split_never_changes() -> None:
    generator = torch.Generator().manual_seed(pictures.DIGITS_SPLIT_SEED)
    train, test = split_indices(1797, pictures.DIGITS_TEST_COUNT, generator)
    loaded = load_pictures("digits")
    scans = torch.tensor(load_digits().data, dtype=torch.float32) / 16
    assert torch.equal(loaded.train, scans[train])
    assert torch.equal(loaded.test, scans[test])
    # Checkpoints carry figures measured on this test part: another one would make them untrue.
    assert test[:8].tolist() == [1084, 909, 1253, 225, 895, 1261, 1295, 1459]


def test_split_covers_all_and_shares_nothing() -> None:
    train, test = split_indices(100, 30, torch.Generator().manual_seed(3))
    assert (len(train), len(test)) == (70, 30)
    assert not set(train.tolist()) & set(test.tolist())
    assert sorted(train.tolist() + test.tolist()) == list(range(100))
    again, _ = split_indices(100, 30, torch.Generator().manual_seed(3))
    other, _ = split_indices(100, 30, torch.Generator().manual_seed(4))
    assert torch.equal(train, again)
    assert not torch.equal(train, other)


def test_loading_leaves_the_global_generator_alone() -> None:
    before = torch.random.get_rng_state()
    pictures._kept.clear()
    load_pictures("digits")
    assert torch.equal(before, torch.random.get_rng_state())


def test_mnist_is_what_torchvision_reads(mnist_root: Path) -> None:
    import torchvision.datasets

    loaded = load_pictures("mnist", mnist_root)
    check_promises(loaded)
    for train, part, labels in (
        (True, loaded.train, loaded.train_labels),
        (False, loaded.test, loaded.test_labels),
    ):
        oracle = torchvision.datasets.MNIST(mnist_root, train=train, download=False)
        assert torch.allclose(part, oracle.data.flatten(1) / 255)
        assert torch.equal(labels, oracle.targets)


@pytest.mark.parametrize("name", DOWNLOADED)
def test_every_downloaded_set_is_read_from_its_own_folder(name: str, tmp_path: Path) -> None:
    loaded = load_pictures(name, write_set(tmp_path, name))
    check_promises(loaded)
    assert (len(loaded.train), len(loaded.test)) == (40, 20)
    first = idx_files(name)["train-images-idx3-ubyte"][16 : 16 + 784]
    assert loaded.train[0].mul(255).round().to(torch.uint8).numpy().tobytes() == first


def test_old_pickled_copy_beside_the_files_is_not_read(tmp_path: Path) -> None:
    processed = write_set(tmp_path, "mnist") / "MNIST" / "processed"
    processed.mkdir()
    for name in ("training.pt", "test.pt"):
        (processed / name).write_bytes(b"a pickle from elsewhere")
    check_promises(load_pictures("mnist", tmp_path))


def test_one_copy_is_shared_by_thirty_who_ask_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_set(tmp_path, "mnist")
    readings: list[Path] = []
    read_file = pictures._read_file

    def counted(source: Source, reader: Callable[[str], torch.Tensor], file: Path) -> torch.Tensor:
        readings.append(file)
        return read_file(source, reader, file)

    monkeypatch.setattr(pictures, "_read_file", counted)
    loaded: list[PictureSet] = []
    threads = [
        threading.Thread(target=lambda: loaded.append(load_pictures("mnist", tmp_path)))
        for _ in range(30)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loaded) == 30
    assert all(each is loaded[0] for each in loaded)
    assert len(readings) == 4


def test_kept_bytes_are_bounded_and_the_longest_unused_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in DOWNLOADED:
        write_set(tmp_path, name)
    pictures._kept.clear()
    first = load_pictures("mnist", tmp_path)
    monkeypatch.setattr(pictures, "KEPT_BYTES", 2 * first.nbytes)
    second = load_pictures("fashion-mnist", tmp_path)
    assert load_pictures("mnist", tmp_path) is first  # and is now the latest used
    load_pictures("kmnist", tmp_path)
    assert load_pictures("mnist", tmp_path) is first
    assert load_pictures("fashion-mnist", tmp_path) is not second
    assert sum(kept.nbytes for _, kept in pictures._kept.values()) <= 2 * first.nbytes


def test_failure_is_not_kept_and_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    refused("absent", lambda: load_pictures("mnist", tmp_path), "mnist", tmp_path, "EXPLORER_DATA")
    write_set(tmp_path, "mnist")
    before = load_pictures("mnist", tmp_path)
    for file, content in zip(
        DATASETS["mnist"].files(tmp_path), idx_files("mnist", 50, 30).values(), strict=True
    ):
        file.write_bytes(content)
    after = load_pictures("mnist", tmp_path)
    assert (len(before.train), len(after.train)) == (40, 50)


def test_moving_to_a_device_keeps_everything_else() -> None:
    loaded = load_pictures("digits")
    moved = loaded.to("meta")
    assert moved.device == torch.device("meta")
    assert {moved.test.device, moved.train_labels.device, moved.test_labels.device} == {
        torch.device("meta")
    }
    assert (moved.name, moved.classes, moved.nbytes) == ("digits", loaded.classes, loaded.nbytes)
    assert loaded.device == torch.device("cpu")
    assert loaded.to("cpu").train is loaded.train
    assert loaded.nbytes == 1797 * (64 * 4 + 8)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_loading_onto_cuda_gives_the_same_numbers_and_one_copy() -> None:
    loaded = load_pictures("digits", device="cuda")
    assert loaded.device.type == "cuda"
    assert torch.equal(loaded.train.cpu(), load_pictures("digits").train)
    assert load_pictures("digits", device=f"cuda:{torch.cuda.current_device()}") is loaded


def test_digits_need_no_torchvision() -> None:
    script = (
        "import sys\n"
        "from explorer.data.downloads import download, is_present\n"
        "from explorer.data.pictures import DATASETS, load_pictures\n"
        "load_pictures('digits'); download('digits')\n"
        "print([is_present(name) for name in DATASETS][0], 'torchvision' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True", "False"]


def test_data_directory_is_the_argument_then_the_environment_then_a_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "set"))
    assert data_directory(tmp_path / "asked") == tmp_path / "asked"
    assert data_directory() == tmp_path / "set"
    monkeypatch.setenv("EXPLORER_DATA", "")
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))
    cache = data_directory()
    assert cache.is_relative_to(tmp_path / "home")
    assert cache.name == "encoder-decoder-explorer"
    monkeypatch.setenv("EXPLORER_DATA", "~/pictures")
    assert data_directory() == tmp_path / "home" / "pictures"
    monkeypatch.chdir(tmp_path)
    assert data_directory(Path("beside")) == tmp_path / "beside"


def test_unknown_name_is_refused() -> None:
    refused("unknown", lambda: load_pictures("cifar"), "cifar", *DATASETS)
    refused("unknown", lambda: source_of("{0}"), "{0}")


@pytest.mark.parametrize("failure", [None, "RuntimeError", "OSError"])
def test_missing_or_unfitting_torchvision_is_said(
    failure: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_set(tmp_path, "mnist")
    for module in [m for m in sys.modules if m.split(".")[0] == "torchvision"]:
        monkeypatch.delitem(sys.modules, module)
    if failure is None:
        monkeypatch.setitem(sys.modules, "torchvision", None)
    else:
        (tmp_path / "torchvision.py").write_text(f"raise {failure}('built for another torch')\n")
        monkeypatch.syspath_prepend(tmp_path)
    refused("no_torchvision", lambda: load_pictures("mnist", tmp_path), "mnist", "torchvision")
    check_promises(load_pictures("digits"))


PICTURE_DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "header only": lambda content: content[:16],
    "half a header": lambda content: content[:6],
    "truncated": lambda content: content[: len(content) // 2],
    "one byte short": lambda content: content[:-1],
    "one byte long": lambda content: content + b"\0",
    "a web page": lambda content: b"<!doctype html><p>Please sign in</p>" * 40,
    "still packed": lambda content: b"\x1f\x8b\x08\x00" + content,
    "no dimensions": lambda content: b"\0\0\x08\0" + content[4:],
    "unknown number type": lambda content: b"\0\0\x0a\x03" + content[4:],
    "floats": lambda content: b"\0\0\x0d\x03" + content[4:],
    "labels in its place": lambda content: idx(np.arange(10, dtype=np.uint8)),
    "another size": lambda content: idx(np.zeros((40, 32, 32), dtype=np.uint8)),
    "no pictures": lambda content: idx(np.zeros((0, 28, 28), dtype=np.uint8)),
    "an absurd size": lambda content: content[:4] + b"\xff" * 12 + content[16:],
}


@pytest.mark.parametrize("which", [0, 2], ids=["train", "test"])
@pytest.mark.parametrize("damage", PICTURE_DAMAGE)
def test_damaged_pictures_are_refused(damage: str, which: int, tmp_path: Path) -> None:
    file = DATASETS["mnist"].files(write_set(tmp_path, "mnist"))[which]
    file.write_bytes(PICTURE_DAMAGE[damage](file.read_bytes()))
    refused("damaged", lambda: load_pictures("mnist", tmp_path), file, "mnist")


@pytest.mark.parametrize(
    "content",
    [b"", b"\0\0\x08\x01\0\0\0\x28" + b"\1" * 39, idx(np.full(40, 10, dtype=np.uint8))],
    ids=["empty", "one short", "an eleventh class"],
)
def test_damaged_labels_are_refused(content: bytes, tmp_path: Path) -> None:
    file = DATASETS["mnist"].files(write_set(tmp_path, "mnist"))[1]
    file.write_bytes(content)
    refused("damaged", lambda: load_pictures("mnist", tmp_path), file, "mnist")


def test_real_mnist_cut_short_is_refused(mnist_root: Path, tmp_path: Path) -> None:
    files = DATASETS["mnist"].files(mnist_root)
    copies = DATASETS["mnist"].files(tmp_path)
    copies[0].parent.mkdir(parents=True)
    for file, copy in zip(files, copies, strict=True):
        copy.write_bytes(file.read_bytes())
    check_promises(load_pictures("mnist", tmp_path))
    os.truncate(copies[0], 1_000_000)
    refused("damaged", lambda: load_pictures("mnist", tmp_path), copies[0])


def test_pictures_without_their_labels_are_refused(tmp_path: Path) -> None:
    file = DATASETS["mnist"].files(write_set(tmp_path, "mnist"))[1]
    file.write_bytes(idx(np.zeros(39, dtype=np.uint8)))
    refused("counts_differ", lambda: load_pictures("mnist", tmp_path), "40", "39", file.parent)


def test_single_absent_file_is_as_good_as_no_set(tmp_path: Path) -> None:
    DATASETS["mnist"].files(write_set(tmp_path, "mnist"))[3].unlink()
    refused("absent", lambda: load_pictures("mnist", tmp_path), tmp_path)


def test_folder_that_cannot_be_entered_is_said(tmp_path: Path) -> None:
    (tmp_path / "a-file").write_text("not a folder")
    inside = tmp_path / "a-file" / "data"
    refused("unreadable", lambda: load_pictures("mnist", inside), inside, "Not a directory")


def test_file_without_permission_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torchvision.datasets.mnist

    def forbidden(path: str) -> torch.Tensor:
        raise PermissionError(13, "Permission denied", path)

    file = DATASETS["mnist"].files(write_set(tmp_path, "mnist"))[1]
    monkeypatch.setattr(torchvision.datasets.mnist, "read_label_file", forbidden)
    refused("unreadable", lambda: load_pictures("mnist", tmp_path), file, "Permission denied")


def test_trouble_with_the_device_is_not_blamed_on_the_data(tmp_path: Path) -> None:
    write_set(tmp_path, "mnist")
    with pytest.raises(RuntimeError):
        load_pictures("mnist", tmp_path, device="abacus")
