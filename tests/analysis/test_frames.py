"""Frames: hand-worked rows, their bounds, and pictures that decode to the real pixels."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from explorer.analysis.frames import (
    MAX_POINTS,
    MAX_ROWS,
    Thumbnails,
    angle_history,
    code_points,
    linked_points,
    loss_history,
    method_scores,
    size_errors,
    thumbnails,
)
from explorer.data.exhibit import exhibit
from explorer.data.pictures import PictureSet, load_pictures
from explorer.training.loop import Snapshot

HALF_A_LEVEL = 0.5 / 15


def at(step: int, **metrics: float) -> Snapshot:
    return Snapshot(step=step, seconds=step / 10, metrics=metrics)


def picture_set(pictures: torch.Tensor, labels: list[int], height: int, width: int) -> PictureSet:
    """A set whose test part is `pictures` (M, height·width), with the classes zero, one, two."""
    return PictureSet(
        name="hand-made",
        train=torch.zeros(1, height * width),
        test=pictures,
        train_labels=torch.zeros(1, dtype=torch.int64),
        test_labels=torch.tensor(labels),
        height=height,
        width=width,
        classes=("zero", "one", "two"),
    )


@pytest.fixture
def three() -> PictureSet:
    """Three pictures of 2×3 pixels."""
    return picture_set(torch.linspace(0, 1, 18).reshape(3, 6), [2, 0, 2], 2, 3)


def decoded(pictures: Thumbnails, index: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """The ink of a thumbnail, 0…1, as an independent decoder sees it."""
    head, body = pictures.uri(index).split(",")
    assert head == "data:image/bmp;base64"
    grey = np.asarray(Image.open(io.BytesIO(base64.b64decode(body, validate=True))).convert("L"))
    return 1 - grey / 255


# Histories --------------------------------------------------------------------------------------


def test_a_loss_history_has_a_row_for_each_step_and_series() -> None:
    run = [at(0, train_mse=0.5, test_mse=0.25), at(10, train_mse=0.125, test_mse=0.0625)]
    history = loss_history(run, {"test_mse": "시험", "train_mse": "학습"})
    assert history.to_dict("list") == {
        "step": [0, 10, 0, 10],
        "series": ["시험", "시험", "학습", "학습"],
        "mse": [0.25, 0.0625, 0.5, 0.125],
    }


def test_a_loss_history_without_moments_keeps_its_columns_and_types() -> None:
    history = loss_history([], {"test_mse": "test"})
    assert len(history) == 0
    assert history.dtypes.astype(str).to_dict() == {
        "step": "int32",
        "series": "str",
        "mse": "float32",
    }


def test_a_long_loss_history_is_thinned_evenly_with_both_ends() -> None:
    run = [at(step, test_mse=1.0, train_mse=1.0) for step in range(1000)]
    history = loss_history(run, {"test_mse": "test", "train_mse": "train"})
    assert history.groupby("series").size().to_dict() == {"test": MAX_ROWS, "train": MAX_ROWS}
    steps = history.loc[history.series == "test", "step"].to_numpy()
    assert (steps[0], steps[-1]) == (0, 999)
    assert set(np.diff(steps)) == {3, 4}  # 999 / 299 = 3.34…


def test_a_curve_ends_where_its_run_blew_up() -> None:
    run = [at(0, test_mse=0.5), at(1, test_mse=math.inf), at(2, test_mse=math.nan)]
    assert loss_history(run, {"test_mse": "test"}).step.tolist() == [0]


def test_a_series_that_the_run_does_not_measure_is_an_error() -> None:
    with pytest.raises(KeyError, match="pca_test_mse"):
        loss_history([at(0, test_mse=0.5)], {"pca_test_mse": "PCA"})


def test_the_angle_history_is_in_degrees() -> None:
    run = [at(0, linear_max_angle_degrees=90.0), at(7, linear_max_angle_degrees=0.25)]
    assert angle_history(run).to_dict("list") == {"step": [0, 7], "degrees": [90.0, 0.25]}


# Methods ----------------------------------------------------------------------------------------


def test_size_errors_have_a_row_for_each_method_and_size_in_order() -> None:
    metrics = {
        "pca_16_test_mse": 0.25,
        "pca_2_test_mse": 0.5,
        "deep_2_test_mse": 0.125,
        "deep_16_test_mse": 0.0625,
        "test_mse": 0.0625,
    }
    errors = size_errors(metrics, {"pca": "PCA", "deep": "tief"})
    assert errors.to_dict("list") == {
        "code_size": [2, 16, 2, 16],
        "method": ["PCA", "PCA", "tief", "tief"],
        "mse": [0.5, 0.25, 0.125, 0.0625],
    }


def test_size_errors_of_a_method_that_lacks_a_size_are_an_error() -> None:
    metrics = {"pca_2_test_mse": 0.5, "pca_4_test_mse": 0.4, "deep_2_test_mse": 0.3}
    with pytest.raises(KeyError, match="deep_4_test_mse"):
        size_errors(metrics, {"pca": "PCA", "deep": "deep"})


def test_method_scores_have_a_row_for_each_method() -> None:
    metrics: Mapping[str, float] = {
        "rbm_test_mse": 0.1,
        "rbm_label_agreement": 0.2,
        "rbm_trustworthiness": 0.3,
        "linear_max_angle_degrees": 4.0,
    }
    assert method_scores(metrics, {"rbm": "RBM"}).to_dict("list") == {
        "method": ["RBM"],
        "mse": [0.1],
        "label_agreement": [0.2],
        "trustworthiness": [0.3],
    }


# Points -----------------------------------------------------------------------------------------


def test_code_points_carry_place_label_and_picture(three: PictureSet) -> None:
    plane = np.array([[0.5, -1], [2, 4], [8, 16]], dtype=np.float32)
    points = code_points(plane, three)
    assert points.drop(columns="picture").to_dict("list") == {
        "point": [0, 1, 2],
        "x": [0.5, 2.0, 8.0],
        "y": [-1.0, 4.0, 16.0],
        "label": ["two", "zero", "two"],
    }
    assert points.picture.tolist() == list(thumbnails(exhibit(three), 2, 3).bodies)


def test_a_code_that_is_no_finite_number_has_no_place_but_keeps_its_row(three: PictureSet) -> None:
    plane = np.array([[math.inf, 1], [math.nan, 2], [3, 4]], dtype=np.float32)
    points = code_points(plane, three)
    assert points.x.isna().tolist() == [True, True, False]
    assert points.y.tolist() == [1.0, 2.0, 4.0]
    assert points.point.tolist() == [0, 1, 2]


def test_linked_points_are_one_row_a_picture_for_all_methods(three: PictureSet) -> None:
    plane = np.arange(6, dtype=np.float32).reshape(3, 2)
    points = linked_points({"pca": plane, "rbm": -plane}, three)
    assert list(points) == ["point", "pca_x", "pca_y", "rbm_x", "rbm_y", "label", "picture"]
    assert points.pca_x.tolist() == [0, 2, 4]
    assert points.rbm_y.tolist() == [-1, -3, -5]


def test_points_and_what_travels_of_them_are_bounded() -> None:
    count = MAX_POINTS + 7
    many = picture_set(torch.zeros(count, 4), [0] * count, 2, 2)
    points = code_points(np.zeros((count, 2), dtype=np.float32), many)
    assert len(points) == MAX_POINTS
    fixed = points.dtypes.drop(["label", "picture"]).astype(str).to_dict()
    assert fixed == {"point": "int32", "x": "float32", "y": "float32"}
    assert str(points.label.dtype) == "category"  # one byte a row instead of a word


# Thumbnails -------------------------------------------------------------------------------------


def test_thumbnails_decode_to_the_real_digits() -> None:
    digits = load_pictures("digits", None, torch.device("cpu"))
    shown = exhibit(digits)
    pictures = thumbnails(shown, digits.height, digits.width)
    assert len(pictures.bodies) == len(shown.labels)
    for index in (0, 1, 100, len(shown.labels) - 1):
        real = shown.pictures[index].reshape(8, 8)
        assert decoded(pictures, index) == pytest.approx(real, abs=HALF_A_LEVEL + 1e-6)


def test_a_thumbnail_of_a_digit_costs_44_characters() -> None:
    digits = load_pictures("digits", None, torch.device("cpu"))
    assert {len(body) for body in thumbnails(exhibit(digits), 8, 8).bodies} == {44}


def test_a_picture_of_an_odd_shape_is_neither_turned_nor_cut(three: PictureSet) -> None:
    pictures = thumbnails(exhibit(three), 2, 3)
    for index in range(3):
        real = exhibit(three).pictures[index].reshape(2, 3)
        assert decoded(pictures, index) == pytest.approx(real, abs=HALF_A_LEVEL + 1e-6)


def test_a_large_picture_is_averaged_down() -> None:
    fine = torch.rand(28 * 28, generator=torch.Generator().manual_seed(0))
    large = picture_set(fine[None], [0], 28, 28)
    expected = fine.numpy().reshape(14, 2, 14, 2).mean(axis=(1, 3))
    small = decoded(thumbnails(exhibit(large), 28, 28), 0)
    assert small == pytest.approx(expected, abs=HALF_A_LEVEL + 1e-6)


def test_thumbnails_are_computed_once_an_exhibit(three: PictureSet) -> None:
    first = thumbnails(exhibit(three), 2, 3)
    assert thumbnails(exhibit(three), 2, 3) is first
    other = replace(three, test=three.test.flip(0))
    assert thumbnails(exhibit(other), 2, 3).bodies == first.bodies[::-1]
