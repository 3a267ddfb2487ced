"""The curves of the starts, and the picture of answers everywhere."""

from __future__ import annotations

import base64
import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from explorer.charts import palette
from explorer.charts.gates import SolvedLabels, solved_curve
from explorer.charts.pictures import answer_picture, levels_of
from tests.charts.test_charts import VISION, closest, found, without_data

LABELS = SolvedLabels(linear="ONE", deep="TWO", x="X", share="SHARE", description="Starts.")


def history(count: int) -> pd.DataFrame:
    rows = [(step, net, 0.5) for step in range(count) for net in ("TWO", "ONE")]
    return pd.DataFrame(rows, columns=["step", "net", "share"])


def test_only_the_data_change() -> None:
    few, many = (without_data(solved_curve(history(n), LABELS)) for n in (2, 9))
    assert few == many


def test_one_neuron_is_dashed_and_both_have_their_colours() -> None:
    spec = solved_curve(history(2), LABELS).to_dict()
    assert spec["description"] == "Starts."
    (scale,) = {
        (tuple(channel["scale"]["domain"]), tuple(channel["scale"]["range"]))
        for channel in found(spec, "color")
        if "scale" in channel
    }
    assert scale == (("ONE", "TWO"), (palette.LINEAR, palette.DEEP))
    dashes = found(spec, "strokeDash")[0]["scale"]
    legends = [
        channel["legend"] for kind in ("color", "strokeDash") for channel in found(spec, kind)
    ]
    assert all(legend == legends[0] for legend in legends), "one legend shows colours and dashes"
    assert dashes["domain"] == ["ONE", "TWO"]
    assert dashes["range"][0] != dashes["range"][1] == [1, 0]


def pixels(uri: str) -> np.ndarray:
    raw = base64.b64decode(uri.removeprefix("data:image/png;base64,"))
    return np.array(Image.open(io.BytesIO(raw)))


def test_a_firm_answer_is_full_colour_and_a_half_is_white() -> None:
    drawn = pixels(answer_picture(np.array([[0, 0.5, 1], [0.25, 0.5, 0.75]])))
    assert drawn.shape == (2, 3, 4)
    assert (drawn[..., 3] == 255).all()
    no, yes = (np.array(levels_of(hue)) for hue in (palette.AGAINST, palette.FOR))
    assert drawn[0, :, :3].tolist() == [no.tolist(), [255] * 3, yes.tolist()]
    for pixel, full in ((drawn[1, 0, :3], no), (drawn[1, 2, :3], yes)):
        np.testing.assert_allclose(pixel, (255 + full) / 2, atol=1)


@pytest.mark.parametrize("vision", VISION)
def test_yes_and_no_are_told_apart(vision: str) -> None:
    assert closest([palette.FOR, palette.AGAINST], vision) > 20
    assert closest([palette.LINEAR, palette.DEEP], vision) > 20
