"""The edge of stability on the page: three nets, their curvature, and how far a step may be.

The page calls `edge_question` where it asks for a guess, `edge_part` inside the stage, and
`edge_try_this` below it, all only while the experiment is `edge`.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from explorer.analysis.edge import Course, Journey, edge_losses, journey, sharpness_history
from explorer.charts.edge import EdgeLabels, edge_loss_curves, sharpness_curves
from explorer.lessons.edge_of_stability import FACTORS, learning_rates
from explorer.specs import GradientSpec
from explorer.ui.charts import show_chart
from explorer.ui.essay import Essay
from explorer.ui.stage import Moment

TRIES = 4
ANSWERS = ("falls", "stays", "limit", "beyond")
TOPIC = "prediction_edge"  # the lesson asks for other guesses, too
JUDGED = "middle"  # the net by which the guess is judged
LEAST_STEPS = 300  # after fewer nothing is concluded: a net that begins near its limit is no proof


def edge_question(essay: Essay) -> None:
    """The reader's guess: where does the curvature go?"""
    words = _own(essay)
    st.markdown(words.text("about"))
    words.prediction(ANSWERS, TOPIC)


def edge_part(essay: Essay, moment: Moment[GradientSpec]) -> None:
    """The whole experiment below its buttons."""
    words = _own(essay)
    nets = {
        name: words.text("net", rate=f"{rate:g}")
        for name, rate in learning_rates(moment.spec).items()
    }
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**{words.text('sharpness_chart')}**", help=words.text("sharpness_help"))
        labels = _labels(words, nets, "sharpness")
        history = sharpness_history(moment.history, nets)
        show_chart(sharpness_curves, history, labels, "gradient.edge.sharpness")
    with right:
        st.markdown(f"**{words.text('loss_chart')}**", help=words.text("loss_help"))
        labels = _labels(words, nets, "loss")
        losses = edge_losses(moment.history, nets)
        show_chart(edge_loss_curves, losses, labels, "gradient.edge.loss")
    _evidence(words, moment)


def edge_try_this(essay: Essay) -> None:
    """Things to try with steps that are as long as they can be."""
    _own(essay).try_this(TRIES)


def _own(essay: Essay) -> Essay:
    """This experiment's texts stand in a file of their own."""
    return Essay("edge", essay.slug)


def _labels(words: Essay, nets: dict[str, str], value: str) -> EdgeLabels:
    return EdgeLabels(
        nets=tuple(nets.items()),
        step=words.text("step_axis"),
        value=words.text(f"{value}_axis"),
        description=words.text(f"{value}_alt"),
    )


def _evidence(words: Essay, moment: Moment[GradientSpec]) -> None:
    journeys = {name: journey(moment.history, name) for name in FACTORS}
    words.evidence()
    if moment.snapshot.step == 0:
        st.markdown(words.text("nothing_yet"))
        return
    st.markdown("\n".join(f"- {_net(words, moment, name, journeys[name])}" for name in FACTORS))
    ended = moment.snapshot.ending is not None and moment.snapshot.step >= LEAST_STEPS
    if ended:
        st.markdown(_conclusion(words, moment.spec, journeys))
    st.markdown(words.text("bounds"))
    if ended and (course := journeys[JUDGED].course) in ANSWERS:
        words.verdict(course, TOPIC)
    else:
        st.caption(words.text("undecided"))


def _conclusion(words: Essay, spec: GradientSpec, journeys: Mapping[str, Journey]) -> str:
    """Which nets have come to their limit, and which are still on their way."""

    def named(course: Course) -> list[str]:
        rates = learning_rates(spec).items()
        return [
            words.text("net", rate=f"{rate:g}")
            for name, rate in rates
            if journeys[name].course == course
        ]

    arrived, waiting = named("limit"), named("rising")
    if not arrived:
        return words.text("arrived_none")
    if len(arrived) == len(journeys):
        who = words.text("all_nets", count=words.text(f"count.{len(journeys)}"))
    else:
        who = ", ".join(arrived)
    sentences = [words.text("arrived", who=who)]
    if waiting:
        sentences.append(words.text("waiting", nets=", ".join(waiting)))
    return " ".join(sentences)


def _net(words: Essay, moment: Moment[GradientSpec], name: str, went: Journey) -> str:
    metrics = moment.snapshot.metrics
    limit = metrics[f"edge_limit.{name}"]
    rises = int(moment.snapshot.arrays["rises"][list(FACTORS).index(name)])
    curvature = words.text(
        f"course_{went.course}",
        rate=f"{learning_rates(moment.spec)[name]:g}",
        start=f"{went.start * limit:.1f}",
        late=f"{went.late * limit:.1f}",
        limit=f"{limit:.1f}",
        ratio=f"{went.late:.2f}",
    )
    losses = {
        "first_loss": f"{moment.history[0].metrics[f'loss.{name}']:.3f}",
        "loss": f"{metrics[f'loss.{name}']:.3f}",
        "steps": f"{moment.snapshot.step:,}",
    }
    if rises:
        return f"{curvature} {words.text('loss_jumps', rises=f'{rises:,}', **losses)}"
    return f"{curvature} {words.text('loss_steady', **losses)}"
