"""The time machine: the snapshots of a run, thinned so that a slider can replay its training."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from threading import Lock

from explorer.training.loop import Snapshot

CAPACITY = 120
MOST_BYTES = 4 * 2**20


class Timeline:
    """At most `capacity` + 1 snapshots, evenly spaced over all that were appended, and the newest.

    When it is full, or holds more than `most_bytes`, every other one is forgotten and from then on
    only every second is kept, and so on: memory stays bounded while the first and the last moment
    are always there. Weights are kept of the newest one only. One thread may append while others
    read.
    """

    def __init__(self, capacity: int = CAPACITY, most_bytes: int = MOST_BYTES) -> None:
        self.capacity = capacity
        self.most_bytes = most_bytes
        self._kept: list[Snapshot] = []
        self._newest: Snapshot | None = None
        self._stride = 1
        self._seen = 0
        self._nbytes = 0
        self._lock = Lock()

    def append(self, snapshot: Snapshot) -> None:
        """Adds a moment; one that is not after the newest starts the story anew."""
        with self._lock:
            if self._newest is not None and snapshot.step <= self._newest.step:
                self._kept, self._stride, self._seen, self._nbytes = [], 1, 0, 0
            if self._newest is not None and self._kept and self._kept[-1] is self._newest:
                self._kept[-1] = replace(self._kept[-1], weights={})
            if self._seen % self._stride == 0:
                if len(self._kept) == self.capacity or self._nbytes > self.most_bytes:
                    self._kept = self._kept[::2]
                    self._stride *= 2
                if self._seen % self._stride == 0:
                    self._kept.append(snapshot)
                self._nbytes = sum(kept.nbytes for kept in self._kept)
            self._seen += 1
            self._newest = snapshot

    def snapshots(self) -> list[Snapshot]:
        """Oldest first; the newest is always the last."""
        with self._lock:
            if self._newest is None or (self._kept and self._kept[-1] is self._newest):
                return list(self._kept)
            return [*self._kept, self._newest]

    @property
    def newest(self) -> Snapshot | None:
        return self._newest

    @property
    def nbytes(self) -> int:
        """The bytes of the arrays kept, to within the newest snapshot's, and of the weights."""
        weights = self._newest.weights.values() if self._newest is not None else ()
        return self._nbytes + sum(weight.nbytes for weight in weights)

    def __len__(self) -> int:
        return len(self.snapshots())

    def __iter__(self) -> Iterator[Snapshot]:
        return iter(self.snapshots())
