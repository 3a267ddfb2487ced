"""The price of looking back, counted against real nets."""

from __future__ import annotations

import pytest
import torch

from explorer.analysis.price import prices
from explorer.data.token_tasks import VOCABULARY_SIZE
from explorer.models.seq2seq import seq2seq
from explorer.specs import AttentionSpec
from explorer.specs.base import Cell

CELLS: tuple[Cell, ...] = ("rnn", "gru", "lstm")


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("score", ["dot", "additive"])
def test_weights_and_numbers_kept_are_those_of_the_net(cell: Cell, score: str) -> None:
    spec = AttentionSpec.build({"cell": cell, "score": score, "hidden_dim": 10, "embedding_dim": 7})
    found = prices(spec, 6)
    src = torch.full((1, 6), 5)
    for net, attention in (("with", spec.score), ("without", "none")):
        model = seq2seq(
            VOCABULARY_SIZE,
            VOCABULARY_SIZE,
            embedding_dim=7,
            hidden_dim=10,
            cell=cell,
            generator=torch.Generator(),
            attention=attention,  # type: ignore[arg-type]
        )
        assert found[net].weights == sum(weight.numel() for weight in model.parameters())
        encoded = model.encoder(src)
        kept = encoded.context.numel()
        if net == "with":
            kept += model.decoder.layer.hidden(encoded.states).numel()
        assert found[net].kept == kept


def test_the_products_by_hand() -> None:
    """GRU with H = 2, E = 3; a sentence of 4 words, so 5 are said."""
    spec = AttentionSpec(hidden_dim=2, embedding_dim=3, score="dot")
    found = prices(spec, 4)
    step, read_out = 6 * (3 + 2), 2 * VOCABULARY_SIZE
    assert found["without"].products == 4 * step + 5 * (step + read_out)
    looked = 4 * 2 + 4 * 2 + 4 * 2  # q·k for 4 states, the weighed sum, W (2, 4) on both
    assert found["with"].products == found["without"].products + 5 * looked
    additive = prices(spec.but(score="additive"), 4)["with"].products
    keys, query, score = 4 * 2 * 2, 2 * 2, 4 * 2  # U k once a sentence; W q and v·tanh each word
    assert additive == found["without"].products + keys + 5 * (query + score + 4 * 2 + 4 * 2)


def test_the_price_grows_with_the_sentence_only_where_one_looks_back() -> None:
    spec = AttentionSpec()
    short, long = (prices(spec, length) for length in (4, 16))
    assert short["without"].kept == long["without"].kept == 64
    assert (short["with"].kept, long["with"].kept) == (64 * 5, 64 * 17)
