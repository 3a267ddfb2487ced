"""The two colour photos: the real ones, half as large, and what becomes of them on the way."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.datasets import load_sample_image

from explorer.data.photos import (
    PHOTO_SIDE,
    PHOTOS,
    as_jpeg,
    as_pixels,
    as_planes,
    from_jpeg,
    photo,
)


@pytest.mark.parametrize("name", PHOTOS)
def test_a_photo_is_scikit_learns_at_half_its_size(name: str) -> None:
    pixels = photo(name)
    assert pixels.shape == (213, PHOTO_SIDE, 3)
    assert pixels.dtype == np.uint8
    original = load_sample_image(f"{name}.jpg")[:426].astype(float)
    halved = original.reshape(213, 2, 320, 2, 3).mean((1, 3))
    # LANCZOS is sharper than the mean of four pixels, but no other picture.
    assert np.abs(halved - pixels).mean() < 6
    for channel in range(3):
        assert np.corrcoef(halved[..., channel].ravel(), pixels[..., channel].ravel())[0, 1] > 0.98


def test_the_photos_differ() -> None:
    assert np.abs(photo("china").astype(int) - photo("flower")).mean() > 50


def test_who_asks_again_gets_the_same_which_nobody_can_change() -> None:
    assert photo("china") is photo("china")
    with pytest.raises(ValueError, match="read-only"):
        photo("china")[0, 0, 0] = 0


def test_planes_and_pixels_are_the_same_photo() -> None:
    planes = as_planes(photo("flower"))
    assert planes.shape == (3, 213, 320)
    assert planes.dtype == torch.float32
    assert planes[2, 5, 7].item() == pytest.approx(photo("flower")[5, 7, 2] / 255)
    np.testing.assert_array_equal(as_pixels(planes), photo("flower"))


def test_levels_outside_are_clipped_and_others_rounded() -> None:
    planes = torch.tensor([-0.2, 1.3, 0.5]).view(3, 1, 1)
    assert as_pixels(planes).tolist() == [[[0, 255, 128]]]


@pytest.mark.parametrize("name", PHOTOS)
def test_a_jpeg_is_small_and_looks_the_same(name: str) -> None:
    content = as_jpeg(photo(name))
    assert content.dtype == np.uint8
    assert content.ndim == 1
    assert content.nbytes < photo(name).nbytes / 5
    back = from_jpeg(content)
    assert back.shape == photo(name).shape
    mse = ((back.astype(float) - photo(name)) ** 2).mean() / 255**2
    assert -10 * np.log10(mse) > 33  # dB


def test_less_quality_takes_fewer_bytes() -> None:
    assert as_jpeg(photo("china"), 30).nbytes < as_jpeg(photo("china"), 90).nbytes / 2


def test_colours_keep_their_place_in_a_jpeg() -> None:
    pixels = np.asarray(Image.new("RGB", (16, 8), (200, 100, 0)))
    np.testing.assert_allclose(from_jpeg(as_jpeg(pixels)), pixels, atol=3)
