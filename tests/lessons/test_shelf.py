"""The runs that come with the app are there, are sound, and the nearest one is found."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from explorer.data.pictures import DATASETS, load_pictures
from explorer.errors import CheckpointError
from explorer.lessons import shelf
from explorer.lessons.course import COURSE, begin
from explorer.lessons.shelf import (
    CHECKPOINTS,
    MOST_BYTES,
    MOST_SNAPSHOTS,
    SHELF,
    build,
    name_of,
    path_for,
    shelved,
    verify,
)
from explorer.specs import AnatomySpec, DenoisingSpec, LatentsSpec, PictureSpec, Spec
from explorer.text import LANGUAGES
from explorer.training.checkpoints import Checkpoint, load, save
from explorer.training.loop import Snapshot

SMALL = AnatomySpec(hidden_widths=(8,), steps=30)
MNIST = AnatomySpec(dataset="mnist", hidden_widths=(8,), steps=5)
MAP = LatentsSpec(hidden_widths=(8,), latent_dim=3, steps=3)
SIZES = LatentsSpec(hidden_widths=(4,), experiment="sizes", steps=3)

ALWAYS_THERE = [
    spec for spec in CHECKPOINTS if not isinstance(spec, PictureSpec) or spec.dataset == "digits"
]


@pytest.fixture
def empty_shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(shelf, "SHELF", tmp_path / "checkpoints")
    return tmp_path / "checkpoints"


def put(spec: Spec, data_dir: Path | None = None) -> Checkpoint[Spec]:
    checkpoint = build(spec, data_dir=data_dir)
    save(path_for(spec), checkpoint)
    return checkpoint


def write_mnist(folder: Path, seed: int) -> Path:
    """A made-up set of 80 training and 20 test pictures where MNIST's files belong."""
    rng = np.random.default_rng(seed)
    arrays = []
    for count in (80, 20):
        arrays += [rng.integers(0, 256, (count, 28, 28)), np.arange(count) % 10]
    for file, values in zip(DATASETS["mnist"].files(folder), arrays, strict=True):
        file.parent.mkdir(parents=True, exist_ok=True)
        head = struct.pack(f">{1 + values.ndim}I", 0x800 + values.ndim, *values.shape)
        file.write_bytes(head + values.astype(np.uint8).tobytes())
    return folder


def problems(spec: Spec, data_dir: Path | None = None) -> list[str]:
    """The keys of what `verify` finds, each of which can be said in every language."""
    verdict = verify(spec, data_dir=data_dir)
    for language in LANGUAGES:
        assert all(path_for(spec).name in each.sentence(language) for each in verdict.problems)
    return [each.key.removeprefix("checkpoint.") for each in verdict.problems]


# What comes with the app -------------------------------------------------------------------------


@pytest.mark.parametrize("spec", CHECKPOINTS, ids=name_of)
def test_a_committed_checkpoint_is_sound(spec: Spec) -> None:
    assert verify(spec).problems == ()


@pytest.mark.parametrize("spec", ALWAYS_THERE, ids=name_of)
def test_a_checkpoint_on_the_digits_is_really_measured(spec: Spec) -> None:
    assert verify(spec).unchecked is None


def test_the_folder_holds_the_shelf_and_nothing_else() -> None:
    files = {path.name for path in SHELF.iterdir()}
    assert files == {path_for(spec).name for spec in CHECKPOINTS}


@pytest.mark.parametrize("spec", CHECKPOINTS, ids=name_of)
def test_a_checkpoint_can_replay_its_training(spec: Spec) -> None:
    checkpoint = load(path_for(spec), type(spec))
    moments = checkpoint.timeline.snapshots()
    assert MOST_SNAPSHOTS // 2 <= len(moments) <= MOST_SNAPSHOTS
    assert checkpoint.timeline.nbytes < MOST_BYTES + sum(
        weight.numel() * weight.element_size() for weight in checkpoint.weights.values()
    )
    assert (moments[0].step, moments[0].ending) == (0, None)
    assert (moments[-1].step, moments[-1].ending) == (spec.steps, "steps")
    assert moments[-1].metrics == checkpoint.metrics
    assert moments[-1].metrics[spec.watched] < 0.7 * moments[0].metrics[spec.watched]


