"""The stage: where a run is started, watched, paused, stepped and replayed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic, sleep
from typing import Any, Generic, TypeVar, cast

import streamlit as st

from explorer.data.downloads import is_present
from explorer.errors import CheckpointError
from explorer.lessons.shelf import shelved
from explorer.specs import PictureSpec, Spec
from explorer.training.checkpoints import Checkpoint
from explorer.training.loop import Snapshot
from explorer.training.runner import Handle
from explorer.ui import runs
from explorer.ui.controls import difference
from explorer.ui.language import said, say
from explorer.ui.session import LessonMemory, memory, widget

POLL_SECONDS = 0.3
SLIDER_HEIGHT = 84  # pixels
FORESEEABLE = 0.01  # from this share of a run on its pace says how long the rest will take
BRIEF_SECONDS = 3.0  # of training, over before anybody could watch it
SETTLING_SECONDS = 1.0  # how long a click waits for its snapshot before the page polls for it


S = TypeVar("S", bound=Spec)


@dataclass(frozen=True)
class Moment(Generic[S]):
    """What the page draws: one snapshot, those up to it, and the run that they come from."""

    spec: S
    snapshot: Snapshot
    history: list[Snapshot]  # the last one is `snapshot`
    steps: tuple[int, ...]  # of all snapshots that there are
    live: bool


def stage(spec: S, draw: Callable[[Moment[S]], None]) -> Moment[S] | None:
    """Buttons, progress or replay slider, and what `draw` makes of the moment that is shown.

    While the run is live only this part of the page is drawn anew. Returns the moment shown last;
    None when there is neither a run nor a checkpoint.
    """
    lesson = memory().lesson(spec.lesson)
    handle = runs.follow(lesson, spec)
    moving = _moving(lesson, handle)
    interval = POLL_SECONDS if moving else None
    st.fragment(_stage, run_every=interval)(spec, draw, moving)
    return _moment(lesson, lesson.handle, spec)


def _stage(spec: S, draw: Callable[[Moment[S]], None], was_moving: bool) -> None:
    lesson = memory().lesson(spec.lesson)
    if _moving(lesson, lesson.handle) != was_moving:
        st.rerun()  # turns the polling on or off, and lets the rest of the page see the result
    with runs.runner().courtesy.asked():
        _draw_stage(lesson, spec, draw)


def _draw_stage(lesson: LessonMemory, spec: S, draw: Callable[[Moment[S]], None]) -> None:
    _buttons(lesson, spec)
    moment = _moment(lesson, lesson.handle, spec)
    _status(lesson, spec, moment)
    if moment is not None:
        draw(moment)
    if lesson.playing is not None:
        _play_on(lesson)


def _moving(lesson: LessonMemory, handle: Handle | None) -> bool:
    return lesson.playing is not None or (handle is not None and handle.live)


def _play_on(lesson: LessonMemory) -> None:
    handle = lesson.handle
    last = len(handle.timeline) - 1 if handle is not None else 0
    playing = (lesson.playing or 0) + 1
    lesson.playing = playing if playing <= last else None


# What is shown ----------------------------------------------------------------------------------


def _moment(lesson: LessonMemory, handle: Handle | None, spec: S) -> Moment[S] | None:
    """The run's moment if there is a run with something to show, else the checkpoint's."""
    if handle is not None and (view := handle.view) is not None:
        kept = [snapshot for snapshot in handle.timeline if snapshot.step < view.step]
        kept.append(view)
        chosen = lesson.playing if lesson.playing is not None else lesson.moment
        return _at(kept, chosen, spec, live=_moving(lesson, handle))
    checkpoint = _checkpoint(spec, _at_hand(spec))
    if not isinstance(checkpoint, Checkpoint):
        return None
    return _at(checkpoint.timeline.snapshots(), lesson.moment, cast(S, checkpoint.spec), live=False)


def _at_hand(spec: Spec) -> bool:
    """Whether what a spec's run learns from is here; sequences are made on the spot."""
    return not isinstance(spec, PictureSpec) or is_present(spec.dataset)


