"""Many ask, one computes; who asks for what is known waits for nobody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from explorer.data.once import once

PATIENCE = 10  # seconds after which a test gives up


def test_equal_questions_are_answered_once_and_the_newest_are_kept() -> None:
    asked: list[int] = []

    @once(keep=2)
    def double(number: int) -> list[int]:
        asked.append(number)
        return [2 * number]

    first = double(1)
    assert double(1) is first
    assert (double(2), double(1), double(3)) == ([4], [2], [6])
    assert double(1) is first  # asked for since 2 was
    assert double(2) == [4]
    assert asked == [1, 2, 3, 2]
    assert double.__name__ == "double"


def test_who_asks_together_waits_for_one_computation() -> None:
    begun, go_on = Event(), Event()
    asked: list[str] = []

    @once(keep=4)
    def slow(word: str) -> str:
        asked.append(word)
        begun.set()
        assert go_on.wait(PATIENCE)
        return word.upper()

    with ThreadPoolExecutor(8) as readers:
        answers = [readers.submit(slow, "a") for _ in range(8)]
        assert begun.wait(PATIENCE)
        go_on.set()
        assert [answer.result(PATIENCE) for answer in answers] == ["A"] * 8
    assert asked == ["a"]


def test_what_is_known_waits_for_nobody() -> None:
    begun, go_on = Event(), Event()

    @once(keep=4)
    def maybe_slow(word: str) -> str:
        if word == "slow":
            begun.set()
            assert go_on.wait(PATIENCE)
        return word.upper()

    assert maybe_slow("known") == "KNOWN"
    with ThreadPoolExecutor(2) as readers:
        slow = readers.submit(maybe_slow, "slow")
        assert begun.wait(PATIENCE)
        assert readers.submit(maybe_slow, "known").result(PATIENCE) == "KNOWN"
        assert not slow.done()
        go_on.set()
        assert slow.result(PATIENCE) == "SLOW"


def test_what_raises_is_asked_again_and_blocks_nobody() -> None:
    tries: list[int] = []

    @once(keep=1)
    def fails_first(number: int) -> int:
        tries.append(number)
        if len(tries) == 1:
            raise ValueError("not yet")
        return number

    with pytest.raises(ValueError, match="not yet"):
        fails_first(7)
    assert fails_first(7) == 7
    assert tries == [7, 7]
