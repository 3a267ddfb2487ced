"""A sentence through one vector: padding changes nothing, and nothing leaks past the context."""

from __future__ import annotations

from itertools import product

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.data import vocabulary
from explorer.models.decoding import greedy
from explorer.models.recurrent import CELLS
from explorer.models.seq2seq import (
    EOS,
    PAD,
    SOS,
    Encoder,
    EncoderOutput,
    Seq2Seq,
    masked_cross_entropy,
    seq2seq,
    shifted,
)
from explorer.specs import AttentionKind, Cell

V_IN, V_OUT, E, H = 11, 9, 5, 8
CELL_NAMES: tuple[Cell, ...] = ("rnn", "gru", "lstm")
KINDS: tuple[AttentionKind, ...] = ("none", "additive", "dot")
# Every cell with every attention; each cell and each kind also with a reversed source.
every_model = pytest.mark.parametrize(
    ("cell", "attention", "reverse"),
    [
        (cell, kind, (i + j) % 2 == 1)
        for (i, cell), (j, kind) in product(enumerate(CELL_NAMES), enumerate(KINDS))
    ],
)
both_ways = pytest.mark.parametrize(("cell", "reverse"), list(product(CELL_NAMES, (False, True))))


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def net(
    cell: Cell = "gru", attention: AttentionKind = "none", reverse: bool = False, seed: int = 0
) -> Seq2Seq:
    return seq2seq(
        V_IN,
        V_OUT,
        embedding_dim=E,
        hidden_dim=H,
        cell=cell,
        generator=rng(seed),
        attention=attention,
        reverse_source=reverse,
    )


def pairs() -> tuple[Tensor, Tensor]:
    """Sources (4, 5) and targets (4, 4) of several lengths, one of each without padding."""
    src = torch.randint(EOS + 1, V_IN, (4, 5), generator=rng(7))
    tgt = torch.randint(EOS + 1, V_OUT, (4, 4), generator=rng(8))
    for row, (read, said) in enumerate(((5, 3), (1, 2), (3, 1), (4, 0))):
        src[row, read:] = PAD
        tgt[row, said] = EOS
        tgt[row, said + 1 :] = PAD
    return src, tgt


def padded(ids: Tensor, more: int) -> Tensor:
    return F.pad(ids, (0, more), value=PAD)


def close(one: Tensor, other: Tensor) -> bool:
    return torch.allclose(one, other, atol=1e-6)


# What stands for what -----------------------------------------------------------------------------


def test_models_and_data_mean_the_same_marks() -> None:
    assert (PAD, SOS, EOS) == (vocabulary.PAD, vocabulary.SOS, vocabulary.EOS)


def test_before_each_word_stands_the_one_before_it() -> None:
    tgt = torch.tensor([[5, 6, EOS, PAD], [EOS, PAD, PAD, PAD]])
    assert shifted(tgt).tolist() == [[SOS, 5, 6, EOS], [SOS, EOS, PAD, PAD]]


# The loss -----------------------------------------------------------------------------------------


def test_the_masked_loss_is_pytorchs_with_ignore_index() -> None:
    _, tgt = pairs()
    logits = torch.randn(*tgt.shape, V_OUT, generator=rng(1)).requires_grad_()
    ours = masked_cross_entropy(logits, tgt)
    theirs = F.cross_entropy(logits.flatten(0, 1), tgt.flatten(), ignore_index=PAD)
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-6)
    (d_ours,), (d_theirs,) = (torch.autograd.grad(loss, logits) for loss in (ours, theirs))
    assert torch.allclose(d_ours, d_theirs, atol=1e-8)
    assert not d_ours[tgt == PAD].any()


def test_the_masked_loss_by_hand() -> None:
    """Two words with probabilities 1/2 and 1/8: (ln 2 + ln 8) / 2 = 2 ln 2 nats a token."""
    probabilities = torch.tensor([[[0.25, 0.25, 0.5], [0.5, 0.125, 0.375], [0.9, 0.05, 0.05]]])
    tgt = torch.tensor([[2, 1, PAD]])
    loss = masked_cross_entropy(probabilities.log(), tgt)
    assert loss.item() == pytest.approx(2 * torch.log(torch.tensor(2.0)).item(), rel=1e-6)


def test_what_is_said_on_padding_costs_nothing() -> None:
    _, tgt = pairs()
    logits = torch.randn(*tgt.shape, V_OUT, generator=rng(1))
    wild = torch.where((tgt == PAD).unsqueeze(2), 50 * logits, logits)
    assert masked_cross_entropy(wild, tgt).item() == masked_cross_entropy(logits, tgt).item()


# Padding ------------------------------------------------------------------------------------------


