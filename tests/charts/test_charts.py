"""Charts: one specification whatever the data, words from outside, colours told apart by all."""

from __future__ import annotations

import base64
import io
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from PIL import Image

from explorer.analysis.frames import thumbnails
from explorer.charts import palette
from explorer.charts.angles import AngleLabels, angle_curve
from explorer.charts.clues import NormLabels, RatioLabels, norm_curve, ratio_curve
from explorer.charts.codes import MapLabels, latent_scatter
from explorer.charts.copying import CopyLabels, net_curves, returned_heatmap
from explorer.charts.culprits import CulpritLabels, misfit_bars, probability_bars
from explorer.charts.denoisers import DenoiserLabels, psnr_curve, quality_bars
from explorer.charts.linked import LinkedLabels, linked_scatters
from explorer.charts.loss_parts import PartLabels, loss_parts_curve
from explorer.charts.losses import LossLabels, loss_curve
from explorer.charts.noise_matrix import MatrixLabels, noise_heatmap
from explorer.charts.prior import (
    HistogramLabels,
    ShareLabels,
    class_bars,
    histogram_over_prior,
)
from explorer.charts.recall import (
    RecallLabels,
    accuracy_curve,
    length_curve,
    recall_by_position,
)
from explorer.charts.sizes import SizeLabels, size_curve
from explorer.charts.style import specification
from explorer.data.exhibit import exhibit
from explorer.data.pictures import load_pictures

Floats = npt.NDArray[np.float64]

ROOT = Path(__file__).parents[2]
DIGITS = load_pictures("digits")
THUMBNAILS = thumbnails(exhibit(DIGITS), DIGITS.height, DIGITS.width)
METHODS = (("pca", "PCA"), ("linear", "LIN"), ("deep", "DEEP"), ("rbm", "RBM"))

LOSS = LossLabels(
    step="STEP", mse="ERROR", train="TRAIN", test="TEST", pca="PCA", description="The error falls."
)
MAP = MapLabels(
    x="ACROSS",
    y="UP",
    label="DIGIT",
    classes=DIGITS.classes,
    thumbnail_header=THUMBNAILS.header,
    description="A map.",
)
LINKED = LinkedLabels(
    methods=METHODS,
    label="DIGIT",
    classes=DIGITS.classes,
    thumbnail_header=THUMBNAILS.header,
    description="Four maps.",
)
SIZE = SizeLabels(
    code_size="SIZE", mse="ERROR", pca="PCA", linear="LIN", deep="DEEP", description="Sizes."
)
PARTS = PartLabels(
    step="STEP",
    nats="NATS",
    ae_reconstruction="AE",
    vae_reconstruction="VAE",
    vae_kl="KL",
    description="Two parts.",
)
HISTOGRAM = HistogramLabels(
    value="VALUE", prior="BELL", units=("ONE", "TWO", "THREE"), net="vae", description="Codes."
)
SHARES = ShareLabels(
    classes=DIGITS.classes,
    percent="PERCENT",
    ae="AE",
    vae="VAE",
    equal="EQUAL",
    label="DIGIT",
    description="Shares.",
)
NORM = NormLabels(
    step="STEP", norm="LENGTH", informative="PIXELS", noise="NOISE", blank="BLANK", description="N."
)
RATIO = RatioLabels(step="STEP", ratio="RATIO", description="A ratio.")
CULPRIT = CulpritLabels(
    culprit="CULPRIT", value="VALUE", classes=DIGITS.classes, description="Culprits."
)
ANGLE = AngleLabels(step="STEP", degrees="ANGLE", description="An angle.")


def losses(count: int) -> pd.DataFrame:
    series = ["TRAIN", "TEST", "PCA"] * count
    return pd.DataFrame({"step": range(3 * count), "series": series, "mse": 1 / (1 + count)})


def points(count: int) -> pd.DataFrame:
    codes = np.arange(2 * count, dtype=np.float32).reshape(count, 2) * count
    columns = {f"{m}_{axis}": codes[:, i] for m, _ in METHODS for i, axis in enumerate("xy")}
    shared = {"point": range(count), "x": codes[:, 0], "y": codes[:, 1]}
    return pd.DataFrame(
        {**shared, **columns, "label": ["7"] * count, "picture": list(THUMBNAILS.bodies[:count])}
    )


