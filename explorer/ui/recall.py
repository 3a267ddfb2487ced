"""What the recurrent autoencoder remembers: its curves, its examples, and the reader's own list."""

from __future__ import annotations

import streamlit as st

from explorer.analysis.recall import (
    SORTS,
    LengthAccuracy,
    accuracy_history,
    length_frame,
    recall_places,
)
from explorer.charts.recall import (
    RecallLabels,
    accuracy_curve,
    length_curve,
    recall_by_position,
)
from explorer.data.number_lists import (
    RULES,
    as_text,
    is_held_out,
    parse,
    rule_of,
    with_rule,
)
from explorer.errors import DataError
from explorer.lessons.pattern_memory import accuracy_by_length, recall_of
from explorer.specs import CopyingSpec
from explorer.ui.charts import show_chart
from explorer.ui.essay import Essay
from explorer.ui.language import said
from explorer.ui.number_lists import Recalled, recalled_lists
from explorer.ui.stage import Moment

OWN_START, OWN_STEP = 50, -2


def _labels(essay: Essay, chart: str) -> RecallLabels:
    return RecallLabels(
        pattern=essay.text("pattern"),
        random=essay.text("random"),
        chance=essay.text("chance"),
        x=essay.text(f"{chart}_axis"),
        share=essay.text("share_axis"),
        description=essay.text(f"{chart}_alt"),
    )


def _words(essay: Essay) -> dict[str, str]:
    return {sort: essay.text(sort) for sort in SORTS}


def places(essay: Essay, moment: Moment[CopyingSpec]) -> None:
    """Recall over the places of a list."""
    st.markdown(f"**{essay.text('place_chart', length=moment.spec.length)}**")
    frame = recall_places(moment.snapshot.metrics, _words(essay))
    show_chart(recall_by_position, frame, _labels(essay, "place"), "copying.places")


def learning(essay: Essay, moment: Moment[CopyingSpec]) -> None:
    """Lists without a mistake while the net learns."""
    st.markdown(f"**{essay.text('accuracy_chart', length=moment.spec.length)}**")
    frame = accuracy_history(moment.history, _words(essay))
    show_chart(accuracy_curve, frame, _labels(essay, "accuracy"), "copying.accuracy")


def lengths(essay: Essay, moment: Moment[CopyingSpec]) -> None:
    """Lists without a mistake over their length; measured when the run stands still."""
    st.markdown(f"**{essay.text('length_chart')}**")
    found: tuple[LengthAccuracy, ...] = ()
    if not moment.live:
        found = accuracy_by_length(moment.spec, moment.snapshot)
    if not found:
        st.info(essay.text("weights_later" if moment.live else "weights_gone"))
        return
    show_chart(
        length_curve,
        length_frame(found, _words(essay)),
        _labels(essay, "length"),
        "copying.lengths",
    )
    st.caption(essay.text("length_hint", length=moment.spec.length))


def examples(essay: Essay, moment: Moment[CopyingSpec]) -> None:
    """One held-out list of each rule and as many random ones, with what came back."""
    st.markdown(f"**{essay.text('examples')}**")
    arrays = moment.snapshot.arrays
    for column, sort in zip(st.columns(2, gap="large"), SORTS, strict=True):
        asked, recalled = (arrays[f"{sort}_{part}"].tolist() for part in ("asked", "recalled"))
        names = (
            [essay.text(f"rule.{rule}") for rule in RULES]
            if sort == "pattern"
            else [essay.text("rule.none")] * len(asked)
        )
        with column:
            recalled_lists(
                [Recalled(*row) for row in zip(names, asked, recalled, strict=True)],
                asked_word=essay.text("asked"),
                said_word=essay.text("net"),
            )


def own_list(essay: Essay, moment: Moment[CopyingSpec]) -> None:
    """A list that the reader types, recalled by the net of this moment."""
    begun = with_rule("steps", start=OWN_START, step=OWN_STEP, length=moment.spec.length)
    typed = st.text_input(
        essay.text("own"),
        as_text(begun),
        max_chars=120,
        key=f"copying.own.{moment.spec.length}",
        help=essay.text("own_help"),
    )
    try:
        numbers = parse(typed)
    except DataError as error:
        st.warning(said(error))
        return
    recalled = recall_of(moment.spec, moment.snapshot, numbers)
    if recalled is None:
        st.info(essay.text("weights_gone"))
        return
    recalled_lists(
        [Recalled("", numbers, recalled)],
        asked_word=essay.text("asked"),
        said_word=essay.text("net"),
    )
    st.caption(essay.text(_standing(numbers, moment.spec), length=moment.spec.length))


def _standing(numbers: tuple[int, ...], spec: CopyingSpec) -> str:
    """What the net has had to do with such a list, as a key of the page's words."""
    if len(numbers) > spec.length:
        return "own_too_long"
    rule = rule_of(numbers)
    if rule is None:
        return "own_without_rule"
    held_out = is_held_out(rule, numbers[0], numbers[1] - numbers[0])
    return "own_held_out" if held_out else "own_trained"
