"""Learning from labels: what can be told apart is told apart, and equal seeds give equal nets."""

from __future__ import annotations

import torch
from torch import Tensor

from explorer.models.classifier import Classifier
from explorer.training.supervised import fit_classifier

X = torch.rand(300, 2, generator=torch.Generator().manual_seed(0))
LABELS = (X[:, 0] > X[:, 1]).long()


def fitted(seed: int = 0, *, steps: int = 300, labels: Tensor = LABELS) -> Classifier:
    generator = torch.Generator().manual_seed(seed)
    model = Classifier((2, 16, 2), "relu", generator)
    fit_classifier(
        model,
        X,
        labels,
        steps=steps,
        learning_rate=0.01,
        batch_size=32,
        generator=generator,
    )
    return model


def accuracy(model: Classifier) -> float:
    return float((model(X).argmax(1) == LABELS).float().mean())


def test_it_learns_what_can_be_told_apart() -> None:
    assert accuracy(fitted(steps=0)) < 0.8
    assert accuracy(fitted()) > 0.95


def test_it_learns_from_the_labels_of_their_own_rows() -> None:
    mixed = LABELS[torch.randperm(300, generator=torch.Generator().manual_seed(5))]
    assert accuracy(fitted(labels=mixed)) < 0.8


def test_equal_seeds_give_equal_nets() -> None:
    one, twin, other = (fitted(seed, steps=5).state_dict() for seed in (0, 0, 1))
    assert all(torch.equal(one[name], twin[name]) for name in one)
    assert not torch.equal(one["layers.0.weight"], other["layers.0.weight"])
