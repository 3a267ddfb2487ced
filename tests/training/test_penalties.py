"""Weight decay as proximal steps: worked by hand, and held against what they minimise."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional as F  # noqa: N812
from torch.optim import SGD

from explorer.training.penalties import PENALTIES, decay_of_a_step, shortened


def columns() -> Tensor:
    """Three inputs whose weights have the norms 5, 1 and 0."""
    return torch.tensor([[3.0, 0.6, 0.0], [4.0, -0.8, 0.0]])


def test_a_length_is_taken_off_each_inputs_norm() -> None:
    weight = columns()
    assert shortened(weight, 1.0) is weight
    torch.testing.assert_close(weight, torch.tensor([[2.4, 0.0, 0.0], [3.2, 0.0, 0.0]]))


def test_a_share_is_taken_off_every_weight() -> None:
    weight = columns()
    PENALTIES["l2"](weight, 0.25)
    torch.testing.assert_close(weight, columns() * 0.8)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_no_decay_changes_nothing(penalty: str) -> None:
    weight = columns()
    PENALTIES[penalty](weight, 0.0)
    assert torch.equal(weight, columns())


@pytest.mark.parametrize("penalty", PENALTIES)
def test_weights_that_are_no_numbers_stay_so(penalty: str) -> None:
    """So that a run that diverged is seen to have diverged."""
    weight = torch.full((2, 3), torch.nan)
    PENALTIES[penalty](weight, 0.1)
    assert weight.isnan().all()


@given(st.floats(0, 3), st.integers(0, 1000))
def test_the_proximal_step_minimises_penalty_and_distance(length: float, seed: int) -> None:
    """Its definition: no other point has a smaller length·Σ‖w‖ + ‖w − v‖²/2."""
    generator = torch.Generator().manual_seed(seed)
    before = torch.randn(4, 5, generator=generator, dtype=torch.float64)
    after = shortened(before.clone(), length)

    def cost(weight: Tensor) -> float:
        return float(length * weight.norm(dim=0).sum() + (weight - before).square().sum() / 2)

    for _ in range(5):
        near = after + 0.05 * torch.randn(4, 5, generator=generator, dtype=torch.float64)
        assert cost(after) <= cost(near) + 1e-9


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("penalty", PENALTIES)
def test_descent_settles_where_loss_and_penalty_are_smallest(penalty: str, momentum: float) -> None:
    """The gradient of the loss holds the penalty's in balance (Karush, Kuhn and Tucker)."""
    strength = 0.02
    generator = torch.Generator().manual_seed(0)
    x = torch.rand(300, 6, generator=generator)
    x[:, 4:] *= 0.1  # two inputs that can say little
    labels = (x[:, 0] + 2 * x[:, 1] > 1.5).long()
    weight = torch.randn(2, 6, generator=generator, requires_grad=True)
    optimizer = SGD([weight], lr=0.2, momentum=momentum)
    decay = decay_of_a_step(strength, optimizer)
    for _ in range(3000):
        optimizer.zero_grad()
        F.cross_entropy(x @ weight.T, labels).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        with torch.no_grad():
            PENALTIES[penalty](weight, decay)
    (gradient,) = torch.autograd.grad(F.cross_entropy(x @ weight.T, labels), weight)
    norms = weight.detach().norm(dim=0)
    alive = norms > 0
    pull = weight.detach() / norms if penalty == "group-lasso" else weight.detach()
    torch.testing.assert_close(gradient[:, alive], -strength * pull[:, alive], atol=2e-4, rtol=0)
    if penalty == "group-lasso":
        assert not alive[4:].any()
        assert (gradient[:, ~alive].norm(dim=0) <= strength).all()
    else:
        assert alive.all()
