"""Greedy takes the likeliest word each time; a beam finds what that misses, and never less."""

from __future__ import annotations

from itertools import product

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.models.decoding import Hypothesis, beam, beam_steps, decode, greedy
from explorer.models.seq2seq import EOS, PAD, SOS, Seq2Seq, seq2seq
from explorer.specs import AttentionKind, Cell

CELLS: tuple[Cell, ...] = ("rnn", "gru", "lstm")
every_cell = pytest.mark.parametrize("cell", CELLS)
many_seeds = pytest.mark.parametrize("seed", range(6))


def net(
    cell: Cell = "gru", attention: AttentionKind = "none", *, words: int = 6, seed: int = 0
) -> Seq2Seq:
    """A net with so many words to say (EOS among them), and weights large enough to be decided.

    In double precision: which of two answers is likelier does not hang on how they were batched.
    """
    generator = torch.Generator().manual_seed(seed)
    model = seq2seq(
        9,
        words + 2,
        embedding_dim=4,
        hidden_dim=6,
        cell=cell,
        generator=generator,
        attention=attention,
    )
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(2)
    return model.double()


def sources(count: int = 8, length: int = 5) -> Tensor:
    """(count, length)."""
    return torch.randint(EOS + 1, 9, (count, length), generator=torch.Generator().manual_seed(1))


def log_probability(model: Seq2Seq, src: Tensor, tokens: tuple[int, ...]) -> float:
    """What the model itself gives an answer to one source, under teacher forcing; nats."""
    tgt = torch.tensor([tokens])
    logits = model(src, tgt).logits.double()
    return -F.cross_entropy(logits[0], tgt[0], reduction="sum").item()


# Greedy -------------------------------------------------------------------------------------------


@every_cell
def test_greedy_says_what_is_likeliest_after_its_own_words(cell: Cell) -> None:
    model, src = net(cell), sources()
    said = greedy(model, src, 7)
    likeliest = model(src, said).logits[:, :, EOS:].argmax(dim=2) + EOS
    spoken = said != PAD
    assert torch.equal(likeliest[spoken], said[spoken])


@many_seeds
def test_after_eos_there_is_padding_and_before_it_none(seed: int) -> None:
    said = greedy(net(words=3, seed=seed), sources(), 9)
    assert said.shape == (8, 9)
    ended = (said == EOS).cumsum(dim=1)
    assert ended.max() <= 1
    behind = (ended == 1) & (said != EOS)
    assert torch.equal(said == PAD, behind)
    assert not (said == SOS).any()


def insisting(model: Seq2Seq, token: int) -> Seq2Seq:
    """The model, but `token` is always what it finds likeliest."""
    with torch.no_grad():
        model.get_parameter("decoder.readout.bias")[token] = 99
    return model


@pytest.mark.parametrize("mark", [PAD, SOS])
def test_neither_padding_nor_a_start_is_ever_said(mark: int) -> None:
    model = insisting(net(), mark)
    said = greedy(model, sources(), 5)
    assert (said[(said == EOS).cumsum(dim=1) == 0] > EOS).all()
    assert all(min(hypothesis.tokens) >= EOS for hypothesis in beam(model, sources(1), 3, 4))


def test_greedy_stops_as_soon_as_all_have_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    model = insisting(net(), EOS)
    answers = iter([model.decoder.step])
    monkeypatch.setattr(model.decoder, "step", lambda *given: next(answers)(*given))
    said = greedy(model, sources(), 50)  # a second step would have no answer
    assert said.shape == (8, 50)
    assert (said[:, 0] == EOS).all()
    assert not said[:, 1:].any()


def test_decoding_goes_on_from_any_context() -> None:
    """What is decoded is what was handed over: two contexts that change places, two answers too."""
    model, src = net(), sources(2)
    encoded = model.encoder(src)
    swapped = encoded._replace(context=encoded.context.flip(0))
    assert torch.equal(decode(model.decoder, swapped, 6), greedy(model, src, 6).flip(0))


@pytest.mark.parametrize("attention", ["none", "additive", "dot"])
def test_decoding_leaves_no_gradient_behind(attention: AttentionKind) -> None:
    model = net(attention=attention)
    encoded = model.encoder(sources())
    assert not decode(model.decoder, encoded, 3).requires_grad
    assert all(parameter.grad is None for parameter in model.parameters())


