"""Overfitting on the page: two curves that part, what each remedy changes, and what that means."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from explorer.analysis.overfitting import (
    REMEDIES,
    Change,
    Turn,
    arms_of,
    best_remedy,
    caveat,
    change,
    errors_apart,
    mistakes,
    remedies_of,
    turn,
)
from explorer.analysis.overfitting_frames import arm_rows, parting_curves
from explorer.charts.overfitting import (
    ArmLabels,
    PartingLabels,
    accuracy_rows,
    gap_rows,
    parting_curve,
)
from explorer.lessons.overfitting import LOOK, VALIDATION
from explorer.specs import GradientSpec
from explorer.ui.charts import show_chart
from explorer.ui.essay import Essay
from explorer.ui.stage import Moment

TRIES = 5
TOPIC = "prediction_overfitting"  # the lesson asks for other guesses, too
CHANCE = 10.0  # percent: all sets have ten classes
TURNED = 0.02  # a rise of the test loss by less than this share of it may be chance
LEARNT = 0.05  # nats per image: below this the training pictures are known by heart


def overfitting_question(essay: Essay) -> None:
    """The reader's guess: what will help most?"""
    words = _own(essay)
    st.markdown(words.text("about"))
    words.prediction((*REMEDIES, "none"), TOPIC)


def overfitting_part(essay: Essay, moment: Moment[GradientSpec]) -> None:
    """The whole experiment below its buttons."""
    words = _own(essay)
    st.markdown(words.text("alone", draws=moment.spec.draws))
    _numbers(words, moment)
    beside = _beside(words, moment.spec)
    left, right = st.columns(2, gap="large")
    with left:
        _curves(words, moment, "plain")
    with right:
        if beside is not None:
            _curves(words, moment, beside)
    left, right = st.columns(2, gap="large")
    with left:
        _rows(words, moment, "gap")
    with right:
        _rows(words, moment, "accuracy")
    _evidence(words, moment)


def overfitting_try_this(essay: Essay) -> None:
    """Things to try with too few pictures."""
    _own(essay).try_this(TRIES)


def _own(essay: Essay) -> Essay:
    """This experiment's texts stand in a file of their own."""
    return Essay("overfitting", essay.slug)


def _arm_words(words: Essay, spec: GradientSpec) -> dict[str, str]:
    return {arm: words.text(f"arm.{arm}") for arm in arms_of(spec)}


def _numbers(words: Essay, moment: Moment[GradientSpec]) -> None:
    """How the nets that are left alone do on pictures they know, and on others."""
    metrics, spec = moment.snapshot.metrics, moment.spec
    turned = _turn(moment)
    later = metrics["plain.test_loss"] - turned.test_loss
    known, unknown, gap = st.columns(3)
    known.metric(words.text("known", pictures=spec.pictures), f"{metrics['train_loss']:.2f}")
    unknown.metric(
        words.text("unknown"),
        f"{metrics['test_loss']:.2f}",
        words.text("since", change=f"{later:+.2f}", step=f"{turned.step:,}")
        if turned.rise > TURNED
        else None,
        delta_color="inverse",
    )
    gap.metric(words.text("gap"), f"{metrics['train_test_gap']:.2f}")


def _turn(moment: Moment[GradientSpec]) -> Turn:
    return turn([s.step for s in moment.history], [s.metrics for s in moment.history])


# The curves ---------------------------------------------------------------------------------------


def _beside(words: Essay, spec: GradientSpec) -> str | None:
    """The arm whose curves stand beside those of the plain nets; None where there is no other."""
    arms = {arm: word for arm, word in _arm_words(words, spec).items() if arm != "plain"}
    if not arms:
        st.info(words.text("all_off"))
        return None
    return st.pills(
        words.text("compare"),
        list(arms),
        default=next(iter(arms)),
        format_func=arms.__getitem__,
        key=f"{words.slug}.compare.{'.'.join(arms)}.{words.say.language}",
        required=True,
    )


def _curves(words: Essay, moment: Moment[GradientSpec], arm: str) -> None:
    series = {name: words.text(f"curve.{name}") for name in ("train", "test", "plain")}
    word = words.text(f"arm.{arm}")
    st.markdown(f"**{words.text('curves', arm=word)}**", help=words.text("curves_help"))
    labels = PartingLabels(
        step=words.text("step_axis"),
        loss=words.text("loss_axis"),
        train=series["train"],
        test=series["test"],
        plain=series["plain"],
        alone=arm == "plain",
        description=words.text("curves_alt", arm=word),
    )
    curves = parting_curves(moment.history, arm, series, _turn(moment))
    show_chart(parting_curve, curves, labels, f"overfitting.curves.{arm}")


def _rows(words: Essay, moment: Moment[GradientSpec], chart: str) -> None:
    """All arms at one look."""
    arms = _arm_words(words, moment.spec)
    st.markdown(
        f"**{words.text(f'{chart}_chart')}**",
        help=words.text(f"{chart}_help", draws=moment.spec.draws, chance=f"{CHANCE:.0f}"),
    )
    labels = ArmLabels(
        rows=len(arms),
        train=words.text("curve.train"),
        test=words.text("curve.test"),
        value=words.text(f"{chart}_axis"),
        gap=words.text("gap_short"),
        description=words.text(f"{chart}_alt"),
    )
    draw = gap_rows if chart == "gap" else accuracy_rows
    show_chart(draw, arm_rows(moment.snapshot.metrics, arms), labels, f"overfitting.{chart}")


