"""The gradient from each word of the source to each word of the answer."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from explorer.analysis.short_way import pulls
from explorer.data.token_tasks import answers
from explorer.models.seq2seq import Seq2Seq, seq2seq, shifted
from explorer.specs import AttentionKind

SRC = torch.tensor([[3, 7, 5, 7], [18, 4, 4, 11], [6, 9, 12, 15]])
TGT = answers("reverse", SRC)


def net(attention: AttentionKind) -> Seq2Seq:
    generator = torch.Generator().manual_seed(0)
    return seq2seq(
        19, 19, embedding_dim=5, hidden_dim=9, cell="gru", generator=generator, attention=attention
    ).double()


def scores(model: Seq2Seq, x: Tensor) -> Tensor:
    """(N, T): the logit of each right word less the mean logit, from embeddings (N, S, E)."""
    encoded = model.encoder.from_embedded(x, SRC != 0)
    logits = model.decoder(shifted(TGT), encoded).logits
    picked: Tensor = logits.gather(2, TGT.unsqueeze(2)).squeeze(2) - logits.mean(dim=2)
    return picked


@pytest.mark.parametrize("attention", ["none", "dot", "additive"])
def test_the_norms_agree_with_finite_differences(attention: AttentionKind) -> None:
    model = net(attention)
    norms = pulls(model, SRC, TGT).norms  # (N, T, S)
    with torch.no_grad():
        x, width = model.encoder.embedding(SRC), 1e-5
        slopes = torch.zeros(*TGT.shape, *x.shape[1:], dtype=torch.double)  # (N, T, S, E)
        for place in range(x.shape[1]):
            for number in range(x.shape[2]):
                step = torch.zeros_like(x)
                step[:, place, number] = width
                change = scores(model, x + step) - scores(model, x - step)
                slopes[:, :, place, number] = change / (2 * width)
    assert torch.allclose(norms, slopes.norm(dim=3), rtol=1e-5, atol=1e-8)


def test_the_share_of_the_right_word_counts_every_place_where_it_stands() -> None:
    pull = pulls(net("dot"), SRC, TGT)
    norms = pull.norms[0]
    assert torch.isclose(pull.on_word[0, 0], norms[0, [1, 3]].sum() / norms[0].sum())  # 7
    assert torch.isclose(pull.on_word[0, 1], norms[1, 2] / norms[1].sum())  # 5
    assert pull.on_word[:, -1].tolist() == [0, 0, 0]  # <eos> stands nowhere in the source


def test_it_leaves_no_gradient_in_the_weights() -> None:
    model = net("dot")
    pulls(model, SRC, TGT)
    assert all(parameter.grad is None for parameter in model.parameters())


def test_it_reads_each_sentence_once_however_many_words_its_answer_has() -> None:
    model, rows = net("additive"), []
    model.decoder.register_forward_hook(lambda _net, given, _out: rows.append(len(given[0])))
    pulls(model, SRC, TGT)
    assert rows == [len(SRC)]
