"""From a trained model to the words it says: greedily, or with a beam (Graves 2012).

PAD and SOS are no words, and are never said.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from explorer.models.seq2seq import EOS, PAD, SOS, Decoder, EncoderOutput, Seq2Seq

assert max(PAD, SOS) < EOS, "what may be said begins at EOS"


def greedy(model: Seq2Seq, src: Tensor, most: int) -> Tensor:
    """(B, S) → (B, most): always the likeliest token; PAD after EOS."""
    with torch.no_grad():
        return decode(model.decoder, model.encoder(src), most)


@torch.no_grad()
def decode(decoder: Decoder, encoded: EncoderOutput, most: int) -> Tensor:
    """The same from what an encoder handed over; ends early once all have said EOS."""
    said = encoded.mask.new_full((len(encoded.mask), most), PAD, dtype=torch.long)
    state, previous = encoded.context, said.new_full((len(said),), SOS)
    ended = torch.zeros_like(previous, dtype=torch.bool)
    for position in range(most):
        logits, state, _ = decoder.step(previous, state, encoded)
        previous = logits[:, EOS:].argmax(dim=1) + EOS
        said[:, position] = previous.masked_fill(ended, PAD)
        ended |= previous == EOS
        if ended.all():
            break
    return said


class Hypothesis(NamedTuple):
    """A beginning of an answer, or all of it, and how likely the model finds it."""

    tokens: tuple[int, ...]  # with EOS where it has ended
    log_probability: float  # nats, of all its tokens together; not divided by their number

    @property
    def ended(self) -> bool:
        return self.tokens[-1:] == (EOS,)


class BeamStep(NamedTuple):
    """What a beam went on with after so many tokens, and what it left; likeliest first."""

    kept: list[Hypothesis]  # at most `width`
    dropped: list[Hypothesis]  # the best of the others, also at most `width`


def beam(model: Seq2Seq, src: Tensor, width: int, most: int) -> list[Hypothesis]:
    """The answers to one source (1, S) that a beam of `width` ends with, likeliest first.

    One that has not ended after `most` tokens stays as it is. Width 1 is greedy decoding.
    """
    *_, last = beam_steps(model, src, width, most)
    return last.kept


@torch.no_grad()
def beam_steps(model: Seq2Seq, src: Tensor, width: int, most: int) -> Iterator[BeamStep]:
    """The beam after one token, after two, … until all that it keeps have ended.

    An answer that has ended keeps its place for as long as it is among the `width` likeliest.
    Going on makes no beginning likelier, so one that ended in the first place stays there.
    """
    encoded = model.encoder(src)
    kept, states = [Hypothesis((), 0.0)], encoded.context  # (1, C)
    for _ in range(most):
        live = [hypothesis for hypothesis in kept if not hypothesis.ended]
        if not live:
            return
        previous = torch.tensor([h.tokens[-1] if h.tokens else SOS for h in live]).to(src.device)
        widened = EncoderOutput(*(part.expand(len(live), *part.shape[1:]) for part in encoded))
        logits, states, _ = model.decoder.step(previous, states, widened)
        ranked = _ranked([h for h in kept if h.ended], live, logits, 2 * width)
        kept = [hypothesis for hypothesis, _ in ranked[:width]]
        parents = [parent for h, parent in ranked[:width] if not h.ended]
        states = states[parents]  # (live, C)
        yield BeamStep(kept, [hypothesis for hypothesis, _ in ranked[width:]])


def _ranked(
    ended: list[Hypothesis], live: list[Hypothesis], logits: Tensor, most: int
) -> list[tuple[Hypothesis, int]]:
    """The `most` likeliest: those that have `ended`, and the `live` ones longer by a token.

    Each comes with its parent's place in `live`. `logits` (live, V); ties go to the earlier token.
    """
    so_far = torch.tensor([h.log_probability for h in live], dtype=torch.double)
    scores = logits.double().log_softmax(dim=1)[:, EOS:].cpu() + so_far.unsqueeze(1)
    best, places = scores.flatten().sort(descending=True, stable=True)
    tokens = scores.shape[1]
    found = [(hypothesis, -1) for hypothesis in ended]
    for score, place in zip(best[:most].tolist(), places[:most].tolist(), strict=True):
        parent, token = divmod(place, tokens)
        found.append((Hypothesis((*live[parent].tokens, token + EOS), score), parent))
    return sorted(found, key=lambda item: -item[0].log_probability)[:most]
