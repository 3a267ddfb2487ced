"""Two nets in frames, and what their numbers come to."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.analysis.attention import (
    Way,
    by_length,
    failing,
    fails_at,
    first_look,
    gained,
    learning_frame,
    length_frame,
    looks_after_word,
    map_frame,
    source_places,
    way_without,
)
from explorer.training.loop import Snapshot

WORDS = {"with": "W", "without": "O"}


def measured(with_it: dict[int, float], without: dict[int, float]) -> dict[str, float]:
    metrics = {"chance": 0.5}
    for start, shares in (("", with_it), ("without.", without)):
        for length, share in shares.items():
            metrics[f"{start}sequence_accuracy_by_length.{length}"] = share
            metrics[f"{start}told_accuracy_by_length.{length}"] = share
    return metrics


METRICS = measured({2: 1.0, 4: 0.9, 10: 0.4}, {10: 0.0, 2: 0.9, 4: 0.2})


def test_lengths_are_in_their_order_and_not_in_that_of_the_alphabet() -> None:
    assert list(by_length(METRICS, "without", "sequence")) == [2, 4, 10]
    assert by_length(METRICS, "with", "told") == {2: 1.0, 4: 0.9, 10: 0.4}


def test_what_was_never_trained_hangs_on_at_the_longest_trained_length() -> None:
    frame = length_frame(METRICS, "sequence", 4, WORDS)
    lines = {
        key: rows[["length", "share"]].to_numpy().tolist()
        for key, rows in frame.groupby(["part", "series"])
    }
    assert lines["trained", "W"] == [[2, 1.0], [4, 0.9]]
    assert lines["beyond", "O"] == [[4, 0.2], [10, 0.0]]


@pytest.mark.parametrize(
    ("measure", "chances"), [("sequence", [2**-2, 2**-4]), ("told", [0.5] * 2)]
)
def test_chance_of_a_sentence_falls_with_its_length(measure: str, chances: list[float]) -> None:
    frame = length_frame(METRICS, measure, 4, WORDS).query("part == 'trained' and series == 'W'")
    assert frame["chance"].tolist() == chances


@pytest.mark.parametrize("moments", [1, 2, 300, 301, 2000])
def test_a_history_is_bounded_and_ends_at_the_newest_moment(moments: int) -> None:
    frame = learning_frame([Snapshot(step, 0.0, METRICS) for step in range(moments)], 4, WORDS)
    steps = frame.query("series == 'O'")["step"].tolist()
    assert (steps[0], steps[-1]) == (0, moments - 1)
    assert len(steps) == len(set(steps)) <= 301
    assert set(frame.query("series == 'W'")["share"]) == {0.9}


def test_a_map_counts_its_places_from_one_and_lights_up_to_its_top() -> None:
    frame = map_frame(np.array([[0.0, 1.0], [2.0, 5.0]]), 4.0)
    assert frame[["answer", "source"]].to_numpy().tolist() == [[1, 1], [1, 2], [2, 1], [2, 2]]
    assert frame["light"].tolist() == [0, 0.25, 0.5, 1]
    assert frame["value"].tolist() == [0, 1, 2, 5]
    assert map_frame(np.zeros((2, 2)), 0.0)["light"].tolist() == [0] * 4


@pytest.mark.parametrize(
    ("start", "end", "peak", "answer"),
    [
        (0.9, 0.0, 0.8, "start"),
        (0.1, 0.6, 0.3, "end"),
        (0.3, 0.3, 0.9, "depends"),
        (0.25, 0.25, 0.1, "spread"),
    ],
)
def test_where_the_first_look_goes(start: float, end: float, peak: float, answer: str) -> None:
    metrics = {"first_look.start": start, "first_look.end": end, "first_look.peak": peak}
    assert first_look(metrics) == answer


@pytest.mark.parametrize(
    ("shares", "length", "where"),
    [
        ({2: 0.4, 8: 0.3}, 2, "within"),
        ({8: 0.4, 10: 0.3}, 8, "within"),
        ({8: 0.6, 12: 0.3}, 12, "soon"),
        ({8: 0.6, 12: 0.5, 14: 0.49}, 14, "later"),
        ({8: 0.6, 16: 0.5}, None, "never"),
    ],
)
def test_where_a_net_begins_to_fail(
    shares: dict[int, float], length: int | None, where: str
) -> None:
    metrics = measured(shares, {})
    assert fails_at(metrics, "with") == length
    assert failing(metrics, 8) == where


@pytest.mark.parametrize(
    ("with_it", "without", "gain"),
    [
        (0.9, 0.1, "much"),
        (0.9, 0.88, "little"),
        (0.6, 0.9, "little"),
        (0.0, 0.0, "neither"),
        (0.52, 0.48, "neither"),
        (0.1, 0.3, "neither"),
    ],
)
def test_what_attention_is_worth(with_it: float, without: float, gain: str) -> None:
    assert gained(measured({8: with_it}, {8: without}), 8) == gain


def test_where_the_words_of_an_answer_stand_in_the_source() -> None:
    assert source_places("copy", 3) == [0, 1, 2]
    assert source_places("reverse", 3) == [2, 1, 0]
    assert source_places("sort", 3) is None
    assert source_places("pattern", 3) is None


def test_how_far_the_look_lies_behind_its_word() -> None:
    looks = np.eye(4)[[3, 3, 2, 1]]  # of the answers to a reversed sentence
    assert looks_after_word(looks, [3, 2, 1, 0]) == 1
    assert looks_after_word(np.eye(4), [0, 1, 2, 3]) == 0


@pytest.mark.parametrize(
    ("task", "backwards", "way"),
    [
        ("reverse", False, Way(1, 7)),  # the word read last is said first
        ("reverse", True, Way(4, 4)),
        ("copy", False, Way(4, 4)),
        ("copy", True, Way(1, 7)),
        ("sort", False, None),
    ],
)
def test_the_way_through_the_context(task: str, backwards: bool, way: Way | None) -> None:
    assert way_without(task, 4, reverse_source=backwards) == way
