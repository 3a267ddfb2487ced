"""Attention: looking back at every source position instead of at one context vector alone.

This is the global attention of Luong 2015: the decoder's recurrent step comes first, its state asks
the question, and what was found joins it before the readout. (In Bahdanau 2015 the state *before*
the step asks, and what was found is an input of the step.) Luong's input feeding is left out.
Without either, no step waits for the glimpse of the one before, and training takes all steps in
one pass.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)


class Glimpse(NamedTuple):
    """What a decoder's states found in the source."""

    hidden: Tensor  # (B, T, H): the state and what it found, in one vector
    weights: Tensor  # (B, T, S): where it looked; 0 on padding, sums to 1 over the source


class DotScore(nn.Module):
    """q·k (Luong 2015): no weights at all."""

    def __init__(self, hidden_dim: int, generator: torch.Generator) -> None:
        super().__init__()

    def forward(self, queries: Tensor, keys: Tensor) -> Tensor:
        return queries @ keys.transpose(1, 2)  # (B, T, H) @ (B, H, S) → (B, T, S)


class AdditiveScore(nn.Module):
    """v·tanh(W q + U k) (Bahdanau 2015)."""

    def __init__(self, hidden_dim: int, generator: torch.Generator) -> None:
        super().__init__()
        self.query, self.key = (_matrix(hidden_dim, hidden_dim, generator) for _ in range(2))
        self.score = _matrix(hidden_dim, 1, generator)

    def forward(self, queries: Tensor, keys: Tensor) -> Tensor:
        q, k = F.linear(queries, self.query), F.linear(keys, self.key)
        both = (q.unsqueeze(2) + k.unsqueeze(1)).tanh()  # (B, T, S, H)
        return F.linear(both, self.score).squeeze(3)  # (B, T, S)


SCORES: dict[str, type[DotScore] | type[AdditiveScore]] = {
    "additive": AdditiveScore,
    "dot": DotScore,
}


class Attention(nn.Module):
    """h̃ = tanh(W [glimpse, h]), the glimpse being the encoder's states, weighed by the score."""

    def __init__(self, kind: str, hidden_dim: int, generator: torch.Generator) -> None:
        super().__init__()
        self.score = SCORES[kind](hidden_dim, generator)
        self.combine = _matrix(2 * hidden_dim, hidden_dim, generator)

    def forward(
        self, hidden: Tensor, keys: Tensor, mask: Tensor, override: Tensor | None = None
    ) -> Glimpse:
        """`hidden` (B, T, H) looks at `keys` (B, S, H) wherever `mask` (B, S) is true.

        `override` (B, T, S) takes the place of the weights: what it puts on padding is dropped, and
        the rest is scaled to sum to 1. Each source needs at least one position that is no padding.
        """
        seen = mask.unsqueeze(1)  # (B, 1, S)
        if override is None:
            scores = self.score(hidden, keys).masked_fill(~seen, -torch.inf)
            weights = scores.softmax(dim=2)  # (B, T, S)
        else:
            weights = _renormalised(override, seen)
        found = weights @ keys  # (B, T, S) @ (B, S, H) → (B, T, H)
        return Glimpse(F.linear(torch.cat([found, hidden], dim=2), self.combine).tanh(), weights)


def _renormalised(weights: Tensor, seen: Tensor) -> Tensor:
    """Weights that sum to 1 over what is seen; where nothing is left, all positions count alike."""
    weights = weights.clamp(min=0) * seen
    nothing = weights.sum(dim=2, keepdim=True) == 0
    weights = torch.where(nothing, seen.to(weights.dtype), weights)
    return weights / weights.sum(dim=2, keepdim=True)


def _matrix(inputs: int, outputs: int, generator: torch.Generator) -> nn.Parameter:
    """(outputs, inputs), Xavier-uniform (Glorot 2010); both papers have no bias beside it."""
    weight = torch.empty(outputs, inputs, device=generator.device)
    return nn.Parameter(nn.init.xavier_uniform_(weight, generator=generator))
