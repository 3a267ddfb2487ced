"""The short way: how strongly each word of the source moves each word of the answer."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from explorer.models.seq2seq import PAD, Seq2Seq, shifted


class Pull(NamedTuple):
    """How much N sources move their answers, one map each."""

    norms: Tensor  # (N, T, S): of the gradient, see `pulls`
    on_word: Tensor  # (N, T): the share of it that comes from the word that is to be said


def pulls(model: Seq2Seq, src: Tensor, tgt: Tensor) -> Pull:
    """The norm of ∂ score / ∂ embedding, for each word of `tgt` (N, T) and of `src` (N, S).

    The score is the logit of the right word less the mean of all logits: unlike its probability
    it does not level off where the net is sure, so nets that know more do not seem to look less.
    The right words before are told. One pass forward serves all words of the answer, and each has
    a pass backward of its own: with the sentences in so many copies it would be one pass, but T
    times the memory.
    """
    with torch.enable_grad():
        x = model.encoder.embedding(src).detach().requires_grad_()
        logits = model.decoder(shifted(tgt), model.encoder.from_embedded(x, src != PAD)).logits
        right = logits.gather(2, tgt.unsqueeze(2)).squeeze(2)
        scores = (right - logits.mean(dim=2)).sum(dim=0)  # (T,): no sentence moves another's
        slopes = (torch.autograd.grad(score, x, retain_graph=True)[0] for score in scores)
        norms = torch.stack([slope.norm(dim=2) for slope in slopes], dim=1)  # (N, T, S)
    same = src.unsqueeze(1) == tgt.unsqueeze(2)  # (N, T, S)
    on_word = (norms * same).sum(dim=2) / norms.sum(dim=2).clamp(min=torch.finfo().tiny)
    return Pull(norms, on_word)
