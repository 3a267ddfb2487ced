"""The view of the gates: what one neuron and two layers make of AND, OR and XOR, start by start.

The page calls `gates_question` where it asks for a guess, `gates_part` inside the stage, and
`gates_try_this` below it, all only while the view is `gates`.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from explorer.analysis.gates import (
    SURE,
    Plane,
    chosen_starts,
    fold_of,
    last_rise,
    never_learnt,
    outcome,
    planes,
    small_planes,
    solved_history,
    three_of_four,
)
from explorer.charts.gates import SolvedLabels, solved_curve
from explorer.data.logic_gates import CASES, GATES, TRUTHS
from explorer.lessons.logic_gates import NETS, ONE_NEURON, TWO_LAYERS, nets_at
from explorer.models.side_by_side import SideBySide
from explorer.specs import PixelsSpec
from explorer.ui.charts import show_chart
from explorer.ui.essay import Essay
from explorer.ui.gate_fold import FoldLabels, gate_fold
from explorer.ui.gate_planes import all_starts, plane_legend, two_planes
from explorer.ui.one_line import LineLabels, one_line
from explorer.ui.stage import Moment

ANSWERS = (*GATES, "none")
GUESS = "prediction_gates"  # other parts of the page ask too
TRIES = 5
SIDE, SMALL_SIDE = 25, 11  # pixels of a picture; the browser smooths them


def gates_question(essay: Essay) -> None:
    """The guess, what will a neuron never learn? And one line in the reader's own hand."""
    words = _own(essay)
    words.prediction(ANSWERS, GUESS)
    with st.container(border=True):
        st.markdown(f"**{words.text('line.title')}** · {words.text('line.task')}")
        names = {key: words.text(f"gate.{key}") for gate in GATES for key in (gate, f"{gate}_rule")}
        labels = LineLabels(
            gate=words.text("fold.gate"),
            **{
                key: words.text(f"line.{key}")
                for key in ("turn", "shift", "flip", "right", "done", "most", "alt")
            },
            names=tuple(names.items()),
        )
        one_line(labels, key="gates.line")


def gates_part(essay: Essay, moment: Moment[PixelsSpec]) -> None:
    """Both nets on all three gates at this moment, of the start that the reader picks."""
    words, spec = _own(essay), moment.spec
    st.markdown(words.text("about", starts=spec.starts, units=spec.gate_units))
    nets = nets_at(spec, moment.snapshot.arrays)
    which = _which_start(words, spec.starts)
    shown = {name: planes(net, chosen_starts(net, which), SIDE) for name, net in nets.items()}
    plane_legend(words)
    for column, gate in zip(st.columns(3, gap="medium"), GATES, strict=True):
        with column:
            st.markdown(f"**{words.text(f'gate.{gate}')}** · {words.text(f'gate.{gate}_rule')}")
            two_planes(words, gate, {name: shown[name][gate] for name in NETS})
            _solved(words, moment, gate)
    _all_starts(words, nets[TWO_LAYERS])
    _fold(words, spec, nets[TWO_LAYERS], shown[TWO_LAYERS])
    _evidence(words, moment, shown[ONE_NEURON]["xor"])


def gates_try_this(essay: Essay) -> None:
    """Things to try with the gates."""
    _own(essay).try_this(TRIES)


def _own(essay: Essay) -> Essay:
    """The same lesson with the words of this view."""
    return Essay("gates", essay.slug)


