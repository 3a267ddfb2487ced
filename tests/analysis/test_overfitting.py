"""What remedies change, by hand; and the frames of curves that part."""

from __future__ import annotations

from math import log, sqrt

import pytest
import torch

from explorer.analysis.overfitting import (
    ARMS,
    COMPARED,
    MEASURES,
    REMEDIES,
    Change,
    arm_metrics,
    arms_of,
    best_remedy,
    caveat,
    change,
    errors_apart,
    judged,
    mistakes,
    turn,
)
from explorer.analysis.overfitting_frames import HEADROOM, arm_rows, parting_curves
from explorer.specs import GradientSpec
from explorer.training.loop import Snapshot

WORDS = {"train": "TRAIN", "test": "TEST", "plain": "ALONE"}


def values(**losses: list[float]) -> dict[str, dict[str, torch.Tensor]]:
    """Every measure of an arm is its test loss, so that one number a draw says all."""
    return {
        arm: {measure: torch.tensor(draws) for measure in MEASURES} for arm, draws in losses.items()
    }


# What is measured ---------------------------------------------------------------------------------


def test_a_remedy_that_is_off_has_no_arm_and_one_alone_has_no_together() -> None:
    assert arms_of(GradientSpec()) == ARMS
    off = GradientSpec(early_stopping=False, weight_decay=0, dropout=0, more_pictures=0)
    assert arms_of(off) == ("plain",)
    assert arms_of(off.but(dropout=0.5)) == ("plain", "dropout")
    assert arms_of(off.but(dropout=0.5, more_pictures=10)) == (
        *("plain", "dropout", "more_pictures"),
        "together",
    )


def test_judged_by_hand() -> None:
    logits = torch.tensor([[0.0, 0.0], [log(3), 0.0], [0.0, log(3)]])  # certainties ½, ¾, ¾
    found = judged(logits.expand(2, 3, 2), torch.tensor([0, 0, 0]))
    assert found.loss.tolist() == pytest.approx([(log(2) + log(4 / 3) + log(4)) / 3] * 2)
    assert found.accuracy.tolist() == pytest.approx([2 / 3] * 2)
    assert found.wrong_certainty.tolist() == pytest.approx([3 / 4] * 2)
    own = judged(logits.expand(2, 3, 2), torch.tensor([[0, 0, 0], [0, 0, 1]]))
    assert own.accuracy.tolist() == pytest.approx([2 / 3, 1])
    assert own.wrong_certainty[1] == 0


def test_changes_are_those_of_the_same_draw() -> None:
    metrics = arm_metrics(values(plain=[1.0, 2.0, 3.0], dropout=[0.5, 1.3, 2.4]))
    assert metrics["plain.test_loss"] == pytest.approx(2)
    assert metrics["plain.spread.test_loss"] == pytest.approx(1)
    assert metrics["dropout.test_loss"] == pytest.approx(1.4)
    assert metrics["dropout.change.test_loss"] == pytest.approx(-0.6)  # of −0.5, −0.7 and −0.6
    assert metrics["dropout.change_error.test_loss"] == pytest.approx(0.1 / sqrt(3))
    assert {name for name in metrics if "change" in name} == {
        f"dropout.{kind}.{measure}" for kind in ("change", "change_error") for measure in COMPARED
    }


@pytest.mark.parametrize(
    ("mean", "error", "measure", "effect"),
    [
        (-0.2, 0.05, "test_loss", "helps"),
        (0.2, 0.05, "test_loss", "hurts"),
        (-0.2, 0.071, "test_loss", "helps"),  # with five draws 2.78 errors must lie between
        (-0.2, 0.073, "test_loss", "nothing"),
        (-0.2, 0.05, "train_test_gap", "helps"),
        (0.03, 0.01, "test_accuracy", "helps"),
        (-0.03, 0.01, "test_accuracy", "hurts"),
        (0.0, 0.0, "test_accuracy", "nothing"),
    ],
)
def test_a_change_in_a_word(mean: float, error: float, measure: str, effect: str) -> None:
    metrics = {
        "draws": 5,
        f"dropout.change.{measure}": mean,
        f"dropout.change_error.{measure}": error,
    }
    assert change(metrics, "dropout", measure).effect == effect


def test_wanted_is_the_sign_of_the_better() -> None:
    assert Change(1.0, 0.1, 1, 5).effect == "helps"
    assert Change(1.0, 0.1, -1, 5).effect == "hurts"


def test_of_few_draws_more_is_asked() -> None:
    assert Change(-0.3, 0.1, -1, 5).effect == "helps"
    assert Change(-0.3, 0.1, -1, 2).effect == "nothing"
    assert errors_apart(2) == pytest.approx(12.706, abs=1e-3)  # any table of Student's t
    assert errors_apart(5) == pytest.approx(2.776, abs=1e-3)


def test_the_best_remedy_needs_all_four() -> None:
    losses = {f"{arm}.test_loss": 0.5 for arm in ("plain", *REMEDIES)}
    assert best_remedy(losses | {"more_pictures.test_loss": 0.1}) == "more_pictures"
    assert best_remedy(losses | {"plain.test_loss": 0.1}) == "none"
    del losses["dropout.test_loss"]
    assert best_remedy(losses) is None


def history(*losses: float) -> list[dict[str, float]]:
    return [{"plain.test_loss": loss} for loss in losses]


def test_the_turn_is_where_the_test_loss_was_lowest() -> None:
    found = turn([0, 10, 20, 30], history(2.3, 0.5, 0.6, 0.75))
    assert found[:3] == (1, 10, 0.5)
    assert found.rise == pytest.approx(0.5)
    assert found.fell
    assert turn([0, 10], history(2.3, 0.5)).rise == 0


