"""The latent pad's arithmetic, in a real Chromium, against torch, SciPy and scikit-learn."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page
from scipy.ndimage import distance_transform_edt
from scipy.special import erf
from scipy.stats import kstest, norm
from sklearn.neighbors import NearestNeighbors

from explorer.components import program
from explorer.models.autoencoder import Decoder
from explorer.models.layers import ACTIVATIONS
from explorer.ui.latent_pad import PARTS

pytestmark = pytest.mark.browser

CALL = """async ([source, body, given]) => {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  return new Function("part", "given", body)(await import(url), given);
}"""


@pytest.fixture(scope="module")
def blank(chromium: Browser) -> Page:
    return chromium.new_page()


def called(page: Page, part: str, body: str, given: object = None) -> Any:
    """What `body` returns, which knows the exports of a part as `part`, and `given`."""
    source = program("latent_pad", PARTS[: PARTS.index(part) + 1]).js
    return page.evaluate(CALL, [source, body, given])


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_decoder_agrees_with_torch(blank: Page, activation: str) -> None:
    generator = torch.Generator().manual_seed(3)
    widths = [3, 7, 9, 10]  # not all of them multiples of four
    net = Decoder(widths, activation, generator)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator))
    codes = torch.randn(20, 3, generator=generator) * 3
    given = {
        "widths": widths,
        "floats": torch.cat([part.flatten() for part in net.parameters()]).tolist(),
        "activation": activation,
        "codes": codes.tolist(),
    }
    body = """
      const net = new part.Decoder(given.widths, new Float32Array(given.floats), given.activation);
      return given.codes.map((code) => Array.from(net.decode(code)));"""
    with torch.no_grad():
        expected = net(codes).numpy()
    np.testing.assert_allclose(
        called(blank, "decoder", body, given), expected, atol=2e-5, rtol=1e-5
    )


def test_the_error_function_is_as_exact_as_float32(blank: Page) -> None:
    x = np.linspace(-5, 5, 401)
    found = called(blank, "shared/activations", "return given.map(part.erf)", x.tolist())
    np.testing.assert_allclose(found, erf(x), atol=2e-7)


def test_the_normal_distribution_and_its_inverse(blank: Page) -> None:
    p = np.concatenate([np.geomspace(1e-6, 0.4, 60), 1 - np.geomspace(1e-6, 0.4, 60), [0.5]])
    found = called(blank, "chance", "return given.map(part.quantile)", p.tolist())
    np.testing.assert_allclose(found, norm.ppf(p), rtol=2e-8, atol=2e-9)
    z = np.linspace(-4, 4, 101)
    found = called(blank, "chance", "return given.map(part.cumulative)", z.tolist())
    np.testing.assert_allclose(found, norm.cdf(z), atol=2e-7)


def test_draws_are_normal_and_follow_from_their_seed(blank: Page) -> None:
    body = "return [1, 1, 2].map((seed) => part.draws(seed, 4000, 2))"
    first, again, other = (np.array(part) for part in called(blank, "chance", body))
    assert first.shape == (4000, 2)
    assert (first == again).all()
    assert (first != other).all()
    for column in (*first.T, *other.T):
        assert kstest(column, "norm").pvalue > 0.01
    assert abs(np.corrcoef(first.T)[0, 1]) < 0.05


@pytest.mark.parametrize("dim", [2, 3])
def test_nearest_codes_and_their_usual_spacing(blank: Page, dim: int) -> None:
    rng = np.random.default_rng(dim)
    codes = rng.normal(size=(256, dim)).astype(np.float32)
    queries = rng.normal(size=(12, dim)) * 2
    body = """
      const codes = new part.Codes(given.dim);
      codes.receive(new Float32Array(given.codes));
      return [given.queries.map((query) => codes.nearest(query, 4)), codes.spacing];"""
    given = {"dim": dim, "codes": codes.ravel().tolist(), "queries": queries.tolist()}
    found, spacing = called(blank, "codes", body, given)
    neighbours = NearestNeighbors(n_neighbors=4).fit(codes)
    distances, rows = neighbours.kneighbors(queries)
    assert [[one["row"] for one in near] for near in found] == rows.tolist()
    np.testing.assert_allclose(
        [[one["distance"] for one in near] for near in found], distances, rtol=1e-5
    )
    # With 256 codes each of them is looked at.
    own = np.sort(neighbours.kneighbors(n_neighbors=1)[0][:, 0])
    assert spacing == pytest.approx(own[int(0.9 * 255)], rel=1e-5)


def test_a_class_is_represented_by_its_code_nearest_to_its_mean(blank: Page) -> None:
    # The mean of the first three is (1.5, 0), where a code of another class lies.
    body = """
      const codes = new part.Codes(2);
      codes.receive(new Float32Array([-1, 0, 4, 0, 1.5, 0.3, 1.5, 0]));
      return [(row) => row < 3, (row) => row === 3, () => false].map((one) => codes.middle(one));"""
    assert called(blank, "codes", body) == [2, 3, None]


def test_the_view_leaves_outliers_out_and_collapsed_codes_have_a_place(blank: Page) -> None:
    rng = np.random.default_rng(0)
    codes = rng.uniform(-1, 1, size=(1000, 2))
    codes[0] = 500
    body = """
      const codes = new part.Codes(2);
      codes.receive(new Float32Array(given));
      return JSON.stringify([codes.box, codes.spacing]);"""
    box, _ = json.loads(called(blank, "codes", body, codes.ravel().tolist()))
    assert all(-1.3 < low < -1.1 for low in box["low"])
    assert all(1.1 < high < 1.3 for high in box["high"])
    box, spacing = json.loads(called(blank, "codes", body, [0.5, 0.5] * 10))
    assert box["low"] < [0.5, 0.5] < box["high"]
    assert spacing > 0


def test_the_warning_grows_with_the_distance(blank: Page) -> None:
    remoteness = [0, 1, 1.5, 2, 2.75, 3, 4, 50]
    found = called(blank, "codes", "return given.map(part.warning)", remoteness)
    assert found[:3] == [0, 0, 0]
    assert found == sorted(found)
    assert found[4] == pytest.approx(0.5)
    assert found[-2:] == [1, 1]


def test_the_haze_is_the_distance_to_the_nearest_place(blank: Page) -> None:
    rng = np.random.default_rng(4)
    cells = np.unique(rng.integers(0, 30, size=(40, 2)), axis=0)
    places = np.concatenate([(cells + 0.5) * 8, np.zeros((len(cells), 1))], axis=1)
    body = "return Array.from(part.distances(given, given.length / 3, 30, 30, 8))"
    found = np.array(called(blank, "views", body, places.ravel().tolist())).reshape(30, 30)
    free = np.ones((30, 30), dtype=bool)
    free[cells[:, 1], cells[:, 0]] = False
    # Handing on the nearest place from cell to cell now and then misses it by a little.
    np.testing.assert_allclose(found, 8 * distance_transform_edt(free), atol=2.5)


@pytest.mark.parametrize(
    "view", ["flat([1, 4, -2, 3], 400, 300)", "quantiles(400, 300)"], ids=["flat", "quantiles"]
)
def test_a_view_leads_there_and_back(blank: Page, view: str) -> None:
    places = [[10.0, 20.0], [200.0, 150.0], [390.0, 290.0]]
    body = f"""
      const view = part.{view};
      return given.map(([x, y]) => {{
        const out = [];
        view.place(view.toCode(x, y, [0, 0]), 0, out, 0);
        return out.slice(0, 2);
      }});"""
    np.testing.assert_allclose(called(blank, "views", body, places), places, atol=1e-3)


def test_the_quantile_view_gives_equal_shares_of_the_prior(blank: Page) -> None:
    codes = np.random.default_rng(1).normal(size=(2000, 2))
    body = """
      const view = part.quantiles(1, 1), out = [];
      given.forEach((code, i) => view.place(code, 0, out, 3 * i));
      return out;"""
    placed = np.array(called(blank, "views", body, codes.tolist())).reshape(-1, 3)
    for column in placed[:, :2].T:
        assert kstest(column, "uniform").pvalue > 0.01


def test_turning_keeps_distances_from_the_middle(blank: Page) -> None:
    body = """
      const out = [], turned = [];
      for (const yaw of [0, 0.7, 2]) {
        const view = part.orbit([0, 1, 0, 1, 0, 1], { yaw, pitch: 0.4 }, 300, 300);
        view.place([0.3, -0.5, 0.6], 0, out, 0);
        // Undo the perspective to compare lengths.
        const zoom = 0.4 * 300 / (1 - 0.18 * out[2]);
        turned.push(Math.hypot((out[0] - 150) / zoom, (150 - out[1]) / zoom, out[2]));
      }
      return turned;"""
    length = float(np.linalg.norm([0.3, -0.5, 0.6]))
    np.testing.assert_allclose(called(blank, "views", body), [length] * 3, rtol=1e-6)


RASTER = """
  const raster = new part.Raster();
  raster.resize(24, 20);
  raster.fill([255, 255, 255]);
  const ink = () => Array.from(raster.image.data);
