"""The chapter with the photo: what travels to the browser and how often, and one's own photo."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

import explorer.components
from explorer.analysis.colour_names import colour_name
from explorer.components import program
from explorer.data.photos import PHOTO_SIDE, PHOTOS, photo
from explorer.errors import UploadError
from explorer.text import LANGUAGES, catalogue
from explorer.ui import colour_planes as drawing
from explorer.ui.colour_planes import MIDDLE, PARTS, SOURCES, packed, words
from explorer.ui.parcels import Wish

FOLDER = Path(explorer.components.__file__).parent / "colour_planes"
SAY = catalogue("en")


def unpacked(data: bytes, width: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    steps = np.frombuffer(zlib.decompress(data), np.uint8).reshape(-1, width, 3)
    return steps.cumsum(axis=1, dtype=np.uint8)


@pytest.mark.parametrize("name", PHOTOS)
def test_a_photo_travels_exactly_and_small(name: str) -> None:
    data = packed(photo(name))
    np.testing.assert_array_equal(unpacked(data, photo(name).shape[1]), photo(name))
    assert len(data) < 130_000


def test_any_numbers_travel_exactly() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (9, 31, 3), dtype=np.uint8)
    np.testing.assert_array_equal(unpacked(packed(pixels), 31), pixels)


# How often it travels -----------------------------------------------------------------------------


@pytest.fixture
def sends(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[dict[str, Any]]]:
    """What one reader's page sends, of photos and wishes in turn: `sends((pixels, wish), …)`."""

    def pretend(*turns: tuple[Any, Wish]) -> list[dict[str, Any]]:
        sent: list[dict[str, Any]] = []
        notes: dict[str, Any] = {}
        wishes = iter([wish for _, wish in turns])
        lesson = type("Lesson", (), {"notes": notes})()
        reader = type("Reader", (), {"lesson": lambda _self, _slug: lesson})()
        monkeypatch.setattr(drawing, "memory", lambda: reader)
        monkeypatch.setattr(drawing, "say", lambda: SAY)
        monkeypatch.setattr(drawing, "wished", lambda _key: next(wishes))
        monkeypatch.setattr(drawing, "_mount", lambda data, **_: sent.append(data))
        for pixels, _ in turns:
            drawing.colour_planes(pixels, focus=MIDDLE, key="it")
        return sent

    return pretend


FIRST, NONE = Wish(None, heard=True), Wish(frozenset(), heard=False)
ASKED, DEAF = (Wish(frozenset({"photo"}), heard=heard) for heard in (True, False))


def test_a_photo_is_sent_once_and_again_only_on_demand(sends: Any) -> None:
    turns = [("china", wish) for wish in (FIRST, NONE, ASKED, DEAF, FIRST)]
    turns += [("flower", NONE), ("flower", NONE), ("china", NONE)]
    sent = sends(*[(photo(name), wish) for name, wish in turns])
    came = [None if data["photo"] is None else data["fingerprint"] for data in sent]
    china, flower = sent[0]["fingerprint"], sent[-2]["fingerprint"]
    assert china != flower
    assert came == [china, None, china, None, None, flower, None, None]
    assert [data["wish"] for data in sent[:4]] == [[], [], ["photo"], ["photo"]]
    np.testing.assert_array_equal(unpacked(sent[0]["photo"].tobytes(), 320), photo("china"))


def test_without_the_photo_little_is_sent(sends: Any) -> None:
    _, later = sends((photo("china"), FIRST), (photo("china"), NONE))
    assert len(json.dumps(later, ensure_ascii=False, allow_nan=False).encode()) < 2_000
    assert (later["width"], later["height"]) == (320, 213)


def test_equal_numbers_in_another_shape_are_another_photo(sends: Any) -> None:
    sent = sends(*[(np.zeros(shape, np.uint8), NONE) for shape in ((8, 12, 3), (12, 8, 3))])
    assert all(data["photo"] is not None for data in sent)
    assert sent[0]["fingerprint"] != sent[1]["fingerprint"]


# The chapter --------------------------------------------------------------------------------------


def chapter(language: str) -> None:  # run without this module's imports
    from explorer.ui.colour_planes import photo_chapter
    from explorer.ui.session import memory

    memory().language = language
    photo_chapter()


def opened(language: str = "en") -> AppTest:
    app = AppTest.from_function(chapter, args=(language,)).run()
    assert not app.exception
    return app


def chosen(app: AppTest, source: str) -> AppTest:
    return app.segmented_control[0].set_value(source).run()


def jpeg(colour: str = "red", size: tuple[int, int] = (640, 480)) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", size, colour).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chapter_speaks_the_readers_language(language: str) -> None:
    app, say = opened(language), catalogue(language)
    assert app.subheader[0].value == say("colour_planes.chapter.title")
    for source in SOURCES:
        chosen(app, source)
        assert not app.exception
        shown = source if source in PHOTOS else SOURCES[0]  # until there is one's own
        asked = shown != SOURCES[0]  # of that one, the card asks
        assert not asked or say(f"colour_planes.chapter.guess.{shown}") in app.markdown[-1].value
        assert "204,480" in app.markdown[-1].value


