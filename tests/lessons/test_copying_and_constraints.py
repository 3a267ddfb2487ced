"""Four nets on equal terms: the free one copies, the others know what they were trained on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.analysis.copying import copy_findings
from explorer.data.foreign import KINDS, inputs_of_each_kind
from explorer.data.pictures import PictureSet, load_pictures
from explorer.lessons.copying_and_constraints import (
    NETS,
    PicturesExperiment,
    code_sizes,
    copying_experiment,
)
from explorer.lessons.pattern_memory import PatternsExperiment
from explorer.specs import CopyingSpec
from explorer.training.loop import EverySteps, Snapshot, train


@pytest.fixture(scope="module")
def digits() -> PictureSet:
    return load_pictures("digits")


@pytest.fixture(scope="module")
def run(digits: PictureSet) -> list[Snapshot]:
    """A real run of 1,500 steps, seen every 500."""
    spec = CopyingSpec(steps=1500)
    return list(train(PicturesExperiment(spec, digits), spec.budget, EverySteps(500)))


def test_the_spec_names_the_experiment(digits: PictureSet) -> None:
    assert isinstance(copying_experiment(CopyingSpec(), digits), PicturesExperiment)
    patterns = CopyingSpec(experiment="patterns", hidden_dim=8)
    assert isinstance(copying_experiment(patterns, digits), PatternsExperiment)


def test_only_the_narrow_code_is_narrow(digits: PictureSet) -> None:
    sizes = code_sizes(CopyingSpec(latent_dim=5, expansion=3), digits.pixels)
    assert sizes == {"overcomplete": 192, "undercomplete": 5, "sparse": 192, "denoising": 192}
    nets = PicturesExperiment(CopyingSpec(latent_dim=5, expansion=3), digits).nets
    assert {name: net.model.encoder.out_features for name, net in nets.items()} == sizes


def test_what_is_seen(run: list[Snapshot]) -> None:
    for snapshot in run:
        assert set(snapshot.metrics) == {
            *("test_mse", "sparse_activity"),
            *(f"mse.{net}.{kind}" for net in NETS for kind in KINDS),
            *(f"returned.{net}.{kind}" for net in NETS for kind in KINDS),
            *(
                f"{name}.{net}"
                for name in ("activity", "error_ratio", "selectivity")
                for net in NETS
            ),
        }
        assert set(snapshot.arrays) == {f"{net}.{kind}" for net in NETS for kind in KINDS}
        for array in snapshot.arrays.values():
            assert array.shape == (10, 64)
            assert array.dtype == np.uint8
        assert snapshot.metrics["test_mse"] == snapshot.metrics["mse.undercomplete.digits"]
        assert snapshot.metrics["sparse_activity"] == snapshot.metrics["activity.sparse"]


def test_errors_are_those_of_the_nets(digits: PictureSet) -> None:
    experiment = PicturesExperiment(CopyingSpec(), digits)
    metrics = experiment.observe(0, 0.0).metrics
    with torch.no_grad():
        for kind, x in inputs_of_each_kind(digits.test).items():
            x_hat = experiment.nets["sparse"].model(x).reconstruction
            expected = torch.nn.functional.mse_loss(x_hat, x).item()
            assert metrics[f"mse.sparse.{kind}"] == pytest.approx(expected)


def test_the_free_net_copies_and_no_other_does(run: list[Snapshot]) -> None:
    metrics = run[-1].metrics
    found = copy_findings(metrics, NETS)
    assert found.noise_champion == found.copier == "overcomplete"
    assert metrics["returned.overcomplete.digits"] > 0.98
    for kind in KINDS:
        assert metrics[f"returned.overcomplete.{kind}"] > 0.5
    for net in ("undercomplete", "sparse", "denoising"):
        assert metrics[f"returned.{net}.digits"] > 0.6
        assert metrics[f"returned.{net}.noise"] < 0.25
        assert metrics[f"selectivity.{net}"] > metrics["selectivity.overcomplete"] + 0.1


def test_the_ratio_of_errors_would_favour_the_copier(run: list[Snapshot]) -> None:
    """Why the page shows what comes back, and not this."""
    metrics = run[-1].metrics
    assert copy_findings(metrics, NETS).misjudged is not None
    for net in ("undercomplete", "denoising"):
        assert metrics["error_ratio.overcomplete"] > 3 * metrics[f"error_ratio.{net}"]


def test_the_sparse_code_becomes_as_sparse_as_was_asked(run: list[Snapshot]) -> None:
    activities = [snapshot.metrics["sparse_activity"] for snapshot in run]
    assert activities[0] == pytest.approx(0.5, abs=0.05)
    assert activities[-1] == pytest.approx(CopyingSpec().target_activity, abs=0.015)
    assert run[-1].metrics["activity.overcomplete"] > 0.3


def test_without_its_constraint_each_wide_net_copies_too(digits: PictureSet) -> None:
    spec = CopyingSpec(noise=0, target_activity=0.5, steps=600)
    *_, last = train(PicturesExperiment(spec, digits), spec.budget, EverySteps(600))
    free = last.metrics["returned.overcomplete.noise"]
    assert free > 0.4
    assert last.metrics["returned.denoising.noise"] == pytest.approx(free, abs=0.1)
    assert last.metrics["returned.sparse.noise"] > 0.2


def test_test_pictures_are_never_trained_on(digits: PictureSet) -> None:
    blank = replace(digits, test=torch.zeros(40, 64), test_labels=torch.arange(40) % 10)
    experiments = [PicturesExperiment(CopyingSpec(), each) for each in (digits, blank)]
    for experiment in experiments:
        for _ in range(3):
            experiment.step()
    usual, without = (experiment.weights() for experiment in experiments)
    assert all(torch.equal(weight, without[name]) for name, weight in usual.items())


def test_weights_make_the_round_trip(digits: PictureSet) -> None:
    trained, fresh = (PicturesExperiment(CopyingSpec(seed=seed), digits) for seed in (1, 2))
    for _ in range(5):
        trained.step()
    fresh.load_weights(trained.weights())
    assert fresh.observe(5, 0.0).metrics == trained.observe(5, 0.0).metrics


def test_looking_changes_nothing(digits: PictureSet) -> None:
    looked_at, left_alone = (PicturesExperiment(CopyingSpec(), digits) for _ in range(2))
    for _ in range(3):
        looked_at.step()
        looked_at.observe(0, 0.0)
        left_alone.step()
    other = left_alone.weights()
    assert all(torch.equal(weight, other[name]) for name, weight in looked_at.weights().items())