# What it says -------------------------------------------------------------------------------------


def _evidence(words: Essay, moment: Moment[GradientSpec]) -> None:
    metrics, spec = moment.snapshot.metrics, moment.spec
    words.evidence(
        "notice_learnt" if metrics["train_loss"] < LEARNT else "notice_learning",
        step=f"{moment.snapshot.step:,}",
        pictures=spec.pictures,
        draws=spec.draws,
        train=f"{metrics['train_loss']:.3f}",
        test=f"{metrics['test_loss']:.2f}",
        gap=f"{metrics['train_test_gap']:.2f}",
        right=_percent(metrics["train_accuracy"]),
        test_right=_percent(metrics["test_accuracy"]),
    )
    st.markdown(_what_followed(words, moment))
    if remedies_of(spec):
        _table(words, spec, metrics)
        _honest(words, spec, metrics)
    if (measured := best_remedy(metrics)) is not None and moment.snapshot.ending is not None:
        words.verdict(measured, TOPIC)


def _what_followed(words: Essay, moment: Moment[GradientSpec]) -> str:
    """What the steps since the lowest test loss did to it, and to what the plain nets read."""
    turned, now = _turn(moment), moment.snapshot.metrics
    first = moment.history[0].metrics
    worse = not turned.fell and now["test_loss"] > (1 + TURNED) * first["test_loss"]
    if not worse and turned.rise <= TURNED:
        return words.text("not_turned")
    then = first if worse else moment.history[turned.place].metrics
    said = words.text(
        "never_fell" if worse else "turned",
        best_step=f"{turned.step:,}",
        best=f"{then['test_loss']:.2f}",
        rise=f"{100 * turned.rise:.0f}",
        test=f"{now['test_loss']:.2f}",
        right_then=_percent(then["test_accuracy"]),
        right=_percent(now["test_accuracy"]),
    )
    of_mistakes = words.text(
        f"mistakes_{mistakes(then, now)}",
        sure_then=_percent(then["wrong_certainty"]),
        sure=_percent(now["wrong_certainty"]),
    )
    return f"{said} {of_mistakes}"


def _table(words: Essay, spec: GradientSpec, metrics: Mapping[str, float]) -> None:
    """What each remedy changes, against the plain net of the same draw."""
    st.markdown(words.text("changes", draws=spec.draws, errors=f"{errors_apart(spec.draws):.1f}"))
    rows = [tuple(words.text(f"column.{name}") for name in ("arm", "loss", "accuracy"))]
    rows.append(("---",) * len(rows[0]))
    for arm, word in _arm_words(words, spec).items():
        if arm != "plain":
            loss, right = (change(metrics, arm, what) for what in ("test_loss", "test_accuracy"))
            rows.append((word, _written(words, loss, 1, ".2f"), _written(words, right, 100, ".1f")))
    st.markdown("\n".join(f"| {' | '.join(row)} |" for row in rows))


def _honest(words: Essay, spec: GradientSpec, metrics: Mapping[str, float]) -> None:
    """What the table alone would hide."""
    arms, remedies = _arm_words(words, spec), remedies_of(spec)
    found: dict[str, list[str]] = {}
    for arm in remedies:
        if (key := caveat(metrics, arm)) is not None:
            sure = _percent(metrics[f"{arm}.wrong_certainty"])
            named = words.text("sure", arm=arms[arm], sure=sure) if key == "quieter" else arms[arm]
            found.setdefault(key, []).append(named)
    left_alone = {"quieter": {"sure": _percent(metrics["plain.wrong_certainty"])}}
    for said, named_arms in found.items():
        st.markdown(
            words.text(said, remedies=", ".join(named_arms), **left_alone.get(said, {})),
        )
    if spec.early_stopping:
        stopped = metrics["early_stopping.stopped_at"]
        st.markdown(
            words.text(
                "stopped",
                step=f"{stopped:,.0f}",
                test=f"{metrics['early_stopping.test_loss']:.2f}",
                on=f"{metrics['plain.test_loss']:.2f}",
                validation=VALIDATION,
                look=LOOK,
            )
        )
    if "together" in arms:
        best = min(remedies, key=lambda arm: metrics[f"{arm}.test_loss"])
        worse = metrics["together.test_loss"] > metrics[f"{best}.test_loss"]
        st.markdown(
            words.text(
                "together_worse" if worse else "together_better",
                remedy=arms[best],
                alone=f"{metrics[f'{best}.test_loss']:.2f}",
                all=f"{metrics['together.test_loss']:.2f}",
            )
        )


def _written(words: Essay, measured: Change, factor: float, digits: str) -> str:
    """The mean with its sign, a true minus, the standard error, and what that means."""
    rounded = round(factor * measured.mean, int(digits[1])) + 0.0  # no −0.00
    mean = f"{rounded:+{digits}}".replace("-", "−")
    error = f"{factor * measured.error:{digits}}"
    return words.text("change", mean=mean, error=error, effect=words.text(measured.effect))


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"
