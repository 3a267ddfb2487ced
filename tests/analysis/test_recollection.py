"""What is said of held-out sentences, against one sentence at a time."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.analysis import recollection
from explorer.analysis.recollection import by_source, recollections
from explorer.data.token_tasks import (
    VOCABULARY_SIZE,
    Task,
    answers,
    draw_sources,
)
from explorer.models.decoding import greedy
from explorer.models.seq2seq import EOS, Seq2Seq, masked_cross_entropy, seq2seq


def trained(task: Task, steps: int) -> Seq2Seq:
    """A small net that knows a little of the task."""
    generator = torch.Generator().manual_seed(0)
    net = seq2seq(
        VOCABULARY_SIZE,
        VOCABULARY_SIZE,
        embedding_dim=8,
        hidden_dim=16,
        cell="gru",
        generator=generator,
    )
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(steps):
        src = draw_sources(task, 32, 3, "train", generator)
        tgt = answers(task, src)
        optimizer.zero_grad()
        masked_cross_entropy(net(src, tgt).logits, tgt).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return net


@pytest.fixture(scope="module")
def net() -> Seq2Seq:
    return trained("reverse", 150)


@pytest.mark.parametrize(("together", "most"), [(8, 1200), (2, 1200), (8, 45), (8, 1)])
def test_padded_batches_give_what_each_length_gives_alone(
    net: Seq2Seq, together: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recollection, "TOGETHER", together)
    monkeypatch.setattr(recollection, "MOST_ROWS", most)
    generator = torch.Generator().manual_seed(1)
    sources = {n: draw_sources("reverse", 20 + n, n, "test", generator) for n in (1, 5, 3, 6)}
    found = recollections(net, "reverse", sources, told_up_to=5)
    assert list(found.alone) == [1, 3, 5, 6]
    assert list(found.told) == [1, 3, 5]
    for length, src in sources.items():
        tgt = answers("reverse", src)
        said = greedy(net, src, length + 1)
        assert torch.equal(found.alone[length].hits, (said == tgt)[:, :length])
        assert torch.equal(found.alone[length].whole, (said == tgt).all(dim=1))
        if length > 5:
            continue
        logits = net(src, tgt).logits
        told = logits[..., EOS:].argmax(dim=2) + EOS == tgt
        assert torch.equal(found.told[length].hits, told[:, :length])
        loss = F.cross_entropy(logits.flatten(0, 1), tgt.flatten()).item()
        assert found.told[length].loss == pytest.approx(loss, rel=1e-5)
    assert 0 < found.alone[3].hits.float().mean() < 1, "else this compares nothing"


def test_up_to_the_first_mistake_it_makes_no_difference_whether_the_truth_is_told(
    net: Seq2Seq,
) -> None:
    src = draw_sources("reverse", 200, 4, "test", torch.Generator().manual_seed(2))
    found = recollections(net, "reverse", {4: src}, told_up_to=4)
    alone, told = found.alone[4].hits, found.told[4].hits
    before = torch.cat([torch.ones(200, 1), alone.cumprod(dim=1)[:, :-1]], dim=1).bool()
    assert torch.equal(alone[before], told[before])
    assert (alone != told).any(), "after it, it does"


def test_hits_stand_at_the_place_of_the_source() -> None:
    hits = torch.tensor([[True, True, False]])
    assert by_source("reverse", hits).tolist() == [[False, True, True]]
    for task in ("copy", "pattern", "sort"):
        assert by_source(task, hits).tolist() == hits.tolist()
