"""A checkpoint comes back as it was saved, and no damage, forgery or foreign file gets in."""

from __future__ import annotations

import hashlib
import json
import math
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from safetensors import safe_open

from explorer.data.pictures import PictureSet
from explorer.errors import CheckpointError
from explorer.specs import AnatomySpec, LatentsSpec
from explorer.text import LANGUAGES
from explorer.training.checkpoints import (
    FORMAT,
    MAX_BYTES,
    Checkpoint,
    fingerprint,
    load,
    save,
    versions,
)
from explorer.training.loop import Array, Snapshot
from explorer.training.timeline import Timeline

SPEC = AnatomySpec(hidden_widths=(), latent_dim=1, tied=True, learning_rate=0.01)


def snapshot(step: int, **arrays: Array) -> Snapshot:
    return Snapshot(step, seconds=step / 8, metrics={"test_mse": 1 / (step + 3)}, arrays=arrays)


def checkpoint(*moments: Snapshot) -> Checkpoint[AnatomySpec]:
    """A small run of SPEC: by default three snapshots."""
    codes = np.array([[0.1, -2.5]], np.float32)
    levels = np.array([[7, 255]], np.uint8)
    moments = moments or tuple(
        snapshot(step, codes=codes * step, reconstructions=levels) for step in (0, 4, 9)
    )
    timeline = Timeline()
    for moment in moments[:-1]:
        timeline.append(moment)
    timeline.append(replace(moments[-1], ending="steps", notice="device.fell_back"))
    return Checkpoint(
        spec=SPEC,
        metrics=moments[-1].metrics,
        timeline=timeline,
        weights={"encoder.weight": torch.tensor([[1 / 3, -1e-30]]), "bias": torch.tensor([])},
        data="5" * 64,
        device="CPU (2 cores)",
        versions=versions(),
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "run.safetensors"
    save(path, checkpoint())
    return path


def refused(path: Path, spec_type: type[AnatomySpec | LatentsSpec] = AnatomySpec) -> str:
    """The key of the sentence with which the file is refused, said in every language."""
    with pytest.raises(CheckpointError) as caught:
        load(path, spec_type)
    for language in LANGUAGES:
        assert path.name in caught.value.sentence(language)
    return caught.value.key.removeprefix("checkpoint.")


def forge(
    path: Path,
    change: Callable[[dict[str, str]], object] = lambda metadata: None,
    tensors: dict[str, Array] | None = None,
) -> None:
    """Rewrites the file with other metadata or tensors, under a digest that is right."""
    with safe_open(path, framework="np") as opened:
        metadata = opened.metadata()
    change(metadata)
    blank = "0" * 64
    content = safetensors.numpy.save(
        safetensors.numpy.load_file(path) if tensors is None else tensors,
        metadata | {"sha256": blank},
    )
    digest = hashlib.sha256(content).hexdigest()
    path.write_bytes(content.replace(blank.encode(), digest.encode(), 1))


def test_a_checkpoint_comes_back_as_it_was(file: Path) -> None:
    saved, loaded = checkpoint(), load(file, AnatomySpec)
    assert loaded.spec == saved.spec
    assert (loaded.metrics, loaded.versions) == (saved.metrics, saved.versions)
    assert (loaded.data, loaded.device) == (saved.data, saved.device)
    assert loaded.weights.keys() == saved.weights.keys()
    for name, weight in saved.weights.items():
        assert loaded.weights[name].dtype == weight.dtype
        assert torch.equal(loaded.weights[name], weight)
    *earlier, last = loaded.timeline
    assert all(not moment.weights for moment in earlier)
    for name, weight in saved.weights.items():
        assert np.array_equal(last.weights[name], weight.numpy())
    apart = {"arrays": None, "weights": None}
    for before, after in zip(saved.timeline, loaded.timeline, strict=True):
        assert vars(after) | apart == vars(before) | apart
        assert after.arrays["codes"].dtype == np.float32
        np.testing.assert_allclose(after.arrays["codes"], before.arrays["codes"], rtol=1e-3)
        np.testing.assert_array_equal(
            after.arrays["reconstructions"], before.arrays["reconstructions"], strict=True
        )


def test_weights_keep_their_type_and_may_lie_anyhow_in_memory(tmp_path: Path) -> None:
    weights = {
        "transposed": torch.arange(6.0).view(2, 3).T,
        "double": torch.tensor([1 / 3]).double(),
    }
    save(tmp_path / "x", replace(checkpoint(), weights=weights))
    for name, weight in load(tmp_path / "x", AnatomySpec).weights.items():
        assert weight.dtype == weights[name].dtype
        assert torch.equal(weight, weights[name])


@given(arrays(np.float32, 20, elements=st.floats(width=32, allow_nan=False, allow_infinity=False)))
def test_codes_are_rounded_by_no_more_than_the_module_says(
    tmp_path_factory: pytest.TempPathFactory, codes: Array
) -> None:
    path = tmp_path_factory.getbasetemp() / "rounded"
    save(path, checkpoint(snapshot(1, codes=codes)))
    newest = load(path, AnatomySpec).timeline.newest
    assert newest is not None
    error = np.abs(newest.arrays["codes"].astype(np.float64) - codes)
    assert (error <= np.maximum(2.0**-11 * np.abs(codes.astype(np.float64)), 3e-8)).all()


def test_codes_beyond_half_precision_stay_as_they_are(tmp_path: Path) -> None:
    codes = np.array([70_000.0, 1 / 3, np.inf, np.nan], np.float32)
    save(tmp_path / "x", checkpoint(snapshot(1, codes=codes)))
    newest = load(tmp_path / "x", AnatomySpec).timeline.newest
    assert newest is not None
    np.testing.assert_array_equal(newest.arrays["codes"], codes, strict=True)


def test_a_run_that_diverged_can_be_kept(tmp_path: Path) -> None:
    moment = Snapshot(1, 0.1, {"test_mse": math.nan, "train_mse": math.inf})
    save(tmp_path / "x", checkpoint(moment))
    metrics = load(tmp_path / "x", AnatomySpec).metrics
    assert math.isnan(metrics["test_mse"])
    assert metrics["train_mse"] == math.inf


def test_any_safetensors_tool_can_read_what_is_inside(file: Path) -> None:
    with safe_open(file, framework="np") as opened:
        metadata = opened.metadata()
        assert set(opened.keys()) >= {"weights/encoder.weight", "timeline/00002/codes"}
    assert metadata["lesson"] == "autoencoder-anatomy"
    assert AnatomySpec.from_json(metadata["spec"]) == SPEC
    assert json.loads(metadata["metrics"]) == {"test_mse": 1 / 12}
    assert [moment["step"] for moment in json.loads(metadata["snapshots"])] == [0, 4, 9]
    assert set(json.loads(metadata["versions"])) == {"explorer", "python", "torch", "scikit-learn"}


# Damage ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mask", [0x01, 0x20, 0xFF])
def test_a_change_of_any_byte_is_refused(file: Path, mask: int) -> None:
    content = file.read_bytes()
    seen = set()
    for offset in range(len(content)):
        damaged = bytearray(content)
        damaged[offset] ^= mask
        file.write_bytes(damaged)
        seen.add(refused(file))
    assert seen <= {"damaged", "not_safetensors", "foreign", "other_format"}
    assert "damaged" in seen


@given(data=st.data())
def test_several_changed_bytes_are_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "several"
    save(path, checkpoint())
    content = path.read_bytes()
    damaged = bytearray(content)
    for offset in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=40)):
        damaged[offset] = data.draw(st.integers(0, 255))
    if damaged != content:
        path.write_bytes(damaged)
        refused(path)


