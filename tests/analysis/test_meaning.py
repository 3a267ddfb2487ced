"""How near two languages lie, what went wrong with a number, and the frames of both."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.decomposition import PCA

from explorer.analysis.meaning import (
    KINDS,
    Floats,
    commonest_place,
    leader,
    map_frame,
    meaning_plane,
    nearness,
    share_history,
    shares_of,
    slip_of,
    spread,
    without_prefix,
)
from explorer.data.number_words import korean, words_of
from explorer.training.loop import Snapshot


def codes(rows: int, units: int = 6, seed: int = 0) -> Floats:
    drawn = np.random.default_rng(seed).normal(size=(rows, units))
    return drawn.astype(np.float32)


# How near the codes lie ---------------------------------------------------------------------------


def test_nearness_by_hand() -> None:
    one = np.array([[0, 0], [10, 0]], dtype=np.float32)
    other = np.array([[0, 1], [10, 1]], dtype=np.float32)
    found = nearness(one, other)
    assert found.ratio == pytest.approx(1 / math.sqrt(101))
    assert found.own_nearest == 1


def test_names_that_coincide_and_names_that_lie_anywhere() -> None:
    one = codes(300)
    assert nearness(one, one) == (0, 1)
    strangers = nearness(one, codes(300, seed=1))
    assert strangers.ratio == pytest.approx(1, abs=0.1)
    assert strangers.own_nearest < 0.03


def test_both_directions_count() -> None:
    one = np.array([[0.0], [4.0]], dtype=np.float32)
    other = np.array([[0.0], [1.0]], dtype=np.float32)
    # 0 → 0 and 4 → 1 are right; 0 → 0 is right, but the nearest to 1 is 0.
    assert nearness(one, other).own_nearest == 0.75


def test_codes_that_are_all_the_same_or_not_finite_have_no_ratio() -> None:
    point = np.zeros((5, 3), dtype=np.float32)
    assert math.isnan(nearness(point, point).ratio)
    lost = np.full((5, 3), np.nan, dtype=np.float32)
    assert all(math.isnan(value) for value in nearness(lost, point))
    assert np.isnan(meaning_plane(lost, point, range(5))).all()


def test_the_spread_is_that_of_a_unit() -> None:
    assert spread(np.array([[0, 5], [2, 5]], dtype=np.float32)) == 0.5


def test_the_plane_is_that_of_a_pca_whatever_way_it_is_turned() -> None:
    one, other = codes(40, 5), codes(40, 5, seed=1)
    places = meaning_plane(one, other, range(40)).reshape(80, 2)
    expected = PCA(2).fit_transform(np.concatenate([one, other]))
    np.testing.assert_allclose(places @ places.T, expected @ expected.T, atol=1e-4)


def test_large_numbers_lie_to_the_right_however_the_codes_are_turned() -> None:
    numbers = np.arange(0, 10_000, 125)
    line = np.column_stack([numbers, 300 * (numbers // 100 % 10), np.zeros(len(numbers))])
    line = (line / 1_000).astype(np.float32)
    for turned in (line, -line, line[:, ::-1].copy(), line * [1, -1, 1]):
        moved = turned.astype(np.float32)
        places = meaning_plane(moved, moved, numbers.tolist())
        assert np.corrcoef(places[0, :, 0], numbers)[0, 1] > 0.9
        assert np.corrcoef(places[0, :, 1], numbers // 100 % 10)[0, 1] > 0.5


# What goes wrong ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_is_right_is_no_slip(language: str) -> None:
    assert slip_of(2021, words_of(2021, language), language) is None


@pytest.mark.parametrize(
    ("said", "kind", "places", "heard"),
    [
        (korean(2022), "one_place", ("units",), 2022),
        (korean(5021), "one_place", ("thousands",), 5021),
        (korean(2131), "several", ("hundreds", "tens"), 2131),
        (("십", "십"), "no_number", (), None),
        ((), "no_number", (), None),
        (("이", "천", "이", "십", "일", "일"), "no_number", (), None),
        (("이", "일", "천", "이", "십", "일"), "other_form", (), 2021),
    ],
)
def test_what_is_wrong(
    said: tuple[str, ...], kind: str, places: tuple[str, ...], heard: int | None
) -> None:
    slip = slip_of(2021, said, "ko")
    assert slip is not None
    assert (slip.kind, slip.places, slip.heard) == (kind, places, heard)
    assert (slip.asked, slip.said) == ("이천이십일", "".join(said))


def test_a_missing_and_is_another_form() -> None:
    slip = slip_of(101, ("one", "hundred", "one"), "en")
    assert slip is not None
    assert (slip.kind, slip.heard) == ("other_form", 101)


def test_kinds_add_up_and_the_commonest_place_is_found() -> None:
    said = [korean(n) for n in (2022, 2023, 2031, 5131)] + [("십", "십")]
    slips = [slip for words in said if (slip := slip_of(2021, words, "ko"))]
    assert shares_of(slips) == {
        "one_place": 0.6,
        "several": 0.2,
        "no_number": 0.2,
        "other_form": 0,
    }
    assert commonest_place(slips) == "units"
    assert tuple(shares_of(slips)) == KINDS


def test_without_slips_there_is_nothing_to_share() -> None:
    assert shares_of([]) == {}
    assert commonest_place([]) is None


def test_a_small_lead_is_none() -> None:
    assert leader([0.9, 0.8], [0.5, 0.5]) == "code"
    assert leader([0.5, 0.9], [0.8, 0.9]) == "pairs"
    assert leader([0.5, 0.91], [0.51, 0.9]) == "tie"


# Frames -------------------------------------------------------------------------------------------


def test_a_code_knows_where_the_other_language_has_its_number() -> None:
    places = np.array([[[0, 1], [2, 3]], [[4, 5], [6, 7]]], dtype=np.float32)
    frame = map_frame(places, [21, 300], {"en": "English", "ko": "한국어"})
    assert frame.to_dict("list") == {
        "x": [0, 2, 4, 6],
        "y": [1, 3, 5, 7],
        "to_x": [4, 6, 0, 2],
        "to_y": [5, 7, 1, 3],
        "language": ["English"] * 2 + ["한국어"] * 2,
        "number": [21, 300, 21, 300],
        "names": ["twenty-one · 이십일", "three hundred · 삼백"] * 2,
    }


def test_the_history_has_the_words_of_its_series() -> None:
    history = [Snapshot(step, 0.0, {"a": step / 10, "b": 0.5}) for step in (0, 5)]
    frame = share_history(history, {"a": "one", "b": "other"})
    assert frame.values.tolist() == [
        [0, "one", 0],
        [5, "one", 0.5],
        [0, "other", 0.5],
        [5, "other", 0.5],
    ]
    assert list(frame.columns) == ["step", "series", "share"]


def test_a_prefix_goes_and_others_stay_away() -> None:
    assert without_prefix({"glance.a": 1.0, "b": 2.0}, "glance.") == {"a": 1.0}
