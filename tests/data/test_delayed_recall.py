"""Recall after a delay: what a source looks like, and which symbols are held out."""

from __future__ import annotations

import pytest
import torch

from explorer.data.delayed_recall import (
    BLANK,
    DELAY_CHANCE,
    DELAY_FIRST,
    DELAY_LENGTH,
    DELAY_SYMBOLS,
    DELAY_VOCABULARY_SIZE,
    GO,
    draw_delayed,
    fingerprint,
)
from explorer.data.number_lists import PARTS, Part
from explorer.data.token_tasks import is_held_out
from explorer.data.vocabulary import SPECIALS


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_the_ids_are_all_different() -> None:
    symbols = range(DELAY_FIRST, DELAY_FIRST + DELAY_SYMBOLS)
    assert [*range(len(SPECIALS)), *symbols, BLANK, GO] == list(range(DELAY_VOCABULARY_SIZE))
    assert DELAY_VOCABULARY_SIZE == 13
    assert DELAY_CHANCE == 0.125


@pytest.mark.parametrize("delay", [0, 1, 20, 60])
@pytest.mark.parametrize("part", PARTS)
def test_five_symbols_a_delay_and_the_mark(part: Part, delay: int) -> None:
    src, tgt = draw_delayed(64, delay, part, generator())
    assert src.shape == (64, DELAY_LENGTH + delay + 1)
    assert torch.equal(src[:, :DELAY_LENGTH], tgt)
    assert (src[:, DELAY_LENGTH:-1] == BLANK).all()
    assert (src[:, -1] == GO).all()
    assert (is_held_out(tgt) == (part == "test")).all()


def test_one_row_in_eight_is_held_out_and_all_symbols_are_drawn_alike() -> None:
    symbols = torch.arange(DELAY_FIRST, BLANK)
    every = torch.cartesian_prod(*[symbols] * DELAY_LENGTH)
    assert is_held_out(every).float().mean() == pytest.approx(1 / 8, rel=0.05)
    counts = torch.bincount(draw_delayed(1_600, 0, "train", generator())[1].flatten())
    assert 880 < counts[DELAY_FIRST:].min() <= counts.max() < 1120  # 1,000, deviation 30


def test_the_same_seed_draws_the_same_rows() -> None:
    first, second = (draw_delayed(8, 3, "train", generator(2))[0] for _ in range(2))
    assert torch.equal(first, second)
    assert not torch.equal(first, draw_delayed(8, 3, "train", generator(3))[0])
    assert len(fingerprint()) == 64
