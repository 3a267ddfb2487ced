"""One sentence through a net with attention, and looks that are turned."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from explorer.analysis.looking_back import Turned, answer
from explorer.data.vocabulary import EOS, PAD
from explorer.models.decoding import greedy
from explorer.models.seq2seq import Seq2Seq, seq2seq
from explorer.specs import AttentionKind

SENTENCE = (3, 9, 5, 9, 17)
KINDS: tuple[AttentionKind, ...] = ("dot", "additive")


def net(attention: AttentionKind, seed: int = 3) -> Seq2Seq:
    generator = torch.Generator().manual_seed(seed)
    return seq2seq(
        19,
        19,
        embedding_dim=8,
        hidden_dim=16,
        cell="lstm",
        generator=generator,
        attention=attention,
    )


@pytest.mark.parametrize("attention", ["none", *KINDS])
def test_it_says_what_greedy_decoding_says(attention: AttentionKind) -> None:
    for seed in range(4):
        model = net(attention, seed)
        said = greedy(model, torch.tensor([SENTENCE]), 9)[0].tolist()
        found = answer(model, SENTENCE, 9)
        assert list(found.tokens) == [token for token in said if token != PAD]
        assert len(found.probabilities) == len(found.tokens)
        assert all(1 / 17 <= chance <= 1 for chance in found.probabilities)
        assert (found.looks is None) == (attention == "none")


@pytest.mark.parametrize("attention", KINDS)
def test_looks_sum_to_one_and_a_turned_one_lies_where_it_should(attention: AttentionKind) -> None:
    model = net(attention)
    plain = answer(model, SENTENCE, 7)
    now = answer(model, SENTENCE, 7, {1: Turned(4, 0.6)})
    assert plain.looks is not None
    assert now.looks is not None
    for looks in (plain.looks, now.looks):
        assert looks.sum(axis=1) == pytest.approx(np.ones(len(looks)), abs=1e-5)
    assert now.looks[1, 4] == pytest.approx(0.6, abs=1e-5)
    rest, before = np.delete(now.looks[1], 4), np.delete(plain.looks[1], 4)
    assert rest / rest.sum() == pytest.approx(before / before.sum(), abs=1e-5)


@pytest.mark.parametrize("attention", KINDS)
def test_what_comes_before_a_turned_look_stays(attention: AttentionKind) -> None:
    model = net(attention)
    plain, now = (answer(model, SENTENCE, 7, turned) for turned in (None, {2: Turned(0, 1.0)}))
    assert plain.looks is not None
    assert now.looks is not None
    assert plain.tokens[:2] == now.tokens[:2]
    assert np.array_equal(plain.looks[:2], now.looks[:2])
    assert now.looks[2].tolist() == pytest.approx([1, 0, 0, 0, 0], abs=1e-6)


def test_a_look_that_is_turned_to_where_it_lay_changes_nothing() -> None:
    model = net("dot")
    plain = answer(model, SENTENCE, 7)
    assert plain.looks is not None
    own = {row: Turned(2, float(look[2])) for row, look in enumerate(plain.looks)}
    now = answer(model, SENTENCE, 7, own)
    assert now.tokens == plain.tokens
    assert now.probabilities == pytest.approx(plain.probabilities, abs=1e-5)


def test_a_look_can_be_taken_away_from_its_only_word() -> None:
    """A sentence of one word leaves nothing else to look at; of two, the other has the rest."""
    model = net("dot")
    one = answer(model, SENTENCE[:1], 3, {0: Turned(0, 0.0)})
    assert one.looks is not None
    assert one.looks[0].tolist() == pytest.approx([1.0])
    two = answer(model, SENTENCE[:2], 3, {0: Turned(0, 0.25)})
    assert two.looks is not None
    assert two.looks[0].tolist() == pytest.approx([0.25, 0.75])


def test_the_words_of_an_answer_end_before_its_end() -> None:
    model = net("dot")
    with torch.no_grad():
        model.get_parameter("decoder.readout.bias")[EOS] = 50
    found = answer(model, SENTENCE, 7)
    assert found.tokens == (EOS,)
    assert found.words == ()
    with torch.no_grad():
        model.get_parameter("decoder.readout.bias")[EOS] = -50
    found = answer(model, SENTENCE, 7)
    assert len(found.words) == len(found.tokens) == 7
