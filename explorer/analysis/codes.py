"""What a code keeps of the pictures: their neighbours, their labels, PCA's subspace."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.linalg import subspace_angles
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness as sklearn_trustworthiness
from sklearn.neighbors import NearestNeighbors

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]

NEIGHBOURS = 10


def label_agreement(codes: Floats, labels: Labels, neighbours: int = NEIGHBOURS) -> float:
    """The share of each point's nearest neighbours in the code that have its label, averaged.

    0…1; with ten equally frequent classes a code that keeps nothing gets 0.1. A point is not its
    own neighbour.
    """
    nearest = NearestNeighbors(n_neighbors=neighbours).fit(codes).kneighbors(return_distance=False)
    return float(np.mean(labels[nearest] == labels[:, None]))


def trustworthiness(pictures: Floats, codes: Floats, neighbours: int = NEIGHBOURS) -> float:
    """Whether neighbours in the code are neighbours among the pictures too (Venna & Kaski 2001).

    0…1; about 0.5 for a random code.
    """
    return float(sklearn_trustworthiness(pictures, codes, n_neighbors=neighbours))


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
