"""Measured figures: what they are, and how they are written down."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
LATEST = HERE / "latest.json"
RESULTS = HERE / "RESULTS.md"
README = HERE.parent / "README.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"

INTRODUCTION = """# What was measured

`make bench` writes this file. A ratio compares two contenders that took turns in one process; the
median and the range are over *n* rounds of both.
"""


@dataclass(frozen=True)
class Figure:
    """One measured quantity: its name, and its value in each round or each observation."""

    name: str
    unit: str  # "×" for ratios
    values: tuple[float, ...]
    wanted: str = ""  # what it must be, such as "≥ 0.90"
    quoted: bool = False  # whether the README shows it

    @property
    def median(self) -> float:
        return median(self.values)

    def row(self) -> str:
        """A line of a Markdown table."""
        middle, low, high = (
            _written(value) for value in (self.median, min(self.values), max(self.values))
        )
        cells = (self.name, f"{middle} {self.unit}".strip(), f"{low} – {high}", len(self.values))
        return f"| {' | '.join(map(str, cells))} | {self.wanted} |"


def _written(value: float) -> str:
    """Three digits that count; a count as it is."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:#.3g}".rstrip(".")


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table."""
    head = "| | median | range | n | wanted |\n|---|---|---|---|---|"
    return "\n".join([head, *(figure.row() for figure in figures)])


def circumstances() -> str:
    """Where the figures were taken, as far as it changes them."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    packages = ", ".join(f"{name} {version(name)}" for name in ("torch", "streamlit"))
    return f"{cores} CPU cores, Python {platform.python_version()}, {packages}."


def publish(figures: Sequence[Figure]) -> None:
    """Writes all figures to RESULTS.md and latest.json, and the quoted ones into the README."""
    where = circumstances()
    LATEST.write_text(
        json.dumps(
            {"where": where, "figures": [asdict(figure) for figure in figures]},
            indent=1,
            ensure_ascii=False,
        )
    )
    RESULTS.write_text(f"{INTRODUCTION}\nTaken on {where}\n\n{table(figures)}\n", encoding="utf-8")
    quote = (
        f"{BEGIN}\n{table([figure for figure in figures if figure.quoted])}\n\nOn {where}\n{END}"
    )
    README.write_text(with_quote(README.read_text(encoding="utf-8"), quote), encoding="utf-8")


def with_quote(page: str, quote: str) -> str:
    """The page with `quote` in the place of what stood from BEGIN to END."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + quote + after
