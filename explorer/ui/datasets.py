"""The picture sets on the page: which are here, and the click that fetches the others."""

from __future__ import annotations

from functools import cache
from typing import TypeVar

import streamlit as st

from explorer.data import dates, number_words, token_tasks
from explorer.data.downloads import download, is_present
from explorer.data.pictures import DATASETS, PictureSet, Source, load_pictures
from explorer.errors import DataError
from explorer.specs import PictureSpec
from explorer.ui.language import said, say

S = TypeVar("S", bound=PictureSpec)

FALLBACK = "digits"
_REPAIRABLE = ("data.absent", "data.damaged", "data.counts_differ")


def usable(spec: S) -> tuple[S, PictureSet]:
    """The spec and its pictures; if they cannot be had, a sentence, and the digits instead."""
    try:
        return spec, load_pictures(spec.dataset)
    except DataError as error:
        st.warning(said(error))
        if error.key in _REPAIRABLE:
            download_button(spec.dataset)
    return spec.but(dataset=FALLBACK), load_pictures(FALLBACK)


def pictures_of(spec: PictureSpec) -> PictureSet:
    """The pictures of a spec that is being shown, and so are there."""
    return load_pictures(spec.dataset)


def download_button(name: str) -> None:
    """A button that fetches a set, with progress; then the page starts over with it."""
    text = say()
    megabytes = DATASETS[name].download_bytes / 2**20
    label = text("common.download", name=text(f"settings.dataset.{name}"), size=f"{megabytes:.0f}")
    if not st.button(label, key=f"download.{name}", icon="⬇️"):
        return
    bar = st.progress(0.0, text("common.downloading"))

    def show(share: float) -> None:
        bar.progress(share, text("common.downloading"))

    try:
        download(name, on_progress=show)
    except DataError as error:
        bar.empty()
        st.error(said(error))
    else:
        st.rerun()


def _counted(source: Source) -> dict[str, object]:
    """What can be counted of a set without fetching it: of the embedded ones, everything."""
    if source.folder is not None:
        return {}
    pictures = load_pictures(source.name)
    count = len(pictures.train) + len(pictures.test)
    return {"count": f"{count:,}", "levels": source.ink + 1}


@cache
def _made_here() -> dict[str, dict[str, object]]:
    """What can be counted of the sentences that no file holds."""
    return {
        "animals": {"count": token_tasks.SYMBOLS},
        "numbers": {"count": f"{number_words.NUMBERS:,}"},
        "dates": {
            "count": f"{len(dates.every_date()):,}",
            "first": dates.FIRST_YEAR,
            "last": dates.LAST_YEAR,
        },
    }


def dataset_table() -> None:
    """Every picture set with its size and whether it is here; the absent ones can be fetched.

    Below them the sentences, which are made on the spot.
    """
    text = say()
    for name, source in DATASETS.items():
        about, action = st.columns([3, 2], vertical_alignment="center")
        with about:
            name_and_size = (
                f"**{text(f'settings.dataset.{name}')}** · {source.height}×{source.width}"
            )
            about_it = text(f"home.data.{name}", **_counted(source))
            st.markdown(f"{name_and_size}  \n:small[{about_it}]")
        with action:
            if is_present(name):
                st.markdown(f"✅ {text('home.data.here')}")
            else:
                download_button(name)
    for name, counts in _made_here().items():
        st.markdown(text(f"home.data.{name}", **counts))
