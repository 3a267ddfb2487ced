"""A chart on the page: the browser keeps the drawing and is only sent new data."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

from explorer.charts.style import specification

Labels = TypeVar("Labels", bound=Hashable)


def show_chart(
    chart: Callable[[pd.DataFrame, Labels], Any], frame: pd.DataFrame, labels: Labels, key: str
) -> None:
    """Draws `frame` as `chart` under a fixed `key`; its description is its alt text."""
    st.vega_lite_chart(spec=specification(chart, labels, frame), key=key, width="stretch")
