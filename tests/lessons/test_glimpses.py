"""The home page's pictures are what the checkpoints hold, and the sums are right."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch

from explorer.data.exhibit import exhibit
from explorer.data.pictures import load_pictures
from explorer.lessons import glimpses
from explorer.lessons.course import COURSE, begin, material
from explorer.lessons.glimpses import (
    PACES,
    POINTS,
    WAY,
    Cells,
    Falling,
    Inked,
    Leap,
    Maps,
    Planes,
    Sayings,
    Waist,
    glimpse,
    training_film,
)
from explorer.lessons.latent_walk import WalkExperiment
from explorer.lessons.shelf import path_for
from explorer.specs import AnatomySpec, WalkSpec
from explorer.training.checkpoints import load
from explorer.training.devices import CPU

KINDS = {
    "pixels-and-neurons": Planes,
    "gradient-descent": Leap,
    "autoencoder-anatomy": Waist,
    "evidence-and-culprit": Inked,
    "latents-and-pca": Maps,
    "latent-walk": Inked,
    "denoising": Inked,
    "copying-and-constraints": Inked,
    "stacked-features": Inked,
    "seq2seq-steps": Sayings,
    "forgetting": Falling,
    "attention": Cells,
    "shared-meaning": Maps,
}


@pytest.mark.parametrize("lesson", COURSE, ids=lambda lesson: lesson.slug)
def test_every_lesson_has_a_picture(lesson: object) -> None:
    slug = lesson.slug  # type: ignore[attr-defined]
    assert isinstance(glimpse(slug), KINDS[slug])
    assert glimpse(slug) is glimpse(slug)


def test_the_leap_is_a_step_of_gradient_descent() -> None:
    """By torch.optim: from 1, with a learning rate of 5 on ½·(x − 2)², to 6."""
    x = torch.tensor(glimpses.START, requires_grad=True)
    optimizer = torch.optim.SGD([x], lr=glimpses.LEARNING_RATE)
    (0.5 * (x - glimpses.TARGET) ** 2).backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    leap = glimpse("gradient-descent")
    assert isinstance(leap, Leap)
    assert leap == Leap(1, 2, 6)
    assert leap.landing == pytest.approx(x.item())


def test_the_waist_is_that_of_the_real_net() -> None:
    spec = AnatomySpec()
    experiment = begin(spec, material(spec, None, CPU))
    weights = [w for name, w in experiment.weights().items() if name.endswith("weight")]
    seen = glimpse("autoencoder-anatomy")
    assert isinstance(seen, Waist)
    assert seen.widths == (weights[0].shape[1], *(weight.shape[0] for weight in weights))


def test_the_walk_is_decoded_as_the_lesson_decodes() -> None:
    spec = WalkSpec()
    checkpoint = load(path_for(spec), WalkSpec)
    pictures = load_pictures("digits")
    experiment = WalkExperiment(spec, pictures)
    experiment.load_weights(checkpoint.weights)
    newest = checkpoint.timeline.newest
    assert newest is not None
    codes = torch.from_numpy(newest.arrays["vae_codes"])[exhibit(pictures).examples]
    seen = glimpse("latent-walk")
    assert isinstance(seen, Inked)
    (row,) = seen.rows
    assert len(row) == (len(WAY) - 1) * PACES + 1
    with torch.no_grad():
        for leg, (here, there) in enumerate(pairwise(WAY)):
            halfway = codes[int(here)] + (codes[int(there)] - codes[int(here)]) / PACES
            decoded = 255 * experiment.vae.decode(halfway[None])[0].numpy()
            assert np.abs(row[leg * PACES + 1].astype(float) - decoded).max() < 1


def test_the_maps_show_the_same_pictures() -> None:
    seen = glimpse("latents-and-pca")
    assert isinstance(seen, Maps)
    assert [len(points) for points in seen.points] == [POINTS, POINTS]
    first, second = seen.groups
    assert np.array_equal(first, second)


def test_both_languages_are_on_the_map_of_meaning() -> None:
    seen = glimpse("shared-meaning")
    assert isinstance(seen, Maps)
    (points,), (groups,) = seen.points, seen.groups
    assert seen.languages
    assert np.bincount(groups).tolist() == [len(points) // 2] * 2


def test_shares_are_shares() -> None:
    falling, looks = glimpse("forgetting"), glimpse("attention")
    assert isinstance(falling, Falling)
    assert isinstance(looks, Cells)
    assert all(0 <= share <= 1 for share in falling.shares)
    assert np.allclose(looks.shares.sum(axis=1), 1, atol=1e-2)


def test_the_film_is_the_whole_training() -> None:
    film = training_film()
    assert film is not None
    checkpoint = load(path_for(AnatomySpec()), AnatomySpec)
    assert film.steps == tuple(moment.step for moment in checkpoint.timeline)
    assert len(film.moments) == len(film.steps)
    assert (film.pixels, film.latent_dim) == (64, 2)
    first, last = (
        np.abs(moment.astype(float) - film.originals.rows[0]).mean()
        for moment in (film.moments[0], film.moments[-1])
    )
    assert last < first / 2


def test_without_its_checkpoint_a_lesson_has_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glimpses, "path_for", lambda _: path_for(AnatomySpec()).with_name("none"))
    assert glimpse.__wrapped__("attention") is None
    assert training_film.__wrapped__() is None
