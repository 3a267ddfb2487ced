"""The table of two nets and who is ahead in what."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from explorer.analysis.prior import NETS, Duel

DECIMALS = {"test_mse": 4, "label_agreement": 2, "prior_class_entropy": 2}
UNDECIDED = ("code_std", "code_mean")  # of these neither more nor less is better in itself


def duel_table(
    duels: Mapping[str, Duel], metrics: Mapping[str, float], text: Callable[[str], str]
) -> None:
    """One row a measure: both nets, and who is ahead. `text` has its words, and the nets'."""
    rows = [(text("measure"), *map(text, NETS), text("ahead")), ("---", "---:", "---:", "---")]
    for name, duel in duels.items():
        values = (f"{value:.{DECIMALS[name]}f}" for value in (duel.ae, duel.vae))
        rows.append((text(name), *values, text(duel.winner)))
    for name in UNDECIDED:
        values = (f"{metrics[f'{net}_{name}']:.2f}" for net in NETS)
        rows.append((text(name), *values, ""))
    st.markdown("\n".join(f"| {' | '.join(row)} |" for row in rows))
