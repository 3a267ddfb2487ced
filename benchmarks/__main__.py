"""Takes all measurements, prints them as they come, and writes them down."""

from __future__ import annotations

from benchmarks.classroom import class_figures
from benchmarks.figures import Figure, circumstances, publish
from benchmarks.loops import loop_figures, thread_figures
from benchmarks.pad import pad_figures
from benchmarks.redraws import redraw_figures
from benchmarks.sequences import sequence_figures
from benchmarks.served import served_figures


def main() -> None:
    print(circumstances(), flush=True)
    figures: list[Figure] = []
    for measure in (
        loop_figures,
        sequence_figures,
        class_figures,
        thread_figures,
        served_figures,
        pad_figures,
        redraw_figures,
    ):
        for figure in measure():
            print(figure.row(), flush=True)
            figures.append(figure)
    publish(figures)


main()
