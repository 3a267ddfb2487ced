"""The place for a reader's own picture: it keeps the good one, says why not, forgets the file."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from explorer.errors import UploadError
from explorer.text import LANGUAGES, catalogue


def picture(colour: str, width: int = 40) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (width, 30), colour).save(buffer, "PNG")
    return buffer.getvalue()


def opened(language: str = "en") -> AppTest:
    def page(language: str) -> None:
        import streamlit as st

        from explorer.ui.session import memory
        from explorer.ui.uploads import upload_picture

        memory().language = language
        pixels = upload_picture("Yours", lesson="a-lesson", key="own", longest_side=20)
        if pixels is not None:
            st.markdown(f"{pixels.shape} {pixels[0, 0].tolist()} {pixels.dtype}")

    return AppTest.from_function(page, args=(language,)).run()


def shown(app: AppTest) -> list[str]:
    assert not app.exception
    return [element.value for element in app.markdown]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_may_be_brought_is_said_in_the_readers_language(language: str) -> None:
    expected = catalogue(language)("uploads.limits", allowed="PNG, JPEG, WebP", limit="10")
    assert expected in [caption.value for caption in opened(language).caption]


def brought(app: AppTest, name: str, content: bytes) -> AppTest:
    app.file_uploader[0].set_value((name, content, "image/png"))
    return app.run()


def test_a_picture_is_scaled_down_and_stays(forgotten: list[str]) -> None:
    app = opened()
    assert shown(app) == []
    brought(app, "red.png", picture("red"))
    assert shown(app) == ["(15, 20, 3) [255, 0, 0] uint8"]
    app.run()
    assert shown(app) == ["(15, 20, 3) [255, 0, 0] uint8"]
    brought(app, "blue.png", picture("blue"))
    assert shown(app) == ["(15, 20, 3) [0, 0, 255] uint8"]
    assert not app.error
    assert len(forgotten) == 2


def test_the_file_is_forgotten_and_the_widget_empty_again(forgotten: list[str]) -> None:
    app = brought(opened(), "red.png", picture("red"))
    assert app.file_uploader[0].value is None
    assert len(forgotten) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_says_its_sentence_and_the_picture_before_stays(
    language: str, forgotten: list[str]
) -> None:
    app = brought(opened(language), "red.png", picture("red"))
    brought(app, "red.jpg", picture("red"))
    expected = UploadError(
        "upload.wrong_suffix", file="red.jpg", kind="PNG", allowed=".png"
    ).sentence(language)
    assert [error.value for error in app.error] == [expected]
    assert shown(app) == ["(15, 20, 3) [255, 0, 0] uint8"]
    assert len(forgotten) == 2
    assert app.file_uploader[0].value is None
    # It stands until another file comes.
    app.run()
    assert len(app.error) == 1
    brought(app, "blue.png", picture("blue"))
    assert not app.error


def test_a_hostile_file_alone_leaves_nothing_behind(forgotten: list[str]) -> None:
    app = brought(opened(), "x.svg", b"<svg><script>alert(1)</script></svg>")
    assert len(app.error) == 1
    assert shown(app) == []
    assert len(forgotten) == 1


def test_a_picture_can_be_taken_away() -> None:
    app = brought(opened(), "red.png", picture("red"))
    app.button(key="a-lesson.upload.own.remove").click().run()
    assert shown(app) == []
    assert not app.button


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bounds_are_said_beforehand(language: str) -> None:
    said = opened(language).file_uploader[0].help
    for bound in ("PNG", "JPEG", "WebP", "10", "20"):
        assert re.search(rf"(?<!\w){bound}", said)
    assert "{" not in said
    assert catalogue(language)("uploads.remove")


# The camera ---------------------------------------------------------------------------------------


def at_the_camera(language: str = "en") -> AppTest:
    """A page that asks for a photo, unless the reader is elsewhere; the camera was turned on."""

    def page(language: str) -> None:
        import streamlit as st

        from explorer.ui.session import memory
        from explorer.ui.uploads import camera_picture

        memory().language = language
        if not st.checkbox("elsewhere", key="elsewhere"):
            pixels = camera_picture("Yours", lesson="a-lesson", key="shot", longest_side=20)
            if pixels is not None:
                st.markdown(f"{pixels.shape}")

    app = AppTest.from_function(page, args=(language,)).run()
    assert not app.camera_input
    return app.button(key=CAMERA_ON).click().run()


CAMERA_ON, CAMERA_OFF = "a-lesson.upload.shot.on", "a-lesson.upload.shot.off"


def shot(app: AppTest, content: bytes) -> AppTest:
    app.camera_input[0].set_value(("shot.jpg", content, "image/jpeg"))
    return app.run()


def jpeg(width: int = 40) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (width, 30), "red").save(buffer, "JPEG")
    return buffer.getvalue()


def test_the_camera_takes_one_photo_and_stops(forgotten: list[str]) -> None:
    app = shot(at_the_camera(), jpeg())
    assert shown(app) == ["(15, 20, 3)"]
    assert not app.camera_input
    assert len(forgotten) == 1
    app.button(key=CAMERA_ON).click().run()
    assert app.camera_input[0].value is None
    assert shown(shot(app, jpeg(30))) == ["(20, 20, 3)"]
    app.button(key="a-lesson.upload.shot.remove").click().run()
    assert shown(app) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "content"),
    [("unknown", b"<svg onload=alert(1)>"), ("empty", b""), ("damaged", jpeg()[:300])],
    ids=["unknown", "empty", "damaged"],
)
def test_what_a_forged_camera_sends_gets_its_sentence(
    language: str, kind: str, content: bytes, forgotten: list[str]
) -> None:
    app = shot(at_the_camera(language), content)
    expected = UploadError(f"upload.{kind}", file="shot.jpg", allowed="PNG, JPEG, WebP")
    assert [error.value for error in app.error] == [expected.sentence(language)]
    assert shown(app) == []
    assert not app.camera_input
    assert len(forgotten) == 1


def test_the_camera_is_off_when_it_was_turned_off_or_the_reader_was_elsewhere() -> None:
    app = at_the_camera()
    app.run()
    assert app.camera_input
    app.button(key=CAMERA_OFF).click().run()
    assert not app.camera_input
    app.button(key=CAMERA_ON).click().run()
    app.checkbox(key="elsewhere").check().run()
    app.checkbox(key="elsewhere").uncheck().run()
    assert not app.camera_input
    assert app.button(key=CAMERA_ON)
