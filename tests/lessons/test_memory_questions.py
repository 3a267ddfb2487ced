"""What is asked of a net: nothing that it was trained on, and the same of all nets."""

from __future__ import annotations

import pytest
import torch

from explorer.data.token_tasks import is_held_out
from explorer.lessons import memory_questions
from explorer.lessons.memory_questions import (
    BEYOND,
    LIVE,
    Questions,
    Sizes,
    begun,
    contexts,
    questions,
    recall_metrics,
    shares_at_places,
)
from explorer.lessons.recalling import model_of
from explorer.specs import ForgettingSpec
from explorer.training.devices import CPU

SMALL = Sizes(asked=6, held_out=10, learnt_from=40)
SPEC = ForgettingSpec(hidden_dim=8, embedding_dim=4, max_length=5)


@pytest.fixture(scope="module")
def asked() -> Questions:
    return questions("reverse", 5, 8, SMALL, CPU)


def test_every_length_is_asked_and_the_longest_trained_one_most(asked: Questions) -> None:
    assert list(asked.sources) == list(range(1, 5 + BEYOND + 1))
    for length, src in asked.sources.items():
        assert src.shape == (10 if length == 5 else 6, length)
    assert torch.equal(asked.held_out, asked.sources[5])


def test_what_is_asked_was_held_out_and_what_probes_learn_from_was_not(asked: Questions) -> None:
    for length, src in asked.sources.items():
        assert is_held_out(src).all() or length < 3
    assert not is_held_out(asked.learnt_from).any()


def test_a_wide_vector_takes_more_sentences_to_learn_from() -> None:
    assert len(questions("copy", 4, 4, SMALL, CPU).learnt_from) == 40
    assert len(questions("copy", 4, 100, SMALL, CPU).learnt_from) == 800
    bounded = SMALL._replace(most=300)
    assert len(questions("copy", 4, 100, bounded, CPU).learnt_from) == 300
    assert LIVE.learnt_from >= 512


def test_contexts_do_not_depend_on_how_many_are_read_at_once(
    asked: Questions, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = model_of(SPEC, torch.Generator().manual_seed(0)).encoder
    whole = contexts(encoder, asked.learnt_from)
    monkeypatch.setattr(memory_questions, "CONTEXTS_AT_ONCE", 7)
    assert torch.allclose(contexts(encoder, asked.learnt_from), whole, atol=1e-6)
    assert len(whole) == len(asked.learnt_from) > 7


def test_a_net_begins_the_same_whatever_it_is_trained_on() -> None:
    """Weights and the sentences' seed come from the CPU's generator alone."""
    (one, seed), (other, again) = begun(SPEC), begun(SPEC)
    assert seed == again != begun(SPEC.but(seed=1))[1]
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


def test_the_questions_are_the_same_in_every_run(asked: Questions) -> None:
    again = questions("reverse", 5, 8, SMALL, CPU)
    assert all(torch.equal(src, again.sources[length]) for length, src in asked.sources.items())
    assert torch.equal(asked.learnt_from, again.learnt_from)
    assert torch.equal(asked.shuffled, again.shuffled)


def test_the_order_of_the_control_is_a_permutation(asked: Questions) -> None:
    count = len(asked.learnt_from)
    assert asked.shuffled.sort().values.tolist() == list(range(count))
    assert asked.shuffled.tolist() != list(range(count))


def test_the_metrics_by_hand(asked: Questions) -> None:
    net = model_of(SPEC, torch.Generator().manual_seed(0))
    found = asked.answered_by(net)
    metrics = recall_metrics(asked, found)
    losses = [found.told[length].loss for length in (3, 4, 5)]  # shorter ones are not held out
    assert metrics["test_loss"] == pytest.approx(sum(losses) / 3)
    assert metrics["token_accuracy_by_length.7"] == found.alone[7].hits.double().mean().item()
    assert metrics["sequence_accuracy_by_length.2"] == found.alone[2].whole.double().mean().item()
    places = [metrics[f"recall_by_position.{place}"] for place in range(1, 6)]
    assert places == found.alone[5].hits.double().mean(dim=0).tolist()[::-1], (
        "reversed: last said first"
    )
    told = [metrics[f"told_by_position.{place}"] for place in range(1, 6)]
    assert told == found.told[5].hits.double().mean(dim=0).tolist()[::-1]


def test_shares_at_places_end_where_the_sentence_does(asked: Questions) -> None:
    net = model_of(SPEC, torch.Generator().manual_seed(0))
    found = asked.answered_by(net)
    shares = shares_at_places(asked, found)
    assert shares.shape == (13, 13)
    for length in range(1, 14):
        assert (shares[length - 1, :length] >= 0).all()
        assert (shares[length - 1, length:] == -1).all()
    assert shares[4, 0].item() == found.alone[5].hits[:, -1].float().mean().item()


def test_probes_are_scored_on_what_they_did_not_learn_from(asked: Questions) -> None:
    """A vector that spells the sentences out is read; with shuffled labels it is not."""
    spelt = [
        torch.nn.functional.one_hot(src - 3, 16).flatten(1).float()
        for src in (
            questions("copy", 4, 80, SMALL, CPU).learnt_from,
            questions("copy", 4, 80, SMALL, CPU).held_out,
        )
    ]
    probed = questions("copy", 4, 80, SMALL, CPU).probed(*spelt)
    assert probed.linear == [1.0] * 4
    assert max(probed.control) < 0.7
    assert len(probed.control) == 4
