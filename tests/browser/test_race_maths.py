"""The race's arithmetic, in a real Chromium, against torch.optim step for step."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page

from explorer.analysis.race import FIRST_THROW, RACERS, RATES, Habits, arrival, paths
from explorer.analysis.surfaces import SURFACES, Floats, throws, turned
from explorer.components import program
from explorer.lessons.race_program import race_program
from explorer.specs import Optimizer as Name
from explorer.ui.race import PARTS
from tests.browser.test_latent_pad_maths import CALL

pytestmark = pytest.mark.browser

STEPS = 200
CLOSE = 1e-9
EPSILON = 2.0**-52
ROUNDINGS = 100  # to one: a step is rounded more than once
FAR = 1e9
CAREFUL = {"sgd": 1.0, "momentum": 1.0, "rmsprop": 1.0, "adam": 1.0}
BOLD = {"sgd": 1.25, "momentum": 2.0, "rmsprop": 4.0, "adam": 4.0}  # times the first rates
HABITS = (Habits(), Habits(momentum=0.5, alpha=0.9, beta1=0.7, beta2=0.95))
TURN = 25.0


@pytest.fixture(scope="module")
def blank(chromium: Browser) -> Page:
    return chromium.new_page()


def called(page: Page, part: str, body: str, given: object = None) -> Any:
    """What `body` returns, which knows the exports of a part as `part`, and `given`."""
    source = program("race", PARTS[: PARTS.index(part) + 1]).js
    return page.evaluate(CALL, [source, body, given])


def starts(name: str) -> list[tuple[float, float]]:
    """The surface's own start, those at which something is special, and some others."""
    surface = SURFACES[name]
    left, right, bottom, top = surface.box
    rng = np.random.default_rng(3)
    others = rng.uniform([left, bottom], [right, top], size=(3, 2)).round(3)
    special = [surface.start, *([surface.trap] if surface.trap else [])]
    return [*special, *[(float(x), float(y)) for x, y in others]]


def raced(page: Page, surface: str, rates: dict[str, float], habits: Habits) -> Any:
    given = {
        "surface": surface,
        "starts": starts(surface),
        "rates": rates,
        "habits": asdict(habits),
        "steps": STEPS,
        "turn": TURN if SURFACES[surface].turns else 0,
        "sigma": SURFACES[surface].noise,
        "noise": np.ravel(throws(FIRST_THROW, STEPS)).tolist(),
    }
    body = """
      const way = (name, start) => {
        const { xy, last } = part.run(name, { ...given, start, rate: given.rates[name] });
        return [last, Array.from(xy)];
      };
      return Object.keys(given.rates).map((name) => given.starts.map((start) => way(name, start)));
    """
    return called(page, "optimizers", body, given)


@pytest.mark.parametrize("habits", HABITS, ids=["torch's own", "others"])
@pytest.mark.parametrize("pace", [CAREFUL, BOLD], ids=["first rates", "bold rates"])
@pytest.mark.parametrize("surface", SURFACES)
def test_every_path_is_that_of_torch_step_for_step(
    blank: Page, surface: str, pace: dict[Name, float], habits: Habits
) -> None:
    """To a billionth, over 200 steps.

    Steps that are too large can make a path chaotic: then torch's own path becomes another one when
    each step differs in its last binary digit, and so much is allowed there to ours as well.
    """
    place, own = SURFACES[surface], starts(surface)
    rates: dict[Name, float] = {name: pace[name] * place.rates[name] for name in RACERS}
    found = raced(blank, surface, {str(name): rate for name, rate in rates.items()}, habits)
    exact = whole = 0
    for name, ways in zip(RACERS, found, strict=True):
        with np.errstate(all="ignore"):
            expected, beside = (
                paths(name, place, own, rate=rate, turn=TURN, habits=habits, steps=STEPS)
                for rate in (rates[name], rates[name] * (1 + EPSILON))
            )
        for start, (last, xy) in enumerate(ways):
            theirs, twin = expected[: last + 1, start], beside[: last + 1, start]
            ours = np.array(xy).reshape(-1, 2)[: last + 1]
            assert last == last_within_reach(expected[:, start])
            chaos = ROUNDINGS * np.maximum.accumulate(np.abs(theirs - twin).max(axis=1))[:, None]
            apart, close = np.abs(ours - theirs), CLOSE * np.maximum(1, np.abs(theirs))
            assert (apart <= close + chaos * (chaos > close)).all(), name
            exact += int((apart <= close).all(axis=1).sum())
            whole += len(ours)
    usual = pace is CAREFUL and habits == Habits()
    assert exact == whole if usual else exact > 0.85 * whole


def last_within_reach(places: Floats) -> int:
    """The last step before a path leads out of all bounds."""
    gone = np.flatnonzero(~(np.abs(places) < FAR).all(axis=1))
    return int(gone[0]) - 1 if len(gone) else len(places) - 1