def test_every_lesson_has_its_defaults_first() -> None:
    for lesson in COURSE:
        first = next(spec for spec in CHECKPOINTS if spec.lesson == lesson.slug)
        assert first == lesson.spec()


# Names and neighbours ----------------------------------------------------------------------------


def test_names_say_what_is_not_the_default() -> None:
    assert name_of(AnatomySpec()) == "autoencoder-anatomy"
    assert name_of(LatentsSpec(latent_dim=8)) == "latents-and-pca--latent_dim=8"
    assert path_for(AnatomySpec(tied=True)).name == "autoencoder-anatomy--tied=true.safetensors"


@pytest.mark.parametrize("spec", ALWAYS_THERE, ids=name_of)
def test_a_spec_on_the_shelf_gets_its_own_checkpoint(spec: Spec) -> None:
    checkpoint = shelved(spec)
    assert checkpoint is not None
    assert checkpoint.spec == spec


@pytest.mark.parametrize(
    ("asked", "stand_in"),
    [
        (AnatomySpec(seed=3), AnatomySpec()),
        (AnatomySpec(latent_dim=16, seed=3, tied=True), AnatomySpec(tied=True)),
        (AnatomySpec(optimizer="sgd", activation="relu"), AnatomySpec()),
        (LatentsSpec(latent_dim=8, seed=1), LatentsSpec(latent_dim=8)),
        (LatentsSpec(latent_dim=5), LatentsSpec()),
        # The code size plays no part in this experiment, and another experiment is another page.
        (
            LatentsSpec(experiment="sizes", latent_dim=8),
            LatentsSpec(experiment="sizes"),
        ),
        (
            LatentsSpec(experiment="sizes", activation="relu", hidden_widths=(64,)),
            LatentsSpec(experiment="sizes"),
        ),
        # Equal in the noise, but another view than the one that was asked for.
        (
            DenoisingSpec(experiment="photo", noise="masking"),
            DenoisingSpec(experiment="photo"),
        ),
    ],
)
def test_any_other_spec_gets_its_nearest_neighbour(asked: Spec, stand_in: Spec) -> None:
    checkpoint = shelved(asked)
    assert checkpoint is not None
    assert checkpoint.spec == stand_in


def test_a_checkpoint_without_its_pictures_is_passed_over(
    empty_shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "CHECKPOINTS", (SMALL, MNIST))
    mine, yours = write_mnist(tmp_path / "mine", 1), write_mnist(tmp_path / "yours", 2)
    for spec in (SMALL, MNIST):
        put(spec, mine)
    found = {folder: shelved(MNIST, data_dir=folder) for folder in (mine, yours, tmp_path)}
    assert {folder: each and each.spec for folder, each in found.items()} == {
        mine: MNIST,
        yours: SMALL,
        tmp_path: SMALL,
    }
    assert shelved(LatentsSpec()) is None


def test_an_absent_file_is_named(empty_shelf: Path) -> None:
    with pytest.raises(CheckpointError) as caught:
        shelved(AnatomySpec())
    assert caught.value.key == "checkpoint.absent"


# Building and checking ---------------------------------------------------------------------------


@pytest.mark.parametrize("spec", [SMALL, MAP, SIZES], ids=name_of)
def test_what_was_built_is_sound(empty_shelf: Path, spec: Spec) -> None:
    seen: list[Snapshot] = []
    checkpoint = build(spec, watch=seen.append)
    save(path_for(spec), checkpoint)
    kept = checkpoint.timeline.snapshots()
    assert [vars(a) | {"weights": None} for a in seen] == [
        vars(b) | {"weights": None} for b in kept
    ]
    assert kept[-1].weights.keys() == checkpoint.weights.keys()
    assert (problems(spec), verify(spec).unchecked) == ([], None)


