"""Curvatures and their limits: one specification, and one colour for a net and its limit."""

from __future__ import annotations

import pytest

from explorer.analysis.edge import edge_losses, sharpness_history
from explorer.charts import palette
from explorer.charts.edge import EdgeLabels, edge_loss_curves, sharpness_curves
from explorer.charts.style import specification
from explorer.training.loop import Snapshot
from tests.charts.test_charts import VISION, closest

NETS = {"small": "SMALL", "middle": "MIDDLE", "large": "LARGE"}
LABELS = EdgeLabels(nets=tuple(NETS.items()), step="STEP", value="VALUE", description="They rise.")
STORY = [
    Snapshot(
        step,
        0.0,
        {f"sharpness.{net}": 5.0 + step for net in NETS}
        | {f"edge_limit.{net}": 10.0 * (i + 1) for i, net in enumerate(NETS)}
        | {f"loss.{net}": 1 / (1 + step) for net in NETS},
    )
    for step in (0, 5, 10)
]
CHARTS = {
    "sharpness": (sharpness_curves, sharpness_history(STORY, NETS)),
    "loss": (edge_loss_curves, edge_losses(STORY, NETS)),
}


@pytest.mark.parametrize("name", CHARTS)
def test_only_the_data_changes(name: str) -> None:
    chart, frame = CHARTS[name]
    one, other = (specification(chart, LABELS, rows) for rows in (frame, frame.head(3)))
    assert one.pop("datasets")["rows"] is frame
    other.pop("datasets")
    assert one == other
    assert one["description"] == "They rise."


def test_each_net_and_its_limit_share_a_colour() -> None:
    drawn = specification(sharpness_curves, LABELS, CHARTS["sharpness"][1])
    rule, word, *curves = drawn["layer"]
    assert rule["mark"]["strokeDash"]
    assert rule["transform"][0]["groupby"] == ["series"]
    for layer in (rule, word, curves[0]):
        scale = layer["encoding"]["color"]["scale"]
        assert scale["domain"] == list(NETS.values())
        assert scale["range"] == list(palette.RATE_HUES.values())


def test_charts_beside_each_other_are_equally_high() -> None:
    heights = {specification(chart, LABELS, frame)["height"] for chart, frame in CHARTS.values()}
    assert len(heights) == 1


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("hues", [palette.RATE_HUES, palette.ZONE_HUES], ids=["rates", "zones"])
def test_colours_of_one_picture_are_told_apart(vision: str, hues: dict[str, str]) -> None:
    assert closest(list(hues.values()), vision) > 20
