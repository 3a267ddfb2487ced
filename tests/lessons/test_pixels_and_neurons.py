"""The classifier of the first lesson: what it promises, what it learns, and what it cannot know."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.analysis.attribution import pixel_votes
from explorer.data.foreign import inputs_of_each_kind
from explorer.data.pictures import PictureSet, load_pictures
from explorer.lessons.pixels_and_neurons import (
    NET,
    REPLAYED_BYTES,
    DigitsExperiment,
    net_of,
    pixels_experiment,
    swayed,
)
from explorer.specs import PixelsSpec
from explorer.training.loop import EverySteps, Snapshot, train


@pytest.fixture(scope="module")
def digits() -> PictureSet:
    return load_pictures("digits")


@pytest.fixture(scope="module")
def default(digits: PictureSet) -> tuple[DigitsExperiment, list[Snapshot]]:
    spec = PixelsSpec(steps=600)
    experiment = DigitsExperiment(spec, digits)
    return experiment, list(train(experiment, spec.budget, EverySteps(200)))


def test_every_snapshot_has_what_is_promised(
    default: tuple[DigitsExperiment, list[Snapshot]],
) -> None:
    _, snapshots = default
    for snapshot in snapshots:
        assert set(snapshot.metrics) == {
            *("train_loss", "test_loss", "train_accuracy", "test_accuracy")
        }
        shapes = {name: array.shape for name, array in snapshot.arrays.items()}
        numbers = 64 * 32 + 32 + 32 * 10 + 10
        assert shapes == {
            "guesses": (360,),
            "certainty": (360,),
            "shuffled_certainty": (360,),
            "blank": (10,),
            "net": (numbers,),
        }
        assert snapshot.nbytes < 16 * 2**10


def test_it_reads_new_digits(default: tuple[DigitsExperiment, list[Snapshot]]) -> None:
    _, (first, *_, last) = default
    assert first.metrics["test_accuracy"] < 0.35  # chance is a tenth
    assert last.metrics["test_accuracy"] >= 0.95
    assert last.metrics["train_accuracy"] >= last.metrics["test_accuracy"]
    assert last.metrics["test_loss"] < 0.1 * first.metrics["test_loss"]


def test_the_numbers_are_those_of_the_model(
    default: tuple[DigitsExperiment, list[Snapshot]], digits: PictureSet
) -> None:
    experiment, (*_, last) = default
    with torch.no_grad():
        logits = experiment.model(digits.test)
        blank = experiment.model(torch.zeros(1, 64)).softmax(dim=1)[0]
        shuffled = experiment.model(inputs_of_each_kind(digits.test)["shuffled"]).softmax(dim=1)
    right = logits.argmax(dim=1) == digits.test_labels
    assert last.metrics["test_accuracy"] == pytest.approx(right.double().mean().item())
    assert last.metrics["test_loss"] == pytest.approx(
        F.cross_entropy(logits, digits.test_labels).item(), rel=1e-5
    )
    arrays = last.arrays
    np.testing.assert_array_equal(arrays["guesses"], logits.argmax(dim=1))
    np.testing.assert_allclose(arrays["certainty"], logits.softmax(dim=1).amax(dim=1), rtol=1e-5)
    np.testing.assert_allclose(arrays["blank"], blank, rtol=1e-5)
    np.testing.assert_allclose(arrays["shuffled_certainty"], shuffled.amax(dim=1), rtol=1e-5)


def test_what_is_no_digit_gets_an_answer_too(
    default: tuple[DigitsExperiment, list[Snapshot]],
) -> None:
    """It has no word for "none of these", and is sure of many pictures that show nothing."""
    _, (*_, last) = default
    assert last.arrays["blank"].sum() == pytest.approx(1, abs=1e-5)
    assert 0.05 < (last.arrays["shuffled_certainty"] >= 0.9).mean() < 0.9


def test_a_moment_has_its_own_net(
    default: tuple[DigitsExperiment, list[Snapshot]],
) -> None:
    _, (first, *_, last) = default
    for snapshot in (first, last):
        found = net_of(snapshot)
        assert found is not None
        np.testing.assert_array_equal(found, snapshot.arrays["net"])
        # In whatever order the weights come.
        turned = replace(
            snapshot, weights={name: snapshot.weights[name] for name in sorted(snapshot.weights)}
        )
        np.testing.assert_array_equal(net_of(turned), found)
        np.testing.assert_array_equal(found[: 64 * 32], snapshot.weights[NET[0]].ravel())
        without = net_of(replace(snapshot, weights={}))
        assert without is not None
        np.testing.assert_array_equal(without, found)
    assert not np.array_equal(first.arrays["net"], last.arrays["net"])


def test_of_a_large_net_only_the_newest_weights_are_kept(digits: PictureSet) -> None:
    wide = torch.zeros(20, 784)
    large = replace(
        digits,
        train=wide,
        test=wide,
        train_labels=torch.arange(20) % 10,
        test_labels=torch.arange(20) % 10,
        height=28,
        width=28,
    )
    experiment = DigitsExperiment(PixelsSpec(steps=1), large)
    newest = next(train(experiment, PixelsSpec(steps=1).budget, EverySteps(1)))
    assert REPLAYED_BYTES < 4 * 784 * 32
    assert "net" not in newest.arrays
    assert net_of(newest) is not None
    assert net_of(replace(newest, weights={})) is None


def test_rubbing_out_what_spoke_loudest_sways_it_more_than_chance(
    default: tuple[DigitsExperiment, list[Snapshot]], digits: PictureSet
) -> None:
    _, (*_, last) = default
    found = swayed(last, PixelsSpec(steps=600), digits)
    assert found is not None
    assert found.loudest > 0.4
    assert found.random < 0.2
    assert swayed(last, PixelsSpec(steps=600), digits) is found
    assert swayed(replace(last, weights={}), PixelsSpec(steps=600), digits) is None


def test_votes_of_the_trained_net_add_up(
    default: tuple[DigitsExperiment, list[Snapshot]], digits: PictureSet
) -> None:
    experiment, _ = default
    model, x = experiment.model, digits.test
    with torch.no_grad():
        gained = model(x) - model(torch.zeros_like(x))
        for chosen in (0, 9):
            votes = pixel_votes(model, x, torch.full((len(x),), chosen))
            torch.testing.assert_close(votes.sum(dim=1), gained[:, chosen], atol=1e-3, rtol=1e-3)


def test_without_a_bend_two_layers_are_one(digits: PictureSet) -> None:
    """With the identity every class's score is a fixed sum over the pixels."""
    experiment = DigitsExperiment(PixelsSpec(activation="identity", hidden_dim=12), digits)
    for _ in range(30):
        experiment.step()
    weights = experiment.weights()
    first, low, last, high = (weights[name] for name in NET)
    with torch.no_grad():
        scores = experiment.model(digits.test)
    torch.testing.assert_close(
        scores, digits.test @ (last @ first).T + (last @ low + high), atol=1e-4, rtol=1e-4
    )


def test_test_pictures_are_never_trained_on(digits: PictureSet) -> None:
    blank = replace(digits, test=torch.zeros(40, 64), test_labels=torch.arange(40) % 10)
    trained = []
    for pictures in (digits, blank):
        experiment = DigitsExperiment(PixelsSpec(), pictures)
        for _ in range(12):
            experiment.step()
        trained.append(experiment.weights())
    for name in NET:
        assert torch.equal(trained[0][name], trained[1][name])


@pytest.mark.parametrize(
    "change", [{"learning_rate": 0.001}, {"batch_size": 128}, {"activation": "relu"}, {"seed": 1}]
)
def test_every_setting_counts(change: dict[str, object], digits: PictureSet) -> None:
    trained = []
    for spec in (PixelsSpec(), PixelsSpec().but(**change)):
        experiment = pixels_experiment(spec, digits)
        assert isinstance(experiment, DigitsExperiment)
        for _ in range(3):
            experiment.step()
        trained.append(experiment.weights()[NET[0]])
    assert not torch.equal(*trained)
