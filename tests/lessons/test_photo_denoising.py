"""A photo is cleaned by a net that never saw it, and everybody is measured on the same terms."""

from __future__ import annotations

import weakref

import numpy as np
import pytest
import torch
from scipy.ndimage import median_filter
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from explorer.analysis.quality import SSIM_WINDOW
from explorer.data.patches import PATCH, PATCH_PIXELS, disturbed, patches
from explorer.data.photos import PHOTOS, as_pixels, as_planes, from_jpeg, photo
from explorer.data.pictures import PictureSet, load_pictures
from explorer.lessons.photo_denoising import (
    EXAMPLE_PATCHES,
    MEDIAN_SIDES,
    PHOTO_METHODS,
    PHOTO_STANDARDS,
    PhotoExperiment,
    cleaned_with,
    held_against_standards,
    median,
    other_photo,
    photo_quality,
    photo_standards,
    photo_task,
    sample_task,
    training_patches,
    whole_psnr,
)
from explorer.specs import DenoisingSpec
from explorer.training.loop import EverySteps, Snapshot, train

SMALL = DenoisingSpec(experiment="photo", hidden_widths=(24,), latent_dim=16, steps=3)
LONGER = DenoisingSpec(experiment="photo", steps=300)


@pytest.fixture(scope="module")
def digits() -> PictureSet:
    return load_pictures("digits")


@pytest.fixture(scope="module")
def run(digits: PictureSet) -> tuple[PhotoExperiment, list[Snapshot]]:
    """A real run of 300 steps."""
    experiment = PhotoExperiment(LONGER, digits)
    return experiment, list(train(experiment, LONGER.budget, EverySteps(150)))


# What is shown ------------------------------------------------------------------------------------


def test_every_snapshot_has_what_is_promised(
    run: tuple[PhotoExperiment, list[Snapshot]],
) -> None:
    for snapshot in run[1]:
        assert set(snapshot.metrics) == {
            *(f"{name}_psnr" for name in ("noisy", *PHOTO_METHODS)),
            *(f"{name}_ssim" for name in ("noisy", *PHOTO_METHODS)),
            *("test_mse", "median_side", "pca_components", "ridge_penalty"),
        }
        assert set(snapshot.arrays) == {"cleaned"}
        assert from_jpeg(snapshot.arrays["cleaned"]).shape == (213, 320, 3)
        assert snapshot.nbytes < 32_000  # a time machine of 120 moments is under 4 MiB
        assert snapshot.metrics["dae_psnr"] == pytest.approx(
            -10 * np.log10(snapshot.metrics["test_mse"]), abs=1e-4
        )


def test_the_numbers_are_those_of_the_photo_that_is_shown(
    run: tuple[PhotoExperiment, list[Snapshot]],
) -> None:
    experiment, (*_, last) = run
    cleaned = cleaned_with(last.weights, experiment.task, LONGER)
    truth, shown = photo("china"), as_pixels(cleaned)
    expected = peak_signal_noise_ratio(truth, shown)  # type: ignore[no-untyped-call]
    assert last.metrics["dae_psnr"] == pytest.approx(expected, abs=0.05)
    difference = from_jpeg(last.arrays["cleaned"]).astype(float) - shown
    assert np.sqrt((difference**2).mean()) < 6  # of 255 levels: what JPEG costs


def test_quality_is_scikit_images() -> None:
    clean = as_planes(photo("china"))
    cleaned = (clean + 0.1 * torch.rand(clean.shape, generator=seeded())).clamp(0, 1)
    measured = photo_quality(clean, {"it": cleaned})
    truth, other = (planes.permute(1, 2, 0).numpy() for planes in (clean, cleaned))
    expected = peak_signal_noise_ratio(truth, other, data_range=1)  # type: ignore[no-untyped-call]
    assert measured["it_psnr"] == pytest.approx(expected, abs=1e-4)
    expected = structural_similarity(  # type: ignore[no-untyped-call]
        truth, other, win_size=SSIM_WINDOW, data_range=1, channel_axis=2
    )
    assert measured["it_ssim"] == pytest.approx(float(expected), abs=1e-4)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_looking_does_not_change_the_next_step(digits: PictureSet) -> None:
    watched, unwatched = (PhotoExperiment(SMALL, digits) for _ in range(2))
    for experiment in (watched, unwatched):
        experiment.step()
        if experiment is watched:
            experiment.observe(1, 0.0)
        experiment.step()
    for name, weight in watched.weights().items():
        assert torch.equal(weight, unwatched.weights()[name])