@pytest.mark.parametrize("surface", SURFACES)
def test_heights_are_those_of_torch(blank: Page, surface: str) -> None:
    left, right, bottom, top = SURFACES[surface].box
    points = np.random.default_rng(1).uniform([left, bottom], [right, top], size=(50, 2))
    body = "const at = part.SURFACES[given[0]](25); return given[1].map((p) => at.value(...p));"
    x, y = torch.tensor(points).T
    angle = {"turn": TURN} if SURFACES[surface].turns else {}
    expected = SURFACES[surface].loss(x, y, **angle).numpy()
    found = called(blank, "surfaces", body, [surface, points.tolist()])
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_noise_and_turning_are_the_same_in_both_languages(blank: Page) -> None:
    body = """
      const first = part.throws(given, 40), on = part.throws(first.seed, 2);
      const away = part.turned(-2.7, 0.9, 30);
      return [Array.from(first.noise), Array.from(on.noise), away];"""
    first, on, away = called(blank, "surfaces", body, FIRST_THROW)
    rows = throws(FIRST_THROW, 42)
    assert [*first, *on] == [number for row in rows for number in row]
    assert away == pytest.approx(turned((-2.7, 0.9), 30), rel=1e-15)


def place(name: str, **more: object) -> dict[str, object]:
    """What the browser knows of a race on a surface, as the page opens it."""
    surface = SURFACES[name]
    given = {
        "name": name,
        "surface": name,
        "start": surface.start,
        "box": surface.box,
        "minima": surface.minima,
        "goal": surface.goal,
        "noise": np.ravel(throws(FIRST_THROW, surface.steps)).tolist(),
        "sigma": surface.noise,
        "steps": surface.steps,
        "turn": 0,
        "habits": asdict(Habits()),
    }
    return given | more


@pytest.mark.parametrize("name", SURFACES)
def test_arrivals_are_those_of_the_paths(blank: Page, name: str) -> None:
    surface = SURFACES[name]
    body = """
      const rated = Object.entries(given.rates);
      const racers = rated.map(([name, rate]) => part.raced(name, { ...given, rate }));
      return part.podium(racers).map(({ name, arrival, place }) => [name, arrival, place]);"""
    found = called(blank, "judge", body, place(name, rates=surface.rates))
    arrived = {
        racer: step
        for racer in RACERS
        if (step := arrival(paths(racer, surface, [surface.start])[:, 0], surface)) is not None
    }
    assert {racer: step for racer, step, _ in found} == arrived
    assert [step for _, step, _ in found] == sorted(arrived.values())
    for _, step, rank in found:
        assert rank == 1 + sum(other < step for other in arrived.values())


def test_the_best_rate_is_that_of_which_the_path_arrives_first(blank: Page) -> None:
    surface = SURFACES["saddle"]
    body = "return part.tuned('adam', given, given.rates)"
    found = called(blank, "judge", body, place("saddle", rates=RATES))
    tried = {}
    for rate in RATES[27:40]:  # around the best
        step = arrival(paths("adam", surface, [surface.start], rate=rate)[:, 0], surface)
        tried[rate] = surface.steps + 1 if step is None else step
    assert found["arrival"] == min(tried.values())
    assert tried[found["rate"]] == found["arrival"]


def test_who_never_arrives_takes_the_rate_that_ends_lowest_and_none_that_diverges(
    blank: Page,
) -> None:
    body = "return part.tuned('sgd', given, given.rates)"
    found = called(blank, "judge", body, place("rosenbrock", rates=RATES))
    assert found["arrival"] == math.inf
    ends = {}
    surface = SURFACES["rosenbrock"]
    for rate in RATES[10:18]:  # from too slow to too fast
        places = paths("sgd", surface, [surface.start], rate=rate)[:, 0]
        ends[rate] = float(surface.loss(*torch.tensor(places[-20:]).T).mean())
    assert found["rate"] == min((loss, rate) for rate, loss in ends.items() if loss == loss)[1]


PEN = """
  const said = [], lines = [];
  const known = { fillText: (text) => said.push(text), lineTo: (x, y) => lines.push([x, y]) };
  const pen = new Proxy(known, {
    get: (known, name) => known[name] ?? (() => {}),
    set: () => true,
  });
"""


def test_a_line_leaves_the_chart_where_the_axis_says_so(blank: Page) -> None:
    body = f"""{PEN}
      const losses = Float64Array.from(given), last = given.length - 1, colours = {{ hues: {{}} }};
      const racers = [{{ name: "sgd", losses, last }}], size = {{ width: 400, height: 200 }};
      part.drawLosses(pen, size, racers, last, last, colours);
      return [said, lines.slice(-last - 2, -1).map(([x, y]) => y), part.decades(racers)];"""
    said, ys, axis = called(blank, "chart", body, [1, 1e-4, 1e-8, 1e-12, 0])
    assert axis == [-8, 0, True, False]
    assert "≤ 10⁻⁸" in said
    assert ys[1] - ys[0] == pytest.approx(ys[2] - ys[1])
    assert ys[3] - ys[2] == pytest.approx(ys[2] - ys[1]), "it falls on, out of what is shown"
    said, _, axis = called(blank, "chart", body, [1, 1e3, 1e9])
    assert axis == [0, 4, False, True]
    assert "≥ 10⁴" in said
    said, _, axis = called(blank, "chart", body, [1, 0.5])
    assert not [text for text in said if text[0] in "≤≥"]


