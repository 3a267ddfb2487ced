"""Messages to components: what the browser finds in them, and when heavy things travel."""

from __future__ import annotations

import json
import struct
from typing import Any

import pytest

from explorer.ui import parcels
from explorer.ui.parcels import PATIENCE, Parcel, Wish, message, wished
from explorer.ui.session import Memory


def unpacked(data: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Header and blobs, read as the browser reads them."""
    (length,) = struct.unpack_from("<I", data)
    header = json.loads(data[4 : 4 + length])
    blobs = {name: data[at : at + size] for name, (at, size) in header["blobs"].items()}
    return header, blobs


EVERYTHING = Wish(None, heard=True)
PARCELS = {
    "book": Parcel("b1", lambda: b"pages" * 1000),
    "stone": Parcel("s1", lambda: b"granite"),
    "nothing": Parcel("", lambda: pytest.fail("there is nothing to send")),
}


def test_a_message_is_read_as_it_was_written() -> None:
    data = message({"word": "한국어", "n": 3}, {"a": b"12345", "b": b""}, PARCELS, EVERYTHING)
    header, blobs = unpacked(data)
    assert header["word"] == "한국어"
    assert header["n"] == 3
    assert header["parcels"] == {"book": "b1", "stone": "s1", "nothing": ""}
    assert header["wish"] == []
    assert blobs == {"a": b"12345", "b": b"", "book": b"pages" * 1000, "stone": b"granite"}


@pytest.mark.parametrize("word", ["", "a", "ab", "abc", "abcd"])
def test_numbers_lie_where_they_can_be_read_without_copying(word: str) -> None:
    header, _ = unpacked(message({"word": word}, {"a": b"12345", "b": b"6"}, {}, EVERYTHING))
    assert all(at % 4 == 0 for at, _ in header["blobs"].values())


def test_a_parcel_travels_only_when_it_is_wished_for() -> None:
    for wish, sent in (
        (Wish(frozenset({"stone"}), heard=True), {"stone"}),
        (Wish(frozenset({"stone"}), heard=False), set()),
        (Wish(frozenset(), heard=True), set()),
        (Wish(frozenset({"nothing"}), heard=True), set()),
    ):
        header, blobs = unpacked(message({}, {}, PARCELS, wish))
        assert set(blobs) == sent
        assert header["wish"] == sorted(wish.names or ())


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_not_a_number_never_reaches_the_browser(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        message({"number": number}, {}, {}, EVERYTHING)


class Session:
    """One reader's session: what the component told, what is remembered, what time it is."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.told: dict[str, object] = {}
        self.now = 100.0
        self.memory = Memory()
        monkeypatch.setattr(parcels, "has_widget", lambda key: key in self.told)
        monkeypatch.setattr(parcels, "widget", lambda key: self.told[key])
        monkeypatch.setattr(parcels, "memory", lambda: self.memory)
        monkeypatch.setattr(parcels, "monotonic", lambda: self.now)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Session:
    return Session(monkeypatch)


def test_a_new_component_gets_everything_and_then_nothing(session: Session) -> None:
    assert wished("pad").hears("book")
    session.told["pad"] = {}
    wish = wished("pad")
    assert not wish.hears("book")
    assert wish.names == frozenset()


def test_a_standing_wish_is_heard_once_a_second_until_it_is_taken_back(session: Session) -> None:
    session.told["pad"] = {"wish": ["book"]}
    assert wished("pad").hears("book")
    assert not wished("pad").hears("stone")
    session.now += PATIENCE / 2
    waiting = wished("pad")
    assert not waiting.hears("book")
    assert waiting.names == frozenset({"book"}), "the browser is told that its wish is known"
    session.now += PATIENCE / 2
    assert wished("pad").hears("book")
    session.told["pad"] = {"wish": []}
    assert not wished("pad").hears("book")
    session.told["pad"] = {"wish": ["book"]}
    assert wished("pad").hears("book"), "a new wish does not wait"


def test_two_components_do_not_wait_for_each_other(session: Session) -> None:
    session.told = {"one": {"wish": ["book"]}, "other": {"wish": ["book"]}}
    assert wished("one").hears("book")
    assert wished("other").hears("book")


@pytest.mark.parametrize("told", [None, {"wish": "book"}, {"wish": None}, {"else": ["book"]}])
def test_what_is_no_wish_is_not_heard(session: Session, told: object) -> None:
    session.told["pad"] = told
    assert not wished("pad").hears("book")
