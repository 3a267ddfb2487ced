"""Messages to a component of ours: a header and blobs in one row of bytes.

Streamlit sends everything that a component is given again with every update. What is heavy and
rarely changes is therefore a parcel: every message names the parcel's fingerprint, but holds its
bytes only when the browser wishes for them, which is the component's state `wish`. A browser that
lost something wishes for it again. A wish stands until the browser takes it back, and is heard
once a second: of two updates that come close together a page shows only the later one, so that a
parcel may have to be sent again, but a slow browser must not be slowed down by more of them.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from time import monotonic

import numpy as np
import numpy.typing as npt

from explorer.components import program
from explorer.ui.session import has_widget, memory, widget

PATIENCE = 1.0  # seconds until a parcel that is still wished for is sent again
_ALIGNED = 4  # bytes: the browser reads float32 where it lies


@dataclass(frozen=True)
class Parcel:
    """Something heavy; equal fingerprints mean equal content. An empty one stands for nothing."""

    fingerprint: str
    content: Callable[[], bytes]


def opener(name: str) -> str:
    """The JavaScript of a component whose program is a parcel."""
    return program(name, ("shared/opener", name)).js


@cache
def program_parcel(name: str, parts: Sequence[str]) -> Parcel:
    """The whole program of a component, which `opener` starts once in a document."""
    content = json.dumps(asdict(program(name, parts)), ensure_ascii=False).encode()
    return Parcel(fingerprint(content), lambda: content)


@lru_cache(maxsize=8)
def album(pictures: bytes) -> Parcel:
    """Test pictures deflated, which leaves a quarter of them; done once for all readers."""
    content = zlib.compress(pictures)
    return Parcel(fingerprint(content), lambda: content)


def floats(values: npt.NDArray[np.floating]) -> bytes:
    """Numbers as the browser reads them."""
    return np.ascontiguousarray(values, dtype="<f4").tobytes()


def fingerprint(*contents: bytes) -> str:
    """Sixteen signs that stand for these bytes and no others."""
    digest = blake2b(digest_size=8)
    for content in contents:
        digest.update(content)
    return digest.hexdigest()


@dataclass(frozen=True)
class Wish:
    """What a browser wished for, and whether it is heard now; None before it can have wished."""

    names: frozenset[str] | None
    heard: bool

    def hears(self, name: str) -> bool:
        return self.heard and (self.names is None or name in self.names)


def wished(key: str) -> Wish:
    """What the component under `key` wishes for in this run of the script."""
    sent = memory().parcels
    if not has_widget(key):
        sent.pop(key, None)
        return Wish(None, heard=True)
    held = widget(key)
    told = held.get("wish") if isinstance(held, Mapping) else None
    names = frozenset(str(name) for name in told) if isinstance(told, list) else frozenset()
    before, at = sent.get(key, (None, 0.0))
    heard = bool(names) and (names != before or monotonic() - at >= PATIENCE)
    if heard or not names:
        sent[key] = (names, monotonic())
    return Wish(names, heard)


def message(
    header: Mapping[str, object],
    blobs: Mapping[str, bytes],
    parcels: Mapping[str, Parcel],
    wish: Wish,
) -> bytes:
    """The length of the header (uint32, little endian), the header as JSON, then the blobs.

    The header says under `blobs` where each lies from the beginning of the message on, under
    `parcels` which fingerprints are current, and under `wish` what the browser wished for. Raises
    ValueError if the header holds NaN or infinity.
    """
    named = {name: parcel.fingerprint for name, parcel in parcels.items()}
    sent = dict(blobs) | {
        name: parcel.content()
        for name, parcel in parcels.items()
        if parcel.fingerprint and wish.hears(name)
    }
    # Where the blobs lie depends on the header's length, which depends on the numbers that say
    # where they lie: these are written to a fixed width.
    told = {**header, "parcels": named, "wish": sorted(wish.names or ())}
    blank = _header(told, {name: (0, len(blob)) for name, blob in sent.items()})
    at = _padded(struct.calcsize("<I") + len(blank))
    places = {}
    for name, blob in sent.items():
        places[name] = (at, len(blob))
        at += _padded(len(blob))
    front = _header(told, places)
    rows = [struct.pack("<I", len(front)) + front, *sent.values()]
    return b"".join(row.ljust(_padded(len(row)), b"\0") for row in rows)


def _header(header: Mapping[str, object], places: Mapping[str, tuple[int, int]]) -> bytes:
    front = json.dumps(header, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    where = ",".join(f'"{name}":[{at:9d},{size:9d}]' for name, (at, size) in places.items())
    return f'{front[:-1]},"blobs":{{{where}}}}}'.encode()


def _padded(length: int) -> int:
    return -(-length // _ALIGNED) * _ALIGNED