def _which_start(words: Essay, starts: int) -> str | int:
    """`best`, `worst`, or the number of a start, from 0."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        which = st.segmented_control(
            words.text("which"),
            ("best", "worst", "number"),
            default="best",
            format_func={w: words.text(w) for w in ("best", "worst", "number")}.__getitem__,
            key=f"gates.which.{words.say.language}",
            required=True,
        )
        if which != "number":
            return str(which)
        number = st.slider(words.text("start"), 1, starts, key=f"gates.start.{starts}", width=320)
    return int(number) - 1


# All starts, and the fold -----------------------------------------------------------------------


def _solved(words: Essay, moment: Moment[PixelsSpec], gate: str) -> None:
    """The share of the starts that solve a gate while they learn."""
    name = words.text(f"gate.{gate}")
    st.markdown(f"**{words.text('solved_chart', gate=name)}**")
    # The last is drawn on top: the dashes of one neuron over the line of two layers.
    nets = {net: words.text(net) for net in reversed(NETS)}
    labels = SolvedLabels(
        linear=nets[ONE_NEURON],
        deep=nets[TWO_LAYERS],
        x=words.text("step_axis"),
        share=words.text("share_axis"),
        description=words.text("solved_alt", gate=name),
    )
    frame = solved_history(moment.history, gate, nets)
    show_chart(solved_curve, frame, labels, f"gates.solved.{gate}")


def _all_starts(words: Essay, net: SideBySide) -> None:
    """XOR as two layers answer it, from every start."""
    answers, solved = small_planes(net, "xor", SMALL_SIDE)
    st.markdown(f"**{words.text('starts_title', starts=len(answers))}**")
    all_starts(words, answers, solved)
    st.caption(words.text("starts_hint"))


def _fold(words: Essay, spec: PixelsSpec, net: SideBySide, shown: Mapping[str, Plane]) -> None:
    """The plane as the hidden layer bends it, for one gate."""
    st.markdown(f"##### {words.text('fold.title')}")
    left, right = st.columns(2, gap="large", vertical_alignment="center")
    with right:
        gate = st.segmented_control(
            words.text("fold.gate"),
            GATES,
            default="xor",
            format_func={gate: words.text(f"gate.{gate}") for gate in GATES}.__getitem__,
            key="gates.fold.gate",
            required=True,
        )
        plane = shown[gate]
        linear = spec.activation == "identity"
        key = "flat_sheet" if linear else "parted" if plane.score == len(CASES) else "not_parted"
        where = {"gate": words.text(f"gate.{gate}"), "start": plane.start + 1}
        st.markdown(words.text(f"fold.{key}", score=plane.score, **where))
        seen = "axes" if spec.gate_units == 2 else "view"
        st.caption(
            f"{words.text(f'fold.{seen}', units=spec.gate_units)} {words.text('fold.dashed')}"
        )
    with left:
        labels = FoldLabels(
            **{
                key: words.text(f"fold.{key}")
                for key in ("slider", "play", "before", "after", "alt")
            }
        )
        fold = fold_of(net, gate, plane.start)
        gate_fold(fold, plane, TRUTHS[gate], spec.activation, labels=labels, key="gates.fold")


# Evidence ---------------------------------------------------------------------------------------


def _evidence(words: Essay, moment: Moment[PixelsSpec], alone: Plane) -> None:
    """What came of it; `alone` is the one neuron that stands on the page before XOR."""
    spec, metrics = moment.spec, moment.snapshot.metrics
    counts = {
        f"{short}_{gate}": round(spec.starts * metrics[f"{net}.{gate}.solved"])
        for net, short in ((ONE_NEURON, "one"), (TWO_LAYERS, "two"))
        for gate in GATES
    }
    words.evidence("notice", starts=spec.starts, **counts)
    st.markdown(words.text("theorem"))
    if alone.undecided == len(CASES):
        firm = three_of_four(SURE)
        costs = {"firm": f"{firm.loss:.2f}", "half": f"{alone.loss(TRUTHS['xor']):.2f}"}
        shares = {"sure": f"{100 * SURE:.0f}", "wrong": f"{100 * firm.wrong:.0f}"}
        st.markdown(words.text("flat", **shares, **costs))
    came = outcome(metrics[f"{TWO_LAYERS}.xor.solved"])
    because = "identity" if spec.activation == "identity" else came
    since = f"{last_rise(moment.history, f'{TWO_LAYERS}.xor.solved'):,}"
    st.markdown(
        words.text(f"because.{because}", starts=spec.starts, two_xor=counts["two_xor"], since=since)
    )
    measured = never_learnt(metrics)
    if measured is not None:
        words.verdict(measured, GUESS)
