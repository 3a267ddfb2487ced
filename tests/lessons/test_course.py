"""Thirteen lessons in order, and one door through which every run starts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer.data.pictures import PictureSet, load_pictures
from explorer.errors import DataError, DeviceError
from explorer.lessons import course
from explorer.lessons.course import COURSE, LESSONS, PARTS, begin, material, snapshots
from explorer.specs import (
    SPECS,
    AnatomySpec,
    AttentionSpec,
    CopyingSpec,
    DenoisingSpec,
    EvidenceSpec,
    ForgettingSpec,
    GradientSpec,
    LatentsSpec,
    MeaningSpec,
    PixelsSpec,
    ReconstructionSpec,
    Spec,
    StackedSpec,
    StepsSpec,
    WalkSpec,
)
from explorer.text import LANGUAGES
from explorer.training.devices import CPU
from explorer.training.loop import EverySteps, Experiment, Snapshot

SMALL: dict[str, Spec] = {
    "pixels-and-neurons": PixelsSpec(hidden_dim=8, steps=6),
    "gradient-descent": GradientSpec(hidden_dim=8, draws=2, steps=6),
    "autoencoder-anatomy": AnatomySpec(hidden_widths=(8,), steps=6),
    "evidence-and-culprit": EvidenceSpec(noise_features=5, steps=6),
    "latents-and-pca": LatentsSpec(hidden_widths=(8,), steps=6),
    "latent-walk": WalkSpec(hidden_widths=(8,), steps=6),
    "denoising": DenoisingSpec(hidden_widths=(8,), steps=6),
    "copying-and-constraints": CopyingSpec(experiment="patterns", hidden_dim=8, steps=6),
    "stacked-features": StackedSpec(hidden_widths=(8, 4), steps=6),
    "seq2seq-steps": StepsSpec(hidden_dim=8, steps=6),
    "forgetting": ForgettingSpec(hidden_dim=8, max_length=4, batch_size=16, steps=6),
    "attention": AttentionSpec(hidden_dim=8, max_length=4, batch_size=16, steps=6),
    "shared-meaning": MeaningSpec(hidden_dim=8, embedding_dim=4, batch_size=16, steps=6),
}


# The lessons --------------------------------------------------------------------------------------


def test_there_are_thirteen_in_three_parts() -> None:
    assert [lesson.slug for lesson in COURSE] == [
        *("pixels-and-neurons", "gradient-descent"),
        *("autoencoder-anatomy", "evidence-and-culprit", "latents-and-pca", "latent-walk"),
        *("denoising", "copying-and-constraints", "stacked-features"),
        *("seq2seq-steps", "forgetting", "attention", "shared-meaning"),
    ]
    assert list(dict.fromkeys(lesson.part for lesson in COURSE)) == list(PARTS)
    assert list(LESSONS) == [lesson.slug for lesson in COURSE]


def test_a_lesson_knows_its_page() -> None:
    lesson = LESSONS["latents-and-pca"]
    assert lesson.stem == "latents_and_pca"
    assert lesson.page == "autoencoders/latents_and_pca.py"


def test_every_lesson_has_a_spec_of_its_own() -> None:
    assert {lesson.slug: lesson.spec for lesson in COURSE} == SPECS


def test_a_lesson_builds_on_earlier_ones_and_says_on_which() -> None:
    known: set[str] = set()
    for lesson in COURSE:
        assert set(lesson.needs) <= known, lesson.slug
        assert len(set(lesson.needs)) == len(lesson.needs)
        assert bool(lesson.needs) == bool(known), "only the first stands on nothing"
        known.add(lesson.slug)


def test_no_two_lessons_look_alike() -> None:
    assert len({lesson.emoji for lesson in COURSE}) == len(COURSE)


# The door -----------------------------------------------------------------------------------------


def test_every_built_lesson_is_tried_here() -> None:
    assert SMALL.keys() == SPECS.keys()


@pytest.mark.parametrize("spec", SMALL.values(), ids=SMALL.keys())
def test_a_run_from_the_data_to_its_end(spec: Spec) -> None:
    run = list(snapshots(spec, EverySteps(4), device="cpu"))
    assert [snapshot.step for snapshot in run] == [0, 4, 6]
    assert [snapshot.ending for snapshot in run] == [None, None, "steps"]
    assert {snapshot.notice for snapshot in run} == {None}


@pytest.mark.parametrize("spec", SMALL.values(), ids=SMALL.keys())
def test_a_run_may_end_by_its_seconds_or_its_target(spec: Spec) -> None:
    *_, by_time = snapshots(spec.but(steps=None, seconds=0.02), EverySteps(1000), device="cpu")
    assert by_time.ending == "seconds"
    assert by_time.seconds >= 0.02
    if not isinstance(spec, ReconstructionSpec):
        return
    *_, by_target = snapshots(spec.but(target_mse=1), EverySteps(1000), device="cpu")
    assert (by_target.ending, by_target.step) == ("target", 0)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("dataset", ["mnist", "fashion-mnist", "kmnist"])
def test_absent_data_are_said_to_be_when_the_run_begins(
    dataset: str, language: str, tmp_path: Path
) -> None:
    run = snapshots(AnatomySpec.build({"dataset": dataset}), EverySteps(1), data_dir=tmp_path)
    with pytest.raises(DataError) as caught:
        next(run)
    sentence = caught.value.sentence(language)
    assert dataset in sentence
    assert str(tmp_path) in sentence


def test_an_unknown_device_is_said_to_be_when_the_run_begins() -> None:
    run = snapshots(SMALL["autoencoder-anatomy"], EverySteps(1), device="abacus")
    with pytest.raises(DeviceError, match="abacus"):
        next(run)


def test_nothing_is_loaded_before_the_first_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []

    def load(*where: object) -> PictureSet:
        asked.append(where)
        return load_pictures("digits")

    monkeypatch.setattr(course, "load_pictures", load)
    run: Iterator[Snapshot] = snapshots(
        SMALL["autoencoder-anatomy"], EverySteps(1), device="cpu", data_dir=Path("/somewhere")
    )
    assert asked == []
    next(run)
    ((dataset, directory, device),) = asked
    assert (dataset, directory, str(device)) == ("digits", Path("/somewhere"), "cpu")


@pytest.mark.parametrize("spec", SMALL.values(), ids=SMALL.keys())
def test_begin_takes_no_step(spec: Spec) -> None:
    experiment: Experiment = begin(spec, material(spec, None, CPU))
    first = next(snapshots(spec, EverySteps(1), device="cpu"))
    assert experiment.observe(0, 0.0).metrics == first.metrics
    assert all(not weight.requires_grad for weight in experiment.weights().values())