# A beam -------------------------------------------------------------------------------------------


@every_cell
@many_seeds
@pytest.mark.parametrize("attention", ["none", "dot"])
def test_a_beam_of_one_is_greedy(cell: Cell, seed: int, attention: AttentionKind) -> None:
    model = net(cell, attention, seed=seed)
    for src in sources(4).unsqueeze(1):
        (only,) = beam(model, src, 1, 7)
        said = greedy(model, src, 7)[0]
        assert list(only.tokens) == said[said != PAD].tolist()


@every_cell
@many_seeds
def test_a_score_is_what_the_model_gives_the_answer(cell: Cell, seed: int) -> None:
    model, src = net(cell, seed=seed), sources(1)
    found = beam(model, src, 4, 5)
    assert len(found) == len({hypothesis.tokens for hypothesis in found}) == 4
    for hypothesis in found:
        expected = log_probability(model, src, hypothesis.tokens)
        assert hypothesis.log_probability == pytest.approx(expected, abs=1e-5)
    scores = [hypothesis.log_probability for hypothesis in found]
    assert scores == sorted(scores, reverse=True)


def every_answer(words: int, most: int) -> list[tuple[int, ...]]:
    """All answers of at most so many tokens: ended by EOS, or cut off."""
    spoken = range(EOS + 1, EOS + words)
    ended = [(*before, EOS) for length in range(most) for before in product(spoken, repeat=length)]
    return ended + list(product(spoken, repeat=most))


@every_cell
@many_seeds
def test_a_wide_beam_is_brute_force(cell: Cell, seed: int) -> None:
    model, src = net(cell, words=3, seed=seed), sources(1)
    scores = {tokens: log_probability(model, src, tokens) for tokens in every_answer(3, 4)}
    found = beam(model, src, len(scores), 4)
    assert {hypothesis.tokens for hypothesis in found} == set(scores)
    for hypothesis in found:
        assert hypothesis.log_probability == pytest.approx(scores[hypothesis.tokens], abs=1e-5)
    assert found[0].tokens == max(scores, key=lambda tokens: scores[tokens])


@every_cell
@many_seeds
def test_a_wider_beam_never_ends_below_greedy_where_it_still_holds_it(
    cell: Cell, seed: int
) -> None:
    """Greedy's answer may fall out of a beam. As long as it has not, the best is at least as good;
    within two tokens it cannot fall out unless something better has come in.
    """
    model = net(cell, seed=seed)
    for src, width, most in product(sources(3).unsqueeze(1), (2, 3, 5), (2, 6)):
        (plain,) = beam(model, src, 1, most)
        found = beam(model, src, width, most)
        held = all(
            any(plain.tokens[: len(h.tokens)] == h.tokens for h in step.kept)
            for step in beam_steps(model, src, width, most)
        )
        if held or most == 2:
            assert found[0].log_probability >= plain.log_probability - 1e-9


def test_a_beam_finds_what_greedy_misses() -> None:
    """On some of many random nets, or there would be no point in it."""
    gains = []
    for seed in range(12):
        model, src = net(seed=seed), sources(1)
        (plain,), (best, *_) = beam(model, src, 1, 6), beam(model, src, 4, 6)
        gains.append(best.log_probability - plain.log_probability)
    assert max(gains) > 0.1


def test_each_step_of_a_beam_grows_from_the_one_before() -> None:
    model, src = net(words=4), sources(1)
    steps = list(beam_steps(model, src, 3, 5))
    before = [Hypothesis((), 0.0)]
    for step in steps:
        parents = {h.tokens: h for h in before}
        for h in (*step.kept, *step.dropped):
            parent = parents[h.tokens] if h.tokens in parents else parents[h.tokens[:-1]]
            assert h.log_probability <= parent.log_probability
            assert h.tokens != parent.tokens or h.ended  # only an ended one stays as it is
        assert len(step.kept) <= 3
        assert len(step.dropped) <= 3
        if step.dropped:
            assert step.kept[-1].log_probability >= step.dropped[0].log_probability
        before = step.kept
    assert steps[-1].kept == beam(model, src, 3, 5)


def test_a_beam_ends_early_when_all_that_it_keeps_has_ended() -> None:
    assert len(list(beam_steps(insisting(net(), EOS), sources(1), 1, 50))) == 1
