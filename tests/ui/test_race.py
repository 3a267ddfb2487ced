"""The race: what travels to the browser, and the chapter's words around it."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import explorer.components
from explorer.analysis.race import RACERS
from explorer.analysis.surfaces import SURFACES
from explorer.charts.palette import OPTIMIZER_HUES
from explorer.components import program
from explorer.lessons.race_program import race_program
from explorer.text import LANGUAGES, catalogue
from explorer.ui.race import ANSWERS, PARTS, RANGES, drawing
from tests.charts.test_charts import VISION, closest, contrast

SOURCES = Path(explorer.components.__file__).parent / "race"
MAP_SHADES = ("#FFF9E6", "#DEE9F3", "#283A4C", "#0E141B")  # map.js: lowest and highest, both themes


def chapter() -> None:
    from explorer.ui.language import settle_language
    from explorer.ui.race import race_chapter

    settle_language()
    race_chapter()


def opened(language: str = "en") -> AppTest:
    app = AppTest.from_function(chapter, default_timeout=20)
    app.query_params["lang"] = language
    app.run()
    assert not app.exception
    return app


def shown(app: AppTest) -> str:
    return " ".join(element.value for element in (*app.markdown, *app.success, *app.info))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_guess_is_held_against_the_race_and_told(language: str) -> None:
    app = opened(language)
    assert "103" not in shown(app), "nothing is given away before the guess"
    app.radio[0].set_value("adaptive").run()
    assert not app.exception
    assert len(app.success) == 1
    assert "103" in shown(app)
    app.radio[0].set_value("all").run()
    assert len(app.info) == 1
    assert catalogue(language)("race.turning.adaptive") in app.info[0].value


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_travels_is_plain_and_complete(language: str) -> None:
    sent: dict[str, Any] = json.loads(json.dumps(drawing(catalogue(language)), allow_nan=False))
    assert list(sent["surfaces"]) == list(sent["programs"]) == list(SURFACES)
    assert sent["racers"] == list(RACERS) == list(sent["hues"])
    assert list(sent["habits"]) == list(sent["ranges"]) == list(RANGES)
    for name, (low, high, _) in sent["ranges"].items():
        assert low <= sent["habits"][name] <= high
    assert len(json.dumps(sent)) < 20_000
    assert set(ANSWERS) == {
        key.split(".")[-1] for key in catalogue(language).entries if key.startswith("race.turning.")
    } - {"question"}


def test_every_word_that_is_drawn_is_sent_and_every_word_sent_is_drawn() -> None:
    js = "".join((SOURCES / f"{part}.js").read_text(encoding="utf-8") for part in PARTS)
    html = (SOURCES / "race.html").read_text(encoding="utf-8")
    asked = set(re.findall(r'data-say="(\w+)"', html))
    asked |= {word for pair in re.findall(r'\bwords\.(\w+)|filled\("(\w+)"', js) for word in pair}
    asked |= set(re.findall(r'"(news_(?:tie|first))"', js))
    kinds = set(re.findall(r'kind: "(\w+)"', js)) | {"stuck", "underway"}
    asked |= {f"state_{kind}" for kind in kinds}
    asked |= {f"{kind}_{name}" for kind in ("surface", "about") for name in SURFACES}
    asked |= {f"{name}_habit" for name in RANGES} | {"limit_sgd", "limit_momentum", *RACERS}
    asked |= {"slow", "normal", "fast"}
    asked -= {"", "about_", "state_", "limit_"}  # the beginnings of some of these
    words = drawing(catalogue("en"))["words"]
    assert isinstance(words, dict)
    assert asked == set(words)


def test_it_is_small_because_it_is_sent_with_every_update() -> None:
    assert sum(len(part.encode()) for part in vars(program("race", PARTS)).values()) < 40_000


@pytest.mark.parametrize("vision", VISION)
def test_the_racers_are_told_apart(vision: str) -> None:
    assert closest(list(OPTIMIZER_HUES.values()), vision) > 30


@pytest.mark.parametrize("shade", MAP_SHADES)
def test_the_racers_stand_out_from_the_map(shade: str) -> None:
    numbers = ", ".join(str(int(shade[i : i + 2], 16)) for i in (1, 3, 5))
    assert f"[{numbers}]" in (SOURCES / "map.js").read_text(encoding="utf-8")
    for hue in OPTIMIZER_HUES.values():
        assert contrast(hue, shade) > 2.4  # beside its edge in the colour of the page


@pytest.mark.parametrize("name", SURFACES)
def test_a_program_needs_torch_alone_and_only_what_its_surface_takes(name: str) -> None:
    text = race_program(name)
    tree = ast.parse(text)
    modules = {
        module.split(".")[0]
        for node in ast.walk(tree)
        for module in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [part.name for part in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }
    assert modules <= {"torch", "math"}
    assert ("SEED = THROWN" in text) == bool(SURFACES[name].noise)
    assert ("TURN = DEGREES" in text) == SURFACES[name].turns
    assert f"STEPS = {SURFACES[name].steps}\n" in text
