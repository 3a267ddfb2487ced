"""The worker gives way to a page that is being drawn, but never stands still for long."""

from __future__ import annotations

from threading import Thread
from time import perf_counter, sleep

import pytest

from explorer.training import runs
from explorer.training.runs import Courtesy, Slice


class Time:
    """A clock that stands still unless somebody moves it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    clock = Time()
    monkeypatch.setattr(runs, "perf_counter", clock)
    return clock


def waited(courtesy: Courtesy) -> float:
    began = perf_counter()
    courtesy.give_way()
    return perf_counter() - began


def test_nobody_draws_and_nobody_waits() -> None:
    assert waited(Courtesy()) < Courtesy.PATIENCE / 2


def test_the_worker_waits_while_a_page_is_drawn_but_no_longer_than_its_patience() -> None:
    courtesy = Courtesy()
    with courtesy.asked():
        assert Courtesy.PATIENCE * 0.9 <= waited(courtesy) < Courtesy.PATIENCE * 10


def test_it_goes_on_as_soon_as_the_page_stands() -> None:
    courtesy = Courtesy()
    courtesy.PATIENCE = 30.0

    def draw() -> None:
        with courtesy.asked():
            sleep(0.1)

    page = Thread(target=draw)
    page.start()
    sleep(0.02)
    assert waited(courtesy) < 10
    page.join()


def test_many_readers_cannot_stop_the_training() -> None:
    courtesy = Courtesy()
    with courtesy.asked(), courtesy.asked():
        courtesy.give_way()
        assert waited(courtesy) < Courtesy.PATIENCE / 2


def test_a_page_that_fails_while_it_is_drawn_is_no_longer_waited_for() -> None:
    courtesy = Courtesy()
    try:
        with courtesy.asked():
            raise ZeroDivisionError
    except ZeroDivisionError:
        assert waited(courtesy) < Courtesy.PATIENCE / 2


def test_a_slice_of_one_step_is_over_after_one_step() -> None:
    clock = Slice(Courtesy())
    clock.begin(60, steps=1)
    assert clock.due(1)
    clock.begin(60, steps=None)
    assert not clock.due(1)
    clock.interrupted.set()
    assert clock.due(2)


def moments(clock: Slice, time: Time, steps: int, look: float) -> list[int]:
    """The steps of a slice of one second at which it is due; a step takes 0.01 s."""
    clock.begin(1.0, steps=None)
    seen = []
    for step in range(1, steps + 1):
        time.now += 0.01
        if clock.due(step):
            seen.append(step)
            time.now += look
            clock.looked()
            if not clock.left:
                break
            clock.go_on()
    return seen


def test_a_slice_without_an_interval_has_one_moment(time: Time) -> None:
    assert moments(Slice(Courtesy()), time, 200, look=0.0) in ([100], [101])


def test_a_short_run_has_a_moment_each_time_its_interval_of_steps_was_taken(time: Time) -> None:
    assert moments(Slice(Courtesy(), 4.5), time, 22, look=0.0) == [5, 10, 15, 20]


def test_what_takes_long_to_look_at_is_looked_at_less_often(time: Time) -> None:
    """A look of 0.0415 s is earned by 17 steps, whatever the interval; the first is unknown."""
    assert moments(Slice(Courtesy(), 2), time, 50, look=0.0415) == [2, 19, 36]


def test_a_look_that_outlasts_the_slice_ends_it(time: Time) -> None:
    clock = Slice(Courtesy(), 2)
    assert moments(clock, time, 50, look=2.0) == [2]
    assert not clock.left


def test_single_steps_are_no_look_to_be_earned(time: Time) -> None:
    clock = Slice(Courtesy(), 2)
    moments(clock, time, 2, look=0.0)
    for step in range(3, 6):
        clock.begin(60, steps=1)
        time.now += 100  # until the reader presses the button
        assert clock.due(step)
        clock.looked()
        assert not clock.left
    assert moments(clock, time, 4, look=0.0) == [2, 4]


def test_nothing_is_left_of_a_slice_that_was_interrupted(time: Time) -> None:
    clock = Slice(Courtesy(), 1)
    clock.begin(1.0, steps=None)
    assert clock.due(1)
    assert clock.left
    clock.interrupted.set()
    assert not clock.left