@every_model
@pytest.mark.parametrize("more", [1, 4])
def test_padding_changes_nothing(
    cell: Cell, attention: AttentionKind, reverse: bool, more: int
) -> None:
    model, (src, tgt) = net(cell, attention, reverse), pairs()
    short, long = model.encoder(src), model.encoder(padded(src, more))
    assert close(long.context, short.context)
    assert close(long.states[:, :5][short.mask], short.states[short.mask])
    assert torch.equal(long.mask, F.pad(short.mask, (0, more)))
    said, wider = model(src, tgt), model(padded(src, more), padded(tgt, more))
    assert close(wider.logits[:, :4], said.logits)
    if said.attention_weights is not None:
        assert not wider.attention_weights[:, :, 5:].any()
        assert close(wider.attention_weights[:, :4, :5], said.attention_weights)
    loss = masked_cross_entropy(said.logits, tgt)
    assert close(masked_cross_entropy(wider.logits, padded(tgt, more)), loss)
    assert torch.equal(greedy(model, padded(src, more), 6), greedy(model, src, 6))


@every_model
def test_padding_changes_no_gradient(cell: Cell, attention: AttentionKind, reverse: bool) -> None:
    model, (src, tgt) = net(cell, attention, reverse), pairs()
    one, other = (
        torch.autograd.grad(masked_cross_entropy(model(s, t).logits, t), [*model.parameters()])
        for s, t in ((src, tgt), (padded(src, 3), padded(tgt, 3)))
    )
    assert all(close(a, b) for a, b in zip(one, other, strict=True))
    assert not one[0][PAD].any()  # the embedding of padding itself


@every_model
def test_a_sentences_answer_does_not_depend_on_its_company(
    cell: Cell, attention: AttentionKind, reverse: bool
) -> None:
    model, (src, tgt) = net(cell, attention, reverse), pairs()
    together = model(src, tgt).logits
    for row, (read, said) in enumerate(zip((src != PAD).sum(1), (tgt != PAD).sum(1), strict=True)):
        alone = model(src[row : row + 1, :read], tgt[row : row + 1, :said]).logits
        assert close(alone[0], together[row, :said])


# The encoder --------------------------------------------------------------------------------------


@both_ways
def test_the_context_is_the_state_after_the_last_token_read(cell: Cell, reverse: bool) -> None:
    src, _ = pairs()
    encoded = net(cell, reverse=reverse).encoder(src)
    lengths = (src != PAD).sum(dim=1)
    last = torch.zeros_like(lengths) if reverse else lengths - 1
    assert torch.equal(encoded.context, encoded.states[torch.arange(4), last])
    assert torch.equal(encoded.mask, src != PAD)
    assert encoded.states.shape == (4, 5, CELLS[cell].memories * H)


@pytest.mark.parametrize("cell", CELL_NAMES)
def test_a_reversed_encoder_is_the_plain_one_on_flipped_sources(cell: Cell) -> None:
    src, _ = pairs()
    plain, reverse = net(cell).encoder, net(cell, reverse=True).encoder
    for row, length in enumerate((src != PAD).sum(dim=1)):
        forwards = plain(src[row : row + 1, :length].flip(1))
        backwards = reverse(src)
        assert close(backwards.context[row], forwards.context[0])
        assert close(backwards.states[row, :length], forwards.states[0].flip(0))


@pytest.mark.parametrize("cell", CELL_NAMES)
def test_an_encoder_is_its_layer_over_its_embeddings(cell: Cell) -> None:
    src = pairs()[0][:1]
    encoder = net(cell).encoder
    states = encoder.layer(encoder.embedding(src))
    assert close(encoder(src).states, states)
    state = encoder.layer.start(1)
    for t in range(src.shape[1]):
        state = encoder.layer.step(encoder.embedding(src[:, t]), state).state
        assert close(encoder(src).states[:, t], state)


@both_ways
def test_embeddings_can_be_given_in_place_of_tokens(cell: Cell, reverse: bool) -> None:
    src, _ = pairs()
    encoder = net(cell, reverse=reverse).encoder
    x = encoder.embedding(src).detach().requires_grad_()
    given, read = encoder.from_embedded(x, src != PAD), encoder(src)
    assert close(given.context, read.context)
    assert close(given.states[read.mask], read.states[read.mask])
    (slope,) = torch.autograd.grad(given.context.sum(), x)
    assert (slope.abs().amax(dim=2) > 0).equal(src != PAD)  # the context hangs on every token


# The decoder --------------------------------------------------------------------------------------


@every_model
def test_word_by_word_is_what_teacher_forcing_says_at_once(
    cell: Cell, attention: AttentionKind, reverse: bool
) -> None:
    model, (src, tgt) = net(cell, attention, reverse), pairs()
    encoded = model.encoder(src)
    at_once = model.decoder(shifted(tgt), encoded)
    state = encoded.context
    for t, previous in enumerate(shifted(tgt).unbind(dim=1)):
        logits, state, weights = model.decoder.step(previous, state, encoded)
        assert close(logits, at_once.logits[:, t])
        if weights is None or at_once.attention_weights is None:
            assert weights is at_once.attention_weights is None
            assert attention == "none"
        else:
            assert close(weights, at_once.attention_weights[:, t])


