"""The worker gives way to a page that is being drawn, but never stands still for long."""

from __future__ import annotations

from threading import Thread
from time import perf_counter, sleep

from explorer.training.runs import Courtesy, Slice


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
