"""The lesson on steps: one door to two experiments, and the limit that is measured beside both."""

from __future__ import annotations

import pytest

from explorer.data.pictures import load_pictures
from explorer.lessons.course import begin, examined
from explorer.lessons.edge_of_stability import EdgeExperiment
from explorer.lessons.overfitting import OverfittingExperiment
from explorer.specs import GradientSpec
from explorer.training.loop import Snapshot


def test_the_spec_names_the_experiment() -> None:
    digits = load_pictures("digits")
    assert isinstance(begin(GradientSpec(), digits), OverfittingExperiment)
    assert isinstance(begin(GradientSpec(experiment="edge"), digits), EdgeExperiment)


@pytest.mark.parametrize("experiment", ["overfitting", "edge"])
def test_the_limit_is_measured_whatever_the_experiment(experiment: str) -> None:
    spec = GradientSpec.build({"experiment": experiment, "curvature": 4})
    metrics = examined(spec, Snapshot(0, 0.0, {}))
    assert metrics["limit.predicted"] == 0.5
    assert metrics["limit.measured"] == pytest.approx(0.5, rel=0.01)


def test_each_remedy_can_be_switched_off_by_itself() -> None:
    query = {"weight_decay": "0", "dropout": "0", "more_pictures": "0", "early_stopping": "false"}
    spec, complaints = GradientSpec.from_query(query)
    assert not complaints
    assert spec.to_query() == query
