"""The walk: one sentence through a seq2seq model in single steps, in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import streamlit as st

from explorer.analysis.state_path import StatePlane
from explorer.analysis.trace import CellStep, ReadStep, Trace, WriteStep
from explorer.components import program
from explorer.data.pairs import PairCorpus
from explorer.data.vocabulary import EOS
from explorer.text import Catalogue
from explorer.ui.language import say
from explorer.ui.parcels import Parcel, Wish, message, wished

# In this order each needs only those before it.
PARTS = ("numbers", "equations", "strips", "sentence_walk")
MOST_CLOUD = 800  # grey points on the map of the states

_source = program("sentence_walk", PARTS)
_mount = st.components.v2.component(
    "sentence_walk", html=_source.html, css=_source.css, js=_source.js
)

Floats = npt.NDArray[np.floating]


def sentence_walk(
    found: Trace, plane: StatePlane, corpus: PairCorpus, *, cell: str, key: str, past: bool = False
) -> None:
    """Draw the walk of `found`; the reader's place in it stays until the sentence changes.

    It is dimmed if its net is a `past` one. Then the page polls a run, and the walk, which the
    browser has, is not sent again with every update unless it wishes for it.
    """
    text = say()
    header, blobs = walk(found, plane, corpus, cell=cell, text=text)
    stamp = f"{header['print']}.{text.language}"
    told = {"key": key, "past": False, "stamp": stamp, **header}
    whole = message(told, blobs, {}, Wish(frozenset(), heard=False))
    data = whole
    if past:
        parcels = {"walk": Parcel(stamp, lambda: whole)}
        data = message({"key": key, "past": True}, {}, parcels, wished(key))
    _mount(key=key, data=data, on_wish_change=lambda: None)


def walk(
    found: Trace, plane: StatePlane, corpus: PairCorpus, *, cell: str, text: Catalogue
) -> tuple[dict[str, object], dict[str, bytes]]:
    """What the browser is told: words and small numbers, and rows of float32 by name.

    Of N words read and said, G gates and H units: embeddings (N, E); before, after (N, C); gates,
    of_input, of_state (N, G, H); biases (encoder and decoder, input and state, G, H); cloud (M, 2)
    and path (S + 1, 2), which begins at the state before anything was read.
    """
    cells = found.cells
    first = cells[0]
    units = first.of_input.shape[1]
    biases = (*found.encoder_biases, *found.decoder_biases)
    blobs = {
        "embeddings": _floats([step.embedding for step in cells]),
        "before": _floats([step.before for step in cells]),
        "after": _floats([step.state for step in cells]),
        "gates": _floats([list(step.gates.values()) for step in cells]),
        "of_input": _floats([step.of_input for step in cells]),
        "of_state": _floats([step.of_state for step in cells]),
        "biases": _floats(biases),
        "cloud": _floats(plane.cloud[:: -(-len(plane.cloud) // MOST_CLOUD)]),
        "path": _floats(_path(found, plane, units)),
    }
    source = corpus.source_text(found.source)
    header: dict[str, object] = {
        "print": blake2b(
            b"".join(blobs.values()), digest_size=8, key=source.encode()[:64]
        ).hexdigest(),
        "source": f"{corpus.name}: {source}",
        "cell": cell,
        "units": units,
        "width": len(first.state),
        "embed": len(first.embedding),
        "names": list(first.gates),
        "choices": len(corpus.target),
        "ended": found.said[-1] == EOS,
        "sources": [corpus.source.tokens[token] for token in found.source],
        "reads": [_read(step, corpus) for step in found.reads],
        "writes": _writes(found.writes, corpus),
        "words": words(text, found, plane),
    }
    return header, blobs


def words(text: Catalogue, found: Trace, plane: StatePlane) -> dict[str, str]:
    """The walk's words by the names that the drawing knows; it fills in `{…}` step by step."""
    prefix = "sentence_walk."
    flat = {
        key.removeprefix(prefix): entry
        for key, entry in text.entries.items()
        if key.startswith(prefix)
    }
    shares = [f"{100 * share:.0f}" for share in plane.explained]
    explained = text(f"{prefix}explained", first=shares[0], second=shares[1])
    looks_back = found.writes[0].attention_weights is not None
    context = "context_attention" if looks_back else "context"
    return flat | {
        "explained": explained,
        "context_told": flat[f"{context}_told"],
        "encoder": flat["encoder_backwards" if found.backwards else "encoder"],
    }


def _read(step: ReadStep, corpus: PairCorpus) -> dict[str, object]:
    return {
        "word": corpus.source.tokens[step.cell.token],
        **_moved(step.cell),
        "answer": corpus.target_text(step.answer),
    }


def _writes(steps: Sequence[WriteStep], corpus: PairCorpus) -> list[dict[str, object]]:
    tokens, said, rows = corpus.target.tokens, [], []
    for step in steps:
        said.append(step.chosen)
        looked = step.attention_weights
        rows.append(
            {
                "word": tokens[step.cell.token],
                **_moved(step.cell),
                "top": [[tokens[token], share] for token, share in step.top],
                "chosen": tokens[step.chosen],
                "p": float(step.probabilities[step.chosen]),
                "so_far": corpus.target_text(said),
                "attention": None if looked is None else looked.tolist(),
            }
        )
    return rows


def _moved(cell: CellStep) -> dict[str, object]:
    return {"id": cell.token, "jump": round(cell.jump, 4)}


def _path(found: Trace, plane: StatePlane, units: int) -> Floats:
    states = [found.reads[0].cell.before, *(step.cell.state for step in found.reads)]
    return plane.place(np.stack(states)[:, :units])


def _floats(rows: object) -> bytes:
    return np.ascontiguousarray(np.asarray(rows), dtype="<f4").tobytes()
