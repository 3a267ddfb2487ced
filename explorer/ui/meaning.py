"""Two languages and the codes between them: the map, the curves, what slips, and other runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import streamlit as st

from explorer.analysis.meaning import (
    Slip,
    commonest_place,
    map_frame,
    share_history,
    shares_of,
)
from explorer.charts.meaning import CrossingLabels, MeaningLabels, crossing_curve, meaning_map
from explorer.data.number_words import LANGUAGES
from explorer.data.shared_numbers import HELD_OUT, LEARNT, held_out, learnt
from explorer.errors import CheckpointError
from explorer.lessons.shared_meaning import (
    CROSSINGS,
    GLANCED,
    MAPPED,
    SHORT,
    examination,
)
from explorer.lessons.shelf import CHECKPOINTS, path_for
from explorer.specs import MeaningSpec
from explorer.training.checkpoints import load
from explorer.ui.charts import show_chart
from explorer.ui.controls import difference
from explorer.ui.essay import Essay
from explorer.ui.stage import Moment

# On a phone tables have narrow cells, and what still has no room scrolls in its own box.
_STYLE = """<style>
[class*=st-key-meaning-table] [data-testid=stMarkdownContainer]{overflow-x:auto}
@media(max-width:640px){[class*=st-key-meaning-table] :is(th,td){padding:.35rem .4rem!important}}
</style>"""

SLIPS_SHOWN = 5
FURTHER = 1.2  # times as far apart, and distance is a reason

SERIES = ("own", "code", "pairs")
MEASURES = ("code", "pairs", "pair_distance", "code_std")


def language_words(essay: Essay) -> dict[str, str]:
    """What the page calls each language."""
    return {language: essay.text(f"languages.{language}") for language in LANGUAGES}


def way(essay: Essay, source: str, target: str) -> str:
    """A direction, such as `English → Korean`."""
    words = language_words(essay)
    return f"{words[source]} → {words[target]}"


def code_map(essay: Essay, moment: Moment[MeaningSpec]) -> None:
    """Both languages' codes of the same held-out numbers, with a line from name to name."""
    st.markdown(f"**{essay.text('map', count=MAPPED)}**", help=essay.text("map_help"))
    numbers = held_out()[:MAPPED].tolist()
    labels = MeaningLabels(
        languages=tuple(language_words(essay).items()),
        number=essay.text("number"),
        description=essay.text("map_alt", count=MAPPED),
    )
    frame = map_frame(moment.snapshot.arrays["map"], numbers, language_words(essay))
    show_chart(meaning_map, frame, labels, "meaning.map")
    metrics = moment.snapshot.metrics
    st.caption(
        essay.text(
            "map_numbers",
            ratio=f"{metrics['glance.pair_distance']:.2f}",
            own=f"{100 * metrics['glance.own_nearest']:.0f}",
            chance=f"{100 / GLANCED:.1f}",
            count=GLANCED,
        )
    )


def crossing_curves(essay: Essay, moment: Moment[MeaningSpec]) -> None:
    """What comes out right while the nets learn: one chart a direction."""
    st.markdown(f"**{essay.text('curves', count=GLANCED)}**", help=essay.text("curves_help"))
    words = {name: essay.text(f"series.{name}") for name in SERIES}
    for source, target in CROSSINGS:
        direction = way(essay, source, target)
        st.markdown(direction)
        metrics = {
            f"glance.{target}_to_{target}": words["own"],
            f"glance.{source}_to_{target}": words["code"],
            f"glance.pairs_{source}_to_{target}": words["pairs"],
        }
        labels = CrossingLabels(
            series=tuple(words.items()),
            step=essay.text("step_axis"),
            share=essay.text("share_axis"),
            description=essay.text("curves_alt", way=direction),
        )
        frame = share_history(moment.history, metrics)
        show_chart(crossing_curve, frame, labels, f"meaning.curve.{source}")


# What goes wrong ----------------------------------------------------------------------------------


def slip_tables(essay: Essay, moment: Moment[MeaningSpec]) -> None:
    """Of each direction, the first numbers that come out wrong, and what is wrong with them."""
    st.markdown(f"**{essay.text('slips', count=f'{HELD_OUT:,}')}**")
    found = None if moment.live else examination(moment.spec, moment.snapshot)
    if found is None:
        st.info(essay.text("weights_later" if moment.live else "weights_gone"))
        return
    for source, target in CROSSINGS:
        slips = found.slips[f"{source}_to_{target}"]
        st.markdown(f"{way(essay, source, target)}: {_summary(essay, slips)}")
        if slips:
            _table(_slip_rows(essay, slips), source)


def _summary(essay: Essay, slips: Sequence[Slip]) -> str:
    """In a sentence how many slips there are, and of what kind."""
    if not slips:
        return essay.text("slips_none")
    shares = shares_of(slips)
    words = essay.text(
        "slips_kinds",
        wrong=f"{len(slips):,}",
        **{kind: f"{100 * share:.0f}" for kind, share in shares.items()},
    )
    place = commonest_place(slips)
    return (
        words
        if place is None
        else f"{words} {essay.text('slips_place', place=_place(essay, place))}"
    )


