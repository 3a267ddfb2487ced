"""The plane of an encoder's states is that of PCA."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from torch import Tensor

from explorer.analysis.state_path import state_plane


def states() -> tuple[Tensor, Tensor]:
    """(B, S, H) that spread differently along the units, and a mask of two thirds of them."""
    generator = torch.Generator().manual_seed(0)
    hidden = torch.randn(40, 6, 5, generator=generator) * torch.tensor([3.0, 2.0, 1.0, 0.5, 0.1])
    return hidden + 0.7, torch.arange(6).expand(40, 6) < 4


def test_it_is_scikit_learns_pca_up_to_signs() -> None:
    hidden, mask = states()
    plane, oracle = state_plane(hidden, mask), PCA(2).fit(hidden[mask].numpy())
    for axis, theirs in zip(plane.axes, oracle.components_, strict=True):
        assert abs(axis @ theirs) == pytest.approx(1, abs=1e-5)
        assert axis[np.abs(axis).argmax()] > 0
    np.testing.assert_allclose(plane.explained, oracle.explained_variance_ratio_, atol=1e-6)
    np.testing.assert_allclose(
        np.abs(plane.cloud), np.abs(oracle.transform(hidden[mask])), atol=1e-4
    )


def test_padding_has_no_place_in_it() -> None:
    hidden, mask = states()
    other = torch.where(mask.unsqueeze(2), hidden, torch.full_like(hidden, 99))
    np.testing.assert_array_equal(state_plane(hidden, mask).cloud, state_plane(other, mask).cloud)


def test_a_state_is_placed_where_the_cloud_has_it() -> None:
    hidden, mask = states()
    plane = state_plane(hidden, mask)
    np.testing.assert_allclose(plane.place(hidden[mask].numpy()), plane.cloud, atol=1e-5)


def test_states_that_are_all_alike_are_one_point() -> None:
    plane = state_plane(torch.ones(3, 2, 4), torch.ones(3, 2, dtype=torch.bool))
    assert plane.explained == (0.0, 0.0)
    assert np.abs(plane.cloud).max() == 0
