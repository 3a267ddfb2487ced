"""One sentence through a net with attention: what it says, where it looks, and what it says when
its look is turned elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from explorer.data.vocabulary import EOS, SOS
from explorer.models.seq2seq import Seq2Seq
from explorer.training.loop import Array

NOTHING = 1e-6  # less weight than this on all other words together cannot be told from none


class Turned(NamedTuple):
    """A look that the reader has turned: so much of it lies on one word of the source."""

    place: int  # of the source, from 0
    weight: float  # 0 … 1; the other words share the rest as they did before


class Answer(NamedTuple):
    """What a net says to one sentence, word by word."""

    tokens: tuple[int, ...]  # with EOS, unless it never came
    probabilities: tuple[float, ...]  # of each of them
    looks: Array | None  # (T, S) attention weights as they were used; None without attention

    @property
    def words(self) -> tuple[int, ...]:
        return self.tokens[:-1] if self.tokens[-1:] == (EOS,) else self.tokens


@torch.no_grad()
def answer(
    model: Seq2Seq,
    src: Sequence[int],
    most: int,
    turned: Mapping[int, Turned] | None = None,
) -> Answer:
    """At most `most` tokens, always the likeliest, and <eos> only after the last word.

    `turned` has the looks that are turned, by the place of the answer's word, from 0. What comes
    after such a word is decoded anew from there.
    """
    encoded = model.encoder(torch.tensor([list(src)]))
    state, previous = encoded.context, SOS
    tokens, probabilities, looks = [], [], []
    for place in range(most):
        before = torch.tensor([previous])
        step = model.decoder.step(before, state, encoded)
        if turned and place in turned and step.attention_weights is not None:
            override = _turned(step.attention_weights, turned[place])
            step = model.decoder.step(before, state, encoded, override=override)
        chances = step.logits[0, EOS:].softmax(dim=0)  # PAD and SOS are never said
        previous, state = int(chances.argmax()) + EOS, step.state
        tokens.append(previous)
        probabilities.append(float(chances.max()))
        if step.attention_weights is not None:
            looks.append(step.attention_weights[0])
        if previous == EOS:
            break
    return Answer(
        tuple(tokens), tuple(probabilities), torch.stack(looks).numpy() if looks else None
    )


def _turned(weights: Tensor, turned: Turned) -> Tensor:
    """(1, S) weights of which `turned.weight` lies on one place, the rest shared as before."""
    others = weights.clone()
    others[:, turned.place] = 0
    if others.sum() < NOTHING:  # all of it lay there: the rest is shared evenly
        others = torch.ones_like(weights)
        others[:, turned.place] = 0
    others = others / others.sum(dim=1, keepdim=True).clamp(min=NOTHING)
    others = others * (1 - turned.weight)
    others[:, turned.place] = turned.weight
    return others