def test_weights_travel(run: tuple[PhotoExperiment, list[Snapshot]], digits: PictureSet) -> None:
    experiment, (*_, last) = run
    fresh = PhotoExperiment(LONGER, digits)
    fresh.load_weights(experiment.weights())
    assert fresh.observe(300, 0.0).metrics == last.metrics


# The photo is never trained on --------------------------------------------------------------------


@pytest.mark.parametrize("name", PHOTOS)
def test_the_other_photo_is_another(name: str) -> None:
    assert other_photo(name) != name
    assert other_photo(other_photo(name)) == name


@pytest.mark.parametrize("name", PHOTOS)
def test_no_patch_of_the_photo_is_among_the_examples(name: str) -> None:
    """However it is turned, coloured or lit: compared by what none of the guises changes."""

    def signs(rows: torch.Tensor) -> set[tuple[float, ...]]:
        """The sorted spreads of the channels about their means."""
        spreads = rows.view(-1, 3, PATCH**2).std(2).sort(1).values
        return {
            tuple(round(value, 6) for value in row)
            for row in spreads[spreads[:, 0] > 0.02].tolist()
        }

    of_photo = signs(patches(as_planes(photo(name)), 1))
    of_examples = signs(training_patches(other_photo(name)))
    assert len(of_examples) > 1000
    assert not of_photo & of_examples
    assert signs(training_patches(name)) & of_photo  # it would have been noticed