@pytest.mark.parametrize("spec", [SMALL, SMALL.but(tied=True), MAP, SIZES], ids=name_of)
def test_loaded_weights_show_what_the_trained_ones_showed(spec: Spec) -> None:
    pictures = load_pictures("digits")
    trained, fresh = begin(spec, pictures), begin(spec.but(seed=1), pictures)
    for _ in range(3):
        trained.step()
    before = trained.observe(3, 0.0)
    assert fresh.observe(3, 0.0).metrics != before.metrics
    fresh.load_weights(trained.weights())
    after = fresh.observe(3, 0.0)
    assert after.metrics == before.metrics
    for name, array in before.arrays.items():
        np.testing.assert_array_equal(after.arrays[name], array)
    fresh.step()  # and the loaded ones are the fresh experiment's own
    assert trained.observe(3, 0.0).metrics == before.metrics


def test_a_damaged_file_is_a_problem(empty_shelf: Path) -> None:
    put(SMALL)
    content = path_for(SMALL).read_bytes()
    path_for(SMALL).write_bytes(content[:-1])
    assert problems(SMALL) == ["damaged"]
    path_for(SMALL).unlink()
    assert problems(SMALL) == ["absent"]


def test_weights_that_no_longer_give_the_numbers_are_a_problem(empty_shelf: Path) -> None:
    checkpoint = put(SMALL)
    bent = dict(checkpoint.weights)
    bent["encoder.layers.0.weight"] = bent["encoder.layers.0.weight"] * 1.01
    save(path_for(SMALL), replace(checkpoint, weights=bent))
    assert problems(SMALL) == ["differs", "differs"]  # training and test error, but not PCA's
    assert all("_mse" in str(problem) for problem in verify(SMALL).problems)


@pytest.mark.parametrize(
    ("factor", "found"), [(1 + 2e-4, ["differs"]), (1 + 5e-5, []), (float("nan"), ["differs"])]
)
def test_a_number_that_the_weights_do_not_give_is_a_problem(
    empty_shelf: Path, factor: float, found: list[str]
) -> None:
    checkpoint = put(SMALL)
    metrics = dict(checkpoint.metrics)
    metrics["test_mse"] *= factor
    save(path_for(SMALL), replace(checkpoint, metrics=metrics))
    assert problems(SMALL) == found


@pytest.mark.parametrize("surplus", [{"extra": 1.0}, {}])
def test_a_metric_too_many_or_too_few_is_a_problem(
    empty_shelf: Path, surplus: Mapping[str, float]
) -> None:
    checkpoint = put(SMALL)
    metrics = {**checkpoint.metrics, **surplus}
    if not surplus:
        del metrics["train_mse"]
    save(path_for(SMALL), replace(checkpoint, metrics=metrics))
    assert problems(SMALL) == ["differs"]


@pytest.mark.parametrize(
    "weights", [{}, {"encoder.layers.0.weight": torch.zeros(2, 2)}], ids=["none", "other"]
)
def test_weights_of_another_model_are_a_problem(
    empty_shelf: Path, weights: dict[str, Tensor]
) -> None:
    save(path_for(SMALL), replace(put(SMALL), weights=weights))
    assert problems(SMALL) == ["other_weights"]


def test_another_run_under_this_name_is_a_problem(empty_shelf: Path) -> None:
    save(path_for(SMALL), build(SMALL.but(seed=5)))
    assert problems(SMALL) == ["other_run"]


def test_absent_data_leave_a_checkpoint_unchecked(empty_shelf: Path, tmp_path: Path) -> None:
    put(MNIST, write_mnist(tmp_path / "mine", 1))
    here = verify(MNIST, data_dir=tmp_path / "mine")
    absent = verify(MNIST, data_dir=tmp_path)
    other = verify(MNIST, data_dir=write_mnist(tmp_path / "yours", 2))
    assert [verdict.problems for verdict in (here, absent, other)] == [()] * 3
    assert here.unchecked is None
    assert absent.unchecked is not None
    assert "mnist is not in" in str(absent.unchecked)
    assert other.unchecked is not None
    assert other.unchecked.key == "checkpoint.other_data"


def test_digits_that_are_not_the_digits_are_a_problem(empty_shelf: Path) -> None:
    save(path_for(SMALL), replace(put(SMALL), data="0" * 64))
    assert problems(SMALL) == ["other_data"]
