"""Can two autoencoders share one meaning? Number words cross from one language into the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from explorer.analysis.meaning import leader, without_prefix
from explorer.data.shared_numbers import HELD_OUT, learnt, paired
from explorer.lessons.shared_meaning import GLANCED, examination
from explorer.specs import MeaningSpec
from explorer.ui.controls import settings
from explorer.ui.essay import Essay
from explorer.ui.meaning import (
    Run,
    code_map,
    comparison,
    crossing_curves,
    runs_beside,
    slip_tables,
    why_it_fails,
)
from explorer.ui.meaning_crossing import own_number
from explorer.ui.stage import Moment, stage

MAIN = ("pull", "paired", "code_noise", "hidden_dim", "learning_rate", "steps")
MORE = ("cell", "embedding_dim", "batch_size", "seed")
WAYS = ("en_to_ko", "ko_to_en")

HARDLY, HALF = 0.05, 0.5  # shares that part the answers of the first prediction
FEW = 0.1  # the second one asks about runs with at most such a share of pairs

essay = Essay("shared_meaning", MeaningSpec.lesson)


def draw(moment: Moment[MeaningSpec]) -> None:
    own_number(essay, moment)
    left, right = st.columns(2, gap="large")
    with left:
        code_map(essay, moment)
    with right:
        crossing_curves(essay, moment)
    runs = runs_beside(moment)
    comparison(essay, runs)
    slip_tables(essay, moment)
    evidence(moment)
    verdicts(runs)


def measured(moment: Moment[MeaningSpec]) -> tuple[int, Mapping[str, float]]:
    """How many held-out numbers, and what came of them: all of them once the run stands still."""
    found = None if moment.live else examination(moment.spec, moment.snapshot)
    if found is not None:
        return HELD_OUT, found.metrics
    return GLANCED, without_prefix(moment.snapshot.metrics, "glance.")


def evidence(moment: Moment[MeaningSpec]) -> None:
    count, found = measured(moment)
    shares = {name: f"{100 * share:.1f}" for name, share in found.items() if "_to_" in name}
    essay.evidence(
        "notice",
        count=f"{count:,}",
        **{name: shares[name] for name in (*WAYS, "en_to_en", "ko_to_ko")},
        ratio=f"{found['pair_distance']:.2f}",
        own=f"{100 * found['own_nearest']:.0f}",
    )
    pairs = len(paired(moment.spec.paired))
    st.markdown(beside_the_pairs(found, pairs))
    why_it_fails(essay, found)
    if moment.spec.pull and pairs:
        std, noise = min(found["en_code_std"], found["ko_code_std"]), moment.spec.code_noise
        key = "spread" if noise else "spread_no_noise"
        st.markdown(essay.text(key, std=f"{std:.2f}", noise=f"{noise:g}"))


def beside_the_pairs(found: Mapping[str, float], pairs: int) -> str:
    """How the ordinary seq2seq models fare on so many pairs; without any they took no step."""
    if not pairs:
        return essay.text("no_pairs")
    by_code, by_pairs = ([found[f"{by}{way}"] for way in WAYS] for by in ("", "pairs_"))
    words = essay.text(
        f"ahead.{leader(by_code, by_pairs)}",
        pairs=f"{pairs:,}",
        **{f"pairs_{way}": f"{100 * found[f'pairs_{way}']:.1f}" for way in WAYS},
    )
    alone = len(learnt()) - pairs
    return f"{words} {essay.text('few_pairs', alone=f'{alone:,}')}" if alone else words


def verdicts(runs: Sequence[Run]) -> None:
    """Of the run that is shown, if it is one that was asked about; else of one on the shelf."""
    without_pull = next((run for run in runs if run.spec.pull == 0), None)
    if without_pull is not None:
        share = without_pull.both("code")
        essay.verdict("hardly" if share <= HARDLY else "some" if share <= HALF else "most")
    few = next((run for run in runs if _few_pairs(run.spec)), None)
    if few is not None:
        essay.verdict(leader([few.both("code")], [few.both("pairs")]), "prediction_pairs")


def _few_pairs(spec: MeaningSpec) -> bool:
    return bool(spec.pull and spec.paired <= FEW and len(paired(spec.paired)))


essay.claim()
essay.prediction(("hardly", "some", "most"))
with st.expander(essay.text("prediction_pairs.title")):
    essay.prediction(("code", "tie", "pairs"), "prediction_pairs")
essay.experiment()
chosen = settings(MeaningSpec, MAIN, MORE)
moment = stage(chosen, draw)
essay.try_this(4)
essay.script(chosen, moment)
