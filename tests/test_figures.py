"""Measured figures: their median and range, their row, and where the README quotes them."""

from __future__ import annotations

from benchmarks.figures import BEGIN, END, Figure, table, with_quote


def test_a_row_shows_median_range_rounds_and_what_was_wanted() -> None:
    figure = Figure("runner ÷ bare loop", "×", (0.91, 1.02, 0.955), wanted="≥ 0.90")
    assert figure.row() == "| runner ÷ bare loop | 0.955 × | 0.910 – 1.02 | 3 | ≥ 0.90 |"


def test_counts_and_large_numbers_have_no_decimals() -> None:
    assert Figure("trainings", "", (1.0, 1.0)).row() == "| trainings | 1 | 1 – 1 | 2 |  |"
    assert Figure("pace", "steps/s", (1477.4,)).row() == (
        "| pace | 1,477 steps/s | 1,477 – 1,477 | 1 |  |"
    )


def test_a_table_has_one_row_a_figure() -> None:
    figures = [Figure(name, "s", (1.5,)) for name in ("a", "b", "c")]
    assert len(table(figures).splitlines()) == 2 + len(figures)


def test_a_new_quote_takes_the_place_of_the_old() -> None:
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert with_quote(page, f"{BEGIN}\nnew\n{END}") == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