def _slip_rows(essay: Essay, slips: Sequence[Slip]) -> list[list[str]]:
    heads = [essay.text(f"slip.{head}") for head in ("number", "asked", "said", "wrong")]
    rows = [heads, ["---:", "---", "---", "---"]]
    for slip in slips[:SLIPS_SHOWN]:
        wrong = (
            ", ".join(_place(essay, place) for place in slip.places)
            if slip.places
            else essay.text(f"slip.{slip.kind}")
        )
        rows.append([f"{slip.number:,}", slip.asked, slip.said or "–", wrong])
    return rows


def _table(rows: Sequence[Sequence[str]], name: str) -> None:
    """Markdown's rows: heads, a rule, and what stands below them."""
    st.html(_STYLE)
    with st.container(key=f"meaning.table.{name}"):
        st.markdown("\n".join(f"| {' | '.join(row)} |" for row in rows))


def _place(essay: Essay, place: str) -> str:
    return essay.text(f"places.{place}")


def why_it_fails(essay: Essay, metrics: Mapping[str, float]) -> None:
    """Whether the codes of what fails lie further apart, where some do fail and some do not."""
    for source, target in CROSSINGS:
        gap = f"gap_{source}_to_{target}"
        if f"{gap}.wrong" in metrics:
            right, wrong = metrics[f"{gap}.right"], metrics[f"{gap}.wrong"]
            st.markdown(
                essay.text(
                    "gap" if wrong > FURTHER * right else "gap_same",
                    way=way(essay, source, target),
                    right=f"{right:.3f}",
                    wrong=f"{wrong:.3f}",
                    times=f"{wrong / right:.1f}",
                )
            )
    rates = {
        end: sum(metrics[f"wrong_{a}_to_{b}.{end}"] for a, b in CROSSINGS) / len(CROSSINGS)
        for end in ("short", "long")
        if f"wrong_en_to_ko.{end}" in metrics
    }
    if rates and rates["short"] > FURTHER * rates["long"]:
        words = {end: f"{100 * rate:.1f}" for end, rate in rates.items()}
        counts = {"held": int((held_out() < SHORT).sum()), "few": int((learnt() < SHORT).sum())}
        st.markdown(essay.text("short", most=SHORT, all=f"{LEARNT:,}", **counts, **words))


# Other runs ---------------------------------------------------------------------------------------


class Run(NamedTuple):
    """A run, and what its last moment measured of the GLANCED numbers."""

    spec: MeaningSpec
    metrics: Mapping[str, float]

    def both(self, by: str) -> float:
        """The share that crosses without a mistake `by` code or pairs, mean of both directions."""
        start = "glance.pairs_" if by == "pairs" else "glance."
        return sum(self.metrics[f"{start}{a}_to_{b}"] for a, b in CROSSINGS) / len(CROSSINGS)


def runs_beside(moment: Moment[MeaningSpec]) -> list[Run]:
    """The runs on the shelf, and the one that is shown in the place of its equal there."""
    shown = Run(moment.spec, moment.snapshot.metrics)
    others = [run for run in _on_the_shelf() if run.spec != moment.spec]
    return [shown, *others]


@lru_cache(maxsize=1)
def _on_the_shelf() -> tuple[Run, ...]:
    """Read once; a file that is damaged is passed over here, and is a warning on the stage."""
    found = []
    for spec in CHECKPOINTS:
        if isinstance(spec, MeaningSpec):
            try:
                found.append(Run(spec, load(path_for(spec), MeaningSpec).metrics))
            except CheckpointError:
                continue
    return tuple(found)


def comparison(essay: Essay, runs: Sequence[Run]) -> None:
    """A row a run; the first is the one that is shown above."""
    st.markdown(f"**{essay.text('beside', count=GLANCED)}**", help=essay.text("beside_help"))
    heads = [essay.text("run"), *(essay.text(f"measures.{name}") for name in MEASURES)]
    rows = [heads, ["---", *["---:"] * len(MEASURES)]]
    for index, run in enumerate(runs):
        name = difference(MeaningSpec(), run.spec) or essay.text("run_default")
        name = f"**{essay.text('run_shown')}** {name}" if index == 0 else name
        rows.append([name, *(_written(run, measure) for measure in MEASURES)])
    _table(rows, "runs")


def _written(run: Run, measure: str) -> str:
    if measure in ("code", "pairs"):
        return f"{100 * run.both(measure):.0f}\u00a0%"
    if measure == "code_std":
        return f"{min(run.metrics[f'glance.{name}_code_std'] for name in LANGUAGES):.2f}"
    return f"{run.metrics[f'glance.{measure}']:.2f}"
