"""The app without a browser: every page as Streamlit's own test driver sees it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.lessons.course import COURSE

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    "home": "pages/start/home.py",
    **{lesson.slug: f"pages/{lesson.page}" for lesson in COURSE},
}

Visit = Callable[..., AppTest]


@pytest.fixture
def visit() -> Visit:
    """Opens a page with the query of its address: `visit("home", lang="ko")`."""

    def open_page(page: str, **query: str) -> AppTest:
        app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
        app.run()
        if page != "home":
            app.switch_page(PAGES[page])
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()

    return open_page


def charts(app: AppTest) -> int:
    """How many charts the page shows."""
    return len(app.get("vega_lite_chart")) + len(app.get("arrow_vega_lite_chart"))


def html(app: AppTest) -> str:
    """All figures and tables that are written as HTML."""
    return "\n".join(block.proto.body for block in app.get("html"))


def words(app: AppTest) -> str:
    """Everything that the page says."""
    headings, prose = (app.title, app.subheader), (app.markdown, app.caption)
    messages = (app.info, app.success, app.warning, app.error)
    kinds = (*headings, *prose, *messages)
    return "\n".join(element.value for kind in kinds for element in kind)
