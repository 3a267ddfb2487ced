"""The running average of weights: by hand, and nearer to the goal than what it follows."""

from __future__ import annotations

import pytest
import torch

from explorer.training.averages import EARLY_STEPS, LEAST_SHARE, follow


def test_the_first_steps_by_hand() -> None:
    average, weight = torch.zeros(2), torch.tensor([1.0, 2.0])
    follow([average], [weight], 1)
    share = EARLY_STEPS / (1 + EARLY_STEPS)
    torch.testing.assert_close(average, share * weight)
    follow([average], [torch.zeros(2)], 2)
    torch.testing.assert_close(average, share * (1 - EARLY_STEPS / (2 + EARLY_STEPS)) * weight)


def test_late_it_reaches_about_a_hundred_steps_back() -> None:
    average = torch.zeros(1)
    for step in range(10_000, 10_100):
        follow([average], [torch.ones(1)], step)
    assert average.item() == pytest.approx(1 - (1 - LEAST_SHARE) ** 100, rel=1e-4)


def test_what_stands_still_is_its_own_average_and_weights_are_left_alone() -> None:
    weight = torch.nn.Parameter(torch.tensor([3.0]))
    average = weight.detach().clone()
    for step in range(1, 50):
        follow([average], [weight], step)
    assert average.item() == pytest.approx(3)
    assert weight.item() == 3
    assert weight.grad is None


def test_it_stands_stiller_than_what_it_follows() -> None:
    noise = torch.randn(3000, generator=torch.Generator().manual_seed(0))
    average = torch.zeros(1)
    path = []
    for step, weight in enumerate(noise, start=1):
        follow([average], [weight[None]], step)
        path.append(average.item())
    assert torch.tensor(path[500:]).std() < noise.std() / 8


def test_unequal_lists_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="zip"):
        follow([torch.zeros(1)], [], 1)
