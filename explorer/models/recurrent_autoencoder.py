"""The recurrent autoencoder: a sequence into one vector, and token by token out of it again.

Encoder and decoder know nothing of each other but the width of that vector.
"""

from __future__ import annotations

from math import pi, sqrt
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.models.layers import linear_layers, through


class SequenceEncoder(nn.Module):
    """tokens → context: the state of a GRU after the last token, and nothing else of them."""

    def __init__(
        self, embedding: nn.Embedding, hidden_dim: int, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.embedding = embedding
        self.gru = gated_layer(embedding.embedding_dim, hidden_dim, generator)

    def forward(self, src: Tensor) -> Tensor:
        _, last = self.gru(self.embedding(src))  # (B, L) → (B, L, E) → (1, B, H)
        return last.squeeze(0)  # type: ignore[no-any-return]  # (B, H)


class DecoderStep(NamedTuple):
    """What a decoder says next, and the state in which it goes on."""

    logits: Tensor  # (B, L, vocabulary)
    hidden: Tensor  # (1, B, H)


class SequenceDecoder(nn.Module):
    """context → tokens, each from the one before it, the state so far and the context.

    Seeing the context at every step, not at the first alone (Cho 2014), it forgets less on its way.
    """

    def __init__(
        self, embedding: nn.Embedding, hidden_dim: int, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.start = vocabulary = embedding.num_embeddings - 1
        self.embedding = embedding
        self.gru = gated_layer(embedding.embedding_dim + hidden_dim, hidden_dim, generator)
        self.readout = linear_layers((hidden_dim, 2 * hidden_dim, vocabulary), generator)

    def forward(self, previous: Tensor, hidden: Tensor, context: Tensor) -> DecoderStep:
        """What follows on `previous` (B, L), the tokens before the ones that are asked for."""
        every_step = context.unsqueeze(1).expand(-1, previous.shape[1], -1)  # (B, L, H)
        x = torch.cat([self.embedding(previous), every_step], dim=-1)  # (B, L, E + H)
        states, hidden = self.gru(x, hidden)  # (B, L, H), (1, B, H)
        return DecoderStep(through(self.readout, states, F.silu), hidden)

    def taught(self, context: Tensor, tgt: Tensor) -> Tensor:
        """(B, L, vocabulary): logits of each token of `tgt` (B, L), told the true one before it."""
        start = tgt.new_full((len(tgt), 1), self.start)
        previous = torch.cat([start, tgt[:, :-1]], dim=1)  # (B, L)
        return self(previous, context.unsqueeze(0), context).logits  # type: ignore[no-any-return]

    def recall(self, context: Tensor, length: int) -> Tensor:
        """(B, length): the likeliest token, `length` times; each is told the one said before it."""
        said = torch.full((len(context), 1), self.start, device=context.device)
        hidden, recalled = context.unsqueeze(0), []
        for _ in range(length):
            logits, hidden = self(said, hidden, context)  # (B, 1, vocabulary)
            said = logits.argmax(dim=-1)  # (B, 1)
            recalled.append(said)
        return torch.cat(recalled, dim=1)


class RecurrentAutoencoder(nn.Module):
    """A list of numbers through one context vector of `hidden_dim` numbers, and back."""

    def __init__(
        self, numbers: int, embedding_dim: int, hidden_dim: int, generator: torch.Generator
    ) -> None:
        super().__init__()
        heard, said = (number_embedding(numbers, embedding_dim, generator) for _ in range(2))
        self.encoder = SequenceEncoder(heard, hidden_dim, generator)
        self.decoder = SequenceDecoder(said, hidden_dim, generator)

    def forward(self, tokens: Tensor) -> Tensor:
        """(B, L) → logits (B, L, numbers) of the same tokens, under teacher forcing."""
        return self.decoder.taught(self.encoder(tokens), tokens)

    def recall(self, tokens: Tensor) -> Tensor:
        """(B, L) → (B, L): the lists as they are said after having been heard once."""
        return self.decoder.recall(self.encoder(tokens), tokens.shape[1])


def number_embedding(numbers: int, embedding_dim: int, generator: torch.Generator) -> nn.Embedding:
    """A vector for each of 0 … numbers − 1 and, last, one of N(0, 1) for <sos>.

    A number begins as sines and cosines of itself, fast ones and slow ones, as places do in a
    Transformer (Vaswani 2017): neighbours lie close together, and a step is a turn.
    """
    layer = nn.Embedding(numbers + 1, embedding_dim, device="meta").to_empty(
        device=generator.device
    )
    half = torch.arange(1, embedding_dim // 2 + 1, device=generator.device)
    angles = torch.arange(numbers, device=generator.device)[:, None] / numbers * half * pi
    with torch.no_grad():
        layer.weight[:numbers] = torch.cat([angles.sin(), angles.cos()], dim=1)
        nn.init.normal_(layer.weight[numbers], generator=generator)
    return layer


def gated_layer(input_dim: int, hidden_dim: int, generator: torch.Generator) -> nn.GRU:
    """A GRU over (B, L, input_dim) with PyTorch's usual weights, U(−1/√H, 1/√H).

    They are drawn from `generator` on its own device; nn.GRU alone would draw from the global
    stream, which threads share.
    """
    gru = nn.GRU(input_dim, hidden_dim, batch_first=True, device="meta")
    gru = gru.to_empty(device=generator.device)
    bound = 1 / sqrt(hidden_dim)
    for parameter in gru.parameters():
        nn.init.uniform_(parameter, -bound, bound, generator=generator)
    gru.flatten_parameters()  # one block of memory, as cuDNN wants it
    return gru
