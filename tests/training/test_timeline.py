"""The time machine forgets evenly, never its ends, and stays within its bounds."""

from __future__ import annotations

from dataclasses import replace
from threading import Thread

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.training.loop import Snapshot
from explorer.training.timeline import CAPACITY, Timeline


def moment(step: int, nbytes: int = 0) -> Snapshot:
    return Snapshot(step, step / 10, {}, {"x": np.zeros(nbytes, np.uint8)})


def filled(count: int, capacity: int = CAPACITY) -> Timeline:
    timeline = Timeline(capacity)
    for step in range(count):
        timeline.append(moment(step))
    return timeline


def steps(timeline: Timeline) -> list[int]:
    return [snapshot.step for snapshot in timeline]


def test_before_the_first_moment_there_is_nothing() -> None:
    timeline = Timeline()
    assert timeline.newest is None
    assert timeline.snapshots() == []
    assert len(timeline) == timeline.nbytes == 0


def test_nothing_is_forgotten_before_it_is_full() -> None:
    assert steps(filled(4, capacity=4)) == [0, 1, 2, 3]


def test_by_hand() -> None:
    """Capacity 4: after 0 1 2 3 every other one is kept, after 0 2 4 6 every fourth."""
    seen = [steps(filled(count, capacity=4)) for count in range(5, 11)]
    assert seen == [
        [0, 2, 4],
        [0, 2, 4, 5],
        [0, 2, 4, 6],
        [0, 2, 4, 6, 7],
        [0, 4, 8],
        [0, 4, 8, 9],
    ]


@given(st.integers(1, 600), st.integers(1, 40))
def test_bounded_with_both_ends_and_evenly_spaced(count: int, capacity: int) -> None:
    timeline = filled(count, capacity)
    kept = steps(timeline)
    assert len(kept) == len(timeline) <= capacity + 1
    assert kept[0] == 0
    assert kept[-1] == count - 1
    assert timeline.newest is timeline.snapshots()[-1]
    *gaps, last = np.diff(kept).tolist() or [0]
    assert len(set(gaps)) <= 1
    assert not gaps or 0 < last <= gaps[0]


@given(st.integers(2, 600), st.integers(2, 40))
def test_at_least_half_of_what_fits_is_kept(count: int, capacity: int) -> None:
    assert len(filled(count, capacity)) >= min(count, capacity // 2)


@pytest.mark.parametrize("again", [0, 3, 19])
def test_an_earlier_or_equal_step_starts_the_story_anew(again: int) -> None:
    timeline = filled(20, capacity=4)
    timeline.append(moment(again))
    timeline.append(moment(again + 1))
    timeline.append(moment(again + 2))
    assert steps(timeline) == [again, again + 1, again + 2]


def test_a_fresh_start_counts_its_bytes_anew() -> None:
    timeline = Timeline(4)
    for step in range(4):
        timeline.append(moment(step, 1000))
    timeline.append(moment(0, 10))
    assert timeline.nbytes == 10


@given(st.lists(st.integers(0, 100), min_size=1, max_size=200), st.integers(1, 12))
def test_bytes_are_those_of_the_moments_kept(sizes: list[int], capacity: int) -> None:
    timeline = Timeline(capacity)
    for step, nbytes in enumerate(sizes):
        timeline.append(moment(step, nbytes))
    held = sum(snapshot.nbytes for snapshot in timeline)
    assert timeline.nbytes <= held <= timeline.nbytes + sizes[-1]


def test_one_may_append_while_others_read() -> None:
    timeline, broken = Timeline(16), []

    def read() -> None:
        while timeline.newest is None or timeline.newest.step < 3000:
            seen = steps(timeline)
            if seen != sorted(set(seen)) or seen[:1] not in ([], [0]) or len(seen) > 17:
                broken.append(seen)

    readers = [Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for step in range(3001):
        timeline.append(moment(step))
    for reader in readers:
        reader.join()
    assert broken == []


def test_bytes_bound_it_as_the_number_of_snapshots_does() -> None:
    timeline = Timeline(capacity=1000, most_bytes=10_000)
    for step in range(500):
        timeline.append(Snapshot(step, 0.0, {}, {"codes": np.zeros(250, np.float32)}))
        assert timeline.nbytes <= 11_000
    kept = [snapshot.step for snapshot in timeline]
    assert kept[0] == 0
    assert kept[-1] == 499
    assert len(kept) >= 5


def test_a_fresh_start_is_not_thinned_for_the_bytes_of_the_story_before() -> None:
    timeline = Timeline(capacity=100, most_bytes=1000)
    for step in range(2):
        timeline.append(moment(step, 2000))
    for step in range(8):
        timeline.append(moment(step, 10))
    assert steps(timeline) == list(range(8))


def test_weights_are_kept_of_the_newest_moment_only() -> None:
    timeline = Timeline(capacity=3)
    for step in range(9):
        timeline.append(replace(moment(step, 10), weights={"w": np.full(4, step, np.float32)}))
        *older, newest = timeline.snapshots()
        assert all(not snapshot.weights for snapshot in older)
        assert newest.weights["w"].tolist() == [step] * 4
    assert timeline.nbytes == sum(snapshot.nbytes for snapshot in timeline) + 16
