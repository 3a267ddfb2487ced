"""The table of codes and what was measured of each."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st


def score_table(scores: pd.DataFrame, text: Callable[[str], str]) -> None:
    """method, mse, label_agreement, trustworthiness; `text` gives each column its heading."""
    st.dataframe(
        scores,
        hide_index=True,
        width="stretch",
        column_config={
            "method": st.column_config.TextColumn(text("method"), width="medium"),
            "mse": st.column_config.NumberColumn(text("test_mse"), format="%.4f"),
            "label_agreement": st.column_config.ProgressColumn(
                text("label_agreement"), min_value=0, max_value=1, format="%.2f"
            ),
            "trustworthiness": st.column_config.ProgressColumn(
                text("trustworthiness"), min_value=0, max_value=1, format="%.2f"
            ),
        },
        key="latents.scores",
    )
