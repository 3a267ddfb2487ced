"""From before the first visitor until after the last: what the server does around the visits."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import FrameType

import streamlit as st
import uvicorn
from streamlit.runtime.pages_manager import PagesManager

from explorer.ui.glimpses import prepare_glimpses
from explorer.ui.runs import runner


@asynccontextmanager
async def serving(_app: st.App) -> AsyncIterator[None]:
    """Gets everything ready, so that the first visitor waits no longer than the others."""
    # Beside a folder called pages/ the first visitor of a fresh server would get Streamlit's older
    # way of finding pages, and a deep link would say 'Page not found' before the page appears.
    PagesManager.uses_pages_directory = False
    _end_in_good_order()
    shared = runner()
    prepare_glimpses()
    yield
    shared.close()


def _end_in_good_order() -> None:
    """Makes Ctrl-C and SIGTERM end the process with exit code 0.

    uvicorn shuts down in good order and then raises the signal once more, which ends the process
    as if it had failed. Its `should_exit` asks for the same shutdown without that.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        server = getattr(signal.getsignal(number), "__self__", None)
        if isinstance(server, uvicorn.Server):
            signal.signal(number, _stopping(server))


def _stopping(server: uvicorn.Server) -> Callable[[int, FrameType | None], None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        server.force_exit = server.should_exit  # whoever asks twice does not want to wait
        server.should_exit = True

    return stop