def sizes(count: int) -> pd.DataFrame:
    return pd.DataFrame({"code_size": range(1, count + 1), "method": "PCA", "mse": 1 / count})


def angles(count: int) -> pd.DataFrame:
    return pd.DataFrame({"step": range(count), "degrees": 90.0 / count})


def parts(count: int) -> pd.DataFrame:
    series = ["AE", "VAE", "KL"] * count
    return pd.DataFrame({"step": range(3 * count), "series": series, "nats": 1 / count})


def histogram(count: int) -> pd.DataFrame:
    return pd.DataFrame({"value": range(count), "height": 1 / count, "series": "ONE"})


def shares(count: int) -> pd.DataFrame:
    names = [str(index % 10) for index in range(count)]
    return pd.DataFrame({"class": names, "net": "VAE", "percent": 1 / count})


def norms(count: int) -> pd.DataFrame:
    kinds = ["PIXELS", "NOISE", "BLANK"] * count
    return pd.DataFrame({"step": range(3 * count), "kind": kinds, "norm": 1 / count})


def ratios(count: int) -> pd.DataFrame:
    return pd.DataFrame({"step": range(count), "ratio": 1 / count})


def suspects(count: int) -> pd.DataFrame:
    names = [str(index % 10) for index in range(count)]
    best = [index == 0 for index in range(count)]
    return pd.DataFrame({"culprit": names, "value": 1 / count, "best": best})


DENOISER = DenoiserLabels(
    methods=(("ridge", "RIDGE"), ("ae", "AE"), ("dae", "DAE")),
    step="STEP",
    psnr="DECIBELS",
    ssim="SSIM",
    description="Denoisers.",
)
MATRIX = MatrixLabels(
    trained="TRAINED",
    tested="TESTED",
    psnr="DECIBELS",
    gain="GAIN",
    noises=("SALT", "BLOCKS"),
    untreated="RAW",
    description="A matrix.",
)


def psnrs(count: int) -> pd.DataFrame:
    methods = ["RIDGE", "AE", "DAE"] * count
    return pd.DataFrame({"step": range(3 * count), "method": methods, "psnr": 10.0 + count})


def qualities(count: int) -> pd.DataFrame:
    return pd.DataFrame({"method": "DAE", "psnr": range(count), "ssim": 1 / count})


def crossed(count: int) -> pd.DataFrame:
    cell = {"trained": "SALT", "tested": "BLOCKS", "gain": 1.0, "own": False}
    return pd.DataFrame({"psnr": range(count), **cell})


COPY = CopyLabels(
    nets=(("overcomplete", "WIDE"), ("sparse", "SPARSE")),
    kinds=("DIGITS", "NOISE"),
    net="NET",
    kind="KIND",
    returned="RETURNED",
    step="STEP",
    mse="ERROR",
    description="Copies.",
)
RECALL = RecallLabels(
    pattern="RULED", random="RANDOM", chance="CHANCE", x="X", share="SHARE", description="Recall."
)


def returned(count: int) -> pd.DataFrame:
    cell = {"net": "WIDE", "kind": "NOISE", "mse": 0.1}
    return pd.DataFrame({"returned": [1 / (1 + i) for i in range(count)], **cell})


def net_errors(count: int) -> pd.DataFrame:
    series = ["WIDE", "SPARSE"] * count
    return pd.DataFrame({"step": range(2 * count), "series": series, "mse": 1 / count})


def recalls(count: int) -> pd.DataFrame:
    lists = {"sort": "RULED", "share": 1 / count, "chance": 0.01, "part": "trained"}
    return pd.DataFrame({x: range(count) for x in ("place", "length", "step")} | lists)


