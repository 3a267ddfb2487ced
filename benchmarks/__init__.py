"""How fast the engine is beside what one would write instead: `python -m benchmarks`.

Every claim is a ratio taken in one process, with the contenders in turn, round after round, so that
a noisy machine is as unkind to one as to the other.
"""