def test_a_file_cut_short_anywhere_is_refused(file: Path) -> None:
    content = file.read_bytes()
    for length in range(len(content)):
        file.write_bytes(content[:length])
        assert refused(file) == ("not_safetensors" if length < 9 else "damaged")


def test_bytes_at_the_end_are_refused(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\0")
    assert refused(file) == "damaged"


# Files that never were one of ours ---------------------------------------------------------------


def test_an_absent_file(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.safetensors") == "absent"


def test_what_cannot_be_read(tmp_path: Path) -> None:
    assert refused(tmp_path) == "unreadable"
    (tmp_path / "plain").touch()
    assert refused(tmp_path / "plain" / "run.safetensors") == "unreadable"


@pytest.mark.parametrize(
    "content",
    [b"", b"no checkpoint at all", b"\x89PNG\r\n\x1a\n" + bytes(100), pickle.dumps({"a": 1})],
)
def test_what_is_no_safetensors_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    assert refused(tmp_path / "x") == "not_safetensors"


def test_a_pickle_is_not_even_looked_into(tmp_path: Path) -> None:
    torch.save({"weights": torch.zeros(3)}, tmp_path / "model.pt")
    assert refused(tmp_path / "model.pt") == "not_safetensors"


@pytest.mark.parametrize("metadata", [None, {}, {"format": "pt"}])
def test_somebody_elses_safetensors_file(tmp_path: Path, metadata: dict[str, str] | None) -> None:
    safetensors.numpy.save_file({"w": np.zeros(3)}, tmp_path / "x", metadata)
    assert refused(tmp_path / "x") == "foreign"


@pytest.mark.parametrize(
    "header", [b"{" * 100_000, b'{"__metadata__": "text"}', b'{"a":' * 50_000, b"{" + b"9" * 5000]
)
def test_a_header_made_to_confuse(tmp_path: Path, header: bytes) -> None:
    (tmp_path / "x").write_bytes(len(header).to_bytes(8, "little") + header)
    assert refused(tmp_path / "x") in ("damaged", "foreign")


def test_an_absurd_size_is_refused_before_it_is_read(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.truncate(MAX_BYTES + 1)  # sparse: it takes no room on the disk
    assert refused(file) == "too_large"


def test_an_absurd_size_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.training.checkpoints.MAX_BYTES", 100)
    with pytest.raises(CheckpointError, match="MiB"):
        save(tmp_path / "x", checkpoint())
    assert not list(tmp_path.iterdir())


# Ours, but not for here --------------------------------------------------------------------------


def test_a_forged_file_with_a_right_digest_is_read(file: Path) -> None:
    forge(file)
    assert load(file, AnatomySpec).spec == SPEC  # so the refusals below are not for the digest


def test_another_lesson(file: Path) -> None:
    assert refused(file, LatentsSpec) == "other_lesson"


def test_another_format(file: Path) -> None:
    newer = str(int(FORMAT) + 1)
    forge(file, lambda metadata: metadata.update(explorer_checkpoint=newer))
    assert refused(file) == "other_format"


@pytest.mark.parametrize(
    ("spec", "named"),
    [
        ('{"latent_dim": 0}', "latent_dim"),
        ('{"colour": "red"}', "colour"),
        ('{"steps": null}', "steps"),
        ("no JSON", "JSON"),
    ],
)
def test_settings_that_are_no_longer_allowed(file: Path, spec: str, named: str) -> None:
    forge(file, lambda metadata: metadata.update(spec=spec))
    assert refused(file) == "not_allowed"
    with pytest.raises(CheckpointError, match=named):
        load(file, AnatomySpec)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("metrics", "{"),
        ("metrics", '{"test_mse": "low"}'),
        ("snapshots", "[]"),
        ("snapshots", '[{"step": 1}]'),
        ("versions", "null"),
    ],
)
def test_a_header_that_says_nothing_sensible(file: Path, field: str, value: str) -> None:
    forge(file, lambda metadata: metadata.update({field: value}))
    assert refused(file) == "damaged"


def test_a_header_that_lacks_something(file: Path) -> None:
    forge(file, lambda metadata: metadata.pop("metrics"))
    assert refused(file) == "damaged"


def test_tensors_that_numpy_does_not_have(file: Path) -> None:
    forge(file, tensors={"weights/w": np.zeros(4, np.int16)})
    content = file.read_bytes().replace(b'"I16"', b'"BF16"')
    size = int.from_bytes(content[:8], "little") + 1
    content = size.to_bytes(8, "little") + content[8:]
    start = content.index(b'"sha256":"') + len(b'"sha256":"')
    blank = content[:start] + b"0" * 64 + content[start + 64 :]
    digest = hashlib.sha256(blank).hexdigest().encode()
    file.write_bytes(content[:start] + digest + content[start + 64 :])
    assert refused(file) == "damaged"


# Writing -----------------------------------------------------------------------------------------


def test_a_save_that_fails_leaves_the_old_file_whole(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = file.read_bytes()

    def full_disk(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(CheckpointError, match="No space left on device"):
        save(file, checkpoint())
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    with pytest.raises(CheckpointError) as caught:
        save(tmp_path / "plain" / "run.safetensors", checkpoint())
    assert caught.value.key == "checkpoint.unwritable"
    assert all(str(tmp_path) in caught.value.sentence(language) for language in LANGUAGES)


# The data's fingerprint --------------------------------------------------------------------------


def test_a_fingerprint_tells_pictures_apart() -> None:
    def pictures(pixel: float, label: int) -> PictureSet:
        train, test = torch.zeros(3, 4), torch.tensor([[0.0, 0.0, 0.0, pixel]])
        labels = torch.tensor([0, 1, 0])
        return PictureSet("tiny", train, test, labels, torch.tensor([label]), 2, 2, ("0", "1"))

    assert fingerprint(pictures(0.5, 1)) == fingerprint(pictures(0.5, 1))
    different = {fingerprint(pictures(*facts)) for facts in [(0.5, 1), (0.25, 1), (0.5, 0)]}
    assert len(different) == 3
