"""What is forgotten in frames and words, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.analysis.forgetting import (
    CONTROLS,
    READERS,
    accuracy_frame,
    blame,
    by_position,
    changed_words,
    clearest,
    longest_kept,
    most_hidden,
    place_frame,
    position_frame,
    readout_frame,
    shown_readers,
    standard_error,
)
from explorer.data.token_tasks import blind_share

WORDS = {reader: reader.upper() for reader in READERS}


def measured(**rows: list[float]) -> dict[str, float]:
    """recall=[.5, 1] → recall_by_position.1 and .2; chance is 1/16."""
    return {"chance": 1 / 16} | {
        f"{name}_by_position.{place}": share
        for name, shares in rows.items()
        for place, share in enumerate(shares, start=1)
    }


def test_places_are_in_their_order_and_not_in_that_of_the_alphabet() -> None:
    shares = [place / 12 for place in range(12)]
    metrics = measured(probe=shares, probe_control=shares[::-1])
    assert by_position(metrics, "probe") == shares
    assert by_position(metrics, "probe_control") == shares[::-1]
    assert by_position(metrics, "gradient") == []


@pytest.mark.parametrize(
    ("task", "shown"),
    [
        ("copy", ["decoder", "told", "linear"]),
        ("pattern", ["decoder", "linear"]),
        ("sort", ["linear"]),
    ],
)
def test_controls_are_shown_to_who_asks(task: str, shown: list[str]) -> None:
    assert shown_readers(task, controls=False) == shown
    assert set(shown_readers(task, controls=True)) == {*shown, *CONTROLS}


def test_the_shade_is_the_same_whether_or_not_the_best_reader_is_drawn() -> None:
    metrics = measured(recall=[0.2], told=[0.5], probe=[0.4], nonlinear_probe=[0.9])
    for controls in (False, True):
        words = {reader: WORDS[reader] for reader in shown_readers("copy", controls=controls)}
        frame = readout_frame(metrics, words, "copy")
        row = frame[frame.reader == "DECODER"].iloc[0]
        assert (row.low, row.high) == (0.2, 0.9)
        assert ("NONLINEAR" in set(frame.reader)) == controls


# Whose fault --------------------------------------------------------------------------------------


def test_the_shares_of_blame_by_hand() -> None:
    """Place 1: said .2, a probe finds .6. Place 2: said .9, told .7 (never less than is said)."""
    metrics = measured(recall=[0.2, 0.9], told=[0.5, 0.7], probe=[0.6, 0.3])
    found = blame(metrics, "copy")
    assert found is not None
    assert found.said == pytest.approx(0.55)
    assert found.on_the_way == pytest.approx(0.2)  # (.4 + 0) / 2
    assert found.not_found == pytest.approx(0.25)  # (.4 + .1) / 2
    assert found.told == pytest.approx(0.6)
    assert sum((found.said, found.on_the_way, found.not_found)) == pytest.approx(1)


@pytest.mark.parametrize(
    ("recall", "told", "fault"),
    [
        ([0.5, 0.5], [0.6, 0.6], "encoder"),
        ([0.5, 0.5], [0.9, 0.9], "decoder"),
        ([0.5, 0.5], [0.74, 0.74], "both"),
        ([1.0, 0.99], [1.0, 1.0], "nobody"),
    ],
)
def test_whose_fault_it_is(recall: list[float], told: list[float], fault: str) -> None:
    found = blame(measured(recall=recall, told=told, probe=[0.1, 0.1]), "copy")
    assert found is not None
    assert found.fault == fault


@pytest.mark.parametrize(
    ("task", "told", "fault"),
    [("copy", 0.05, "unsaid"), ("copy", 0.55, "decoder"), ("copy", 0.45, "unsaid")],
)
def test_only_a_decoder_that_says_it_when_told_slips(task: str, told: float, fault: str) -> None:
    """A probe finds .65; said is .05, so that of the .6 on the way three quarters are .45."""
    found = blame(measured(recall=[0.05], told=[told], probe=[0.1], nonlinear_probe=[0.65]), task)
    assert found is not None
    assert (found.fault, found.told) == (fault, told)


def test_told_the_words_of_a_pattern_a_decoder_proves_nothing() -> None:
    found = blame(measured(recall=[0.05], told=[0.9], probe=[0.65]), "pattern")
    assert found is not None
    assert (found.fault, found.told) == ("unsaid", None)


def test_a_stronger_probe_takes_blame_from_the_encoder() -> None:
    without = measured(recall=[0.2], told=[0.3], probe=[0.2])
    with_it = without | measured(nonlinear_probe=[0.9])
    found = [blame(metrics, "reverse") for metrics in (without, with_it)]
    assert [one.not_found for one in found if one] == pytest.approx([0.7, 0.1])


def test_a_sorted_answer_blames_nobody() -> None:
    assert blame(measured(recall=[0.4], told=[0.6], probe=[1.0]), "sort") is None


def test_where_the_words_before_give_the_next_one_away_they_prove_nothing() -> None:
    metrics = measured(recall=[0.4], told=[0.9], probe=[0.5])
    found = [blame(metrics, task) for task in ("copy", "pattern")]
    assert [one.on_the_way for one in found if one] == pytest.approx([0.5, 0.1])


@pytest.mark.parametrize(
    ("shares", "place", "answer"),
    [
        ([0.9, 0.3, 0.2], 1, "first"),
        ([0.3, 0.9, 0.2], 2, "middle"),
        ([0.3, 0.2, 0.9], 3, "last"),
        ([0.30, 0.25, 0.28], 1, "same"),
        ([1.0, 1.0, 1.0], 1, "same"),
    ],
)
def test_the_clearest_position(shares: list[float], place: int, answer: str) -> None:
    found = clearest(measured(probe=shares), 400)
    assert (found.place, found.share, found.answer) == (place, max(shares), answer)


def test_with_more_sentences_a_small_difference_counts() -> None:
    metrics = measured(probe=[0.30, 0.25, 0.28])
    assert clearest(metrics, 400).answer == "same"
    assert clearest(metrics, 40_000).answer == "first"


def test_the_standard_error_of_a_share() -> None:
    assert standard_error(0.5, 100) == pytest.approx(0.05)
    assert standard_error(1.0, 10) == 0


def test_what_is_hidden_from_every_probe() -> None:
    metrics = measured(told=[0.9, 0.8], probe=[0.5, 0.1], nonlinear_probe=[0.4, 0.6])
    assert most_hidden(metrics) == (1, 0.5, 0.9)


def test_the_longest_length_kept_ends_at_the_first_that_is_not() -> None:
    shares = [1.0, 0.95, 0.9, 0.7, 0.95]
    metrics = {f"sequence_accuracy_by_length.{n}": share for n, share in enumerate(shares, start=1)}
    assert longest_kept(metrics, 5) == 3
    assert longest_kept(metrics, 2) == 2
    assert longest_kept(metrics, 5, share=0.97) == 1


def test_changed_words() -> None:
    assert changed_words([3, 4, 5], [3, 9, 5]) == [1]
    assert changed_words([3, 4], [3, 4, 7]) == [2]
    assert changed_words([], []) == []


# Frames -------------------------------------------------------------------------------------------


def test_the_readout_has_a_row_for_each_reader_and_place() -> None:
    metrics = measured(recall=[0.2, 0.5], told=[0.7, 0.4], probe=[0.3, 0.6])
    frame = readout_frame(metrics, WORDS, "copy")
    assert frame.groupby("reader")["place"].apply(list).to_dict() == {
        "DECODER": [1, 2],
        "TOLD": [1, 2],
        "LINEAR": [1, 2],
    }
    gaps = frame.query("reader == 'DECODER'")[["low", "high"]].to_numpy()
    assert gaps.tolist() == [[0.2, 0.7], [0.5, 0.6]], "from what is said to what anybody finds"
    others = frame.query("reader != 'DECODER'")
    assert (others["low"] == others["high"]).all()
    assert set(frame["chance"]) == {1 / 16}


def test_a_decoder_that_is_given_hints_is_not_held_against_chance() -> None:
    metrics = measured(recall=[0.2], told=[0.7], probe=[0.3])
    assert set(readout_frame(metrics, WORDS, "pattern")["reader"]) == {"DECODER", "LINEAR"}


def test_a_sorted_answer_has_no_decoder_among_the_places_of_the_source() -> None:
    metrics = measured(recall=[0.2], told=[0.7], probe=[0.3])
    assert set(readout_frame(metrics, WORDS, "sort")["reader"]) == {"LINEAR"}


def test_what_was_never_trained_begins_at_the_longest_trained_length() -> None:
    metrics = {"chance": 1 / 16} | {
        f"{kind}_accuracy_by_length.{length}": share
        for kind, shares in (("sequence", (1.0, 0.5, 0.0)), ("token", (1.0, 0.8, 0.4)))
        for length, share in enumerate(shares, start=9)
    }
    frame = accuracy_frame(metrics, {"sequence": "S", "token": "T"}, 10, "copy")
    assert set(frame["chance"]) == {1 / 16}
    ordered = accuracy_frame(metrics, {"sequence": "S", "token": "T"}, 10, "sort")
    found = dict(zip(ordered["length"], ordered["chance"], strict=True))
    assert found == {length: blind_share("sort", length) for length in (9, 10, 11)}
    lines = {
        key: rows[["length", "share"]].to_numpy().tolist()
        for key, rows in frame.groupby(["part", "kind"])
    }
    assert lines["trained", "S"] == [[9, 1.0], [10, 0.5]]
    assert lines["beyond", "S"] == [[10, 0.5], [11, 0.0]]
    assert lines["beyond", "T"] == [[10, 0.8], [11, 0.4]]


def test_places_that_are_not_there_are_not_drawn() -> None:
    frame = place_frame(np.array([[0.5, -1.0], [0.25, 0.0]]), 1)
    assert frame.to_numpy().tolist() == [
        [1, 1, 0.5, "trained"],
        [2, 1, 0.25, "beyond"],
        [2, 2, 0.0, "beyond"],
    ]
    assert position_frame([0.5, 0.25]).to_numpy().tolist() == [[1, 0.5], [2, 0.25]]
