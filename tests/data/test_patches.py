"""Patches: cut where they should be, together again without a seam, disturbed, in disguise."""

from __future__ import annotations

import itertools

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from explorer.data.noise import NOISES
from explorer.data.patches import (
    PATCH,
    PATCH_PIXELS,
    disturbed,
    disturbed_photo,
    example_patches,
    patches,
    stitched,
)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def random_photo(height: int, width: int, seed: int = 0) -> Tensor:
    return torch.rand(3, height, width, generator=seeded(seed))


# Cut and together again ---------------------------------------------------------------------------


def test_patches_stand_where_they_were_cut() -> None:
    planes = random_photo(13, 17)
    rows = patches(planes, 3)
    assert rows.shape == (3 * 4, PATCH_PIXELS)  # down at 0, 3, 6; across at 0, 3, 6, 9
    for number, (top, left) in enumerate(itertools.product((0, 3), (0, 3, 6, 9))):
        part = planes[:, top : top + PATCH, left : left + PATCH]
        assert torch.equal(rows[number], part.flatten())


def test_beyond_the_photo_its_edge_is_repeated() -> None:
    planes = random_photo(8, 9)
    (_, last) = patches(planes, PATCH)
    assert torch.equal(last.view(3, PATCH, PATCH), planes[:, :, 8:].expand(3, 8, PATCH))


@given(
    height=st.integers(PATCH, 30),
    width=st.integers(PATCH, 30),
    stride=st.integers(1, PATCH),
    seed=st.integers(0, 99),
)
def test_cut_and_stitched_is_the_photo_again(
    height: int, width: int, stride: int, seed: int
) -> None:
    planes = random_photo(height, width, seed)
    again = stitched(patches(planes, stride), height, width, stride)
    assert again.shape == planes.shape
    torch.testing.assert_close(again, planes)


def test_where_patches_overlap_their_mean_counts() -> None:
    rows = torch.stack([torch.full((PATCH_PIXELS,), value) for value in (0.0, 1.0)])
    planes = stitched(rows, 8, 12, 4)
    for column, expected in ((0, 0.0), (3, 0.0), (4, 0.5), (7, 0.5), (8, 1.0), (11, 1.0)):
        assert set(planes[:, :, column].flatten().tolist()) == {expected}


# Noise --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("noise", NOISES)
def test_no_strength_changes_nothing(noise: str) -> None:
    planes = random_photo(20, 27)
    torch.testing.assert_close(disturbed_photo(planes, noise, 0.0, seeded()), planes)


@pytest.mark.parametrize("noise", NOISES)
def test_noise_is_drawn_from_the_generator_alone(noise: str) -> None:
    planes = random_photo(20, 27)
    first, again, other = (disturbed_photo(planes, noise, 0.4, seeded(s)) for s in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert torch.equal(planes, random_photo(20, 27))
    assert first.min() >= 0
    assert first.max() <= 1


@pytest.mark.parametrize("noise", ["masking", "blocks"])
def test_each_channel_is_hit_on_its_own(noise: str) -> None:
    noisy = disturbed_photo(torch.ones(3, 64, 64), noise, 0.5, seeded())
    assert noisy.mean().item() == pytest.approx(0.5, abs=0.05)
    gone = noisy == 0
    together = (gone[0] & gone[1]).float().mean().item()
    assert together == pytest.approx(0.25, abs=0.06)  # ½·½, not ½


def test_gaussian_noise_has_the_strength_it_says() -> None:
    rows = torch.full((200, PATCH_PIXELS), 0.5)
    noise = disturbed(rows, "gaussian", 0.1, seeded()) - rows
    assert noise.std().item() == pytest.approx(0.1, rel=0.02)
    assert noise.mean().item() == pytest.approx(0, abs=0.002)


# Examples -----------------------------------------------------------------------------------------


def guises(patch: Tensor) -> set[tuple[float, ...]]:
    """The 96 guises of a patch (3, P, P), found without the code under test."""
    found = set()
    for colours in itertools.permutations(range(3)):
        for quarters in range(4):
            turned = torch.rot90(patch[list(colours)], quarters, (1, 2))
            for form in (turned, turned.flip(2)):
                found |= {tuple(form.flatten().tolist()), tuple((1 - form).flatten().tolist())}
    return found


def test_of_one_patch_all_96_guises_come_and_nothing_else() -> None:
    patch = random_photo(PATCH, PATCH)
    rows = example_patches(patch, 2000, seeded())
    assert rows.shape == (2000, PATCH_PIXELS)
    known = guises(patch)
    assert len(known) == 96
    assert {tuple(row) for row in rows.tolist()} == known


def test_examples_come_from_the_whole_photo() -> None:
    height, width = PATCH + 3, PATCH + 5
    places = torch.arange(height * width).view(1, height, width).repeat(3, 1, 1) / 1000
    rows = example_patches(places, 4000, seeded())
    light = torch.where(rows > 0.5, 1 - rows, rows)  # negatives back to positives
    corners = {round(1000 * value) for value in light.min(1).values.tolist()}
    assert corners == {top * width + left for top in range(4) for left in range(6)}


def test_the_same_seed_gives_the_same_examples() -> None:
    planes = random_photo(20, 20)
    first, again, other = (example_patches(planes, 50, seeded(s)) for s in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
