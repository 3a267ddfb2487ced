"""How well a classifier reads: curves, mix-ups, and what its certainty is worth."""

from __future__ import annotations

import math

import numpy as np
import pytest

from explorer.analysis.reading import (
    ANSWERS,
    accuracy_shares,
    answer_of,
    certainty_held,
    loss_curves,
    mix_ups,
)
from explorer.training.loop import Snapshot

WORDS = {"train": "known", "test": "new"}


def snapshots() -> list[Snapshot]:
    return [
        Snapshot(
            step,
            0.0,
            {
                "train_loss": 2 / (step + 1),
                "test_loss": 2.5 / (step + 1),
                "train_accuracy": step / 10,
                "test_accuracy": step / 20,
            },
        )
        for step in (0, 5, 10)
    ]


def test_curves_have_both_parts_and_chance() -> None:
    losses = loss_curves(snapshots(), WORDS, 10)
    assert list(losses.columns) == ["step", "series", "nats", "chance"]
    assert losses.nats.tolist() == pytest.approx([2, 1 / 3, 2 / 11, 2.5, 2.5 / 6, 2.5 / 11])
    assert losses.series.tolist() == ["known"] * 3 + ["new"] * 3
    assert losses.chance.tolist() == pytest.approx([math.log(10)] * 6)
    shares = accuracy_shares(snapshots(), WORDS, 4)
    assert shares.share.tolist() == pytest.approx([0, 0.5, 1, 0, 0.25, 0.5])
    assert set(shares.chance) == {0.25}


def test_mix_ups_are_counted_pair_by_pair() -> None:
    labels = np.array([0, 0, 1, 1, 1, 2])
    guesses = np.array([0, 2, 1, 1, 0, 2], dtype=np.uint8)
    counts = mix_ups(labels, guesses, ("a", "b", "c"))
    rows = set(counts.itertuples(index=False, name=None))
    assert rows == {
        ("a", "a", 1, True),
        ("a", "c", 1, False),
        ("b", "a", 1, False),
        ("b", "b", 2, True),
        ("c", "c", 1, True),
    }


def test_certainty_is_held_against_what_is_right() -> None:
    certainty = np.array([0.95, 0.9, 0.99, 0.89, 0.4])
    right = np.array([True, False, True, True, False])
    assert list(certainty_held(certainty, right)) == pytest.approx([3, 2 / 3, 2, 0.5])
    sure, sure_right, unsure, _ = certainty_held(certainty[3:], right[3:])
    assert (sure, unsure) == (0, 2)
    assert math.isnan(sure_right)


@pytest.mark.parametrize(
    ("accuracy", "answer"),
    [
        (0, "below_half"),
        (0.499, "below_half"),
        (0.5, "below_80"),
        (0.8, "below_95"),
        (0.9499, "below_95"),
        (0.95, "above"),
        (1, "above"),
    ],
)
def test_the_answers_leave_no_gap(accuracy: float, answer: str) -> None:
    assert answer_of(accuracy) == answer
    assert list(ANSWERS.values()) == sorted(ANSWERS.values())
