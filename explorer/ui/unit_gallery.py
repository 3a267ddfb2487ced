"""What units want to see, as rows of pictures: a column is a unit."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from explorer.analysis.features import FAVOURITES
from explorer.charts.pictures import ink_row
from explorer.data.exhibit import as_bytes, exhibit
from explorer.data.pictures import PictureSet
from explorer.training.loop import Snapshot
from explorer.ui.pictures import Strip, picture_rows


def unit_gallery(
    snapshot: Snapshot, pictures: PictureSet, layer: int, width: int, text: Callable[..., str]
) -> None:
    """The units of `layer`, counted from 1, of `width` units: what they want, and their favourites.

    `text` has the words `gallery_layer`, `wanted` and `favourite` with their alt texts.
    """
    size = pictures.height, pictures.width
    shown = exhibit(pictures)
    values = (
        100 * snapshot.metrics[f"layers.{layer}.{m}"] for m in ("pattern_share", "class_share")
    )
    area, classes = (f"{value:.0f}" for value in values)
    st.markdown(text("gallery_layer", layer=layer, width=width, area=area, classes=classes))
    patterns = ink_row(snapshot.arrays[f"patterns_{layer}"], *size)
    strips = [Strip(text("wanted"), patterns, text("wanted_alt", layer=layer))]
    ranked = snapshot.arrays[f"favourites_{layer}"]  # (units, FAVOURITES)
    for rank in range(FAVOURITES):
        row = ink_row(as_bytes(shown.x[ranked[:, rank].astype(int)]), *size)
        alt = text("favourite_alt", layer=layer, rank=rank + 1)
        strips.append(Strip(text("favourite", rank=rank + 1), row, alt))
    picture_rows(strips)
