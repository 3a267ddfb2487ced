"""The beam on the page: who is kept, who is left, who wins; nothing of the reader's is markup."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from explorer.data import own_pairs
from explorer.data.pairs import corpus
from explorer.models.decoding import BeamStep, Hypothesis
from explorer.ui.beams import log_probability


@pytest.fixture
def digest() -> str:
    lines = "\n".join(f"s{n}\t<b>{n}</b> a&b" for n in range(30))
    return own_pairs.keep(own_pairs.read_pairs(lines.encode()))


def table(digest: str, steps: list[BeamStep]) -> str:
    def page(digest: str, steps: list) -> None:  # type: ignore[type-arg]  # run without our imports
        from explorer.data.pairs import corpus
        from explorer.text import catalogue
        from explorer.ui.beams import beam_table

        beam_table(steps, corpus("own", digest), catalogue("en"))

    app = AppTest.from_function(page, args=(digest, steps)).run()
    assert not app.exception
    return str(app.get("html")[0].proto.body)


def test_the_way_to_the_winner_is_framed_and_the_dropped_are_told_apart(digest: str) -> None:
    first, second = corpus("own", digest).target.ids(["a&b", "<b>7</b>"])
    steps = [
        BeamStep([Hypothesis((first,), -0.5), Hypothesis((second,), -0.9)], [Hypothesis((2,), -3)]),
        BeamStep([Hypothesis((second, 2), -1.25)], [Hypothesis((first, second), -4)]),
    ]
    html = table(digest, steps)
    framed = re.findall(r'<span class="one win">(.*?)</span>', html)
    assert framed == [
        "<bdi>&lt;b&gt;7&lt;/b&gt;</bdi> <small>−0.90</small>",
        "<bdi>&lt;b&gt;7&lt;/b&gt;</bdi> "
        '<abbr title="the answer has ended">■</abbr> <small>−1.25</small>',
    ]
    assert html.count("<del ") == 2
    assert "<b>" not in html


@pytest.mark.parametrize(
    ("nats", "digits", "said"),
    [(-1.25, 2, "−1.25"), (-0.0004, 2, "> −0.01"), (-0.0004, 3, "> −0.001"), (-0.006, 2, "−0.01")],
)
def test_almost_certain_is_not_said_to_be_certain(nats: float, digits: int, said: str) -> None:
    assert log_probability(nats, digits) == said
