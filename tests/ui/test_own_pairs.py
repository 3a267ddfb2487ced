"""The place for a reader's own pairs: it says what was kept, what was not, and lets go of files."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from explorer.data import own_pairs
from explorer.data.own_pairs import FEWEST_PAIRS
from explorer.text import LANGUAGES, catalogue

GOOD = [f"one Word{i}\teins Wort{i}" for i in range(FEWEST_PAIRS)]
HOSTILE = "<script>alert(1)</script> ![x](http://y/z) **b**\t$x$ <img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_kept", "_brought"):
        monkeypatch.setattr(own_pairs, name, type(getattr(own_pairs, name))())


def opened(language: str = "en") -> AppTest:
    def page(language: str) -> None:
        import streamlit as st

        from explorer.ui.language import say
        from explorer.ui.own_pairs import own_pairs
        from explorer.ui.session import memory

        memory().language = language
        st.caption(f"digest {own_pairs(say(), lesson='a-lesson', key='own')}")

    return AppTest.from_function(page, args=(language,)).run()


def digest(app: AppTest) -> str | None:
    assert not app.exception
    name = app.caption[-1].value.removeprefix("digest ")
    return None if name == "None" else str(name)


def brought(app: AppTest, *lines: str) -> AppTest:
    app.file_uploader[0].set_value(("own.tsv", "\n".join(lines).encode(), "text/plain"))
    return app.run()


def pasted(app: AppTest, *lines: str) -> AppTest:
    app.text_area[0].set_value("\n".join(lines))
    return app.button[0].click().run()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_is_read_reported_and_forgotten(language: str, forgotten: list[str]) -> None:
    app = opened(language)
    assert digest(app) is None
    brought(app, *GOOD, "", "one\ttwo\tthree", "x\ty\tz")
    name = digest(app)
    assert name is not None
    assert len(own_pairs.kept(name)) == FEWEST_PAIRS
    assert str(FEWEST_PAIRS) in app.success[0].value
    assert "UTF-8" in app.success[0].value
    table = app.dataframe[0].value
    why = [catalogue(language)(f"own_pairs.why.{reason}") for reason in ("columns", "blank")]
    assert table.to_numpy().tolist() == [
        [2, why[0], FEWEST_PAIRS + 2, "one → two → three"],
        [1, why[1], FEWEST_PAIRS + 1, ""],
    ]
    assert not app.error
    assert len(forgotten) == 1
    assert app.file_uploader[0].value is None
    assert digest(app.run()) == name


def test_pasted_lines_are_read_too() -> None:
    app = pasted(opened(), *(f"Word{i} = Wort{i}" for i in range(FEWEST_PAIRS)))
    name = digest(app)
    assert name is not None
    assert own_pairs.kept(name)[0] == (("Word0",), ("Wort0",))
    assert not app.dataframe


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_few_pairs_are_refused_with_what_was_dropped(language: str) -> None:
    app = pasted(opened(language), *GOOD[1:], "only one column")
    assert digest(app) is None
    assert str(FEWEST_PAIRS - 1) in app.error[0].value
    assert app.dataframe[0].value.to_numpy().tolist()[0][2:] == [FEWEST_PAIRS, "only one column"]
    assert not app.success


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_says_its_sentence_and_the_pairs_before_stay(
    language: str, forgotten: list[str]
) -> None:
    app = brought(opened(language), *GOOD)
    name = digest(app)
    app.file_uploader[0].set_value(("x.png", b"\x89PNG\r\n\x1a\n\x00\x00", "image/png"))
    app.run()
    assert "TSV" in app.error[0].value
    assert digest(app) == name is not None
    assert len(forgotten) == 2
    brought(app, *GOOD, "two\tzwei")
    assert not app.error
    assert digest(app) not in (name, None)


def test_markup_stays_text() -> None:
    """Shown are the first pairs as escaped HTML, and dropped lines in cells that know no markup."""
    app = brought(opened(), HOSTILE, *GOOD, HOSTILE)
    assert digest(app) is not None
    shown = app.get("html")[0].proto.body
    assert "<script" not in shown
    assert "<img" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt; ![x](http://y/z) **b**" in shown
    for element in (*app.markdown, *app.success, *app.error, *app.caption):
        assert "alert" not in element.value
    assert "<script>" in app.dataframe[0].value.to_numpy().tolist()[0][3]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pairs_that_the_server_forgot(language: str) -> None:
    app = brought(opened(language), *GOOD)
    own_pairs._kept.clear()
    app.run()
    assert digest(app) is None
    assert app.error[0].value.startswith(catalogue(language)("errors.pairs.gone")[:20])
    assert digest(brought(app, *GOOD)) is not None
    assert not app.error


def test_pairs_can_be_taken_away() -> None:
    app = brought(opened(), *GOOD, "x")
    brought(app, *GOOD, "x")  # twice the same
    assert own_pairs._kept
    app.button(key="a-lesson.own_pairs.own.remove").click().run()
    assert digest(app) is None
    assert not app.success
    assert not app.dataframe
    assert not app.error
    assert not own_pairs._kept


def test_pairs_that_others_brought_too_stay_for_them() -> None:
    one, other = brought(opened(), *GOOD), brought(opened(), *GOOD)
    one.button(key="a-lesson.own_pairs.own.remove").click().run()
    assert digest(one) is None
    assert digest(other.run()) in own_pairs._kept
    brought(other, *GOOD, "two\tzwei")  # in the place of those before
    assert [len(pairs) for pairs in own_pairs._kept.values()] == [FEWEST_PAIRS + 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bounds_are_said_beforehand(language: str) -> None:
    app = opened(language)
    said = app.file_uploader[0].help
    assert all(bound in said for bound in ("2", "5,000", "24", "2,000", "CP949"))
    assert str(FEWEST_PAIRS) in app.markdown[0].value
    assert "{" not in said + app.markdown[0].value
