"""Recall of lists in frames and words."""

from __future__ import annotations

import pytest

from explorer.analysis.recall import (
    LengthAccuracy,
    accuracy_history,
    best_kept,
    length_frame,
    position_recall,
    recall_places,
    right_places,
)
from explorer.training.loop import Snapshot

WORDS = {"pattern": "P", "random": "R"}


def recalled(**sorts: list[float]) -> dict[str, float]:
    return {"chance": 0.01} | {
        f"recall_by_position.{sort}.{place}": share
        for sort, shares in sorts.items()
        for place, share in enumerate(shares, start=1)
    }


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ([1, 2, 3], [True, True, True]),
        ([1, 3, 2], [True, False, False]),
        ([1], [True, False, False]),
        ([2, 3], [False, False, False]),
        ([1, 2, 3, 4, 5], [True, True, True]),
        ([], [False, False, False]),
    ],
)
def test_a_number_counts_in_its_own_place_only(said: list[int], right: list[bool]) -> None:
    assert right_places([1, 2, 3], said) == right


def test_places_are_in_the_order_of_the_list_and_not_of_the_alphabet() -> None:
    shares = [place / 12 for place in range(12)]
    metrics = recalled(pattern=shares, random=shares[::-1])
    assert position_recall(metrics, "pattern") == shares
    frame = recall_places(metrics, WORDS)
    assert frame["place"].tolist() == [*range(1, 13), *range(1, 13)]
    assert frame.query("sort == 'R'")["share"].tolist() == shares[::-1]
    assert set(frame["chance"]) == {0.01}


@pytest.mark.parametrize(
    ("shares", "third"),
    [
        ([0.9, 0.8, 0.3, 0.2, 0.1, 0.1], "first"),
        ([0.1, 0.1, 0.9, 0.2, 0.1, 0.1], "middle"),
        ([0.5, 0.1, 0.1, 0.1, 0.6, 0.7], "last"),
        ([0.5, 0.3, 0.1, 0.35], "first"),
    ],
)
def test_which_third_is_kept_best(shares: list[float], third: str) -> None:
    assert best_kept(recalled(random=shares, pattern=[1.0] * len(shares))) == third


def test_what_was_never_trained_begins_at_the_longest_trained_length() -> None:
    found = [
        LengthAccuracy(4, True, 1.0, 0.9),
        LengthAccuracy(5, True, 0.9, 0.5),
        LengthAccuracy(6, False, 0.3, 0.0),
    ]
    frame = length_frame(found, WORDS)
    lines = {
        key: rows[["length", "share"]].to_numpy() for key, rows in frame.groupby(["part", "sort"])
    }
    assert lines["trained", "P"].tolist() == [[4, 1.0], [5, 0.9]]
    assert lines["beyond", "P"].tolist() == [[5, 0.9], [6, 0.3]]
    assert lines["beyond", "R"].tolist() == [[5, 0.5], [6, 0.0]]


@pytest.mark.parametrize("moments", [1, 2, 299, 300, 301, 5000])
def test_a_history_is_bounded_and_ends_at_the_newest_moment(moments: int) -> None:
    snapshots = [
        Snapshot(step, 0.0, {"pattern_sequence_accuracy": 0.5, "random_sequence_accuracy": 0.0})
        for step in range(moments)
    ]
    frame = accuracy_history(snapshots, WORDS)
    steps = frame.query("sort == 'P'")["step"].tolist()
    assert steps[0] == 0
    assert steps[-1] == moments - 1
    assert len(steps) == len(set(steps)) <= 301
    assert len(frame) == 2 * len(steps)
