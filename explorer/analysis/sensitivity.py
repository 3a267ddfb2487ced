"""How much each word of a source moves the context vector: by derivative, and by swapping it."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from explorer.data.token_tasks import FIRST, SYMBOLS
from explorer.models.decoding import decode, greedy
from explorer.models.seq2seq import Encoder, Seq2Seq

MOST_NUMBERS = 4_000_000  # gates and states of a batch that is read for its derivatives
MOST_ROWS = 512  # sentences that are read and answered at once
APART = 1e-9  # how far two vectors are at least said to be apart


class Swapped(NamedTuple):
    """One sentence before and after one of its words was exchanged, and what is said to each."""

    before: Tensor  # (C,): the context vector
    after: Tensor  # (C,)
    said_before: list[int]  # token ids up to and without <eos>, PAD behind it
    said_after: list[int]

    @property
    def distance(self) -> float:
        """Euclidean."""
        return float((self.after - self.before).norm())


class Moved(NamedTuple):
    """What exchanging one word does on the average, for each of L positions."""

    distance: Tensor  # (L,): how far the vector moves, 1 being the way to an unrelated sentence
    words: Tensor  # (L,): how many words of the answer become others


def jacobian(encoder: Encoder, src: Tensor) -> Tensor:
    """(B, S) → (B, C, S, E): ∂ context / ∂ embedding of each position.

    Each sentence is read C times, once for every number of the vector, so that a backward pass
    gives many of them; so many at a time as MOST_NUMBERS allows.
    """
    width = encoder.layer.state_dim
    some = torch.cat([_slopes(encoder, src, rows) for rows in _shares(encoder, src)])
    return some.reshape(len(src), width, src.shape[1], -1)


def _shares(encoder: Encoder, src: Tensor) -> tuple[Tensor, ...]:
    """0 … B·C − 1 in parts for which few enough numbers are kept on the way."""
    layer = encoder.layer
    a_row = src.shape[1] * (layer.weight_ih.numel() // layer.weight_ih.shape[1] + layer.state_dim)
    rows = torch.arange(len(src) * layer.state_dim, device=src.device)
    return torch.split(rows, max(1, MOST_NUMBERS // a_row))


def _slopes(encoder: Encoder, src: Tensor, rows: Tensor) -> Tensor:
    """(R,) → (R, S, E): row b·C + c is the derivative of number c of sentence b's vector."""
    width = encoder.layer.state_dim
    copies = src[rows // width]  # (R, S)
    with torch.enable_grad():
        x = encoder.embedding(copies).detach().requires_grad_()
        context = encoder.from_embedded(x, copies != 0).context  # (R, C)
        picked = context.gather(1, (rows % width).unsqueeze(1))  # (R, 1)
        slopes: Tensor = torch.autograd.grad(picked.sum(), x)[0]
    return slopes


def gradient_norms(encoder: Encoder, src: Tensor) -> Tensor:
    """(B, S) → (B, S): the Frobenius norm of the Jacobian of each position.

    A change of the embedding by a small random vector of length ε moves the context vector by this
    norm times ε / √E (root mean square).
    """
    squares = [
        _slopes(encoder, src, rows).square().sum(dim=2)  # (R, S)
        for rows in _shares(encoder, src)
    ]
    return torch.cat(squares).reshape(*src.shape[:1], -1, src.shape[1]).sum(dim=1).sqrt()


@torch.no_grad()
def swapped(model: Seq2Seq, src: Tensor, position: int, word: int) -> Swapped:
    """The source (L,) as it is and with `word` at `position` (from 0)."""
    other = src.clone()
    other[position] = word
    both = torch.stack([src, other])  # (2, L)
    context = model.encoder(both).context
    before, after = greedy(model, both, len(src) + 1).tolist()
    return Swapped(context[0], context[1], before, after)


def way_between(src: Tensor, context: Tensor) -> float:
    """The mean distance between the vectors (N, C) of two different of the sources (N, L).

    Never quite 0, so that it can be divided by: a net may have one vector for everything.
    """
    apart = (context.unsqueeze(0) - context.unsqueeze(1)).norm(dim=2)  # (N, N)
    differ = (src.unsqueeze(0) != src.unsqueeze(1)).any(dim=2)  # (N, N)
    return max(APART, float(apart[differ].mean())) if differ.any() else APART


@torch.no_grad()
def moved_by_swaps(model: Seq2Seq, src: Tensor, generator: torch.Generator) -> Moved:
    """Each word of each source (N, L) in turn becomes another one, drawn from `generator`.

    Distances are in shares of `way_between` the vectors of these sources.
    """
    count, length = src.shape
    shift = torch.randint(1, SYMBOLS, src.shape, generator=generator, device=generator.device)
    other = (src - FIRST + shift.to(src.device)) % SYMBOLS + FIRST  # (N, L): never the word itself
    one = torch.eye(length, dtype=torch.bool, device=src.device)
    variants = torch.where(one, other.unsqueeze(1), src.unsqueeze(1))  # (N, L, L)
    context, said = _read_and_said(model, src)  # (N, C), (N, L)
    far = way_between(src, context)
    there, now = _read_and_said(model, variants.flatten(0, 1))  # (N·L, C), (N·L, L)
    there, now = there.reshape(count, length, -1), now.reshape(count, length, -1)
    distance = (there - context.unsqueeze(1)).norm(dim=2).mean(dim=0) / far  # (L,)
    words = (now != said.unsqueeze(1)).sum(dim=2).double().mean(dim=0)  # (L,)
    return Moved(distance, words)


def _read_and_said(model: Seq2Seq, src: Tensor) -> tuple[Tensor, Tensor]:
    """(N, L) → the vectors (N, C) and the first L words said (N, L); MOST_ROWS at a time."""
    contexts, said = [], []
    for some in torch.split(src, MOST_ROWS):
        encoded = model.encoder(some)
        contexts.append(encoded.context.clone())  # else all states are kept with it
        said.append(decode(model.decoder, encoded, src.shape[1]))
    return torch.cat(contexts), torch.cat(said)