@lru_cache(maxsize=32)
def _checkpoint(spec: Spec, _present: bool) -> Checkpoint[Spec] | CheckpointError | None:
    """The checkpoint nearest to a spec, read once; anew when the spec's data have come or gone."""
    try:
        return shelved(spec)
    except CheckpointError as error:
        return error


def forget_checkpoints() -> None:
    """Reads the shelf anew from now on."""
    _checkpoint.cache_clear()


def _at(kept: list[Snapshot], chosen: int | None, spec: S, *, live: bool) -> Moment[S]:
    last = len(kept) - 1
    index = last if chosen is None else min(chosen, last)
    steps = tuple(snapshot.step for snapshot in kept)
    return Moment(spec, kept[index], kept[: index + 1], steps, live)


# Buttons ----------------------------------------------------------------------------------------


def _buttons(lesson: LessonMemory, spec: Spec) -> None:
    text = say()
    state = lesson.handle.state if lesson.handle is not None else None
    playing = lesson.playing is not None
    action = {"running": "pause", "paused": "resume", "finished": "replay"}.get(
        state or "", "start"
    )
    if playing:
        action = "stop_replay"
    with st.container(horizontal=True, width=560):
        st.button(
            text(f"common.{action}"),
            key=f"{spec.lesson}.start",
            on_click=_ACTIONS[action],
            args=(lesson, spec),
            type="primary",
            icon=_ICONS[action],
            width="stretch",
        )
        st.button(
            text("common.step"),
            key=f"{spec.lesson}.step",
            on_click=_step,
            args=(lesson, spec),
            disabled=state not in (None, "paused") or playing,
            help=text("common.step_help"),
            icon="👣",
            width="stretch",
        )
        st.button(
            text("common.reset"),
            key=f"{spec.lesson}.reset",
            on_click=_reset,
            args=(lesson, spec),
            disabled=lesson.handle is None,
            help=text("common.reset_help"),
            icon="🔄",
            width="stretch",
        )


def _start(lesson: LessonMemory, spec: Spec) -> None:
    if error := runs.start(lesson, spec):
        st.error(said(error))


def _pause(lesson: LessonMemory, _spec: Spec) -> None:
    if lesson.handle is not None:
        lesson.handle.pause()
        _settle(lesson.handle)


def _resume(lesson: LessonMemory, _spec: Spec) -> None:
    _to_the_newest(lesson)
    if lesson.handle is not None:
        lesson.handle.resume()


def _replay(lesson: LessonMemory, _spec: Spec) -> None:
    _to_the_newest(lesson)
    lesson.playing = 0


def _stop_replay(lesson: LessonMemory, _spec: Spec) -> None:
    lesson.moment, lesson.playing = lesson.playing, None
    lesson.sliders += 1


def _step(lesson: LessonMemory, spec: Spec) -> None:
    """One optimisation step; from nothing, the untrained net first."""
    _to_the_newest(lesson)
    if lesson.handle is None:
        if error := runs.start(lesson, spec, paused=True):
            st.error(said(error))
            return
    else:
        lesson.handle.step()
    if lesson.handle is not None:
        _settle(lesson.handle)


def _settle(handle: Handle) -> None:
    """Waits for the snapshot that a click has asked for, so that the page shows it at once."""
    deadline = monotonic() + SETTLING_SECONDS
    while handle.live and monotonic() < deadline:
        sleep(0.005)


def _reset(lesson: LessonMemory, spec: Spec) -> None:
    """Back to before the run, also where others go on watching it."""
    if lesson.handle is not None:
        lesson.handle.reset()
    lesson.let_go = spec
    lesson.handle = lesson.playing = None
    _to_the_newest(lesson)


def _to_the_newest(lesson: LessonMemory) -> None:
    lesson.moment = None
    lesson.sliders += 1


_ACTIONS: dict[str, Callable[[LessonMemory, Spec], None]] = {
    "start": _start,
    "pause": _pause,
    "resume": _resume,
    "replay": _replay,
    "stop_replay": _stop_replay,
}
_ICONS = {"start": "▶️", "pause": "⏸️", "resume": "▶️", "replay": "⏮️", "stop_replay": "⏹️"}


