"""The colours of the theme can be read, in light and dark."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import explorer
from tests.charts.test_charts import contrast

CONFIG = Path(explorer.__path__[0]).parent / ".streamlit" / "config.toml"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_are_read_and_controls_are_seen(scheme: str) -> None:
    """What WCAG 2 asks of words (AA) and of controls. Streamlit writes white on buttons."""
    theme = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"][scheme]
    assert contrast("#ffffff", theme["primaryColor"]) >= 4.5
    for ground in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(theme["primaryColor"], theme[ground]) >= 3
        for words in ("textColor", "linkColor"):
            assert contrast(theme[words], theme[ground]) >= 4.5
