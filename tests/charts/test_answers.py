"""The charts of right answers: one specification whatever the data, two curves told apart."""

from __future__ import annotations

import pandas as pd
import pytest

from explorer.charts import palette
from explorer.charts.answers import AnswerLabels, answer_bars, answer_curve
from tests.charts.test_charts import VISION, closest, without_data

LABELS = AnswerLabels(sequence="WHOLE", token="WORD", x="X", share="SHARE", description="Answers.")


def history(count: int) -> pd.DataFrame:
    rows = [(step, sort, 0.5) for step in range(count) for sort in ("WHOLE", "WORD")]
    return pd.DataFrame(rows, columns=["step", "sort", "share"])


def lengths(count: int) -> pd.DataFrame:
    rows = [(n, 0.5, 20, False) for n in range(count)]
    return pd.DataFrame(rows, columns=["length", "share", "count", "few"])


def test_only_the_data_change() -> None:
    assert without_data(answer_curve(history(2), LABELS)) == without_data(
        answer_curve(history(9), LABELS)
    )
    assert without_data(answer_bars(lengths(2), LABELS)) == without_data(
        answer_bars(lengths(9), LABELS)
    )


def test_a_share_is_shown_between_nothing_and_all() -> None:
    for chart in (answer_curve(history(2), LABELS), answer_bars(lengths(3), LABELS)):
        specification = chart.to_dict()
        domains = [layer["encoding"]["y"]["scale"]["domain"] for layer in specification["layer"]]
        assert domains == [[0, 1]] * len(domains)
        assert specification["description"] == "Answers."


@pytest.mark.parametrize("vision", VISION)
def test_both_curves_are_told_apart(vision: str) -> None:
    assert closest([palette.DECODER, palette.FAINT], vision) > 20
