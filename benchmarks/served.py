"""The app as a reader meets it: a poll's answer, a page switch, and the server's memory."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Iterator
from time import perf_counter
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.figures import Figure
from explorer.text import catalogue
from tests.browser.conftest import CHROMIUM_ARGUMENTS, Server, fresh_server

WATCHED_SECONDS = 8
SWITCHES = 10
LESSONS = ("autoencoder-anatomy", "latents-and-pca")
LONG_RUN = "steps=200000"  # does not end while it is watched

say = catalogue("en")


class Polls:
    """What a tab's socket carried: how long each poll of a fragment took to be answered.

    The browser's network process takes the times, so its painting does not count. A poll that is
    sent while another is being answered waits for the next answer, which is everyone's who waits.
    """

    def __init__(self, socket: CDPSession) -> None:
        self.seconds: list[float] = []
        self._waiting: list[float] = []  # when they were sent
        self._in_hand: list[float] = []
        socket.on("Network.webSocketFrameSent", self._sent)
        socket.on("Network.webSocketFrameReceived", self._received)
        socket.send("Network.enable")

    def _sent(self, event: dict[str, Any]) -> None:
        message = BackMsg.FromString(_payload(event))
        if message.rerun_script.fragment_id:
            self._waiting.append(event["timestamp"])

    def _received(self, event: dict[str, Any]) -> None:
        message = ForwardMsg.FromString(_payload(event))
        match message.WhichOneof("type"):
            case "new_session":
                self._in_hand, self._waiting = self._waiting, []
            case "script_finished":
                if message.script_finished == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY:
                    self.seconds += [event["timestamp"] - sent for sent in self._in_hand]
                self._in_hand = []


def _payload(event: dict[str, Any]) -> bytes:
    return base64.b64decode(event["response"]["payloadData"])


def title(lesson: str) -> str:
    return say(f"course.{lesson.replace('-', '_')}.title")


def poll_seconds(browser: Browser, server: Server, lesson: str) -> list[float]:
    """The polls of one reader who watches a run of `lesson`, the only run on the server."""
    page = browser.new_page()
    polls = Polls(page.context.new_cdp_session(page))
    page.goto(f"{server.url}/{lesson}?{LONG_RUN}")
    page.get_by_role("button", name=say("common.start"), exact=True).click()
    page.get_by_role("button", name=say("common.pause")).wait_for()
    page.wait_for_timeout(WATCHED_SECONDS * 1000)
    page.get_by_role("button", name=say("common.reset")).click()
    page.get_by_role("button", name=say("common.start"), exact=True).wait_for()
    page.close()
    return polls.seconds


def switch_seconds(page: Page, lesson: str) -> float:
    """From the click on a lesson's link until its page stands, from the title to its foot."""
    link = page.get_by_test_id("stSidebarNavLink").filter(has_text=title(lesson))
    foot = page.locator(f".st-key-{lesson}-script")
    began = perf_counter()
    link.click()
    page.get_by_role("heading", level=1, name=title(lesson)).wait_for()
    foot.wait_for()
    return perf_counter() - began


def resident_megabytes(server: Server) -> float:
    """What the server's process holds in memory now."""
    pid = str(server.process.pid)
    answer = subprocess.run(["ps", "-o", "rss=", "-p", pid], capture_output=True, check=True)
    return int(answer.stdout) * 1024 / 1e6


def served_figures() -> Iterator[Figure]:
    """One reader on a fresh server, on the digits."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with fresh_server() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        for lesson in LESSONS:
            seconds = poll_seconds(browser, server, lesson)
            yield Figure(
                f"{lesson}: a poll while its run trains, until its answer",
                "ms",
                tuple(1000 * second for second in seconds),
                wanted="< 50",
                quoted=True,
            )
        page = browser.new_page()
        page.goto(server.url)
        switch_seconds(page, LESSONS[0])
        yield Figure(
            "from the click to the next page's content",
            "s",
            tuple(switch_seconds(page, LESSONS[turn % 2 - 1]) for turn in range(SWITCHES)),
            wanted="< 1",
            quoted=True,
        )
        yield Figure(
            "memory of the server after all this",
            "MB",
            (resident_megabytes(server),),
            wanted="< 1,000",
            quoted=True,
        )
        browser.close()
