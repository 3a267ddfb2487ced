"""What is computed once for a picture set, and forgotten together with it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

MOST_RESULTS = 16  # for one set, of calls that differ in their other arguments

Subject = TypeVar("Subject")
P = ParamSpec("P")
Result = TypeVar("Result")


def remembered(
    compute: Callable[Concatenate[Subject, P], Result],
) -> Callable[Concatenate[Subject, P], Result]:
    """`compute`, called once for each first argument (compared by identity) and the others.

    Unlike `functools.lru_cache` it does not hold the first argument: a picture set can be a quarter
    of a gigabyte, and goes, with what was computed of it, when nobody else uses it. The newest
    MOST_RESULTS are kept of each. The result must not refer to the first argument. Two threads
    that ask at the same moment may both compute.
    """
    kept: WeakKeyDictionary[Subject, OrderedDict[Hashable, Result]] = WeakKeyDictionary()
    lock = Lock()

    @wraps(compute)
    def recall(subject: Subject, /, *args: P.args, **kwargs: P.kwargs) -> Result:
        key = (args, tuple(sorted(kwargs.items())))
        with lock:
            results = kept.setdefault(subject, OrderedDict())
            if key in results:
                results.move_to_end(key)
                return results[key]
        result = compute(subject, *args, **kwargs)
        with lock:
            results[key] = result
            while len(results) > MOST_RESULTS:
                results.popitem(last=False)
        return result

    return recall