def test_what_has_learnt_nothing_yet_is_no_turn() -> None:
    found = turn([0, 10, 20], history(2.3, 2.4, 3.6))
    assert found[:3] == (1, 10, 2.4)
    assert found.rise == pytest.approx(0.5)
    assert not found.fell
    assert turn([0], history(2.3)) == (0, 0, 2.3, 0, False)


@pytest.mark.parametrize(
    ("right", "sure", "said"),
    [
        ((0.84, 0.87), (0.6, 0.8), "fewer"),
        ((0.84, 0.855), (0.6, 0.8), "surer"),
        ((0.84, 0.835), (0.6, 0.8), "surer"),
        ((0.84, 0.86), (0.6, 0.605), "as_before"),
        ((0.84, 0.86), (0.6, 0.4), "as_before"),
        ((0.84, 0.8), (0.6, 0.8), "more"),
    ],
)
def test_what_became_of_the_mistakes(
    right: tuple[float, float], sure: tuple[float, float], said: str
) -> None:
    then, now = (
        {"plain.test_accuracy": right[i], "plain.wrong_certainty": sure[i]} for i in (0, 1)
    )
    assert mistakes(then, now) == said


@pytest.mark.parametrize(
    ("loss", "gap", "right", "said"),
    [
        (-1, -1, 1, None),
        (-1, -1, 0, "quieter"),
        (-1, -1, -1, "misread"),
        (0, -1, 1, "idle"),
        (1, -1, 0, "narrower"),
        (1, -1, 1, "louder"),
        (1, 1, 1, "louder"),
        (1, 0, -1, "harmful"),
    ],
)
def test_what_must_be_said_beside_the_numbers(
    loss: int, gap: int, right: int, said: str | None
) -> None:
    """Changes of so many tenths, each with an error of a hundredth."""
    metrics = {"draws": 5.0} | {f"dropout.change_error.{measure}": 0.01 for measure in COMPARED}
    for measure, tenths in zip(COMPARED, (loss, gap, right), strict=True):
        metrics[f"dropout.change.{measure}"] = tenths / 10
    assert caveat(metrics, "dropout") == said


# The frames ---------------------------------------------------------------------------------------


def snapshots(arm: str, test: list[float], train: list[float]) -> list[Snapshot]:
    return [
        Snapshot(
            10 * index,
            0.0,
            {
                "plain.test_loss": loss,
                "plain.train_loss": 0.0,
                f"{arm}.test_loss": loss,
                f"{arm}.train_loss": own,
            },
        )
        for index, (loss, own) in enumerate(zip(test, train, strict=True))
    ]


def framed(arm: str, test: list[float], train: list[float]) -> list[tuple[object, ...]]:
    seen = snapshots(arm, test, train)
    turned = turn([s.step for s in seen], [s.metrics for s in seen])
    frame = parting_curves(seen, arm, WORDS, turned)
    assert list(frame.columns) == ["step", "series", "loss", "top", "label", "place"]
    assert frame["top"].unique().tolist() == pytest.approx(
        [HEADROOM * max(test[turned.step // 10 :])]
    )
    return [tuple(row) for row in frame.drop(columns=["loss", "top"]).itertuples(index=False)]


def test_the_steep_beginning_is_left_out_and_the_turn_is_named() -> None:
    assert framed("plain", [2.3, 0.5, 0.55, 0.75], [2.3, 0.3, 0.1, 0.0]) == [
        (10, "TRAIN", "", ""),
        (20, "TRAIN", "", ""),
        (30, "TRAIN", "", ""),
        (10, "TEST", "0.50", "below"),
        (20, "TEST", "", ""),
        (30, "TEST", "0.75", "last"),
    ]


def test_a_remedy_has_the_plain_nets_beside_it() -> None:
    rows = framed("dropout", [0.5, 0.4, 0.8], [0.4, 0.2, 0.0])
    assert [row[1] for row in rows] == ["TRAIN"] * 3 + ["TEST"] * 3 + ["ALONE"] * 3
    assert all(row[2:] == ("", "") for row in rows if row[1] != "TEST")


def test_a_label_near_the_axis_stands_above() -> None:
    rows = framed("more_pictures", [2.0, 0.1, 0.8], [0.4, 0.2, 0.0])
    assert ("0.10", "above") in [row[2:] for row in rows]


def test_while_the_test_loss_falls_only_the_newest_is_named() -> None:
    assert [row[2:] for row in framed("plain", [2.3, 2.2], [2.3, 2.2]) if row[3]] == [
        ("2.20", "last")
    ]
    assert [row[2:] for row in framed("plain", [2.3], [2.3]) if row[3]] == [("2.30", "last")]


def test_the_start_is_never_called_the_best() -> None:
    rows = framed("plain", [2.3, 2.4, 3.6], [2.3, 0.3, 0.0])
    assert [(row[0], row[2]) for row in rows if row[3]] == [(10, "2.40"), (20, "3.60")]


def test_a_row_for_each_arm_with_its_spread() -> None:
    metrics = arm_metrics(values(plain=[0.4, 0.6], dropout=[0.2, 0.2]))
    frame = arm_rows(metrics, {"plain": "ALONE", "dropout": "DROP"})
    assert frame["arm"].tolist() == ["ALONE", "DROP"]
    assert frame["place"].tolist() == [0, 1]
    first, second = frame.to_dict("records")
    spread = sqrt(0.02)
    assert first["test_loss_low"] == pytest.approx(0.5 - spread)
    assert first["test_accuracy_high"] == pytest.approx(100 * (0.5 + spread))
    assert second["test_loss_low"] == second["test_loss_high"] == pytest.approx(0.2)
