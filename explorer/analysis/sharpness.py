"""Sharpness: the largest curvature of a loss, at the weights where a net stands."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

ITERATIONS = 30  # products with the Hessian; more move the largest curvature by less than 0.1 %
START_SEED = 0  # of the direction that the search sets out from: equal weights, equal sharpness


def sharpness(
    losses: Tensor, parameters: Sequence[Tensor], *, iterations: int = ITERATIONS
) -> Tensor:
    """(C,) losses of C nets that share no weight → (C,) largest eigenvalues of their Hessians.

    Each parameter is (C, …), as SideBySide holds them, and the losses' graph is freed. The Hessian
    itself is never made: the gradient of gradient · direction is its product with that direction
    (Pearlmutter 1994), and one such pass serves all nets. From these products Lanczos' method finds
    the largest eigenvalue, in fewer of them than power iteration, and always the largest, not the
    one that is furthest from 0. In float64 on the CPU; NaN where a net has blown up.
    """
    slopes = _rows(torch.autograd.grad(losses.sum(), parameters, create_graph=True))  # (C, P)
    generator = torch.Generator(slopes.device).manual_seed(START_SEED)
    start = torch.randn(slopes.shape, generator=generator, device=slopes.device)
    start = start / start.norm(dim=1, keepdim=True)
    iterations = min(iterations, slopes.shape[1])
    found = slopes.new_zeros(len(losses), iterations, slopes.shape[1])  # orthonormal directions
    found[:, 0] = start
    along: list[Tensor] = []  # the Hessian among the found directions is tridiagonal: its diagonal,
    beside: list[Tensor] = []  # and what stands beside it
    for i in range(iterations):
        direction = found[:, i]
        bent = torch.autograd.grad(slopes, parameters, direction, retain_graph=True)
        product = _rows(bent)  # Hessian · direction, (C, P)
        along.append((product * direction).sum(dim=1))
        known = found[:, : i + 1]
        for _ in range(2):  # once leaves too much of the known directions to rounding
            product = product - ((known @ product[..., None]).mT @ known).squeeze(1)
        if i + 1 < iterations:
            beside.append(product.norm(dim=1))
            # Where nothing is left, all has been found: what follows is 0 and adds nothing.
            found[:, i + 1] = product / beside[-1][:, None].clamp(min=torch.finfo().tiny)
    return _largest(along, beside)


def _rows(parts: Sequence[Tensor]) -> Tensor:
    """Parameters or their gradients, (C, …) each → (C, P)."""
    return torch.cat([part.flatten(1) for part in parts], dim=1)


def _largest(along: Sequence[Tensor], beside: Sequence[Tensor]) -> Tensor:
    """I diagonals and I − 1 beside them, (C,) each, of symmetric matrices → (C,) eigenvalues."""
    matrices = torch.diag_embed(torch.stack(list(along), dim=1).detach().double().cpu())
    for i, value in enumerate(beside):
        matrices[:, i, i + 1] = matrices[:, i + 1, i] = value.detach().double().cpu()
    finite = matrices.isfinite().all(dim=(1, 2))
    largest = torch.linalg.eigvalsh(torch.where(finite[:, None, None], matrices, 0.0))[:, -1]
    return torch.where(finite, largest, torch.nan)