def test_an_override_takes_the_place_of_the_weights() -> None:
    model, (src, _) = net(attention="additive"), pairs()
    encoded = model.encoder(src)
    override = torch.rand(4, 5, generator=rng())
    first = torch.full((4,), SOS)
    step = model.decoder.step(first, encoded.context, encoded, override=override)
    kept = override * encoded.mask
    assert step.attention_weights is not None
    assert close(step.attention_weights, kept / kept.sum(dim=1, keepdim=True))


def test_an_override_changes_what_is_said() -> None:
    model, (src, _) = net(attention="dot"), pairs()
    encoded = model.encoder(src)
    first = torch.full((4,), SOS)
    own = model.decoder.step(first, encoded.context, encoded)
    assert own.attention_weights is not None
    elsewhere = model.decoder.step(
        first, encoded.context, encoded, override=own.attention_weights.flip(1)
    )
    assert not close(elsewhere.logits[0], own.logits[0])
    assert torch.equal(elsewhere.state, own.state)  # there is no input feeding


@every_model
def test_teacher_forcing_tells_the_past_and_not_the_future(
    cell: Cell, attention: AttentionKind, reverse: bool
) -> None:
    model, (src, tgt) = net(cell, attention, reverse), pairs()
    changed = tgt.clone()
    changed[0, 1] = EOS + 1 if tgt[0, 1] != EOS + 1 else EOS + 2
    before, after = model(src, tgt).logits[0], model(src, changed).logits[0]
    assert close(before[:2], after[:2])
    assert not close(before[2], after[2])


@pytest.mark.parametrize("cell", CELL_NAMES)
def test_without_attention_the_context_is_all_that_the_decoder_gets(cell: Cell) -> None:
    model, (src, tgt) = net(cell), pairs()
    encoded = model.encoder(src)
    nothing = EncoderOutput(torch.full_like(encoded.states, torch.nan), *encoded[1:])
    said = model.decoder(shifted(tgt), encoded).logits
    assert torch.equal(model.decoder(shifted(tgt), nothing).logits, said)


@every_model
def test_gradients_flow_from_the_last_word_to_every_weight(
    cell: Cell, attention: AttentionKind, reverse: bool
) -> None:
    """Only the last logits count, and still the first source word hears of it."""
    model, (src, tgt) = net(cell, attention, reverse), pairs()
    src, tgt = src[:1], tgt[:1]
    model(src, tgt).logits[:, -1].square().sum().backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.any(), name
    slope = model.encoder.embedding.weight.grad
    assert slope is not None
    assert set(slope.any(dim=1).nonzero().flatten().tolist()) == set(src.flatten().tolist())


# The weights --------------------------------------------------------------------------------------


@every_model
def test_exact_parameter_count(cell: Cell, attention: AttentionKind, reverse: bool) -> None:
    gates = CELLS[cell].gates
    recurrent = gates * H * (E + H + 2)
    looking_back = {"none": 0, "dot": 2 * H * H, "additive": 4 * H * H + H}[attention]
    expected = (V_IN + V_OUT) * E + 2 * recurrent + looking_back + (H + 1) * V_OUT
    model = net(cell, attention, reverse)
    assert sum(parameter.numel() for parameter in model.parameters()) == expected


@pytest.mark.parametrize("attention", KINDS)
def test_the_generator_decides_every_weight_and_nothing_global_does(
    attention: AttentionKind,
) -> None:
    before = torch.get_rng_state()
    one, twin, other = (net(attention=attention, seed=seed).state_dict() for seed in (3, 3, 4))
    src, tgt = pairs()
    net(attention=attention)(src, tgt)
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(weight, twin[name]) for name, weight in one.items())
    assert not any(
        torch.equal(weight, other[name])
        for name, weight in one.items()
        if name != "decoder.readout.bias"  # begins at 0
    )


def test_with_the_same_seed_attention_is_all_that_attention_adds() -> None:
    """Nets that are compared with and without it start from the same encoder and decoder."""
    plain = net().encoder.state_dict()
    looking = net(attention="additive").encoder.state_dict()
    assert all(torch.equal(weight, looking[name]) for name, weight in plain.items())


@every_model
def test_a_handful_of_sentences_is_learnt_by_heart(
    cell: Cell, attention: AttentionKind, reverse: bool
) -> None:
    model, (src, tgt) = net(cell, attention, reverse), pairs()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    for _ in range(80):
        optimizer.zero_grad()
        masked_cross_entropy(model(src, tgt).logits, tgt).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    assert torch.equal(greedy(model, src, 4), tgt)


def test_an_encoder_stands_alone() -> None:
    encoder = Encoder(V_IN, E, H, "lstm", rng())
    assert encoder(pairs()[0]).context.shape == (4, 2 * H)
