"""What holds for every test: no network but this machine's own, an empty data folder, one thread.

The environment is set before torch is imported, and the servers that tests start inherit it.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# One spec, one machine, one result: two intra-op threads may add numbers up in another order.
os.environ["OMP_NUM_THREADS"] = "1"

# A busy machine must not fail a property for being slow, nor one run find what the next does not.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable")


class OutsideContactError(Exception):
    """A test wanted to reach another machine. Not an OSError, which the app would take well."""


def is_outside(host: str | bytes | None) -> bool:
    """Whether a socket to `host` leaves this machine; a name other than localhost does."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost", socket.gethostname()):
        return False
    try:
        address = ipaddress.ip_address(str(name).partition("%")[0])
    except ValueError:
        return True
    return not (address.is_loopback or address.is_unspecified)


def stay_inside(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook: raises OutsideContactError before a socket leaves this machine."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if is_outside(host):  # type: ignore[arg-type]
        raise OutsideContactError(f"{event}: {host!r}")


sys.addaudithook(stay_inside)


@pytest.fixture(autouse=True, scope="session")
def empty_data_folder() -> Iterator[Path]:
    """Tests find no data set that this machine happens to have."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["EXPLORER_DATA"] = folder
        yield Path(folder)
