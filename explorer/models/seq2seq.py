"""A sentence into one context vector, and word by word out of it again (Sutskever 2014, Cho 2014).

`src` (B, S) and `tgt` (B, T) are token ids; PAD fills up the shorter ones on the right, and `tgt`
ends with EOS before that. Padding changes nothing: not a state, not a logit, not the loss.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.models.attention import Attention
from explorer.models.layers import linear_layers
from explorer.models.recurrent import CELLS
from explorer.specs import AttentionKind, Cell

PAD = 0
SOS = 1
EOS = 2
# as explorer/data/vocabulary.py numbers them; one line each, so that scripts can quote them


class EncoderOutput(NamedTuple):
    """What is known of the sources once they have been read."""

    # (B, S, C): the state right after a position was read, at that position; on padding, whatever
    # came of reading it, which nobody should look at.
    states: Tensor
    context: Tensor  # (B, C): the state after the last token was read
    mask: Tensor  # (B, S): false on padding


class DecoderOutput(NamedTuple):
    """What a decoder says under teacher forcing."""

    logits: Tensor  # (B, T, V)
    attention_weights: Tensor | None  # (B, T, S); None for a decoder that does not look back


class DecoderStep(NamedTuple):
    """What a decoder says next, and the state in which it goes on."""

    logits: Tensor  # (B, V)
    state: Tensor  # (B, C)
    attention_weights: Tensor | None  # (B, S)


class Encoder(nn.Module):
    """tokens → embeddings → states; the last of them is the context vector.

    With `reverse` each source is read from its last token to its first (Sutskever 2014).
    """

    def __init__(
        self,
        vocabulary_size: int,
        embedding_dim: int,
        hidden_dim: int,
        cell: Cell,
        generator: torch.Generator,
        *,
        reverse: bool = False,
    ) -> None:
        super().__init__()
        self.reverse = reverse
        self.embedding = drawn_embedding(vocabulary_size, embedding_dim, generator)
        self.layer = CELLS[cell](embedding_dim, hidden_dim, generator)

    def forward(self, src: Tensor) -> EncoderOutput:
        # A token's share of the gates is computed once for the vocabulary, not once a position.
        return self._read(self.layer.projected(self.embedding.weight), src, src != PAD)

    def from_embedded(self, x: Tensor, mask: Tensor) -> EncoderOutput:
        """The same from embeddings (B, S, E), for derivatives with respect to them."""
        places = torch.arange(mask.numel(), device=mask.device).view(mask.shape)
        return self._read(self.layer.projected(x).flatten(0, 1), places, mask)

    def _read(self, table: Tensor, ids: Tensor, mask: Tensor) -> EncoderOutput:
        """Reads rows `ids` (B, S) of `table` (…, G·H) in this encoder's order."""
        start = self.layer.start(len(ids))
        ends = None if mask.all() else mask.sum(dim=1) - 1
        if not self.reverse:
            states, context = self.layer.walk(table, ids, start, ends)
            return EncoderOutput(states, context, mask)
        order = _backwards(mask)
        states, context = self.layer.walk(table, _taken(ids, order), start, ends)
        return EncoderOutput(_taken(states, order), context, mask)  # `order` undoes itself