Builder = Callable[[pd.DataFrame, Any], alt.LayerChart]
CHARTS: dict[str, tuple[Builder, Any, Callable[[int], pd.DataFrame]]] = {
    "losses": (loss_curve, LOSS, losses),
    "codes": (latent_scatter, MAP, points),
    "linked": (linked_scatters, LINKED, points),
    "sizes": (size_curve, SIZE, sizes),
    "angles": (angle_curve, ANGLE, angles),
    "norms": (norm_curve, NORM, norms),
    "ratio": (ratio_curve, RATIO, ratios),
    "probabilities": (probability_bars, CULPRIT, suspects),
    "misfits": (misfit_bars, CULPRIT, suspects),
    "loss parts": (loss_parts_curve, PARTS, parts),
    "histogram": (histogram_over_prior, HISTOGRAM, histogram),
    "class shares": (class_bars, SHARES, shares),
    "psnr": (psnr_curve, DENOISER, psnrs),
    "quality": (quality_bars, DENOISER, qualities),
    "matrix": (noise_heatmap, MATRIX, crossed),
    "returned": (returned_heatmap, COPY, returned),
    "net curves": (net_curves, COPY, net_errors),
    "recall": (recall_by_position, RECALL, recalls),
    "lengths": (length_curve, RECALL, recalls),
    "accuracies": (accuracy_curve, RECALL, recalls),
}
every_chart = pytest.mark.parametrize(("chart", "labels", "frame"), CHARTS.values(), ids=CHARTS)


def without_data(chart: alt.LayerChart) -> dict[str, Any]:
    spec: dict[str, Any] = chart.to_dict()
    assert set(spec["data"]) == {"name"}, "data must stand in one named dataset"
    return {key: value for key, value in spec.items() if key not in ("data", "datasets")}


def found(spec: object, key: str) -> list[Any]:
    """Every value under `key`, however deep."""
    if isinstance(spec, list):
        return [value for part in spec for value in found(part, key)]
    if not isinstance(spec, dict):
        return []
    here = [spec[key]] if key in spec else []
    return here + [value for part in spec.values() for value in found(part, key)]


def says_only_what_it_is_given(chart: Any, labels: Any, frame: Any, *, many: int) -> None:
    """`chart(frame(rows), labels)` has one specification for however many rows, a description, and
    no title but those of its labels."""
    assert without_data(chart(frame(3), labels)) == without_data(chart(frame(many), labels))
    spec = chart(frame(2), labels).to_dict()
    assert spec["description"] == labels.description
    assert spec["width"] == "container"
    given = {word for word in vars(labels).values() if isinstance(word, str)}
    assert {title for title in found(spec, "title") if title} <= given | {"title"}


# What holds for every chart ---------------------------------------------------------------------


@every_chart
def test_only_the_data_changes(chart: Builder, labels: Any, frame: Any) -> None:
    assert without_data(chart(frame(3), labels)) == without_data(chart(frame(40), labels))


@every_chart
def test_a_specification_is_the_chart_and_its_frame(
    chart: Builder, labels: Any, frame: Any
) -> None:
    rows = frame(5)
    spec = specification(chart, labels, rows)
    assert spec.pop("datasets")[spec.pop("data")["name"]] is rows
    assert spec == without_data(chart(rows, labels))


@every_chart
def test_a_specification_may_be_changed_by_who_gets_it(
    chart: Builder, labels: Any, frame: Any
) -> None:
    specification(chart, labels, frame(2))["layer"].clear()
    assert specification(chart, labels, frame(2))["layer"]


@every_chart
def test_a_chart_is_described_for_those_who_cannot_see_it(
    chart: Builder, labels: Any, frame: Any
) -> None:
    assert chart(frame(2), labels).to_dict()["description"] == labels.description


@every_chart
def test_a_chart_fills_its_place_and_leaves_the_page_its_colours(
    chart: Builder, labels: Any, frame: Any
) -> None:
    spec = chart(frame(2), labels).to_dict()
    assert spec["width"] == "container"
    assert spec["height"] >= 300
    assert spec["background"] == "transparent"
    for colour in ("labelColor", "titleColor", "gridColor", "domainColor"):
        assert found(spec, colour) == []


@every_chart
def test_axes_and_legends_are_read_from_the_last_row(
    chart: Builder, labels: Any, frame: Any
) -> None:
    config = chart(frame(2), labels).to_dict()["config"]
    assert config["axis"]["labelFontSize"] >= 13
    assert config["axis"]["titleFontSize"] >= 14
    assert config["legend"]["labelFontSize"] >= 13
    for legend in filter(None, found(chart(frame(2), labels).to_dict(), "legend")):
        if "labelFontSize" not in legend:  # the legend of a channel, not the configuration
            assert (legend["orient"], legend["title"]) == ("top", None)


