"""Four nets beside each other: what comes back of familiar pictures and of foreign ones."""

from __future__ import annotations

import streamlit as st

from explorer.analysis.copying import returned_shares
from explorer.analysis.frames import loss_history
from explorer.charts.copying import CopyLabels, net_curves, returned_heatmap
from explorer.charts.pictures import ink_row
from explorer.data.exhibit import as_bytes, exhibit
from explorer.data.foreign import KINDS, inputs_of_each_kind
from explorer.lessons.copying_and_constraints import NETS
from explorer.specs import CopyingSpec
from explorer.ui.charts import show_chart
from explorer.ui.datasets import pictures_of
from explorer.ui.essay import Essay
from explorer.ui.pictures import Strip, picture_rows
from explorer.ui.stage import Moment


def net_words(essay: Essay) -> dict[str, str]:
    """What the page calls each net."""
    return {net: essay.text(f"nets.{net}") for net in NETS}


def kind_words(essay: Essay) -> dict[str, str]:
    """What the page calls each kind of picture."""
    return {kind: essay.text(f"kinds.{kind}") for kind in KINDS}


def _labels(essay: Essay, description: str) -> CopyLabels:
    return CopyLabels(
        nets=tuple(net_words(essay).items()),
        kinds=tuple(kind_words(essay).values()),
        net=essay.text("net"),
        kind=essay.text("kind"),
        returned=essay.text("returned"),
        step=essay.text("accuracy_axis"),
        mse=essay.text("error_axis"),
        description=description,
    )


def returned_map(essay: Essay, moment: Moment[CopyingSpec]) -> None:
    """Net by kind of picture: how much comes back."""
    st.markdown(f"**{essay.text('map')}**", help=essay.text("map_help"))
    shares = returned_shares(moment.snapshot.metrics, net_words(essay), kind_words(essay))
    show_chart(returned_heatmap, shares, _labels(essay, essay.text("map_alt")), "copying.map")


def error_curves(essay: Essay, moment: Moment[CopyingSpec], kind: str) -> None:
    """The errors of all four on one kind of picture, over the steps."""
    word = kind_words(essay)[kind]
    st.markdown(f"**{essay.text('curve', kind=word)}**")
    series = {f"mse.{net}.{kind}": name for net, name in net_words(essay).items()}
    labels = _labels(essay, essay.text("curve_alt", kind=word))
    show_chart(net_curves, loss_history(moment.history, series), labels, f"copying.curve.{kind}")


def rebuilt_rows(essay: Essay, moment: Moment[CopyingSpec], kind: str) -> None:
    """Pictures of one kind, one of each class, and what each net gives back of them."""
    pictures, word = pictures_of(moment.spec), kind_words(essay)[kind]
    shown, size = exhibit(pictures), (pictures.height, pictures.width)
    asked = as_bytes(inputs_of_each_kind(shown.x)[kind][shown.examples])
    alt = essay.text("input_alt", kind=word)
    strips = [Strip(essay.text("input"), ink_row(asked, *size), alt)]
    for net, name in net_words(essay).items():
        row = ink_row(moment.snapshot.arrays[f"{net}.{kind}"], *size)
        strips.append(Strip(name, row, essay.text("rebuilt_alt", net=name, kind=word)))
    st.markdown(f"**{word}**")
    picture_rows(strips)