class Decoder(nn.Module):
    """context → tokens, each from the one before it and the state so far.

    It starts in the state in which the encoder ended, and so has the encoder's cell and width.
    """

    def __init__(
        self,
        vocabulary_size: int,
        embedding_dim: int,
        hidden_dim: int,
        cell: Cell,
        generator: torch.Generator,
        *,
        attention: AttentionKind = "none",
    ) -> None:
        super().__init__()
        self.embedding = drawn_embedding(vocabulary_size, embedding_dim, generator)
        self.layer = CELLS[cell](embedding_dim, hidden_dim, generator)
        self.attention = (
            None if attention == "none" else Attention(attention, hidden_dim, generator)
        )
        self.readout = linear_layers((hidden_dim, vocabulary_size), generator)[0]

    def forward(self, previous: Tensor, encoded: EncoderOutput) -> DecoderOutput:
        """What follows on each of `previous` (B, T), the tokens before those that are asked for."""
        table = self.layer.projected(self.embedding.weight)  # (V, G·H)
        states = self.layer.walk(table, previous, encoded.context).states  # (B, T, C)
        hidden = self.layer.hidden(states)  # (B, T, H)
        hidden, weights = self._looked_back(hidden, encoded)
        # The walk left its states with time first: read out in that order, nothing is copied.
        logits = self.readout(hidden.transpose(0, 1).flatten(0, 1))  # (T·B, V)
        return DecoderOutput(logits.view(*previous.t().shape, -1).transpose(0, 1), weights)

    def step(
        self,
        previous: Tensor,
        state: Tensor,
        encoded: EncoderOutput,
        *,
        override: Tensor | None = None,
    ) -> DecoderStep:
        """What follows on the tokens `previous` (B,) in `state` (B, C); the first is SOS, context.

        `override` (B, S) takes the place of the attention weights, brought to a sum of 1 over the
        positions that are no padding.
        """
        state = self.layer.step(self.embedding(previous), state).state
        hidden = self.layer.hidden(state).unsqueeze(1)  # (B, 1, H)
        override = None if override is None else override.unsqueeze(1)
        hidden, weights = self._looked_back(hidden, encoded, override)
        logits = self.readout(hidden).squeeze(1)  # (B, V)
        return DecoderStep(logits, state, None if weights is None else weights.squeeze(1))

    def _looked_back(
        self, hidden: Tensor, encoded: EncoderOutput, override: Tensor | None = None
    ) -> tuple[Tensor, Tensor | None]:
        if self.attention is None:
            return hidden, None
        keys = self.layer.hidden(encoded.states)  # (B, S, H)
        return self.attention(hidden, keys, encoded.mask, override)  # type: ignore[no-any-return]


class Seq2Seq(nn.Module):
    """An encoder and a decoder that know nothing of each other but what the encoder hands over."""

    def __init__(self, encoder: Encoder, decoder: Decoder) -> None:
        super().__init__()
        self.encoder, self.decoder = encoder, decoder

    def forward(self, src: Tensor, tgt: Tensor) -> DecoderOutput:
        """Logits of each token of `tgt` (B, T), told the true one before it (teacher forcing)."""
        return self.decoder(shifted(tgt), self.encoder(src))  # type: ignore[no-any-return]


def seq2seq(
    source_size: int,
    target_size: int,
    *,
    embedding_dim: int,
    hidden_dim: int,
    cell: Cell,
    generator: torch.Generator,
    attention: AttentionKind = "none",
    reverse_source: bool = False,
) -> Seq2Seq:
    """A model for so many source and target tokens (PAD, SOS and EOS among them)."""
    widths = (embedding_dim, hidden_dim)
    encoder = Encoder(source_size, *widths, cell, generator, reverse=reverse_source)
    return Seq2Seq(encoder, Decoder(target_size, *widths, cell, generator, attention=attention))


def shifted(tgt: Tensor) -> Tensor:
    """(B, T) → (B, T): <sos> and all but the last, which is what stands before each token."""
    return F.pad(tgt[:, :-1], (1, 0), value=SOS)


def masked_cross_entropy(logits: Tensor, tgt: Tensor) -> Tensor:
    """Nats per real token of `tgt` (B, T), the mean over all that is no padding."""
    logits, tgt = logits.transpose(0, 1).flatten(0, 1), tgt.t().flatten()  # as they lie in memory
    mask = tgt != PAD
    nll = F.cross_entropy(logits, tgt, reduction="none")  # (T·B,)
    return (nll * mask).sum() / mask.sum()


def drawn_embedding(tokens: int, width: int, generator: torch.Generator) -> nn.Embedding:
    """An embedding of N(0, 1) as PyTorch's, drawn from `generator` on its own device."""
    weight = torch.empty(tokens, width, device=generator.device)
    return nn.Embedding(tokens, width, _weight=nn.init.normal_(weight, generator=generator))


def _backwards(mask: Tensor) -> Tensor:
    """(B, S): which position is read when, from the last real token on; padding stays last."""
    forwards = torch.arange(mask.shape[1], device=mask.device)
    backwards = mask.sum(dim=1, keepdim=True) - 1 - forwards
    return torch.where(backwards >= 0, backwards, forwards)


def _taken(rows: Tensor, order: Tensor) -> Tensor:
    """(B, S, …) in another order (B, S) of its positions."""
    return rows[torch.arange(len(rows), device=rows.device).unsqueeze(1), order]