"""


@pytest.mark.parametrize("radius", [2.25, 3.0, 4.5])
@pytest.mark.parametrize("place", [(12.0, 10.0), (12.37, 9.8), (11.5, 10.51)])
def test_a_dot_covers_its_area_where_it_should(
    blank: Page, radius: float, place: tuple[float, float]
) -> None:
    body = RASTER + "raster.dot(...given[0], raster.brush(given[1], [255, 0, 0], 1)); return ink()"
    image = np.array(called(blank, "raster", body, [place, radius])).reshape(20, 24, 4)
    assert (image[..., 3] == 255).all()
    assert (image[..., 0] == 255).all(), "red stays on white where a red dot is drawn"
    cover = 1 - image[..., 1] / 255
    np.testing.assert_array_equal(image[..., 1], image[..., 2])
    assert cover.sum() == pytest.approx(np.pi * radius**2, rel=0.06)
    rows, columns = np.indices(cover.shape) + 0.5
    middle = [float((cover * axis).sum() / cover.sum()) for axis in (columns, rows)]
    assert middle == pytest.approx(place, abs=0.26)  # dots begin at quarters of a pixel


def test_a_dot_mixes_with_what_lies_below_and_stays_on_the_sheet(blank: Page) -> None:
    body = (
        RASTER
        + """
      raster.fill([200, 100, 40]);
      raster.dot(0, 0, raster.brush(3, [20, 220, 255], 0.5));
      raster.dot(24, 20, raster.brush(3, [20, 220, 255], 0.5));
      return ink();"""
    )
    image = np.array(called(blank, "raster", body)).reshape(20, 24, 4)
    for corner in (image[:8, :8], image[-8:, -8:]):
        np.testing.assert_allclose(corner[4, 4, :3], [110, 160, 148], atol=2)
    np.testing.assert_array_equal(image[10, 12, :3], [200, 100, 40])


def test_the_haze_runs_from_paper_to_its_colour(blank: Page) -> None:
    body = RASTER + "raster.haze(given, 3, 3, 8, [255, 255, 255], [55, 155, 0]); return ink()"
    share = [0, 0, 1, 0, 0, 1, 0, 0, 1]
    image = np.array(called(blank, "raster", body, share)).reshape(20, 24, 4)
    assert (image[..., 3] == 255).all()
    np.testing.assert_array_equal(image[:, :12, :3].reshape(-1, 3), [[255, 255, 255]] * 240)
    np.testing.assert_allclose(image[:, -3:, :3].reshape(-1, 3), [[55, 155, 0]] * 60, atol=1)
    across = image[9, :, 0]
    assert (np.diff(across) <= 0).all()
    assert across[15] == pytest.approx(155, abs=30)  # half way between the second and third cell
    assert (image == image[:1]).all(), "rows are alike where cells are"
