"""A place for the reader's own pairs: brought as a file or pasted, and what became of each line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

import pandas as pd
import streamlit as st

from explorer.data import own_pairs as data
from explorer.data.own_pairs import Example, Pair, PairReport, sifted
from explorer.errors import DataError
from explorer.text import Catalogue
from explorer.ui.language import said
from explorer.ui.session import memory
from explorer.ui.uploads import forget

_MEGABYTES = f"{data.MOST_BYTES / 2**20:.0f}"
_SHOWN = 3  # of the pairs that were kept
_STYLE = """<style>
.own-pairs div{border-top:1px solid color-mix(in srgb,currentColor 20%,transparent);
padding:.25rem 0;overflow-wrap:anywhere}
</style>"""


@dataclass
class Brought:
    """What is remembered of what a reader brought to one place; the pairs are with the server."""

    digest: str | None = None  # of the last good pairs
    refusal: DataError | None = None  # of the last try, if nothing came of it
    kept: int = 0
    first: tuple[Pair, ...] = ()
    encoding: str = ""
    lines: int = 0  # of the last try, as all below
    dropped: Mapping[str, int] = field(default_factory=dict)
    examples: Mapping[str, Example] = field(default_factory=dict)
    widgets: int = 0  # how many have been used up


def own_pairs(text: Catalogue, *, lesson: str, key: str) -> str | None:
    """The name that `explorer.data.pairs.corpus` knows the reader's pairs by.

    None until there are some, and after they were taken away or the server forgot them. What is
    refused or dropped is told right here, with its reason, and pairs that were brought before stay.
    """
    place = f"{lesson}.own_pairs.{key}"  # no setting's key, which is `<lesson>.<field>.<number>`
    brought: Brought = memory().lesson(lesson).notes.setdefault(place, Brought())
    st.markdown(text("own_pairs.intro", least=data.FEWEST_PAIRS, part=data.OWN_HELD_OUT))
    file_side, paste_side = st.columns(2, gap="large")
    with file_side:
        _file(text, brought, place)
    with paste_side:
        _paste(text, brought, place)
    _check_memory(brought)
    if brought.refusal is not None:
        st.error(said(brought.refusal))
    if brought.digest is not None:
        _kept(text, brought, brought.digest, place)
    if brought.dropped:
        _dropped(text, brought)
    return brought.digest


def _file(text: Catalogue, brought: Brought, place: str) -> None:
    # No `type=` and no `max_upload_size=`: what the browser then refuses, it refuses in English.
    file = st.file_uploader(
        text("own_pairs.file", megabytes=_MEGABYTES),
        key=f"{place}.{brought.widgets}",
        help=_bounds(text),
    )
    if file is not None:
        brought.widgets += 1
        try:
            _take(brought, file.getvalue())
        finally:
            forget(file)
        st.rerun()  # with an empty widget


def _paste(text: Catalogue, brought: Brought, place: str) -> None:
    with st.form(f"{place}.form", border=False):
        pasted = st.text_area(
            text("own_pairs.paste"),
            key=f"{place}.text",
            height=120,
            placeholder=text("own_pairs.placeholder"),
            help=text("own_pairs.paste_help", mark=data.HAND_MARK.strip()),
        )
        if st.form_submit_button(text("own_pairs.use"), icon="📥"):
            _take(brought, pasted.encode())


def _bounds(text: Catalogue) -> str:
    return text(
        "own_pairs.bounds",
        megabytes=_MEGABYTES,
        pairs=f"{data.MOST_PAIRS:,}",
        tokens=data.MOST_TOKENS,
        words=f"{data.MOST_WORDS:,}",
    )


def _take(brought: Brought, content: bytes) -> None:
    """Looks at what came, once, and notes what became of it."""
    report = PairReport((), "", 0, {}, {})
    try:
        report = sifted(content)
        digest, before = data.keep(report), brought.digest
        if before is not None:
            data.forget(before)
        brought.digest = digest
        brought.kept, brought.first = len(report.pairs), report.pairs[:_SHOWN]
        brought.encoding = report.encoding
        brought.refusal = None
    except DataError as refusal:
        brought.refusal = refusal
    brought.lines, brought.dropped, brought.examples = report.lines, report.dropped, report.examples


def _check_memory(brought: Brought) -> None:
    """Lets go of pairs that the server has forgotten; else they count as used just now."""
    if brought.digest is not None:
        try:
            data.kept(brought.digest)
        except DataError as gone:
            brought.digest, brought.refusal = None, gone


def _kept(text: Catalogue, brought: Brought, digest: str, place: str) -> None:
    st.success(
        text("own_pairs.kept", kept=f"{brought.kept:,}", encoding=brought.encoding), icon="✅"
    )
    rows = "".join(
        f"<div><bdi>{escape(' '.join(source))}</bdi> → <bdi>{escape(' '.join(target))}</bdi></div>"
        for source, target in brought.first
    )
    st.html(f'{_STYLE}<div class="own-pairs">{rows}</div>')
    if st.button(text("own_pairs.remove"), key=f"{place}.remove", icon="🗑️"):
        data.forget(digest)
        brought.digest = brought.refusal = None
        brought.dropped = {}
        st.rerun()


def _dropped(text: Catalogue, brought: Brought) -> None:
    """The reasons with how many lines each, the most frequent first; canvas cells, no markup."""
    count = sum(brought.dropped.values())
    st.markdown(text("own_pairs.dropped", count=f"{count:,}", lines=f"{brought.lines:,}"))
    order = sorted(brought.dropped, key=lambda reason: -brought.dropped[reason])
    columns = [text(f"own_pairs.{name}") for name in ("lines", "reason", "line", "example")]
    rows = [(brought.dropped[why], _why(text, why), *brought.examples[why]) for why in order]
    st.dataframe(pd.DataFrame(rows, columns=columns), hide_index=True, width="stretch")


def _why(text: Catalogue, reason: str) -> str:
    limits = {
        "tokens": data.MOST_TOKENS,
        "token": data.LONGEST_TOKEN,
        "line": f"{data.LONGEST_LINE:,}",
        "words": f"{data.MOST_WORDS:,}",
        "surplus": f"{data.MOST_PAIRS:,}",
    }
    limit = {"limit": limits[reason]} if reason in limits else {}
    return text(f"own_pairs.why.{reason}", **limit)
