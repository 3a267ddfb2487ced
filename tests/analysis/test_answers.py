"""Right answers in frames."""

from __future__ import annotations

from explorer.analysis.answers import FEW, MOST_POINTS, answer_history, answers_by_length
from explorer.training.loop import Snapshot

WORDS = {"sequence": "WHOLE", "token": "WORD"}


def moments(count: int) -> list[Snapshot]:
    return [
        Snapshot(step, 0.0, {"sequence_accuracy": step / count, "token_accuracy": 1.0})
        for step in range(count)
    ]


def test_a_row_for_each_moment_and_sort() -> None:
    frame = answer_history(moments(2), WORDS)
    assert frame.to_dict("list") == {
        "step": [0, 0, 1, 1],
        "sort": ["WHOLE", "WORD", "WHOLE", "WORD"],
        "share": [0.0, 1.0, 0.5, 1.0],
    }


def test_a_long_history_is_thinned_but_keeps_both_ends() -> None:
    frame = answer_history(moments(1000), WORDS)
    assert frame["step"].nunique() <= MOST_POINTS + 1
    assert (frame["step"].min(), frame["step"].max()) == (0, 999)


def test_lengths_are_in_the_order_of_numbers() -> None:
    metrics = {f"sequence_accuracy_by_length.{n}": n / 20 for n in (10, 2, 1)} | {"test_loss": 3.0}
    frame = answers_by_length(metrics, {1: 1, 2: FEW, 10: 200})
    assert frame["length"].tolist() == [1, 2, 10]
    assert frame["share"].tolist() == [0.05, 0.1, 0.5]
    assert frame["count"].tolist() == [1, FEW, 200]
    assert frame["few"].tolist() == [True, False, False]
