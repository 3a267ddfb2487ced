"""A fresh server and a real Chromium, and a record of every request that leaves this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOME = frozenset({"127.0.0.1", "localhost", ""})


class Server:
    """One `streamlit run app.py` of its own, or of another script, on a free port."""

    def __init__(self, environment: dict[str, str], script: str = "app.py") -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "streamlit", "run", script),
                *(f"--server.port={self.port}", "--server.address=127.0.0.1"),
                *("--server.headless=true", "--server.fileWatcherType=none"),
            ],
            cwd=ROOT,
            env=os.environ | environment,
        )
        self._wait_until_healthy()

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1):
                    return
            except OSError:
                assert self.process.poll() is None, "the server ended while starting"
                time.sleep(0.1)
        raise AssertionError("the server did not start within a minute")

    def stop(self) -> int:
        """Ends the server as a Ctrl-C would, and returns its exit code."""
        self.process.send_signal(2)
        return self.process.wait(timeout=20)


@contextmanager
def fresh_server(script: str = "app.py", **environment: str) -> Iterator[Server]:
    server = Server(environment, script)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server that most journeys share; its data folder is empty."""
    with fresh_server(EXPLORER_DATA=str(tmp_path_factory.mktemp("data"))) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def strangers() -> list[str]:
    """Every address outside this machine that a page of this test asked for."""
    return []


@pytest.fixture
def visit(chromium: Browser, strangers: list[str]) -> Iterator[Callable[..., Page]]:
    """Opens an address in a context of its own: `visit(url, locale="ko-KR", width=400)`."""
    contexts: list[BrowserContext] = []

    def note(request: Request) -> None:
        if (urlsplit(request.url).hostname or "") not in HOME:
            strangers.append(request.url)

    def open_page(
        url: str, *, locale: str = "en-US", dark: bool = False, width: int = 1280
    ) -> Page:
        context = chromium.new_context(
            locale=locale,
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": 900},
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        context.on("request", note)
        page = context.new_page()
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert strangers == [], f"requests left this machine: {strangers}"


def wait_until_it_scrolls_down_only(page: Page) -> None:
    """Until nothing on the page is wider than the page; a failure if that does not come to be.

    A chart is as wide as it was drawn first until it has heard how narrow its place is.
    """
    page.wait_for_function(
        "() => { const m = document.querySelector('[data-testid=stMain]');"
        " return m.scrollWidth <= m.clientWidth }"
    )
