"""The gates of logic with two inputs: four cases each, and one answer to each case."""

from __future__ import annotations

CASES = ((0, 0), (0, 1), (1, 0), (1, 1))
TRUTHS = {"and": (0, 0, 0, 1), "or": (0, 1, 1, 1), "xor": (0, 1, 1, 0)}
"""What each gate answers to the CASES, in their order."""

GATES = tuple(TRUTHS)
