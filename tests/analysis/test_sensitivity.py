"""Derivatives against finite differences, and swaps counted by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from explorer.analysis import sensitivity
from explorer.analysis.sensitivity import (
    gradient_norms,
    jacobian,
    moved_by_swaps,
    swapped,
    way_between,
)
from explorer.data.token_tasks import VOCABULARY_SIZE, draw_sources
from explorer.models.decoding import greedy
from explorer.models.seq2seq import Seq2Seq, seq2seq
from explorer.specs import Cell

LENGTH = 5


def model(cell: Cell = "gru", *, reverse: bool = False) -> Seq2Seq:
    return seq2seq(
        VOCABULARY_SIZE,
        VOCABULARY_SIZE,
        embedding_dim=4,
        hidden_dim=6,
        cell=cell,
        generator=torch.Generator().manual_seed(3),
        reverse_source=reverse,
    )


def sentences(count: int) -> torch.Tensor:
    return draw_sources("copy", count, LENGTH, "test", torch.Generator().manual_seed(0))


@pytest.fixture(autouse=True)
def in_double_precision() -> Iterator[None]:
    """Finite differences of single precision would be mostly rounding."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("reverse", [False, True])
def test_the_jacobian_is_that_of_finite_differences(cell: Cell, reverse: bool) -> None:
    encoder, src = model(cell, reverse=reverse).encoder, sentences(2)
    slopes = jacobian(encoder, src)  # (B, C, S, E)
    assert slopes.shape == (2, encoder.layer.state_dim, LENGTH, 4)
    x, tiny = encoder.embedding(src).detach(), 1e-5
    for place in range(LENGTH):
        for number in range(4):
            nudge = torch.zeros_like(x)
            nudge[:, place, number] = tiny
            up, down = (
                encoder.from_embedded(x + sign * nudge, src != 0).context.detach()
                for sign in (1, -1)
            )
            assert torch.allclose(slopes[:, :, place, number], (up - down) / (2 * tiny), atol=1e-8)


def test_a_large_batch_is_cut_up_and_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder, src = model().encoder, sentences(7)
    whole = jacobian(encoder, src)
    norms = gradient_norms(encoder, src)
    for most in (1, 13 * LENGTH * (3 * 6 + 6)):  # a row at a time, and thirteen
        monkeypatch.setattr(sensitivity, "MOST_NUMBERS", most)
        assert torch.allclose(jacobian(encoder, src), whole)
        assert torch.allclose(gradient_norms(encoder, src), norms)


def test_the_way_between_vectors_is_that_of_different_sentences() -> None:
    src = torch.tensor([[3, 4], [3, 4], [5, 6]])
    context = torch.tensor([[0.0, 0.0], [0.0, 0.0], [3.0, 4.0]])
    assert way_between(src, context) == pytest.approx(5)
    assert way_between(src[:2], context[:2]) > 0


def test_a_net_with_one_vector_for_everything_moves_by_nothing() -> None:
    net, src = model(), sentences(4)
    for parameter in net.encoder.parameters():
        torch.nn.init.zeros_(parameter)
    moved = moved_by_swaps(net, src, torch.Generator().manual_seed(0))
    assert moved.distance.tolist() == [0.0] * LENGTH


def test_the_norm_is_frobenius_and_leaves_no_gradients_behind() -> None:
    encoder, src = model().encoder, sentences(3)
    slopes = jacobian(encoder, src)
    norms = gradient_norms(encoder, src)
    assert norms.shape == (3, LENGTH)
    assert norms[1, 2].item() == pytest.approx(torch.linalg.matrix_norm(slopes[1, :, 2]).item())
    assert all(parameter.grad is None for parameter in encoder.parameters())


def test_one_swap_shows_both_vectors_and_both_answers() -> None:
    net, src = model(), sentences(1)[0]
    word = 3 + (int(src[1]) - 3 + 1) % 16
    found = swapped(net, src, 1, word)
    other = src.clone()
    other[1] = word
    with torch.no_grad():
        before, after = net.encoder(torch.stack([src, other])).context
    assert torch.equal(found.before, before)
    assert torch.equal(found.after, after)
    assert found.distance == pytest.approx(torch.dist(before, after).item())
    assert found.said_after == greedy(net, other[None], LENGTH + 1)[0].tolist()
    assert int(src[1]) != word, "the source itself is left as it was"


def test_a_word_for_itself_moves_nothing() -> None:
    net, src = model(), sentences(1)[0]
    found = swapped(net, src, 3, int(src[3]))
    assert found.distance == 0
    assert found.said_before == found.said_after


def test_swaps_change_one_word_of_each_sentence_to_another_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    net, src = model(), sentences(4)
    read: list[torch.Tensor] = []
    forward = type(net.encoder).forward

    def listening(self: object, asked: torch.Tensor) -> object:
        read.append(asked)
        return forward(self, asked)  # type: ignore[arg-type]

    monkeypatch.setattr(type(net.encoder), "forward", listening)
    moved = moved_by_swaps(net, src, torch.Generator().manual_seed(0))
    variants = next(asked for asked in read if len(asked) == 4 * LENGTH)
    differs = variants.reshape(4, LENGTH, LENGTH) != src.unsqueeze(1)
    assert torch.equal(differs, torch.eye(LENGTH, dtype=torch.bool).expand(4, -1, -1))
    assert variants.min() >= 3
    assert variants.max() <= 18
    assert moved.distance.shape == moved.words.shape == (LENGTH,)
    assert (moved.distance > 0).all()
    assert (moved.words <= LENGTH).all()


def test_an_untrained_net_is_moved_most_by_what_it_read_last() -> None:
    forwards, backwards = (
        moved_by_swaps(model(reverse=reverse), sentences(40), torch.Generator().manual_seed(0))
        for reverse in (False, True)
    )
    assert forwards.distance.argmax() == LENGTH - 1
    assert backwards.distance.argmax() == 0
