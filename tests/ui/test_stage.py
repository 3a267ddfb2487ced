"""How long a run will still take is foreseen; one that was over at once can be replayed slowly."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

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


def brief(language: str, seconds: float) -> None:  # run without this module's imports
    from types import SimpleNamespace
    from typing import Any, cast

    import streamlit as st

    from explorer.specs import AnatomySpec
    from explorer.training.loop import Snapshot
    from explorer.training.timeline import Timeline
    from explorer.ui import stage
    from explorer.ui.session import memory

    memory().language = language
    timeline, spec = Timeline(), AnatomySpec(steps=46)
    for step in range(47):
        timeline.append(Snapshot(step, seconds * step / 46, {"test_mse": 0.1}))
    view = timeline.newest
    handle = SimpleNamespace(state="finished", timeline=timeline, view=view, others=0, live=False)
    lesson = memory().lesson(spec.lesson)
    lesson.handle = cast(Any, handle)
    st.markdown(stage._words(lesson, cast(Any, stage._moment(lesson, lesson.handle, spec))))
    lesson.playing = 3
    st.markdown(stage._words(lesson, cast(Any, stage._moment(lesson, lesson.handle, spec))))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_run_that_was_over_at_once_is_offered_in_slow_motion(language: str) -> None:
    text = catalogue(language)
    app = AppTest.from_function(brief, args=(language, 0.42)).run()
    assert not app.exception
    ended, playing = (element.value for element in app.markdown)
    hint = text("common.slow_motion")
    took = text("common.at_step", step="46", seconds="0.4")
    assert ended.startswith(f"{text('common.state.finished')} {took}")
    assert ended.endswith(hint)
    assert f"**{text('common.replay')}**" in hint
    assert hint not in playing


def test_a_run_that_could_be_watched_is_not() -> None:
    app = AppTest.from_function(brief, args=("en", 3.4)).run()
    assert not app.exception
    assert "slow motion" not in app.markdown[0].value
