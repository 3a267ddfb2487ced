"""A stack learns layer by layer and is tuned as one; labels are few, and the draws independent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.analysis.features import FAVOURITES, UNITS_SHOWN
from explorer.analysis.label_curves import DESCENTS, LABEL_COUNTS, STARTS, UNITS
from explorer.data.exhibit import exhibit
from explorer.data.pictures import PictureSet, load_pictures
from explorer.errors import SpecError
from explorer.lessons.few_labels import LabelsExperiment, draw_labelled, label_phases
from explorer.lessons.stacked_features import (
    FeaturesExperiment,
    feature_phases,
    stacked_experiment,
)
from explorer.specs import StackedSpec
from explorer.training.loop import EverySteps, Snapshot, train

DIGITS = load_pictures("digits")
LABELS = StackedSpec(experiment="labels", hidden_widths=(24, 24), draws=3, steps=60)
MANY = LABEL_COUNTS[-1]


def ran(spec: StackedSpec, every: int, pictures: PictureSet = DIGITS) -> list[Snapshot]:
    return list(train(stacked_experiment(spec, pictures), spec.budget, EverySteps(every)))


@pytest.fixture(scope="module")
def stack_run() -> list[Snapshot]:
    """A real run of 600 steps, seen at the end of each of its three phases."""
    return ran(StackedSpec(hidden_widths=(48, 32), steps=600), 200)


@pytest.fixture(scope="module")
def labels_run() -> list[Snapshot]:
    return ran(StackedSpec(experiment="labels", hidden_widths=(48, 48, 48), steps=1200), 60)


def moved(experiment: FeaturesExperiment, steps: int) -> set[str]:
    """The weights which these steps change."""
    before = {name: value.clone() for name, value in experiment.weights().items()}
    for _ in range(steps):
        experiment.step()
    after = experiment.weights()
    return {name for name, value in before.items() if not torch.equal(value, after[name])}


# The stack ----------------------------------------------------------------------------------------


def test_the_spec_names_the_experiment() -> None:
    assert isinstance(stacked_experiment(StackedSpec(), DIGITS), FeaturesExperiment)
    assert isinstance(stacked_experiment(LABELS, DIGITS), LabelsExperiment)


def test_a_stack_has_at_least_one_layer() -> None:
    with pytest.raises(SpecError, match="1–4 ×"):
        StackedSpec().with_settings(["hidden_widths="])


def test_each_layer_has_its_turn_and_then_all_of_them() -> None:
    spec = StackedSpec(hidden_widths=(8, 6), steps=9)
    experiment = FeaturesExperiment(spec, DIGITS)
    assert feature_phases(spec).lengths == [3, 3, 3]
    first, second, tuned = (moved(experiment, 3) for _ in range(3))
    assert {name.split(".")[1] for name in first} == {"0"}
    assert {name.split(".")[1] for name in second} == {"1"}
    assert tuned == set(experiment.weights()) == first | second


def test_a_run_by_the_clock_shares_out_the_default_steps() -> None:
    spec = StackedSpec(steps=None, seconds=1)
    assert feature_phases(spec).lengths == [1000] * 4
    assert sum(label_phases(spec).lengths) == StackedSpec().steps == 4000
    assert label_phases(StackedSpec()).lengths[:3] == [400] * 3


def test_the_stack_learns(stack_run: list[Snapshot]) -> None:
    untrained, one, two, tuned = (snapshot.metrics for snapshot in stack_run)
    assert one["layers.1.test_mse"] < 0.4 * untrained["layers.1.test_mse"]
    assert two["layers.1.test_mse"] == one["layers.1.test_mse"]  # it stood still meanwhile
    assert two["layers.2.test_mse"] < 0.7 * one["layers.2.test_mse"]
    assert tuned["test_mse"] < two["test_mse"]
    assert tuned["test_mse"] == tuned["layers.2.test_mse"]
    assert tuned["layers.1.class_share"] > untrained["layers.1.class_share"]


def test_what_is_shown_of_a_stack(stack_run: list[Snapshot]) -> None:
    for snapshot in stack_run:
        assert {name for name in snapshot.metrics if name != "test_mse"} == {
            f"layers.{layer}.{name}{spread}"
            for layer in (1, 2)
            for name, spreads in (
                *(("test_mse", ("",)), ("own_mse", ("",))),
                *(("class_share", ("", "_spread")), ("pattern_share", ("", "_spread"))),
            )
            for spread in spreads
        }
        for layer, width in ((1, 48), (2, 32)):
            arrays = {
                name.removesuffix(f"_{layer}"): array
                for name, array in snapshot.arrays.items()
                if name.endswith(str(layer))
            }
            assert arrays["rebuilt"].shape == (10, 64)
            assert arrays["patterns"].shape == (UNITS_SHOWN, 64)
            assert arrays["favourites"].shape == (UNITS_SHOWN, FAVOURITES)
            assert arrays["class_shares"].shape == (width,)
            assert arrays["pattern_shares"].shape == (32,)
            assert arrays["patterns"].dtype == arrays["rebuilt"].dtype == np.uint8
            mean = snapshot.metrics[f"layers.{layer}.class_share"]
            assert arrays["class_shares"].mean() == pytest.approx(mean, rel=1e-4)


def test_favourites_are_the_pictures_that_excite_a_unit_most() -> None:
    experiment = FeaturesExperiment(StackedSpec(hidden_widths=(20, 15)), DIGITS)
    shown = experiment.observe(0, 0.0).arrays["favourites_2"]
    activations = experiment.stack.below(exhibit(DIGITS).x, 2)
    for unit, rows in enumerate(shown):
        order = activations[:, unit].argsort(descending=True)
        assert rows.tolist() == order[:FAVOURITES].tolist()


def test_a_layer_of_few_units_shows_what_it_has() -> None:
    experiment = FeaturesExperiment(StackedSpec(hidden_widths=(2,)), DIGITS)
    snapshot = experiment.observe(0, 0.0)
    assert snapshot.arrays["patterns_1"].shape == (2, 64)
    assert all(map(np.isfinite, snapshot.metrics.values()))


@pytest.mark.parametrize("spec", [StackedSpec(hidden_widths=(8, 6), steps=12), LABELS])
def test_looking_changes_nothing(spec: StackedSpec) -> None:
    watched, left_alone = stacked_experiment(spec, DIGITS), stacked_experiment(spec, DIGITS)
    for step in range(12):
        watched.observe(step, 0.0)
        watched.step()
        left_alone.step()
    for name, weight in watched.weights().items():
        assert torch.equal(weight.nan_to_num(-1), left_alone.weights()[name].nan_to_num(-1)), name


@pytest.mark.parametrize("spec", [StackedSpec(hidden_widths=(8, 6), steps=6), LABELS])
def test_test_pictures_are_never_trained_on(spec: StackedSpec) -> None:
    blank = replace(DIGITS, test=torch.zeros(40, 64), test_labels=torch.arange(40) % 10)
    experiments = [stacked_experiment(spec, each) for each in (DIGITS, blank)]
    for experiment in experiments:
        for _ in range(30):
            experiment.step()
    usual, without = (experiment.weights() for experiment in experiments)
    for name in usual.keys() - {"accuracies"}:
        assert torch.equal(usual[name], without[name]), name


# Few labels ---------------------------------------------------------------------------------------


def test_labelled_pictures_are_balanced_and_each_draw_has_its_own() -> None:
    rows = draw_labelled(DIGITS.train_labels, 4, torch.Generator().manual_seed(0))
    assert rows.shape == (4, MANY)
    for draw in rows:
        assert len(draw.unique()) == MANY
        for count in LABEL_COUNTS:
            counted = DIGITS.train_labels[draw[:count]].bincount(minlength=10)
            assert set(counted.tolist()) == {count // 10}
    shared = len(set(rows[0].tolist()) & set(rows[1].tolist()))
    assert shared < MANY / 2


def test_the_curve_fills_from_few_to_many(labels_run: list[Snapshot]) -> None:
    first, *_, last = labels_run
    assert not any("." in name for name in first.metrics)
    done = [
        [count for count in LABEL_COUNTS if f"gain_points.relu.sgd.{count}.mean" in each.metrics]
        for each in labels_run
    ]
    assert done == sorted(done, key=len)
    assert done[-1] == list(LABEL_COUNTS)
    for name in (
        f"label_curve.{unit}.{descent}.{start}.{count}"
        for unit in UNITS
        for descent in DESCENTS
        for start in STARTS
        for count in LABEL_COUNTS
    ):
        assert 0 <= last.metrics[f"{name}.mean"] <= 1
        assert last.metrics[f"{name}.spread"] >= 0
        assert last.metrics[f"{name}.n"] == 5


def test_pretraining_rescues_sigmoid_nets(labels_run: list[Snapshot]) -> None:
    metrics = labels_run[-1].metrics
    assert metrics[f"label_curve.sigmoid.sgd.scratch.{MANY}.mean"] < 0.2
    assert metrics["sigmoid_sgd_gain_points"] > 20
    assert metrics["sigmoid_gain_points"] > 4
    assert metrics["relu_gain_points"] < metrics["sigmoid_gain_points"]
    assert metrics[f"label_curve.relu.adam.scratch.{MANY}.mean"] > 0.8


def test_more_labels_are_better(labels_run: list[Snapshot]) -> None:
    metrics = labels_run[-1].metrics
    for unit in UNITS:
        few, many = (
            metrics[f"label_curve.{unit}.adam.pretrained.{count}.mean"]
            for count in (LABEL_COUNTS[0], MANY)
        )
        assert many > few + 0.1


def test_a_run_that_ends_early_has_the_part_it_measured() -> None:
    spec = LABELS.but(steps=None, seconds=600)
    experiment = stacked_experiment(spec, DIGITS)
    length = sum(label_phases(spec).lengths[:3])  # two layers, and 10 labels
    for _ in range(length):
        experiment.step()
    metrics = experiment.observe(length, 0.0).metrics
    assert metrics["label_curve.relu.adam.scratch.10.n"] == 3
    assert "label_curve.relu.adam.scratch.20.n" not in metrics
    assert "relu_gain_points" not in metrics


def test_accuracies_are_those_of_the_classifiers() -> None:
    experiment = LabelsExperiment(LABELS, DIGITS)
    for _ in range(60):
        experiment.step()
    x, truth = DIGITS.test, DIGITS.test_labels
    for (unit, descent), classifier in experiment.classifiers.items():
        state = classifier.state_dict()
        place = experiment.accuracies[UNITS.index(unit), DESCENTS.index(descent)]  # (2, 6, draws)
        for start in range(2):
            for draw in range(3):
                h = x
                for layer in range(3):
                    if layer > 0:
                        h = torch.sigmoid(h) if unit == "sigmoid" else torch.relu(h)
                    weight, bias = (
                        state[f"layers.{layer}.{part}"][start, draw] for part in ("weight", "bias")
                    )
                    h = h @ weight.T + bias
                right = (h.argmax(1) == truth).float().mean().item()
                assert place[start, -1, draw].item() == pytest.approx(right, abs=1e-6)


def test_a_checkpoint_of_labels_is_small_and_whole() -> None:
    experiment = LabelsExperiment(LABELS, DIGITS)
    weights = experiment.weights()
    assert weights["accuracies"].shape == (2, 2, 2, len(LABEL_COUNTS), 3)
    assert sum(weight.numel() for weight in weights.values()) < 20_000
    first_draw = experiment.stacks["relu"].state_dict()["encoders.0.weight"][0]
    assert torch.equal(weights["relu.encoders.0.weight"], first_draw)