def test_a_guess_about_the_sky_is_held_against_its_pixels() -> None:
    app = opened()
    assert not app.success
    assert not app.info
    app.radio(key="pixels-and-neurons.sky").set_value("grey").run()
    truth = SAY("colour_planes.sky.yellow")
    failed = SAY("common.prediction_failed", guess=SAY("colour_planes.sky.grey"), truth=truth)
    assert [info.value for info in app.info] == [failed]
    red, green, blue = (f"{level:.0f}" for level in photo("china")[:12].reshape(-1, 3).mean(axis=0))
    told = SAY("colour_planes.sky.told", red=red, green=green, blue=blue, colour=truth)
    assert told in [element.value for element in app.markdown]
    app.radio(key="pixels-and-neurons.sky").set_value("yellow").run()
    assert [success.value for success in app.success] == [
        SAY("common.prediction_held", truth=truth)
    ]


def test_the_sky_is_pale_blue_and_alike_all_over() -> None:
    """What is asked would be no question of one colour else."""
    rows = photo("china")[: drawing.SKY_ROWS].astype(float)
    assert colour_name(rows.mean(axis=(0, 1)) * (1, 1, 0)) in drawing.ANSWERS
    patches = [patch.mean(axis=(0, 1)) for patch in np.array_split(rows, 8, axis=1)]
    assert {colour_name(patch * (1, 1, 0)) for patch in patches} == {"yellow"}
    assert all(red <= green <= blue for red, green, blue in patches)


def test_the_camera_waits_until_it_is_asked_for_and_takes_one_photo(forgotten: list[str]) -> None:
    app = chosen(opened(), "camera")
    assert not app.camera_input
    app.button(key="pixels-and-neurons.upload.camera.on").click().run()
    app.camera_input[0].set_value(("shot.jpg", jpeg(), "image/jpeg")).run()
    assert not app.exception
    assert not app.camera_input
    assert len(forgotten) == 1
    assert f"{PHOTO_SIDE * 240 * 3:,}" in app.markdown[-1].value
    assert SAY("colour_planes.chapter.guess.camera") in app.markdown[-1].value
    app.button(key="pixels-and-neurons.upload.camera.remove").click().run()
    assert "204,480" in app.markdown[-1].value


def test_what_is_no_photo_gets_its_sentence_and_the_first_photo_stays(
    forgotten: list[str],
) -> None:
    app = chosen(opened("ko"), "own")
    app.file_uploader[0].set_value(("page.png", b"<svg></svg>", "image/png")).run()
    expected = UploadError("upload.unknown", file="page.png", allowed="PNG, JPEG, WebP")
    assert [error.value for error in app.error] == [expected.sentence("ko")]
    assert "204,480" in app.markdown[-1].value
    assert len(forgotten) == 1


# The drawing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_is_drawn_is_said(language: str) -> None:
    said = words(catalogue(language))
    js = (FOLDER / "colour_planes.js").read_text(encoding="utf-8")
    html = (FOLDER / "colour_planes.html").read_text(encoding="utf-8")
    asked = {*re.findall(r"words\.(\w+)", js), *re.findall(r'data-say="(\w+)"', html)}
    assert asked | {"red", "green", "blue"} == set(said)
    for name in said:
        given = re.search(rf"fill\(words\.{name}, \{{(.*?)\}}\)", js)
        named = set(re.findall(r"\{(\w+)\}", said[name]))
        assert named == (set(re.findall(r"(\w+)(?=:|,|$| )", given[1])) & named if given else set())


def test_the_drawing_reads_what_is_sent(sends: Any) -> None:
    js = program("colour_planes", PARTS).js
    read = set(re.findall(r"(?<!\.)\bdata\.(\w+)", js))
    for pattern in (r"\{ ([\w, ]+) \} = data;", r"update\(\{ ([\w, ]+) \}, photo\) \{"):
        (named,) = re.findall(pattern, js)
        read |= set(named.split(", "))
    assert read == set(sends((photo("china"), FIRST))[0])


def luminance(colour: str) -> float:
    levels = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("plane", ["red", "green", "blue"])
def test_the_name_of_a_plane_can_be_read_on_either_paper(plane: str) -> None:
    css = (FOLDER / "colour_planes.css").read_text(encoding="utf-8")
    (hues,) = re.findall(rf"^\.{plane} {{ --hue: light-dark\((#\w+), (#\w+)\); }}", css, re.M)
    for hue, paper in zip(hues, ("#ffffff", "#0d1218"), strict=True):
        light, dark = sorted((luminance(hue), luminance(paper)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) > 4.5


def test_what_is_sent_anew_with_every_update_stays_small() -> None:
    whole = program("colour_planes", PARTS)
    assert sum(len(part.encode()) for part in vars(whole).values()) < 32_000
    assert "import " not in whole.js