def test_nothing_that_is_learnt_depends_on_the_photo_to_be_cleaned(
    digits: PictureSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def learnt() -> tuple[dict[str, torch.Tensor], dict[str, float]]:
        experiment = PhotoExperiment(SMALL, digits)
        for _ in range(3):
            experiment.step()
        standards = photo_standards(other_photo(SMALL.photo), SMALL.noise, SMALL.photo_strength)
        return experiment.weights(), standards.choices

    weights, choices = learnt()
    photo_standards.cache_clear()
    training_patches.cache_clear()
    blank = np.full((32, 40, 3), 90, np.uint8)
    monkeypatch.setattr(
        "explorer.lessons.photo_denoising.photo",
        lambda name: blank if name == SMALL.photo else photo(name),
    )
    other_weights, other_choices = learnt()
    assert choices == other_choices
    for name, weight in weights.items():
        assert torch.equal(weight, other_weights[name])


# The standards ------------------------------------------------------------------------------------


def test_the_examples_are_the_same_for_every_run() -> None:
    rows = training_patches("flower")
    assert rows.shape == (EXAMPLE_PATCHES, PATCH_PIXELS)
    assert rows is training_patches("flower")
    assert rows.min() >= 0
    assert rows.max() <= 1


def test_the_median_is_taken_channel_by_channel() -> None:
    planes = torch.rand(3, 9, 11, generator=seeded())
    cleaned = median(planes, 3).numpy()
    for channel in range(3):
        expected = median_filter(planes[channel].numpy(), size=3, mode="nearest")
        np.testing.assert_array_equal(cleaned[channel], expected)
    assert torch.equal(median(planes, 1), planes)


def test_the_standards_are_the_best_of_their_kind_on_the_photo_they_learn_from() -> None:
    """No other linear map of patches and no other number of components does better there."""
    standards = photo_standards("flower", "gaussian", 0.2)
    rows = training_patches("flower")
    noisy = disturbed(rows, "gaussian", 0.2, seeded(7)).numpy()
    clean = rows.numpy()
    reached = whole_psnr(clean, standards.ridge.clean(noisy))
    centred, target = noisy - noisy.mean(0), clean - clean.mean(0)
    weights = np.linalg.lstsq(centred, target, rcond=None)[0]
    # The rival knows this very noise, and the standard does not.
    assert reached > whole_psnr(clean, centred @ weights + clean.mean(0)) - 0.1
    by_pca = whole_psnr(clean, standards.pca.clean(noisy))
    widest = np.linalg.svd(target[:5000], full_matrices=False)[2]
    for size in (2, 4, 8, 12, 16, 24, 32, 64):
        directions = widest[:size]
        assert by_pca > whole_psnr(clean, centred @ directions.T @ directions + clean.mean(0)) - 0.1
    assert standards.median_side in MEDIAN_SIDES


def test_every_standard_cleans_and_keeps_the_size() -> None:
    task = sample_task(SMALL)
    assert set(task.cleaned) == set(PHOTO_STANDARDS)
    for name, planes in task.cleaned.items():
        assert planes.shape == task.clean.shape
        assert task.metrics[f"{name}_psnr"] > task.metrics["noisy_psnr"] + 3


# What is learnt -----------------------------------------------------------------------------------


def test_it_cleans_a_photo_that_it_has_never_seen(
    run: tuple[PhotoExperiment, list[Snapshot]],
) -> None:
    first, *_, last = run[1]
    assert first.metrics["noisy_psnr"] == pytest.approx(15.39, abs=0.01)
    assert last.metrics["dae_psnr"] > last.metrics["noisy_psnr"] + 7
    assert last.metrics["dae_psnr"] > last.metrics["pca_psnr"] + 1
    assert last.metrics["dae_ssim"] > last.metrics["ridge_ssim"]


@pytest.mark.parametrize(
    "change",
    [
        {"noise": "masking"},
        {"photo_strength": 0.3},
        {"photo": "flower"},
        {"batch_size": 64},
        {"learning_rate": 1e-4},
        {"seed": 1},
    ],
)
def test_every_setting_of_the_training_counts(
    change: dict[str, object], digits: PictureSet
) -> None:
    ends = []
    for spec in (SMALL, SMALL.but(**change)):
        experiment = PhotoExperiment(spec, digits)
        for _ in range(2):
            experiment.step()
        ends.append(experiment.weights()["layers.0.weight"])
    assert not torch.equal(*ends)


def test_the_digits_strength_and_data_do_not_count(digits: PictureSet) -> None:
    first = PhotoExperiment(SMALL, digits).observe(0, 0.0).metrics
    assert PhotoExperiment(SMALL.but(strength=0.9), digits).observe(0, 0.0).metrics == first


# A photo of the reader's own ----------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(8, 8, 3), (9, 320, 3), (50, 31, 3)])
def test_a_photo_of_any_size_is_cleaned(
    shape: tuple[int, ...], run: tuple[PhotoExperiment, list[Snapshot]]
) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    task = photo_task(pixels, LONGER)
    cleaned = cleaned_with(run[1][-1].weights, task, LONGER)
    assert cleaned.shape == (3, *shape[:2])
    assert cleaned.min() >= 0
    assert cleaned.max() <= 1
    assert set(photo_quality(task.clean, {"dae": cleaned})) == {"dae_psnr", "dae_ssim"}


def test_the_specs_own_photo_is_one_task_for_all_runs_and_ones_own_is_kept_by_nobody() -> None:
    assert sample_task(SMALL) is sample_task(SMALL.but(seed=5, steps=9))
    assert sample_task(SMALL) is not sample_task(SMALL.but(noise="blocks"))
    pixels = photo("china").copy()
    task = photo_task(pixels, SMALL)
    assert task is not photo_task(pixels, SMALL)
    assert torch.equal(task.noisy, sample_task(SMALL).noisy)
    forgotten = weakref.ref(task)
    del task
    assert forgotten() is None


def test_a_moment_without_weights_is_an_error() -> None:
    with pytest.raises(KeyError, match="layers"):
        cleaned_with({}, sample_task(SMALL), SMALL)


@pytest.mark.parametrize(
    ("dae", "verdict"),
    [(24.0, "better"), (23.6, "better"), (23.4, "same"), (22.6, "same"), (22.4, "worse")],
)
def test_the_verdict_holds_it_against_the_best_of_the_others(dae: float, verdict: str) -> None:
    metrics = {"dae_psnr": dae, "ridge_psnr": 23.0, "pca_psnr": 21.0, "median_psnr": 20.0}
    assert held_against_standards(metrics) == verdict
