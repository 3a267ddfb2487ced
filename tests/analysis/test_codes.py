"""What is measured of a code is what its name says; worked by hand or by another's code."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist, pdist

from explorer.analysis.codes import (
    Floats,
    framed,
    label_agreement,
    largest_principal_angle,
    plane,
    trustworthiness,
)


def floats(values: object) -> Floats:
    return np.asarray(values, dtype=np.float32)


def points(rows: int, columns: int, seed: int = 0) -> Floats:
    return np.random.default_rng(seed).normal(size=(rows, columns)).astype(np.float32)


# Labels of neighbours -----------------------------------------------------------------------------


def test_label_agreement_by_hand() -> None:
    """0 and 1 agree with one of two neighbours, 2 with none, the three far ones with both."""
    codes = floats([[0], [1], [2], [10], [11], [12]])
    labels = np.array([0, 0, 1, 1, 1, 1])
    assert label_agreement(codes, labels, neighbours=2) == pytest.approx((0.5 + 0.5 + 0 + 3) / 6)


def test_a_point_is_not_its_own_neighbour() -> None:
    codes = floats([[0], [0], [5], [5]])
    assert label_agreement(codes, np.array([0, 1, 0, 1]), neighbours=1) == 0


def test_well_separated_classes_agree_and_a_code_that_keeps_nothing_is_at_chance() -> None:
    labels = np.arange(500) % 10
    separated = points(500, 2) + 100 * floats(np.column_stack([labels % 5, labels // 5]))
    assert label_agreement(separated, labels) == 1
    assert label_agreement(points(500, 2), labels) == pytest.approx(0.1, abs=0.02)


# Neighbours ---------------------------------------------------------------------------------------


def venna_kaski(pictures: Floats, codes: Floats, k: int) -> float:
    """Trustworthiness as its paper defines it, without haste (Venna & Kaski 2001)."""
    n, penalty = len(pictures), 0
    among_pictures, in_code = cdist(pictures, pictures), cdist(codes, codes)
    for i in range(n):
        rank = {j: r for r, j in enumerate(np.argsort(among_pictures[i]))}  # i itself has rank 0
        neighbours = [j for j in np.argsort(in_code[i]) if j != i][:k]
        penalty += sum(max(0, rank[j] - k) for j in neighbours)
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * penalty


@pytest.mark.parametrize("neighbours", [1, 5, 10])
def test_trustworthiness_is_the_papers(neighbours: int) -> None:
    pictures = points(60, 8)
    codes = floats(pictures[:, :2] + points(60, 2, seed=1) / 4)
    expected = venna_kaski(pictures, codes, neighbours)
    assert trustworthiness(pictures, codes, neighbours) == pytest.approx(expected)
    assert 0.5 < expected < 1


def test_trustworthiness_of_a_perfect_and_of_a_random_code() -> None:
    pictures = points(300, 5)
    assert trustworthiness(pictures, -3 * pictures) == 1
    assert trustworthiness(pictures, points(300, 2, seed=1)) == pytest.approx(0.5, abs=0.05)


# Subspaces ----------------------------------------------------------------------------------------

COMPONENTS = np.eye(2, 5, dtype=np.float32)  # the plane of the first two axes


def tilted(degrees: float) -> Floats:
    """(5, 2): a plane that shares one direction with COMPONENTS; the other is tilted."""
    angle = np.radians(degrees)
    return floats([[1, 0], [0, np.cos(angle)], [0, np.sin(angle)], [0, 0], [0, 0]])


@pytest.mark.parametrize("degrees", [0.0, 0.5, 30.0, 45.0, 89.0, 90.0])
def test_the_angle_is_that_of_the_tilt(degrees: float) -> None:
    assert largest_principal_angle(tilted(degrees), COMPONENTS) == pytest.approx(degrees, abs=1e-2)


def test_the_largest_of_two_angles_counts() -> None:
    a, b = np.radians([20, 50])
    decoder = floats([[np.cos(a), 0], [0, np.cos(b)], [np.sin(a), 0], [0, np.sin(b)], [0, 0]])
    assert largest_principal_angle(decoder, COMPONENTS) == pytest.approx(50, abs=1e-2)


def test_axes_and_lengths_within_the_subspace_do_not_matter() -> None:
    mixed = tilted(30) @ floats([[3, -7], [0.5, 2]])
    assert largest_principal_angle(mixed, COMPONENTS) == pytest.approx(30, abs=1e-2)


# The plane to draw --------------------------------------------------------------------------------


def test_a_line_is_drawn_on_a_line() -> None:
    codes = points(9, 1)
    assert plane(codes).shape == (9, 2)
    assert np.array_equal(plane(codes)[:, :1], codes)
    assert not plane(codes)[:, 1].any()


def test_two_dimensions_are_drawn_as_they_are() -> None:
    codes = points(9, 2)
    assert np.array_equal(plane(codes), codes)


def test_a_plane_in_space_is_drawn_without_distortion() -> None:
    corners = points(2, 6, seed=1)
    codes = points(40, 2) @ corners + 5
    np.testing.assert_allclose(pdist(plane(codes)), pdist(codes), rtol=1e-3, atol=1e-4)


def test_of_many_dimensions_the_two_widest_are_drawn() -> None:
    codes = points(200, 4) * floats([1, 30, 0.1, 100])
    drawn = plane(codes)
    for column, axis in ((0, 3), (1, 1)):
        assert abs(np.corrcoef(drawn[:, column], codes[:, axis])[0, 1]) > 0.99


@pytest.mark.parametrize("latent_dim", [1, 2, 3, 32])
def test_what_is_drawn_is_float32_and_finite(latent_dim: int) -> None:
    for codes in (points(40, latent_dim), np.full((40, latent_dim), 0.5, np.float32)):
        drawn = plane(codes)
        assert drawn.shape == (40, 2)
        assert drawn.dtype == np.float32
        assert np.isfinite(drawn).all()


# The frame of a map -------------------------------------------------------------------------------


def test_points_far_outside_are_put_on_the_rim_and_the_others_stay() -> None:
    places = points(1000, 2)
    places[7] = (1000, -1000)
    shown = framed(places)
    assert np.abs(shown).max() < 5
    assert shown[7, 0] == shown[:, 0].max()
    assert shown[7, 1] == shown[:, 1].min()
    unmoved = np.delete(np.arange(1000), 7)
    assert (shown[unmoved] == places[unmoved]).mean() > 0.95


def test_places_that_are_no_numbers_stay_so() -> None:
    places = points(50, 2)
    places[3] = np.nan
    assert np.isnan(framed(places)[3]).all()
    assert np.isnan(framed(np.full((5, 2), np.nan, np.float32))).all()
