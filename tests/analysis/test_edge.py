"""Where a curvature went, from the snapshots of a run."""

from __future__ import annotations

import pytest

from explorer.analysis.edge import Journey, edge_losses, journey, sharpness_history
from explorer.training.loop import Snapshot


def moment(step: int, ratio: float) -> Snapshot:
    metrics = {
        "edge_ratio.small": ratio,
        "sharpness.small": 20 * ratio,
        "edge_limit.small": 20.0,
        "loss.small": 1 / (1 + step),
    }
    return Snapshot(step, 0.0, metrics)


STORY = [moment(step, ratio) for step, ratio in ((0, 0.2), (40, 2.0), (75, 1.2), (100, 1.0))]


def test_the_end_is_the_mean_of_the_last_quarter() -> None:
    went = journey(STORY, "small")
    assert went[:2] == pytest.approx((0.2, 1.1))
    assert went.halves == pytest.approx((1.2, 1.0))
    assert journey(STORY[:1], "small") == Journey(0.2, 0.2, (0.2, 0.2))
    assert journey([STORY[0], STORY[3]], "small").halves == pytest.approx((1.0, 1.0))


def test_half_a_quarter_is_an_eighth_of_the_steps() -> None:
    steps = [moment(step, step / 100) for step in (0, 74, 75, 87, 88, 100)]
    assert journey(steps, "small").halves == pytest.approx((0.81, 0.94))


@pytest.mark.parametrize(
    ("halves", "course"),
    [
        ((1.0, 1.1), "limit"),
        ((0.9, 0.98), "rising"),  # it reaches its limit at the last steps only
        ((1.0, 0.8), "rising"),
        ((1.4, 1.2), "rising"),
    ],
)
def test_at_the_limit_is_who_came_early_and_stayed(
    halves: tuple[float, float], course: str
) -> None:
    assert Journey(0.2, sum(halves) / 2, halves).course == course


@pytest.mark.parametrize(
    ("start", "late", "course"),
    [
        (0.2, 1.0, "limit"),
        (1.3, 1.1, "limit"),
        (0.2, 0.9, "rising"),
        (0.2, 0.6, "rising"),
        (0.5, 0.52, "stays"),
        (0.5, 0.48, "stays"),
        (0.8, 0.3, "falls"),
        (1.4, 0.3, "falls"),
        (0.2, 1.5, "beyond"),
    ],
)
def test_the_course_of_a_curvature(start: float, late: float, course: str) -> None:
    assert Journey(start, late, (late, late)).course == course


def test_curves_carry_their_limit_and_the_words_they_are_given() -> None:
    frame = sharpness_history(STORY, {"small": "SMALL"})
    assert list(frame.columns) == ["step", "series", "sharpness", "limit"]
    assert frame["sharpness"].tolist() == pytest.approx([4, 40, 24, 20])
    assert set(frame["limit"]) == {20}
    losses = edge_losses(STORY, {"small": "SMALL"})
    assert list(losses.columns) == ["step", "series", "loss"]
    assert losses["loss"].tolist() == pytest.approx([1, 1 / 41, 1 / 76, 1 / 101])
    assert set(losses["series"]) == {"SMALL"}
