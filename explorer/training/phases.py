"""A budget of steps that is shared out among the phases of a run."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple


class Moment(NamedTuple):
    """Where a step lies: in which phase, and whether it is that phase's first or last one."""

    phase: int
    first: bool
    last: bool


class Phases:
    """Consecutive phases whose lengths are to each other as `shares`, together `steps` long.

    With fewer steps than phases some have no step at all. The last phase has no end: it goes on
    where a run takes more steps than were planned.
    """

    def __init__(self, steps: int, shares: Sequence[float]) -> None:
        self.ends = [round(steps * part / sum(shares)) for part in accumulate(shares)]

    def at(self, step: int) -> Moment:
        """The moment of the step that follows `step` steps."""
        phase = min(bisect_right(self.ends, step), len(self.ends) - 1)
        begin = self.ends[phase - 1] if phase else 0
        return Moment(phase, first=step == begin, last=step == self.ends[phase] - 1)

    @property
    def lengths(self) -> list[int]:
        """How many steps each phase has been given."""
        return [end - begin for begin, end in zip([0, *self.ends], self.ends, strict=False)]
