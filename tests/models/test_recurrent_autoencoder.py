"""A list into one vector and out again: shapes, teacher forcing, recall, and nothing leaks by."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.models.recurrent_autoencoder import (
    RecurrentAutoencoder,
    gated_layer,
    number_embedding,
)

NUMBERS, E, H = 10, 6, 12


def net(seed: int = 0) -> RecurrentAutoencoder:
    return RecurrentAutoencoder(NUMBERS, E, H, torch.Generator().manual_seed(seed))


def lists(count: int = 4, length: int = 5) -> torch.Tensor:
    return torch.randint(NUMBERS, (count, length), generator=torch.Generator().manual_seed(7))


def test_shapes() -> None:
    model, tokens = net(), lists()
    assert model.encoder(tokens).shape == (4, H)
    assert model(tokens).shape == (4, 5, NUMBERS)
    recalled = model.recall(tokens)
    assert recalled.shape == (4, 5)
    assert 0 <= recalled.min() <= recalled.max() < NUMBERS


def test_exact_parameter_count() -> None:
    embeddings = 2 * (NUMBERS + 1) * E
    gru_in, gru_out = 3 * H * (E + H + 2), 3 * H * (E + H + H + 2)
    readout = (H + 1) * 2 * H + (2 * H + 1) * NUMBERS
    count = sum(parameter.numel() for parameter in net().parameters())
    assert count == embeddings + gru_in + gru_out + readout


def test_the_generator_decides_every_weight() -> None:
    torch.manual_seed(1)
    one = net(seed=3).state_dict()
    torch.manual_seed(2)
    twin, other = net(seed=3).state_dict(), net(seed=4).state_dict()
    assert all(torch.equal(weight, twin[name]) for name, weight in one.items())
    assert not torch.equal(one["encoder.gru.weight_hh_l0"], other["encoder.gru.weight_hh_l0"])


def test_a_gated_layer_is_pytorchs_within_its_usual_bounds() -> None:
    layer = gated_layer(5, 16, torch.Generator().manual_seed(0))
    assert isinstance(layer, nn.GRU)
    for parameter in layer.parameters():
        assert parameter.abs().max() <= 16**-0.5
        assert parameter.std().item() == pytest.approx(16**-0.5 / 3**0.5, rel=0.2)


def test_neighbouring_numbers_begin_close_together() -> None:
    weight = number_embedding(100, 32, torch.Generator().manual_seed(0)).weight.detach()
    assert weight.shape == (101, 32)
    assert torch.allclose(weight[:100].norm(dim=1), torch.full((100,), 4.0), atol=1e-4)
    near = (weight[1:100] - weight[:99]).norm(dim=1).max()
    far = (weight[50:100] - weight[:50]).norm(dim=1).min()
    assert near < far
    assert torch.unique(weight[:100], dim=0).shape == (100, 32)


def test_the_context_is_all_that_the_decoder_gets() -> None:
    """Equal contexts, equal answers: the tokens themselves have no other way."""
    model, tokens = net(), lists(2)
    context = model.encoder(tokens)
    swapped = model.decoder.recall(context.flip(0), 5)
    assert torch.equal(swapped, model.recall(tokens).flip(0))


def test_a_lists_answer_does_not_depend_on_its_company() -> None:
    model, tokens = net(), lists(6)
    together = model(tokens)
    alone = torch.cat([model(row[None]) for row in tokens])
    assert torch.allclose(together, alone, atol=1e-6)


def test_teacher_forcing_tells_the_past_and_not_the_future() -> None:
    model, tokens = net(), lists(1)
    context = model.encoder(tokens)
    changed = tokens.clone()
    changed[0, 3] = (changed[0, 3] + 1) % NUMBERS
    before, after = (model.decoder.taught(context, tgt) for tgt in (tokens, changed))
    assert torch.allclose(before[:, :4], after[:, :4])
    assert not torch.allclose(before[:, 4], after[:, 4])


def test_recall_is_what_teacher_forcing_says_of_its_own_words() -> None:
    model, tokens = net(), lists()
    context = model.encoder(tokens)
    recalled = model.recall(tokens)
    assert torch.equal(model.decoder.taught(context, recalled).argmax(dim=-1), recalled)


def test_a_handful_of_lists_is_learnt_by_heart() -> None:
    model, tokens = net(), lists(6)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(200):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(tokens).flatten(0, 1), tokens.flatten())
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    assert torch.equal(model.recall(tokens), tokens)
