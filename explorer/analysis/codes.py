"""What a code keeps of the pictures: their neighbours, their labels, PCA's subspace."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.linalg import subspace_angles
from scipy.spatial.distance import cdist
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]
Indices = npt.NDArray[np.int64]

NEIGHBOURS = 10


def label_agreement(codes: Floats, labels: Labels, neighbours: int = NEIGHBOURS) -> float:
    """The share of each point's nearest neighbours in the code that have its label, averaged.

    0…1; with ten equally frequent classes a code that keeps nothing gets 0.1. A point is not its
    own neighbour.
    """
    return agreement(nearest(codes, neighbours), labels)


def trustworthiness(pictures: Floats, codes: Floats, neighbours: int = NEIGHBOURS) -> float:
    """Whether neighbours in the code are neighbours among the pictures too (Venna & Kaski 2001).

    0…1; about 0.5 for a random code.
    """
    return trust(nearest(codes, neighbours), ranks(pictures))


def nearest(codes: Floats, neighbours: int = NEIGHBOURS) -> Indices:
    """(N, neighbours): the rows that lie nearest to each row, nearest first, without itself."""
    search = NearestNeighbors(n_neighbors=neighbours).fit(codes)
    indices: Indices = search.kneighbors(return_distance=False)
    return indices


def ranks(pictures: Floats) -> Indices:
    """(N, N): at [i, j] the rank of row j among the neighbours of row i; 1 is the nearest."""
    distances = cdist(pictures, pictures, "sqeuclidean")
    np.fill_diagonal(distances, -1)  # itself is nobody's neighbour and has rank 0
    order: Indices = distances.argsort(axis=1)
    ranked: Indices = np.empty_like(order)
    np.put_along_axis(ranked, order, np.arange(len(order))[None, :], axis=1)
    return ranked


def agreement(near: Indices, labels: Labels) -> float:
    """The share of the neighbours `near` (N, k) that have the label of their row."""
    return float((labels[near] == labels[:, None]).mean(dtype=np.float64))


def trust(near: Indices, ranked: Indices) -> float:
    """Trustworthiness from the neighbours in the code and the `ranks` among the pictures.

    Those ranks cost N² log N and never change, so whoever watches a code learn keeps them.
    """
    n, k = near.shape
    beyond = np.take_along_axis(ranked, near, axis=1) - k
    penalty = float(np.maximum(beyond, 0).sum())
    worst = n * k * (2 * n - 3 * k - 1) / 2
    return float(1 - penalty / worst)


def largest_principal_angle(decoder: Floats, components: Floats) -> float:
    """Degrees, 0…90, between the columns' span of `decoder` and the rows' span of `components`.

    (pixels, k) and (k, pixels). 0° means that a linear autoencoder found PCA's subspace, whatever
    axes it uses there (Baldi & Hornik 1989).
    """
    return float(np.degrees(subspace_angles(decoder, components.T)[0]))


def plane(codes: Floats) -> Floats:
    """(N, 2): the codes themselves when they are 2-D, else their two widest directions.

    A 1-D code lies on a line: its second coordinate is 0.
    """
    if codes.shape[1] == 1:
        return np.column_stack([codes, np.zeros_like(codes)]).astype(np.float32)
    if codes.shape[1] == 2:
        return codes
    with np.errstate(invalid="ignore"):  # equal codes have no variance of which to take shares
        projected: Floats = PCA(n_components=2).fit_transform(codes).astype(np.float32)
    return projected


def framed(places: Floats) -> Floats:
    """(N, 2): the places, with those far outside put on the rim.

    The frame holds the middle 96 % of the points along each axis and an eighth more on either
    side. A code is free to send single pictures far away; without this a few of them would squeeze
    all the others into a spot. A place that is not a number stays so.
    """
    if np.isnan(places).all():
        return places
    low, high = np.nanquantile(places, [0.02, 0.98], axis=0)
    margin = (high - low) / 8
    within: Floats = np.clip(places, low - margin, high + margin).astype(np.float32)
    return within
