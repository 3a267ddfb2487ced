"""The largest curvature of a loss against the whole Hessian of nets that are small enough."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from torch import Tensor

from explorer.analysis.sharpness import sharpness
from explorer.models.side_by_side import SideBySide

COPIES = 3
WIDTHS = (3, 4, 2)
X = torch.randn(7, 3, generator=torch.Generator().manual_seed(1))
ANSWERS = torch.randn(7, 2, generator=torch.Generator().manual_seed(2))


def nets(seed: int = 0) -> SideBySide:
    return SideBySide(WIDTHS, "tanh", torch.Generator().manual_seed(seed), (COPIES,)).double()


def errors(outputs: Tensor) -> Tensor:
    return (outputs - ANSWERS).square().sum(-1).mean(-1) / 2


def eigenvalues(model: SideBySide, copy: int) -> Tensor:
    """Of the dense Hessian of one net's loss, by its weights in a row; written for WIDTHS."""
    parts = [weight[copy].detach() for weight in model.parameters()]
    sizes = [part.numel() for part in parts]

    def loss(row: Tensor) -> Tensor:
        h = X.double()
        pieces = torch.split(row, sizes)
        weights = [piece.view_as(part) for piece, part in zip(pieces, parts, strict=True)]
        for i, (weight, bias) in enumerate(zip(weights[::2], weights[1::2], strict=True)):
            h = (torch.tanh(h) if i else h) @ weight.mT + bias
        return errors(h)

    row = torch.cat([part.flatten() for part in parts])
    hessian = torch.autograd.functional.hessian(loss, row)  # type: ignore[no-untyped-call]
    found: Tensor = torch.linalg.eigvalsh(hessian)
    return found


@pytest.mark.parametrize("seed", [0, 1])
def test_it_is_the_largest_eigenvalue_of_the_dense_hessian(seed: int) -> None:
    model = nets(seed)
    found = sharpness(errors(model(X.double())), list(model.parameters()))
    expected = torch.stack([eigenvalues(model, copy)[-1] for copy in range(COPIES)])
    assert len(expected) == COPIES
    torch.testing.assert_close(found, expected, rtol=1e-6, atol=1e-9)


def test_few_products_come_close_from_below() -> None:
    model = nets()
    by_products = [
        sharpness(errors(model(X.double())), list(model.parameters()), iterations=count)
        for count in (1, 2, 4, 8, 26)
    ]
    for fewer, more in pairwise(by_products):
        assert (more >= fewer - 1e-9).all()


def test_known_curvatures_one_of_them_below_zero() -> None:
    """Losses ½ Σ cᵢ wᵢ²: the largest curvature counts, though another is further from 0."""
    weights = torch.nn.Parameter(torch.ones(2, 4, dtype=torch.float64))
    bends = torch.tensor([[1.0, 2.0, 3.0, -50.0], [0.5, 0.25, 7.0, 7.0]], dtype=torch.float64)
    losses = (bends * weights.square() / 2).sum(dim=1)
    torch.testing.assert_close(
        sharpness(losses, [weights]), torch.tensor([3.0, 7.0], dtype=torch.float64)
    )


def test_equal_weights_have_equal_sharpness_whatever_was_asked_before() -> None:
    model = nets()
    first, again = (sharpness(errors(model(X.double())), list(model.parameters())) for _ in "12")
    assert torch.equal(first, again)


def test_a_net_that_has_blown_up_has_none_and_leaves_the_others_theirs() -> None:
    model = nets()
    sound = sharpness(errors(model(X.double())), list(model.parameters()))
    with torch.no_grad():
        next(model.parameters())[1].fill_(torch.nan)
    found = sharpness(errors(model(X.double())), list(model.parameters()))
    assert found.isnan().tolist() == [False, True, False]
    torch.testing.assert_close(found[[0, 2]], sound[[0, 2]])
