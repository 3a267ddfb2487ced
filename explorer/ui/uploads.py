"""A picture of the reader's own: brought, looked at, and kept small; or refused with a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from explorer.data.uploads import FORMATS, LONGEST_SIDE, MAX_BYTES, read_picture
from explorer.errors import UploadError
from explorer.ui.language import said, say
from explorer.ui.session import has_widget, memory

_CAMERA_WIDTH = 420  # pixels of the page


@dataclass
class Upload:
    """What is remembered of the pictures that a reader has brought to one place."""

    picture: npt.NDArray[np.uint8] | None = None  # the last good one
    refusal: UploadError | None = None  # of the last file, if it was none
    widgets: int = 0  # how many have been used up
    camera: Literal["off", "asked", "filming"] = "off"


def upload_picture(
    label: str, *, lesson: str, key: str, longest_side: int = LONGEST_SIDE
) -> npt.NDArray[np.uint8] | None:
    """(H, W, 3): the picture that the reader has brought, upright, at most `longest_side` long.

    None until there is one, and after it was taken away. What is refused gets its sentence right
    here, and a picture that was brought before stays. Only the small picture is kept, in the
    memory of `lesson` under `key`: the file itself is forgotten as soon as it was looked at.
    """
    text = say()
    place, upload = _remembered(lesson, key)
    bounds = {"allowed": ", ".join(FORMATS), "limit": f"{MAX_BYTES / 2**20:.0f}"}
    # No `type=`: what the browser then refuses, it refuses in English and without a way out.
    file = st.file_uploader(
        label,
        key=f"{place}.{upload.widgets}",
        help=text("uploads.help", longest=longest_side, **bounds),
    )
    st.caption(text("uploads.limits", **bounds))  # the widget itself speaks English only
    return _kept(upload, file, place, longest_side)


def camera_picture(
    label: str, *, lesson: str, key: str, longest_side: int = LONGEST_SIDE
) -> npt.NDArray[np.uint8] | None:
    """(H, W, 3): a photo from the reader's camera, with the bounds and sentences of an upload.

    The browser asks for the camera as soon as Streamlit draws its widget, and films from then on.
    So a button comes first, and the widget goes when it has taken one photo, and for good when the
    reader was elsewhere.
    """
    text = say()
    place, upload = _remembered(lesson, key)
    widget = f"{place}.{upload.widgets}"
    if upload.camera == "filming" and not has_widget(widget):
        upload.camera = "off"
    if upload.camera == "off":
        about = text("uploads.camera_help", longest=longest_side)
        if st.button(text("uploads.camera_on"), key=f"{place}.on", icon="📷", help=about):
            upload.camera = "asked"
            st.rerun()
        return _kept(upload, None, place, longest_side)
    upload.camera = "filming"
    file = st.camera_input(label, key=widget, width=_CAMERA_WIDTH)
    if st.button(text("uploads.camera_off"), key=f"{place}.off"):
        upload.camera = "off"
        st.rerun()
    return _kept(upload, file, place, longest_side)


def _remembered(lesson: str, key: str) -> tuple[str, Upload]:
    place = f"{lesson}.upload.{key}"  # no setting's key, which is `<lesson>.<field>.<number>`
    return place, memory().lesson(lesson).notes.setdefault(place, Upload())


def _kept(
    upload: Upload, file: UploadedFile | None, place: str, longest_side: int
) -> npt.NDArray[np.uint8] | None:
    """The last good picture, after a look at `file`; what was refused gets its sentence."""
    if file is not None:
        _look_at(upload, file, longest_side)
        st.rerun()  # with an empty widget
    if upload.refusal is not None:
        st.error(said(upload.refusal))
    if upload.picture is not None:
        remove = say()("uploads.remove")
        if st.button(remove, key=f"{place}.remove", icon="🗑️"):
            upload.picture = upload.refusal = None
            st.rerun()
    return upload.picture


def _look_at(upload: Upload, file: UploadedFile, longest_side: int) -> None:
    """Reads the file once and lets go of it: the widget that holds it is used up."""
    upload.widgets += 1
    upload.camera = "off"
    try:
        upload.picture = read_picture(file.getvalue(), file.name, longest_side)
        upload.refusal = None
    except UploadError as refusal:
        upload.refusal = refusal
    finally:
        forget(file)


def forget(file: UploadedFile) -> None:
    """Streamlit itself would keep the bytes until the browser tab is closed."""
    context = get_script_run_ctx()
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)
