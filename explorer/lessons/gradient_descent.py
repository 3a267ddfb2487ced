"""How far should a step be, and which should be the last? The lesson's two experiments."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from explorer.analysis.step_limit import limit_metrics
from explorer.data.pictures import PictureSet
from explorer.lessons.edge_of_stability import EdgeExperiment
from explorer.lessons.overfitting import OverfittingExperiment
from explorer.specs import GradientSpec
from explorer.training.loop import Experiment, Snapshot

EXPERIMENTS: dict[str, Callable[[GradientSpec, PictureSet], Experiment]] = {
    "overfitting": OverfittingExperiment,
    "edge": EdgeExperiment,
}


def gradient_experiment(spec: GradientSpec, pictures: PictureSet) -> Experiment:
    """The experiment that `spec.experiment` names."""
    return EXPERIMENTS[spec.experiment](spec, pictures)


def examine_gradient(spec: GradientSpec, _final: Snapshot) -> Mapping[str, float]:
    """The largest learning rate on a bowl of curvature `spec.curvature`, measured and foretold."""
    return limit_metrics(spec.curvature)