# Status -----------------------------------------------------------------------------------------


def _status(lesson: LessonMemory, spec: Spec, moment: Moment[Any] | None) -> None:
    """One line of words, and below it a bar while the run moves or a slider while it stands."""
    text = say()
    handle = lesson.handle
    if handle is not None and handle.error is not None:
        st.error(said(handle.error))
    if moment is None:
        damaged = _checkpoint(spec, _at_hand(spec))
        if isinstance(damaged, CheckpointError):
            st.warning(said(damaged))
        st.info(text("common.nothing_yet"))
        return
    if moment.snapshot.notice is not None:
        st.warning(text(f"errors.{moment.snapshot.notice}"))
    st.markdown(_words(lesson, moment))
    # One height for both, so that nothing jumps when one follows the other.
    with st.container(height=SLIDER_HEIGHT, border=False):
        if moment.live:
            st.progress(_share(moment), _time_left(moment))
        else:
            _slider(lesson, moment)


def _words(lesson: LessonMemory, moment: Moment[Any]) -> str:
    text, handle = say(), lesson.handle
    at = text(
        "common.at_step",
        step=f"{moment.snapshot.step:,}",
        seconds=f"{moment.snapshot.seconds:.1f}",
    )
    if handle is None or handle.view is None:
        others = difference(lesson.spec or moment.spec, moment.spec)
        key = "common.checkpoint_of_others" if others else "common.checkpoint"
        return f"{text(key, settings=others)} {at}"
    words = text(
        "common.state.playing" if lesson.playing is not None else f"common.state.{handle.state}"
    )
    others = f" {text('common.others', count=handle.others)}" if handle.others else ""
    return f"{words} {at}{others}{_in_slow_motion(lesson, handle)}"


def _in_slow_motion(lesson: LessonMemory, handle: Handle) -> str:
    """After a run that was over too soon to be watched: that replaying it takes longer."""
    newest = handle.timeline.newest
    if handle.state != "finished" or lesson.playing is not None or newest is None:
        return ""
    replayed = len(handle.timeline) * POLL_SECONDS
    if newest.seconds > min(BRIEF_SECONDS, replayed):
        return ""
    return f" {say()('common.slow_motion')}"


def _time_left(moment: Moment[Any]) -> str:
    """How long the training will go on if it goes on as it did; of waiting nothing is known."""
    text, share = say(), _share(moment)
    if not FORESEEABLE <= share < 1 or moment.snapshot.step == 0:
        return text("common.progress")
    left = moment.snapshot.seconds * (1 - share) / share
    if left < 90:
        return text("common.seconds_left", seconds=f"{left:.0f}")
    return text("common.minutes_left", minutes=f"{left / 60:.0f}")


def _share(moment: Moment[Any]) -> float:
    """How much of the budget is spent, 0…1."""
    budget = moment.spec.budget
    shares = [
        spent / whole
        for spent, whole in (
            (moment.snapshot.step, budget.steps),
            (moment.snapshot.seconds, budget.seconds),
        )
        if whole
    ]
    return float(min(1.0, max(shares)))


def _slider(lesson: LessonMemory, moment: Moment[Any]) -> None:
    """The time machine: any moment that was kept of this training."""
    last = len(moment.steps) - 1
    if last < 1:
        return
    key = f"{moment.spec.lesson}.moment.{moment.steps[-1]}.{last}.{lesson.sliders}"
    st.select_slider(
        say()("common.replay_slider"),
        range(last + 1),
        value=len(moment.history) - 1,
        format_func=lambda index: f"{moment.steps[index]:,}",
        key=key,
        help=say()("common.replay_help"),
        on_change=_slid,
        args=(lesson, key, last),
    )


def _slid(lesson: LessonMemory, key: str, last: int) -> None:
    chosen = int(str(widget(key)))
    lesson.moment = None if chosen == last else chosen