@every_chart
def test_all_words_come_from_outside(chart: Builder, labels: Any, frame: Any) -> None:
    given = {word for word in vars(labels).values() if isinstance(word, str)}
    titles = {title for title in found(chart(frame(2), labels).to_dict(), "title") if title}
    assert titles <= given | {"title", "image"}  # the last two are Vega's own, see points.hover


def test_without_pca_the_loss_curve_has_no_reference() -> None:
    labels = LossLabels(step="s", mse="m", train="TRAIN", test="TEST", description="d")
    spec = loss_curve(losses(3), labels).to_dict()
    assert {tuple(domain) for domain in found(spec, "domain")} == {("TRAIN", "TEST")}
    assert "rule" not in found(spec, "type")
    assert "rule" in found(loss_curve(losses(3), LOSS).to_dict(), "type")


def test_the_angle_has_a_fixed_scale_from_90_to_0() -> None:
    spec = angle_curve(angles(3), ANGLE).to_dict()
    assert [0, 90] in found(spec, "domain")


def test_long_class_names_are_left_to_the_legend() -> None:
    long = MapLabels(**{**vars(MAP), "classes": ("trouser", "bag")})
    assert len(latent_scatter(points(2), long).layer) == 1
    assert len(latent_scatter(points(2), MAP).layer) == 3


def test_the_parts_of_a_loss_may_be_zero() -> None:
    scales = found(loss_parts_curve(parts(2), PARTS).to_dict(), "scale")
    (nats,) = {json.dumps(scale) for scale in scales if scale.get("type") == "symlog"}
    assert json.loads(nats)["domainMin"] == 0


@pytest.mark.parametrize("net", palette.NETS)
def test_a_histogram_has_the_colour_of_its_net_and_a_dash_a_unit(net: str) -> None:
    labels = HistogramLabels(**{**vars(HISTOGRAM), "net": net})
    spec = histogram_over_prior(histogram(2), labels).to_dict()
    (colours,) = {
        tuple(channel["scale"]["range"]) for channel in found(spec, "color") if "scale" in channel
    }
    assert colours == (palette.FAINT, *[palette.NETS[net]] * 3)
    (dashes,) = [channel["scale"]["range"] for channel in found(spec, "strokeDash")]
    assert len(dashes) == 4
    assert len({tuple(dash) for dash in dashes[1:]}) == 3


def test_long_class_names_are_slanted() -> None:
    long = ShareLabels(**{**vars(SHARES), "classes": ("trouser", "bag")})
    angles_of = [
        found(class_bars(shares(2), each).to_dict(), "labelAngle") for each in (SHARES, long)
    ]
    assert angles_of == [[0], [-40]]


# The picture beside the pointer -----------------------------------------------------------------


def hovered(spec: dict[str, Any], body: str) -> str:
    """The data URI which Vega makes of a row, by the expression in the chart."""
    calculated = {part["as"]: part["calculate"] for part in found(spec, "transform")[0][:2]}
    before, after = (json.loads(part) for part in calculated["image"].split(" + datum.picture + "))
    return f"{before}{body}{after}"


@pytest.mark.parametrize("name", ["codes", "linked"])
def test_the_hover_picture_is_the_real_one(name: str) -> None:
    chart, labels, frame = CHARTS[name]
    layers = chart(frame(3), labels).to_dict()["layer"]
    (drawn,) = [layer for layer in layers if "image" in found(layer, "title")]
    head, svg = unquote(hovered(drawn, THUMBNAILS.bodies[42])).split(",", 1)
    assert head == "data:image/svg+xml"
    bitmap = base64.b64decode(svg.split("base64,")[1].split("'")[0], validate=True)
    grey = np.asarray(Image.open(io.BytesIO(bitmap)).convert("L"))
    real = exhibit(DIGITS).pictures[42].reshape(8, 8)
    assert 1 - grey / 255 == pytest.approx(real, abs=0.034)  # half of one of 16 grey levels


# Colours ----------------------------------------------------------------------------------------

