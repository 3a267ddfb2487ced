"""The hourglass: what travels to the browser, and the words it is drawn with."""

from __future__ import annotations

import json
import math
import re
from dataclasses import FrozenInstanceError, fields
from string import Formatter
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.charts import palette
from explorer.components import source
from explorer.models.autoencoder import parameter_count
from explorer.text import LANGUAGES, catalogue
from explorer.ui.hourglass import HourglassLabels, hourglass, shades, shares, words

WIDTHS = [64, 16, 2]
UNTIED, TIED = parameter_count(WIDTHS, tied=False), parameter_count(WIDTHS, tied=True)
ENCODER = 64 * 16 + 16 + 16 * 2 + 2


@pytest.fixture(params=LANGUAGES)
def labels(request: pytest.FixtureRequest) -> HourglassLabels:
    return HourglassLabels.from_catalogue(catalogue(request.param))


def drawn(**changes: Any) -> dict[str, Any]:
    """What a page that draws the tied hourglass of WIDTHS, with `changes`, sends."""

    def page(arguments: dict) -> None:  # type: ignore[type-arg]  # run without our imports
        from explorer.text import catalogue
        from explorer.ui.hourglass import HourglassLabels, hourglass

        hourglass(
            labels=HourglassLabels.from_catalogue(catalogue("en")), key="drawing", **arguments
        )

    arguments: dict[str, Any] = {
        "widths": WIDTHS,
        "tied": True,
        "encoder_parameters": ENCODER,
        "decoder_parameters": TIED - ENCODER,
        "untied_total": UNTIED,
        "tied_total": TIED,
    }
    app = AppTest.from_function(page, args=(arguments | changes,)).run()
    assert not app.exception
    (component,) = app.main.children.values()
    return json.loads(component.proto.json, parse_constant=pytest.fail)  # type: ignore[no-any-return]


def test_a_page_sends_the_real_net() -> None:
    drawing = drawn()
    assert drawing["widths"] == WIDTHS
    assert drawing["tied"] is True
    assert drawing["activity"] is None
    assert drawing["words"]["untied_total"] == f"{UNTIED:,}"


def test_a_page_sends_activity_without_nan() -> None:
    layers = [*WIDTHS, *WIDTHS[-2::-1]]
    activity = [[0.25] * width for width in layers]
    activity[2] = [math.nan, math.inf]
    sent = drawn(activity=activity)["activity"]
    assert sent == [[], [0.25] * 16, [0.0, 1.0], [0.25] * 16, []]


def test_parameters_that_do_not_add_up_are_refused(labels: HourglassLabels) -> None:
    with pytest.raises(ValueError, match="total"):
        hourglass(
            widths=WIDTHS,
            tied=False,
            labels=labels,
            encoder_parameters=ENCODER,
            decoder_parameters=TIED - ENCODER,
            untied_total=UNTIED,
            tied_total=TIED,
            key="drawing",
        )


def test_shares_are_percentages_of_the_untied_total() -> None:
    assert shares(60, 100, 75) == [60.0, 40.0, 60.0, 15.0]


def test_shades_stay_within_their_range() -> None:
    assert shades([[-1.0, 0.123], [2.0], [0.5, -math.inf]], [2, 1]) == [
        [0.0, 0.12],
        [1.0],
        [0.5, 0.0],
    ]


@pytest.mark.parametrize(
    ("activity", "complaint"),
    [([[0.5, 0.5], [0.5]], "2 layers for a net of 3"), ([[0.5], [0.5], []], "1 units for a layer")],
)
def test_shades_of_another_net_are_refused(activity: list[list[float]], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        shades(activity, [2, 1])


def test_words_hold_the_real_numbers(labels: HourglassLabels) -> None:
    said = words(labels, [784, 256, 2], 1000, 600)
    assert "784 → 256 → 2" in said["description"]
    assert "2 → 256 → 784" in said["description"]
    assert "40%" in said["saving"]
    assert not [word for word in said.values() if "{" in word or not word.strip()]


def test_labels_name_the_numbers_that_are_put_in(labels: HourglassLabels) -> None:
    named = {
        field.name: {
            name for _, name, _, _ in Formatter().parse(getattr(labels, field.name)) if name
        }
        for field in fields(labels)
    }
    assert named.pop("saving") == {"percent"}
    assert named.pop("description") == {"encoder", "decoder"}
    assert not any(named.values())


def test_labels_differ_between_languages() -> None:
    english, korean = (HourglassLabels.from_catalogue(catalogue(name)) for name in ("en", "ko"))
    assert not [
        f.name for f in fields(english) if getattr(english, f.name) == getattr(korean, f.name)
    ]


def test_labels_are_values() -> None:
    labels = HourglassLabels.from_catalogue(catalogue("en"))
    with pytest.raises(FrozenInstanceError):
        labels.code = "z"  # type: ignore[misc]


def test_the_drawing_uses_every_word_and_no_other(labels: HourglassLabels) -> None:
    hourglass_source = source("hourglass")
    used = set(re.findall(r'data-say="(\w+)"', hourglass_source.html))
    used |= set(re.findall(r"\bwords\.(\w+)", hourglass_source.js))
    assert used == set(words(labels, WIDTHS, UNTIED, TIED))


def test_the_drawing_reads_what_is_sent() -> None:
    read = re.findall(r"const \{ ([\w, ]+) \} = data;", source("hourglass").js)
    assert {name for names in read for name in names.split(", ")} == set(drawn()) - {"key"}


def test_the_drawing_has_the_colours_of_the_charts() -> None:
    css = source("hourglass").css
    for part, colour in {
        "enc": palette.ENCODER,
        "dec": palette.DECODER,
        "code": palette.CODE,
    }.items():
        assert f".{part} {{ --hue: light-dark({colour.lower()}, " in css


def test_the_source_is_read_once_and_lean() -> None:
    hourglass_source = source("hourglass")
    assert hourglass_source is source("hourglass")
    assert hourglass_source.js.startswith("const ")
    assert "export default" in hourglass_source.js
    assert not re.search(r"^\s|^//|\n\n", hourglass_source.js, re.MULTILINE)
    # It is sent again with every update, four times a second while a net trains.
    size = sum(len(part.encode()) for part in vars(hourglass_source).values())
    assert size < 10_000


def test_a_component_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        source("sandglass")
