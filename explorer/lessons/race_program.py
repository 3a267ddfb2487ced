"""The PyTorch of a race: a program of its own, in which the browser fills in what is set there."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from explorer.analysis.surfaces import SURFACES
from explorer.lessons.scripts.quoting import standalone
from explorer.lessons.scripts.settling import settled

TEMPLATE = Path(__file__).parent / "scripts" / "race.py.txt"


@cache
def race_program(name: str) -> str:
    """The program of the race on the surface `name` of SURFACES.

    `components/race/program.js` puts numbers in the place of START_X, START_Y, DEGREES, THROWN,
    `RATE_…` and `HABIT_…`, and leaves out the lines of those who do not race.
    """
    surface = SURFACES[name]
    settings = {"SURFACE": name, "STEPS": surface.steps, "NOISE": surface.noise}
    return standalone(settled(TEMPLATE.read_text(encoding="utf-8"), settings))
