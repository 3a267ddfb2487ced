"""How long a run will still take is foreseen from the pace it has had."""

from __future__ import annotations

import pytest

from explorer.specs import AnatomySpec
from explorer.text import LANGUAGES, catalogue
from explorer.training.loop import Snapshot
from explorer.ui import stage
from explorer.ui.stage import Moment


def moment(step: int, seconds: float, spec: AnatomySpec) -> Moment[AnatomySpec]:
    snapshot = Snapshot(step, seconds, {"test_mse": 0.1})
    return Moment(spec, snapshot, [snapshot], (step,), live=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_time_left(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    text = catalogue(language)
    monkeypatch.setattr(stage, "say", lambda: text)
    by_steps = AnatomySpec(steps=1000)
    for step, seconds, expected in (
        (0, 0.0, text("common.progress")),
        (5, 1.0, text("common.progress")),  # too early to tell
        (250, 10.0, text("common.seconds_left", seconds="30")),
        (100, 60.0, text("common.minutes_left", minutes="9")),
        (1000, 60.0, text("common.progress")),
    ):
        assert stage._time_left(moment(step, seconds, by_steps)) == expected
    by_seconds = AnatomySpec(steps=None, seconds=40)
    expected = text("common.seconds_left", seconds="30")
    assert stage._time_left(moment(7, 10.0, by_seconds)) == expected