def test_a_loss_is_written_as_far_as_it_means_something(blank: Page) -> None:
    found = called(blank, "chart", "return given.map(part.written)", [12.34, 8.1e-4, 8e-19, 0, 2e7])
    assert found == ["12.3", "8.1·10⁻⁴", "< 10⁻¹²", "< 10⁻¹²", "2.0·10⁷"]


def test_four_on_one_spot_are_all_seen_and_one_alone_is_where_it_is(blank: Page) -> None:
    body = """
      const spots = [], pen = new Proxy({ translate: (x, y) => spots.push([x, y]) }, {
        get: (known, name) => known[name] ?? (() => {}),
        set: () => true,
      });
      const view = new part.View([-3, 3, -2, 2], 600);
      const racers = given.map(([name, x, y]) => ({ name, xy: [x, y], last: 0 }));
      part.drawBalls(pen, view, racers, 0, {}, "white");
      return spots;"""
    together = called(blank, "map", body, [[name, 1.0, 1.0] for name in RACERS])
    for i, one in enumerate(together):
        assert math.dist(one, (400, 100)) < 12
        assert all(math.dist(one, other) > 12 for other in together[:i])
    apart = called(blank, "map", body, [["sgd", 1.0, 1.0], ["adam", 0.0, 0.0]])
    assert apart == [[400, 100], [300, 200]]


@pytest.mark.parametrize(
    ("name", "start", "rate", "kind"),
    [
        ("ravine", [-2.7, 0.9], 0.0315, "goal"),
        ("ravine", [-2.7, 0.9], 0.001, "underway"),
        ("ravine", [-2.7, 0.9], 0.041, "off"),
        ("ravine", [-2.7, 0.9], 0.08, "diverged"),
        ("saddle", [-1.8, 0.0], 0.1, "stuck"),
        ("saddle", [-1.8, 1e-12], 0.1, "underway"),
    ],
)
def test_what_is_said_of_a_racer(
    blank: Page, name: str, start: list[float], rate: float, kind: str
) -> None:
    body = """
      const racer = part.raced("sgd", given);
      return part.state(racer, given.steps, { ...given, noise: 0 });"""
    found = called(blank, "judge", body, place(name, start=start, rate=rate))
    assert found["kind"] == kind


# The program --------------------------------------------------------------------------------------


def ends(program: Path) -> dict[str, dict[str, tuple[float, float]]]:
    """The end points that programs print, by surface and racer, run where this app is not."""
    done = subprocess.run(
        [sys.executable, "-W", "error", program.name],
        cwd=program.parent,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for line in done.stdout.splitlines():
        match line.split():
            case ["surface", surface]:
                found[surface] = {}
            case [name, "x", x, "y", y, "loss", _]:
                found[surface][name.lower()] = (float(x), float(y))
    return found


def test_the_program_of_each_surface_ends_where_the_browser_does(
    blank: Page, tmp_path: Path
) -> None:
    """All in one process: to import torch costs more than the races."""
    body = """
      const told = (name) => ({ ...given.race[name], ...given.shared });
      const filled = (name) => part.program(given.texts[name], told(name));
      return Object.fromEntries(Object.keys(given.race).map((name) => [name, filled(name)]));
    """
    shared = {"seed": 4711, "benched": ["rmsprop"], "habits": asdict(Habits(momentum=0.8))}
    race = {}
    for name, surface in SURFACES.items():
        turn = 35 if surface.turns else 0
        race[name] = {"start": (-1.25, 0.375), "turn": turn, "rates": dict(surface.rates)}
    texts = {name: race_program(name) for name in SURFACES}
    given = {"race": race, "texts": texts, "shared": shared}
    programs = called(blank, "program", body, given)
    lines = ["import runpy"]
    for name, text in programs.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        lines += [f"print('surface {name}')", f"runpy.run_path('{name}.py')"]
    (tmp_path / "all.py").write_text("\n".join(lines), encoding="utf-8")
    printed = ends(tmp_path / "all.py")
    body = """
      return Object.keys(given.rates).map((name) => {
        const { xy, last } = part.run(name, { ...given, rate: given.rates[name] });
        return [name, last, Array.from(xy.subarray(2 * last))];
      });"""
    for name, set_up in race.items():
        surface = SURFACES[name]
        known = place(name, **set_up, habits=shared["habits"])
        known["noise"] = np.ravel(throws(4711, surface.steps)).tolist()
        found = called(blank, "optimizers", body, known)
        expected = {racer: end for racer, _, end in found if racer != "rmsprop"}
        assert set(printed[name]) == set(expected)
        for racer, end in expected.items():
            assert printed[name][racer] == pytest.approx(end, rel=1e-8, abs=1e-8)
