"""Probes: what can be read out of a context vector, position by position (Adi 2017, Conneau 2018).

A probe is a small classifier that sees the vector alone and says which word stood at one position.
It says what *can* be read, by a reader of its kind; what it cannot read need not be forgotten. So a
score means something only beside others (Hewitt & Liang 2019): the same probe on shuffled labels,
on the vector of an encoder that was never trained, a stronger probe, and the model's own decoder.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)
from torch.optim import Adam

from explorer.models.layers import linear_layers
from explorer.training.optimizers import batches

STRENGTHS = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1)  # of the ridge, in shares of the sentences' number
CHOOSING = 4  # one sentence in so many of the training part chooses the strength
HIDDEN_UNITS = 256  # of the non-linear probe, shared by all positions
EPOCHS, BATCH, LEARNING_RATE = 12, 256, 4e-3


class LinearProbes(NamedTuple):
    """One ridge classifier for each of P positions, all over the same C features."""

    mean: Tensor  # (C,)
    spread: Tensor  # (C,)
    weight: Tensor  # (C, P, V)
    bias: Tensor  # (P, V)

    def scores(self, contexts: Tensor) -> Tensor:
        """(N, C) → (N, P, V): about 1 for the word that the probe believes in, about 0 for others.

        Not probabilities: a least-squares fit of zeros and ones can leave that range.
        """
        x = (contexts - self.mean) / self.spread
        return torch.einsum("nc,cpv->npv", x, self.weight) + self.bias

    def read(self, contexts: Tensor) -> Tensor:
        """(N, C) → (N, P): which of the V words each probe says."""
        return self.scores(contexts).argmax(dim=2)


def linear_probes(contexts: Tensor, words: Tensor, vocabulary_size: int) -> LinearProbes:
    """Ridge regression of each position's word, as zeros and a one, on the context vector.

    contexts (N, C); words (N, P) in 0 … vocabulary_size − 1, both of the training part only. All
    positions share one Gram matrix, so its eigenvectors give every strength of the ridge at once.
    Each position takes the strength that reads most of the last quarter after a fit to the rest.
    """
    mean, spread = contexts.mean(dim=0), contexts.std(dim=0).clamp(min=1e-6)
    x = ((contexts - mean) / spread).double()  # (N, C)
    bias = F.one_hot(words, vocabulary_size).double().mean(dim=0)  # (P, V)
    y = (F.one_hot(words, vocabulary_size) - bias).flatten(1)  # (N, P·V)
    kept = len(x) - len(x) // CHOOSING
    truth, positions = words[kept:], words.shape[1]
    hits = []
    part = _spectrum(x[:kept], y[:kept])
    turned = x[kept:] @ part.vectors
    for shrunk in part.ridges():
        guessed = (turned @ shrunk).reshape(-1, *bias.shape) + bias  # (N − kept, P, V)
        hits.append((guessed.argmax(dim=2) == truth).sum(dim=0))  # (P,)
    best = torch.stack(hits).flip(0).argmax(dim=0)  # (P,); the stronger ridge wins a tie
    whole = _spectrum(x, y)
    choices = torch.stack(whole.ridges()).flip(0)  # (strengths, C, P·V)
    choices = choices.reshape(*choices.shape[:2], *bias.shape)  # (strengths, C, P, V)
    chosen = choices[best, :, torch.arange(positions, device=best.device)]  # (P, C, V)
    weight = torch.einsum("dc,pcv->dpv", whole.vectors, chosen)  # (C, P, V)
    return LinearProbes(mean, spread, weight.float(), bias.float())


class _Spectrum(NamedTuple):
    """XᵀX / N = V diag(v) Vᵀ, and VᵀXᵀY / N."""

    values: Tensor  # (C,)
    vectors: Tensor  # (C, C)
    shared: Tensor  # (C, K)

    def ridges(self) -> list[Tensor]:
        """(C, K) for each of STRENGTHS: Vᵀ(XᵀX + λN)⁻¹XᵀY."""
        values = self.values.clamp(min=0)
        return [self.shared / (values + strength).unsqueeze(1) for strength in STRENGTHS]


def _spectrum(x: Tensor, y: Tensor) -> _Spectrum:
    """Of features (N, C) and targets (N, K)."""
    values, vectors = torch.linalg.eigh(x.T @ x / len(x))
    return _Spectrum(values, vectors, vectors.T @ (x.T @ y) / len(x))


class NonlinearProbes(nn.Module):
    """(N, C) → (N, P, V): rectified units that all positions share, and a readout for each."""

    def __init__(
        self, contexts: Tensor, positions: int, vocabulary_size: int, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.mean, self.spread = contexts.mean(dim=0), contexts.std(dim=0).clamp(min=1e-6)
        self.shape = (positions, vocabulary_size)
        widths = (contexts.shape[1], HIDDEN_UNITS, positions * vocabulary_size)
        self.hidden, self.readout = linear_layers(widths, generator)

    def forward(self, contexts: Tensor) -> Tensor:
        x = (contexts - self.mean) / self.spread
        return self.readout(self.hidden(x).relu()).unflatten(1, self.shape)  # type: ignore[no-any-return]

    @torch.no_grad()
    def read(self, contexts: Tensor) -> Tensor:
        """(N, C) → (N, P): the likeliest word of each position."""
        return self(contexts).argmax(dim=2)  # type: ignore[no-any-return]


def nonlinear_probes(
    contexts: Tensor, words: Tensor, vocabulary_size: int, generator: torch.Generator
) -> NonlinearProbes:
    """Trained by Adam for EPOCHS passes over the training part, with a rate that falls to 0.

    contexts (N, C); words (N, P) as for `linear_probes`. `generator` lives on their device.
    """
    probes = NonlinearProbes(contexts, words.shape[1], vocabulary_size, generator)
    optimizer = Adam(probes.parameters(), lr=LEARNING_RATE, fused=True)
    rows = batches(torch.arange(len(words), device=words.device), BATCH, generator)
    steps = EPOCHS * max(1, len(words) // BATCH)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(steps):
        chosen = next(rows)  # (B,)
        logits = probes(contexts[chosen])  # (B, P, V)
        loss = F.cross_entropy(logits.flatten(0, 1), words[chosen].flatten())  # nats per word
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        falling.step()
    return probes


def share_read(said: Tensor, words: Tensor) -> list[float]:
    """(N, P), (N, P) → for each position the share of sentences whose word was read rightly."""
    return (said == words).double().mean(dim=0).tolist()
