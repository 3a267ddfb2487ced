"""The hourglass: an autoencoder drawn from its real widths; with tied weights it folds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

import streamlit as st

from explorer.components import source
from explorer.models.autoencoder import parameter_count
from explorer.text import Catalogue
from explorer.ui.language import say

DOTTED_UNITS = 16
"""A layer of at most so many units shows each of them as a dot."""

_source = source("hourglass")
_mount = st.components.v2.component("hourglass", html=_source.html, css=_source.css, js=_source.js)


@dataclass(frozen=True, kw_only=True)
class HourglassLabels:
    """The drawing's words in one language.

    `saving` names `{percent}`; `description`, for those who cannot see the drawing, names
    `{encoder}` and `{decoder}`, the widths in the order of the way through the net.
    """

    input: str
    code: str
    encode: str
    decode: str
    forwards: str
    backwards: str
    fold: str
    tied_note: str
    folded_note: str
    untied_note: str
    untied: str
    tied: str
    saving: str
    description: str

    @classmethod
    def from_catalogue(cls, say: Catalogue) -> HourglassLabels:
        """The words under `hourglass.` in the catalogue `say`; KeyError if one is missing."""
        return cls(**{field.name: say(f"hourglass.{field.name}") for field in fields(cls)})


def hourglass(
    *,
    widths: Sequence[int],
    tied: bool,
    labels: HourglassLabels,
    encoder_parameters: int,
    decoder_parameters: int,
    untied_total: int,
    tied_total: int,
    key: str,
    activity: Sequence[Sequence[float]] | None = None,
) -> None:
    """Draw the autoencoder whose encoder has `widths`, from the input to the code.

    `encoder_parameters` and `decoder_parameters` are what each half owns as the net is now;
    together they are `tied_total` if it is tied, else `untied_total`. `activity` holds one list
    a layer, from the input over the code to the reconstruction (2·len(widths) − 1 lists), each
    with a number in 0…1 for every unit; layers of more than DOTTED_UNITS units may leave it empty.
    Raises ValueError if these contradict each other.
    """
    owned = encoder_parameters + decoder_parameters
    if owned != (tied_total if tied else untied_total):
        raise ValueError(f"{encoder_parameters} + {decoder_parameters} is not the net's total")
    drawing = {
        "key": key,
        "widths": [int(width) for width in widths],
        "dots": DOTTED_UNITS,
        "tied": bool(tied),
        "activity": None if activity is None else shades(activity, widths),
        "words": words(labels, widths, untied_total, tied_total),
        "shares": shares(encoder_parameters, untied_total, tied_total),
    }
    _mount(key=key, data=drawing)


def words(
    labels: HourglassLabels, widths: Sequence[int], untied_total: int, tied_total: int
) -> dict[str, str]:
    """The labels with the numbers put in, and both totals, by the names the drawing knows."""
    said = {field.name: str(getattr(labels, field.name)) for field in fields(labels)}
    encoder, decoder = (" → ".join(map(str, way)) for way in (widths, widths[::-1]))
    return said | {
        "description": labels.description.format(encoder=encoder, decoder=decoder),
        "saving": labels.saving.format(percent=f"{1 - tied_total / untied_total:.0%}"),
        "untied_total": f"{untied_total:,}",
        "tied_total": f"{tied_total:,}",
    }


def shares(encoder_parameters: int, untied_total: int, tied_total: int) -> list[float]:
    """The lengths of the bars of both totals in percent: encoder and rest, untied then tied."""
    return [
        round(100 * part / untied_total, 2)
        for total in (untied_total, tied_total)
        for part in (encoder_parameters, total - encoder_parameters)
    ]


def shades(activity: Sequence[Sequence[float]], widths: Sequence[int]) -> list[list[float]]:
    """How strongly each dot is filled, layer by layer; a layer that shows no dots gets none.

    Numbers beyond 0…1 are cut off, and what is not a number is 0: a net that diverges must not
    take its drawing along. Raises ValueError if a dotted layer lacks units.
    """
    layers = [*widths, *widths[-2::-1]]
    if len(activity) != len(layers):
        raise ValueError(f"activity of {len(activity)} layers for a net of {len(layers)}")
    filled: list[list[float]] = []
    for width, units in zip(layers, activity, strict=True):
        dotted = width <= DOTTED_UNITS
        if dotted and len(units) != width:
            raise ValueError(f"activity of {len(units)} units for a layer of {width}")
        filled.append([_shade(float(unit)) for unit in units] if dotted else [])
    return filled


def _shade(value: float) -> float:
    return 0.0 if math.isnan(value) else round(min(1.0, max(0.0, value)), 2)


def draw_net(widths: Sequence[int], *, tied: bool, key: str) -> None:
    """The hourglass of an Autoencoder with these widths, in the reader's language."""
    untied_total, tied_total = (parameter_count(widths, tied=tie) for tie in (False, True))
    encoder = sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(widths))
    hourglass(
        widths=widths,
        tied=tied,
        labels=HourglassLabels.from_catalogue(say()),
        encoder_parameters=encoder,
        decoder_parameters=(tied_total if tied else untied_total) - encoder,
        untied_total=untied_total,
        tied_total=tied_total,
        key=key,
    )
