"""A sentence in single steps: the trace says what the model does, number by number."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
import torch

from explorer.analysis.trace import trace
from explorer.data.vocabulary import EOS, PAD, SOS
from explorer.models.decoding import beam, greedy
from explorer.models.seq2seq import Seq2Seq, seq2seq
from explorer.specs import AttentionKind, Cell

SOURCE = (5, 3, 7, 7, 4)
MOST = 9
EMBEDDED, UNITS = 5, 6


def model(
    cell: Cell = "gru", *, attention: AttentionKind = "none", reverse: bool = False, seed: int = 0
) -> Seq2Seq:
    generator = torch.Generator().manual_seed(seed)
    sizes = {"embedding_dim": EMBEDDED, "hidden_dim": UNITS}
    return seq2seq(
        9, 8, **sizes, cell=cell, generator=generator, attention=attention, reverse_source=reverse
    )


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("cell", get_args(Cell))
def test_the_states_are_the_encoders(cell: Cell, reverse: bool) -> None:
    net = model(cell, reverse=reverse)
    found = trace(net, SOURCE, MOST)
    with torch.no_grad():
        encoded = net.encoder(torch.tensor([SOURCE]))
    order = SOURCE[::-1] if reverse else SOURCE
    assert tuple(step.cell.token for step in found.reads) == order
    states = encoded.states[0].flip(0) if reverse else encoded.states[0]
    got = np.stack([step.cell.state for step in found.reads])
    np.testing.assert_allclose(got, states.numpy(), atol=1e-6)
    np.testing.assert_allclose(found.context, got[-1], atol=1e-6)
    assert (found.reads[0].cell.before == 0).all()
    np.testing.assert_allclose(found.writes[0].cell.before, found.context, atol=1e-6)


@pytest.mark.parametrize("attention", get_args(AttentionKind))
@pytest.mark.parametrize("seed", range(4))
def test_what_is_said_is_greedy_decoding(attention: AttentionKind, seed: int) -> None:
    net = model(attention=attention, seed=seed)
    found = trace(net, SOURCE, MOST)
    said = greedy(net, torch.tensor([SOURCE]), MOST)[0]
    assert found.said == tuple(said[said != PAD].tolist())
    assert [step.cell.token for step in found.writes] == [SOS, *found.said[:-1]]
    best = beam(net, torch.tensor([SOURCE]), 1, MOST)[0]
    assert best.tokens == found.said
    assert best.log_probability == pytest.approx(found.log_probability, abs=1e-5)


@pytest.mark.parametrize("attention", get_args(AttentionKind))
def test_the_probabilities_are_the_models(attention: AttentionKind) -> None:
    net = model(attention=attention)
    found = trace(net, SOURCE, MOST)
    with torch.no_grad():
        told = net(torch.tensor([SOURCE]), torch.tensor([found.said]))
    for t, step in enumerate(found.writes):
        expected = told.logits[0, t].softmax(dim=0).numpy()
        np.testing.assert_allclose(step.probabilities, expected, atol=1e-6)
        shares = [share for _, share in step.top]
        assert shares == pytest.approx(sorted(expected.tolist(), reverse=True)[:6], abs=1e-6)
        if told.attention_weights is None:
            assert step.attention_weights is None
        else:
            assert step.attention_weights is not None
            weights = told.attention_weights[0, t].numpy()
            np.testing.assert_allclose(step.attention_weights, weights, atol=1e-6)


SQUASHED = {
    "rnn": ("tanh",),
    "gru": ("σ", "σ"),  # the candidate mixes its parts otherwise: see below
    "lstm": ("σ", "σ", "tanh", "σ"),
}


@pytest.mark.parametrize("cell", get_args(Cell))
def test_the_parts_of_a_gate_add_up_to_it(cell: Cell) -> None:
    net = model(cell)
    found = trace(net, SOURCE, MOST)
    for number, step in enumerate(found.cells):
        biases = found.encoder_biases if number < len(SOURCE) else found.decoder_biases
        sums = step.of_input + biases.of_input + step.of_state + biases.of_state  # (G, H)
        for gate, total, curve in zip(step.gates.values(), sums, SQUASHED[cell], strict=False):
            bent = np.tanh(total) if curve == "tanh" else 1 / (1 + np.exp(-total))
            np.testing.assert_allclose(gate, bent, atol=1e-6)


def test_the_candidate_of_a_gru_by_hand() -> None:
    found = trace(model("gru"), SOURCE, MOST)
    for step in found.reads:
        cell, biases = step.cell, found.encoder_biases
        kept = cell.gates["reset"] * (cell.of_state[2] + biases.of_state[2])
        candidate = np.tanh(cell.of_input[2] + biases.of_input[2] + kept)
        np.testing.assert_allclose(cell.gates["candidate"], candidate, atol=1e-6)
        update = cell.gates["update"]
        mixed = (1 - update) * candidate + update * cell.before
        np.testing.assert_allclose(cell.state, mixed, atol=1e-6)


@pytest.mark.parametrize("cell", get_args(Cell))
def test_a_jump_is_the_way_of_the_hidden_part(cell: Cell) -> None:
    found = trace(model(cell), SOURCE, MOST)
    for step in found.cells:
        way = np.linalg.norm(step.state[:UNITS] - step.before[:UNITS])
        assert step.jump == pytest.approx(way, abs=1e-6)
    jumps = [step.cell.jump for step in found.reads]
    assert jumps[found.biggest_jump] == max(jumps)


@pytest.mark.parametrize("attention", ["none", "additive"])
@pytest.mark.parametrize("reverse", [False, True])
def test_the_answer_so_far_is_that_to_the_words_read_so_far(
    attention: AttentionKind, reverse: bool
) -> None:
    net = model(attention=attention, reverse=reverse, seed=2)
    found = trace(net, SOURCE, MOST)
    for count, step in enumerate(found.reads, start=1):
        read = SOURCE[-count:] if reverse else SOURCE[:count]
        said = greedy(net, torch.tensor([read]), MOST)[0]
        assert step.answer == tuple(said[said != PAD].tolist())
    assert found.reads[-1].answer == found.said


def test_an_answer_without_an_end_is_cut_off() -> None:
    net = model()
    with torch.no_grad():
        dict(net.decoder.named_parameters())["readout.bias"][EOS] = -100
    found = trace(net, SOURCE, MOST)
    assert len(found.said) == MOST
    assert EOS not in found.said


def test_one_word_is_a_sentence() -> None:
    found = trace(model(), (4,), MOST)
    assert len(found.reads) == 1
    assert found.biggest_jump == 0