# Machado, Oliveira & Fernandes 2009, severity 1, on linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def linear(colour: str) -> Floats:
    """sRGB → linear RGB."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    bright: Floats = ((channels + 0.055) / 1.055) ** 2.4
    return np.where(channels <= 0.04045, channels / 12.92, bright)


def contrast(one: str, other: str) -> float:
    """WCAG 2's contrast ratio."""
    low, high = sorted(float(XYZ[1] @ linear(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(colour: str, vision: str) -> Floats:
    """CIE L*a*b* (D65) of a colour as someone with that vision sees it."""
    xyz = XYZ @ np.clip(VISION[vision] @ linear(colour), 0, 1) / XYZ.sum(axis=1)
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def closest(colours: list[str], vision: str) -> float:
    """The smallest ΔE*ab between two of the colours."""
    seen = [lab(colour, vision) for colour in colours]
    return min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2))


ALL = [value for name, value in vars(palette).items() if name.isupper() and isinstance(value, str)]


@pytest.mark.parametrize("page", ["#ffffff", "#0e1117", "#0d1218"])
def test_every_colour_stands_out_from_the_page(page: str) -> None:
    contrasts = {colour: contrast(colour, page) for colour in [*ALL, *palette.CLASSES]}
    assert {colour: ratio for colour, ratio in contrasts.items() if ratio < 3} == {}


def test_black_on_white_is_the_known_extreme() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert lab("#ffffff", "normal") == pytest.approx(np.array([100, 0, 0]), abs=0.01)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize(
    ("colours", "least"),
    [
        (list(palette.METHODS.values()), 20),
        ([palette.TRAIN, palette.TEST, palette.PCA], 20),
        ([*palette.NETS.values(), palette.FAINT], 20),
        (list(palette.CLUES.values()), 20),
        ([palette.FOR, palette.AGAINST], 20),
        # The noisy picture's bar has its name beside it and is no curve.
        ([colour for name, colour in palette.DENOISERS.items() if name != "noisy"], 20),
        (list(palette.CONSTRAINTS.values()), 20),
        ([palette.RULED, palette.BY_CHANCE, palette.FAINT], 20),
        ([*palette.CELL_HUES.values(), palette.FAINT], 20),
        ([*palette.ATTENTION_HUES.values(), palette.FAINT], 20),
        (list(palette.PROBE_HUES.values()), 20),
        ([palette.ENGLISH, palette.KOREAN, palette.ON_PAIRS, palette.FAINT], 20),
        (list(palette.CLASSES), 15),
    ],
    ids=[
        *("methods", "losses", "nets", "clues", "voices", "denoisers"),
        *("constraints", "lists", "cells", "attention", "probes", "languages", "classes"),
    ],
)
def test_colours_of_one_chart_are_told_apart(vision: str, colours: list[str], least: float) -> None:
    assert closest(colours, vision) > least


def test_red_and_green_are_the_pair_that_the_simulation_confuses() -> None:
    assert closest(["#B05A00", "#6B7F00"], "deuteranopia") < 15
    assert closest(["#B05A00", "#6B7F00"], "normal") > 40


def test_no_colour_has_two_meanings() -> None:
    meanings = [palette.ENCODER, palette.DECODER, palette.CODE, palette.TEST]
    meanings += [palette.TRAIN, palette.VAE, *palette.METHODS.values()]
    meanings += [palette.MEDIAN, palette.RIDGE, palette.DENOISING]
    meanings += [palette.COPIER, palette.SPARSE, palette.RULED, palette.BY_CHANCE]
    meanings += [palette.INFORMATIVE, palette.LYING_AROUND, palette.FOR, palette.AGAINST]
    assert len(set(meanings)) == len(meanings)
    assert len(set(palette.CLASSES)) == 10


# Denoisers --------------------------------------------------------------------------------------


def test_nets_are_curves_and_standards_are_lines_to_beat() -> None:
    layers = psnr_curve(psnrs(2), DENOISER).to_dict()["layer"]
    by_mark = {layer["mark"]["type"]: found(layer, "oneOf") for layer in layers[:2]}
    assert by_mark == {"rule": [["RIDGE"]], "line": [["AE", "DAE"]]}


def test_the_diagonal_of_the_noises_is_framed() -> None:
    _, own, _ = noise_heatmap(crossed(3), MATRIX).to_dict()["layer"]
    assert own["mark"]["stroke"] == palette.DENOISING
    assert "datum.own" in found(own, "filter")
