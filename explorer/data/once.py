"""What takes seconds is computed once, however many readers ask for it at the same moment."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
Result = TypeVar("Result")


def once(keep: int) -> Callable[[Callable[P, Result]], Callable[P, Result]]:
    """Remembers the newest `keep` results of a function of hashable arguments.

    Unlike with `functools.lru_cache`, only one call computes at a time: thirty readers who open a
    page together wait for one measurement and not for thirty. Whoever asks for what is known
    already waits for nobody. What raises is not remembered.
    """

    def decorate(compute: Callable[P, Result]) -> Callable[P, Result]:
        known: OrderedDict[Hashable, Result] = OrderedDict()
        door, turn = Lock(), Lock()

        def recalled(key: Hashable) -> list[Result]:
            with door:
                if key in known:
                    known.move_to_end(key)
                return [known[key]] if key in known else []

        @wraps(compute)
        def asked(*args: P.args, **kwargs: P.kwargs) -> Result:
            key = (args, tuple(sorted(kwargs.items())))
            if found := recalled(key):
                return found[0]
            with turn:
                if found := recalled(key):  # somebody computed it meanwhile
                    return found[0]
                result = compute(*args, **kwargs)
                with door:
                    known[key] = result
                    while len(known) > keep:
                        known.popitem(last=False)
                return result

        return asked

    return decorate
