"""The reader's language: from the URL, from what they chose before, from their browser."""

from __future__ import annotations

import re

import streamlit as st

from explorer.errors import ExplorerError
from explorer.text import LANGUAGES, Catalogue, catalogue, language_for
from explorer.ui.session import memory, widget

PARAMETER = "lang"
_MARKDOWN = re.compile(r"[\\`*\[\]<>$~|]")
_LINKS = re.compile(r":(?=//)|www(?=\.)|@", re.IGNORECASE)
_JOINER = "\N{WORD JOINER}"  # unseen, and no link goes across it; a backslash does not stop one


def settle_language() -> str | None:
    """Decides the language of this run; returns a language asked for by the URL that we lack.

    A URL that changed since we wrote it was typed or followed by the reader, and so it wins.
    """
    remembered = memory()
    asked = st.query_params.get(PARAMETER)
    unknown = None
    if asked is not None and asked != remembered.language_in_url:
        if asked in LANGUAGES:
            remembered.language = asked
            remembered.switches += 1
        else:
            unknown = asked
    if remembered.language is None:
        remembered.language = language_for(st.context.locale)
    return unknown


def language_switch() -> None:
    """The switch itself; it stands in the sidebar of every page."""
    remembered = memory()
    key = f"language.{remembered.switches}"
    st.segmented_control(
        "Language · 언어",
        options=list(LANGUAGES),
        default=remembered.language,
        format_func=LANGUAGES.__getitem__,
        key=key,
        on_change=_changed,
        args=(key,),
        label_visibility="collapsed",
        required=True,
    )
    st.query_params[PARAMETER] = remembered.language or ""
    remembered.language_in_url = remembered.language


def _changed(key: str) -> None:
    # Before the script runs again the URL must not speak for the old language.
    chosen = str(widget(key))
    memory().language = memory().language_in_url = chosen
    st.query_params[PARAMETER] = chosen


def say() -> Catalogue:
    """The catalogue in the language of this run."""
    return catalogue(memory().language or "en")


def said(error: ExplorerError) -> str:
    """An error's sentence in the reader's language, for a page that takes it for Markdown."""
    return quoted(error.sentence(say().language))


def quoted(text: str) -> str:
    """A text in which others may have had their say, for a page that takes it for Markdown.

    It may hold an address or a file's name, so what would make a link, a picture or code of it is
    disarmed: whoever sends a link to a lesson must not put words into the app's mouth.
    """
    disarmed = _MARKDOWN.sub(r"\\\g<0>", text)
    return _LINKS.sub(rf"\g<0>{_JOINER}", disarmed)
