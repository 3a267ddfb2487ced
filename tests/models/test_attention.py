"""Attention looks at the source and nowhere else; both scores are what their papers say."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.models.attention import SCORES, AdditiveScore, Attention, DotScore
from explorer.specs import AttentionKind, Spec

B, T, S, H = 3, 4, 5, 6
LENGTHS = torch.tensor([5, 1, 3])
every_kind = pytest.mark.parametrize("kind", sorted(SCORES))


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def states(length: int = S, seed: int = 1) -> Tensor:
    return torch.randn(B, length, H, generator=rng(seed))


def mask(length: int = S) -> Tensor:
    return torch.arange(length) < LENGTHS.unsqueeze(1)


def test_the_scores_are_those_a_spec_may_name() -> None:
    class Named(Spec):
        lesson = "named"
        kind: AttentionKind = "none"

    assert {"none", *SCORES} == set(Named.choices("kind"))


@every_kind
def test_weights_are_0_on_padding_and_sum_to_1(kind: str) -> None:
    attention = Attention(kind, H, rng())
    hidden, weights = attention(states(T), states(seed=2), mask())
    assert hidden.shape == (B, T, H)
    assert weights.shape == (B, T, S)
    assert not weights[~mask().unsqueeze(1).expand_as(weights)].any()
    assert torch.allclose(weights.sum(dim=2), torch.ones(B, T), atol=1e-6)
    assert torch.equal(weights[1, :, 0], torch.ones(T))  # a source of one token


@every_kind
def test_what_stands_on_padding_changes_nothing(kind: str) -> None:
    attention, queries, keys = Attention(kind, H, rng()), states(T), states(seed=2)
    disturbed = torch.where(mask().unsqueeze(2), keys, torch.full_like(keys, 1e3))
    for one, other in zip(
        attention(queries, keys, mask()), attention(queries, disturbed, mask()), strict=True
    ):
        assert torch.equal(one, other)


@every_kind
def test_longer_padding_changes_nothing(kind: str) -> None:
    attention, queries, keys = Attention(kind, H, rng()), states(T), states(seed=2)
    short = attention(queries, keys, mask())
    long = attention(queries, F.pad(keys, (0, 0, 0, 3)), F.pad(mask(), (0, 3)))
    assert torch.allclose(long.hidden, short.hidden, atol=1e-6)
    assert torch.allclose(long.weights, F.pad(short.weights, (0, 3)), atol=1e-6)


def test_a_dot_score_by_hand() -> None:
    score = DotScore(2, rng())
    queries, keys = torch.tensor([[[1.0, 2.0]]]), torch.tensor([[[3.0, 0.0], [0.5, -1.0]]])
    assert score(queries, keys).tolist() == [[[3.0, -1.5]]]
    assert not list(score.parameters())


def test_an_additive_score_pair_by_pair() -> None:
    score, queries, keys = AdditiveScore(H, rng()), states(T), states(seed=2)
    together = score(queries, keys)
    for b, t, s in ((0, 0, 0), (1, 3, 4), (2, 2, 1)):
        inner = (score.query @ queries[b, t] + score.key @ keys[b, s]).tanh()
        assert together[b, t, s].item() == pytest.approx((score.score[0] @ inner).item(), abs=1e-5)


def test_the_glimpse_is_the_weighed_mean_of_the_states() -> None:
    attention, queries, keys = Attention("dot", H, rng()), states(T), states(seed=2)
    hidden, weights = attention(queries, keys, mask())
    found = sum(weights[0, 2, s] * keys[0, s] for s in range(S))
    expected = (attention.combine @ torch.cat([found, queries[0, 2]])).tanh()
    assert torch.allclose(hidden[0, 2], expected, atol=1e-6)


@every_kind
def test_a_dominant_key_takes_it_all(kind: str) -> None:
    """A query looks where its own direction is; an additive score can be taught to."""
    attention, keys = Attention(kind, H, rng()), torch.zeros(1, S, H)
    keys[0, 3] = 20
    if isinstance(attention.score, AdditiveScore):
        torch.nn.init.constant_(attention.score.score, 20)
        torch.nn.init.eye_(attention.score.key)
    weights = attention(torch.ones(1, 1, H), keys, torch.ones(1, S, dtype=torch.bool)).weights
    assert weights[0, 0, 3] > 0.99


@every_kind
def test_overriding_with_its_own_weights_changes_nothing(kind: str) -> None:
    attention, queries, keys = Attention(kind, H, rng()), states(T), states(seed=2)
    own = attention(queries, keys, mask())
    again = attention(queries, keys, mask(), own.weights)
    assert torch.allclose(again.hidden, own.hidden, atol=1e-6)
    assert torch.allclose(again.weights, own.weights, atol=1e-6)


def test_an_override_is_masked_and_brought_to_1() -> None:
    attention, queries, keys = Attention("dot", H, rng()), states(1), states(seed=2)
    override = torch.tensor([[1.0, 3, 0, 0, 0], [9, 9, 9, 9, 9], [0, 0, 0, 5, 5]]).unsqueeze(1)
    weights = attention(queries, keys, mask(), override).weights.squeeze(1)
    assert weights[0].tolist() == [0.25, 0.75, 0, 0, 0]
    assert weights[1].tolist() == [1, 0, 0, 0, 0]
    # All that was asked for lies on padding: every token counts alike.
    assert weights[2].tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0, 0])


def test_a_negative_override_counts_as_none() -> None:
    attention, queries, keys = Attention("dot", H, rng()), states(1), states(seed=2)
    override = torch.tensor([-1.0, 1, 1, 0, 0]).expand(B, 1, S)
    weights = attention(queries, keys, mask(), override).weights
    assert weights[0, 0].tolist() == [0, 0.5, 0.5, 0, 0]


@every_kind
def test_exact_parameter_count(kind: str) -> None:
    count = sum(parameter.numel() for parameter in Attention(kind, H, rng()).parameters())
    assert count == 2 * H * H + (2 * H * H + H if kind == "additive" else 0)


@every_kind
def test_gradients_reach_queries_keys_and_weights(kind: str) -> None:
    attention = Attention(kind, H, rng()).double()
    queries, keys = (states(n, seed=n).double().requires_grad_() for n in (T, S))

    def look(queries: Tensor, keys: Tensor) -> Tensor:
        return attention(queries, keys, mask()).hidden  # type: ignore[no-any-return]

    assert torch.autograd.gradcheck(look, (queries, keys))
    look(queries, keys).sum().backward()  # type: ignore[no-untyped-call]
    for parameter in attention.parameters():
        assert parameter.grad is not None
        assert parameter.grad.any()
