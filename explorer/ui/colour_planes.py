"""The chapter on what a machine sees: a photo, its three planes of colour, its single pixels."""

from __future__ import annotations

import zlib
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import streamlit as st

from explorer.analysis.colour_names import colour_name
from explorer.components import program
from explorer.data.photos import PHOTO_SIDE, PHOTOS, photo
from explorer.specs import PixelsSpec
from explorer.text import Catalogue
from explorer.ui.essay import Essay
from explorer.ui.language import say
from explorer.ui.parcels import wished
from explorer.ui.session import memory
from explorer.ui.uploads import camera_picture, upload_picture

Bytes = npt.NDArray[np.uint8]

# In this order each needs only those before it.
PARTS = ("pixels", "view", "paint", "colour_planes")
SOURCES = (*PHOTOS, "own", "camera")
# The pixel that is picked first, as shares of width and height: roof and sky, petals and leaves.
FOCUS = {"china": (0.327, 0.185), "flower": (0.5, 0.21)}
MIDDLE = (0.5, 0.5)
ANSWERS = ("black", "grey", "green", "yellow")
TOPIC = "sky"  # of the prediction: which colour has the first photo's sky without its blue light?
SKY_ROWS = 12  # at the top of that photo, above the tip of the roof

_source = program("colour_planes", PARTS)
_mount = st.components.v2.component(
    "colour_planes", html=_source.html, css=_source.css, js=_source.js
)
_LESSON = PixelsSpec.lesson
_CHOSEN, _SENT = "photo.chosen", "photo.sent"  # what is remembered of a reader


@st.fragment
def photo_chapter() -> None:
    """The whole chapter; a photo of the reader's own takes the place of the two that are there."""
    essay = Essay("colour_planes", _LESSON)
    st.subheader(essay.text("chapter.title"), anchor="photo")
    st.markdown(essay.text("chapter.about"))
    essay.prediction(ANSWERS, TOPIC)
    name, pixels = _chosen_photo(essay.say)
    colour_planes(pixels, focus=FOCUS.get(name, MIDDLE), key="photo.planes")
    if TOPIC in memory().lesson(_LESSON).predictions:
        _verdict(essay)
    questions = () if name == SOURCES[0] else (essay.text(f"chapter.guess.{name}"),)
    notes = (
        *questions,
        essay.text("chapter.notice.numbers"),
        essay.text("chapter.notice.pixel", total=f"{pixels.size:,}"),
    )
    st.markdown("\n".join(f"- {note}" for note in notes))


def _verdict(essay: Essay) -> None:
    """What became of the guess, and the sky's own numbers."""
    levels = sky()
    colour = colour_name(levels * (1, 1, 0))
    essay.verdict(colour, TOPIC)
    red, green, blue = (f"{level:.0f}" for level in levels)
    shown = essay.text(f"{TOPIC}.{colour}")
    st.markdown(essay.text(f"{TOPIC}.told", red=red, green=green, blue=blue, colour=shown))


def sky() -> npt.NDArray[np.float64]:
    """(3,): the mean red, green and blue of the first photo's sky, 0…255."""
    levels: npt.NDArray[np.float64] = photo(SOURCES[0])[:SKY_ROWS].mean(axis=(0, 1))
    return levels


def _chosen_photo(text: Catalogue) -> tuple[str, Bytes]:
    """The name in SOURCES and the pixels of what is shown: the first, until there is one's own."""
    notes = memory().lesson(_LESSON).notes
    source = st.segmented_control(
        text("colour_planes.chapter.choose"),
        SOURCES,
        default=notes.get(_CHOSEN, SOURCES[0]),
        format_func=lambda source: text(f"colour_planes.chapter.{source}"),
        key=f"{_LESSON}.{_CHOSEN}",
        label_visibility="collapsed",
        required=True,
    )
    notes[_CHOSEN] = source
    pixels = None
    if source == "own":
        label = text("colour_planes.chapter.upload")
        pixels = upload_picture(label, lesson=_LESSON, key="photo", longest_side=PHOTO_SIDE)
    elif source == "camera":
        label = text("colour_planes.chapter.shoot")
        pixels = camera_picture(label, lesson=_LESSON, key="camera", longest_side=PHOTO_SIDE)
    if pixels is not None:
        return source, pixels
    name = source if source in PHOTOS else SOURCES[0]
    return name, photo(name)


def colour_planes(pixels: Bytes, *, focus: tuple[float, float], key: str) -> None:
    """Draw the photo (H, W, 3), its planes and the numbers of the pixel at `focus`.

    `focus` is what is picked first, as shares of width and height in 0…1. What the reader changes
    stays in the browser, with the photo. Its numbers are sent once and again if the browser, which
    keeps them for as long as its page, wishes for them.
    """
    height, width, _ = pixels.shape
    wish, content = wished(key), blake2b(pixels.tobytes(), digest_size=8).hexdigest()
    fingerprint = f"{content}.{width}"
    sent: set[str] = memory().lesson(_LESSON).notes.setdefault(_SENT, set())
    news = fingerprint not in sent or (wish.names is not None and wish.hears("photo"))
    sent.add(fingerprint)
    data = {
        "key": key,
        "fingerprint": fingerprint,
        "width": width,
        "height": height,
        "focus": list(focus),
        "wish": sorted(wish.names or ()),
        "words": words(say()),
        "photo": np.frombuffer(packed(pixels), np.uint8) if news else None,
    }
    _mount(key=key, data=data, on_wish_change=lambda: None)


def words(text: Catalogue) -> dict[str, str]:
    """The words by the names that the drawing knows; it fills in `{…}` pixel by pixel."""
    prefix = "colour_planes."
    return {
        key.removeprefix(prefix): entry
        for key, entry in text.entries.items()
        if key.startswith(prefix) and key.count(".") == 1
    }


def packed(pixels: Bytes) -> bytes:
    """(H, W, 3) → deflated differences from the pixel on the left, modulo 256, as in a PNG file.

    About as small as one. But browsers that protect their readers' privacy let a page draw a PNG
    and then give it other numbers than the file's, or none.
    """
    return zlib.compress(np.diff(pixels, axis=1, prepend=np.uint8(0)).tobytes(), level=9)
