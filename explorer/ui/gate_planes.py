"""Planes of two inputs as figures: answers as colours, neurons as lines, cases as discs."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from math import atan2, degrees, hypot

import numpy as np
import numpy.typing as npt
import streamlit as st

from explorer.analysis.gates import HIGH, LOW, Line, Plane
from explorer.charts import palette
from explorer.charts.pictures import answer_picture
from explorer.data.logic_gates import CASES, TRUTHS
from explorer.lessons.logic_gates import ONE_NEURON, TWO_LAYERS
from explorer.ui.essay import Essay

_HUES = {ONE_NEURON: palette.LINEAR, TWO_LAYERS: palette.DEEP}
_STYLE = f"""<style>
.gate{{display:grid;gap:.9rem;max-width:17rem}}
@media(max-width:640px){{.gate{{grid-template-columns:1fr 1fr;max-width:none}}}}
.gate figure{{margin:0}}
.gate figcaption{{line-height:1.3;padding-top:.3rem;word-break:keep-all}}
.plane{{position:relative;aspect-ratio:1;overflow:hidden;border-radius:4px;
box-shadow:0 0 0 1px #8886;background:#fff}}
.plane img{{position:absolute;inset:0;width:100%;height:100%}}
.plane i{{position:absolute;height:0;border-top:4px solid;transform-origin:0 0;
box-shadow:0 0 0 1.5px #fffc}}
.plane b{{position:absolute;width:1.75rem;height:1.75rem;margin:-.875rem;border-radius:50%;
border:2px solid #fff;color:#fff;text-align:center;line-height:1.5rem}}
.plane b u{{position:absolute;left:1.45rem;top:-.8rem;color:#000;text-decoration:none}}
.answers{{display:flex;gap:.6rem;align-items:center;flex-wrap:wrap}}
.answers i{{flex:1 1 5rem;max-width:14rem;height:1.1rem;border-radius:4px;
box-shadow:0 0 0 1px #8886;background:linear-gradient(90deg,{palette.AGAINST},#fff,{palette.FOR})}}
.starts{{display:grid;grid-template-columns:repeat(auto-fill,minmax(3.4rem,1fr));gap:.6rem;
max-width:60rem}}
.starts figure{{margin:0}}
.starts img{{display:block;width:100%;aspect-ratio:1;border-radius:4px;box-shadow:0 0 0 1px #8886}}
.starts .solved img{{box-shadow:0 0 0 3px {palette.DEEP}}}
.starts figcaption{{text-align:center;line-height:1.3;padding-top:.25rem}}
</style>"""


def plane_legend(words: Essay) -> None:
    """What the colours, lines and signs of all planes mean."""
    no, yes = words.text("legend_no"), words.text("legend_yes")
    st.html(f'{_STYLE}<div class="answers"><span>{no}</span><i></i><span>{yes}</span></div>')
    st.caption(words.text("legend"))


def two_planes(words: Essay, gate: str, shown: Mapping[str, Plane]) -> None:
    """One neuron above two layers; beside it where there is little room."""
    figures = "".join(
        f"<figure>{_plane(words, gate, name, plane)}<figcaption>"
        f'<b style="color:{_HUES[name]}">{escape(words.text(name))}</b><br>'
        f"{escape(_score(words, plane))}</figcaption></figure>"
        for name, plane in shown.items()
    )
    st.html(f'{_STYLE}<div class="gate">{figures}</div>')


def _score(words: Essay, plane: Plane) -> str:
    right = words.text("right", score=plane.score)
    return f"{right}, {words.text('half', count=plane.undecided)}" if plane.undecided else right


def _plane(words: Essay, gate: str, name: str, plane: Plane) -> str:
    said = ", ".join(f"{answer:.2f}" for answer in plane.said)
    alt = words.text(
        "plane_alt",
        gate=words.text(f"gate.{gate}"),
        net=words.text(name),
        start=plane.start + 1,
        score=plane.score,
        said=said,
    )
    inside = "".join(_stroke(line, _HUES[name]) for line in plane.lines)
    for index in range(len(CASES)):
        inside += _disc(words, gate, plane, index)
    picture = answer_picture(plane.answers)
    return (
        f'<div class="plane" role="img" aria-label="{escape(alt)}">'
        f'<img src="{picture}" alt="" decoding="sync">{inside}</div>'
    )


def _share(value: float) -> float:
    """Where an input lies in the picture, 0…100."""
    return 100 * (value - LOW) / (HIGH - LOW)


def _stroke(line: Line, hue: str) -> str:
    """A line as a thin box that is turned about its beginning; y goes down on a page."""
    (x0, y0), (x1, y1) = line.start, line.end
    turn = degrees(atan2(y0 - y1, x1 - x0))
    length = 100 * hypot(x1 - x0, y1 - y0) / (HIGH - LOW)
    return (
        f'<i style="left:{_share(x0):.1f}%;top:{100 - _share(y0):.1f}%;width:{length:.1f}%;'
        f'transform:rotate({turn:.1f}deg);color:{hue};opacity:{0.15 + 0.85 * line.firmness:.2f}">'
        "</i>"
    )


def _disc(words: Essay, gate: str, plane: Plane, index: int) -> str:
    """One case with its right answer, and a sign if the net's is another."""
    (first, second), truth = CASES[index], TRUTHS[gate][index]
    title = words.text(
        "case",
        first=first,
        gate=words.text(f"gate.{gate}"),
        second=second,
        truth=truth,
        said=f"{plane.said[index]:.2f}",
    )
    hue = palette.FOR if truth else palette.AGAINST
    return (
        f'<b style="left:{_share(first):.1f}%;top:{100 - _share(second):.1f}%;background:{hue}"'
        f' title="{escape(title)}">{truth}<u>{plane.signs[index]}</u></b>'
    )


def all_starts(
    words: Essay, answers: npt.NDArray[np.float32], solved: npt.NDArray[np.bool_]
) -> None:
    """A small plane for each start, (S, side, side); those that solved the gate (S,) stand out."""
    figures = ""
    for number, (picture, done) in enumerate(zip(answers, solved, strict=True), start=1):
        state = words.text("starts_solved" if done else "starts_stuck")
        alt = escape(words.text("starts_alt", start=number, state=state))
        figures += (
            f'<figure class="{"solved" if done else ""}">'
            f'<img src="{answer_picture(picture)}" alt="{alt}" decoding="sync">'
            f"<figcaption>{number}{' ✓' if done else ''}</figcaption></figure>"
        )
    st.html(f'{_STYLE}<div class="starts">{figures}</div>')
