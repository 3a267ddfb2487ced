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
    **{lesson.slug: f"pages/{lesson.page}" for lesson in COURSE if lesson.built},
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
