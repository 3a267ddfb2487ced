"""Memory of patterns: one recurrent autoencoder meets lists with a rule and lists without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.analysis.recall import LengthAccuracy
from explorer.data.number_lists import (
    NUMBERS,
    RULES,
    SHORTEST,
    draw_random_lists,
    draw_rule_lists,
)
from explorer.models.recurrent_autoencoder import RecurrentAutoencoder
from explorer.specs import CopyingSpec
from explorer.training.loop import Array, Snapshot
from explorer.training.optimizers import OPTIMIZERS
from explorer.training.parameters import as_tensors
from explorer.training.weight_average import WeightAverage

EMBEDDING_DIM = 32
KINDS_OF_LISTS = (*RULES, "random")  # a batch holds as many lists of each
TEST_SEED = 0  # the lists that are asked for are the same in every run
TESTED = 160  # lists with a rule, and as many random ones
TESTED_OF_A_LENGTH = 80  # of either sort, for the curve over the lengths
BEYOND = 4  # so many lengths more than were trained are tried there
EXAMPLES = 4  # lists of either sort that a page shows
AVERAGED_STEPS = 200  # the weights that are looked at are a mean of about so many


def training_batch(longest: int, batch_size: int, generator: torch.Generator) -> Tensor:
    """(B, L): each rule and chance equally often, all lists of one length, none of them held out.

    Of two lengths drawn the longer one is taken: long lists are what is hard.
    """
    lengths = torch.randint(
        SHORTEST, longest + 1, (2,), generator=generator, device=generator.device
    )
    length = int(lengths.max())
    by_chance = batch_size // len(KINDS_OF_LISTS)
    ruled, _ = draw_rule_lists(batch_size - by_chance, length, "train", generator)
    return torch.cat([ruled, draw_random_lists(by_chance, length, generator)])


def lists_to_recall(length: int, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """(count, length) held-out lists with a rule, which rule (count,), and random lists.

    On the CPU, so that all devices are asked for the same.
    """
    generator = torch.Generator().manual_seed(TEST_SEED)
    ruled, rules = draw_rule_lists(count, length, "test", generator)
    return ruled, rules, draw_random_lists(count, length, generator)


class PatternsExperiment:
    """One recurrent autoencoder on lists of many lengths; see CopyingSpec."""

    def __init__(self, spec: CopyingSpec, device: torch.device) -> None:
        self.spec = spec
        self.generator = torch.Generator(device).manual_seed(spec.seed)
        self.model = _model(spec, self.generator)
        self.average = WeightAverage(self.model, AVERAGED_STEPS)
        self.optimizer = OPTIMIZERS["adam"](self.model.parameters(), spec.learning_rate)
        ruled, self.rules, by_chance = lists_to_recall(spec.length, TESTED)
        self.rules = self.rules.to(device)
        self.lists = torch.cat([ruled, by_chance]).to(device)  # (2 · TESTED, length)

    def step(self) -> None:
        tokens = training_batch(self.spec.length, self.spec.batch_size, self.generator)  # (B, L)
        logits = self.model(tokens)  # (B, L, numbers)
        loss = F.cross_entropy(logits.flatten(0, 1), tokens.flatten())
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.average.update()

    @torch.inference_mode()
    def observe(self, step: int, seconds: float) -> Snapshot:
        """What the averaged weights recall of lists of `length` numbers that were held out.

        metrics: test_mse (of the lists with a rule, numbers scaled to 0…1), chance and, of S =
        pattern and random, S_sequence_accuracy, S_token_accuracy, recall_by_position.S.1 …, and
        sequence_accuracy_by_rule.R of each rule R; arrays: S_asked and S_recalled, (EXAMPLES,
        length) each.
        """
        recalled = self.average.model.recall(self.lists)
        right = recalled == self.lists  # (2 · TESTED, length)
        metrics: dict[str, float] = {"chance": 1 / NUMBERS}
        arrays: dict[str, Array] = {}
        for name, rows in (("pattern", slice(TESTED)), ("random", slice(TESTED, None))):
            metrics[f"{name}_sequence_accuracy"] = _share(right[rows].all(dim=1))
            metrics[f"{name}_token_accuracy"] = _share(right[rows])
            for place, hits in enumerate(right[rows].T, start=1):
                metrics[f"recall_by_position.{name}.{place}"] = _share(hits)
            arrays[f"{name}_asked"] = _small(self.lists[rows])
            arrays[f"{name}_recalled"] = _small(recalled[rows])
        whole = right[:TESTED].all(dim=1)
        for index, rule in enumerate(RULES):
            metrics[f"sequence_accuracy_by_rule.{rule}"] = _share(whole[self.rules == index])
        missed = (recalled - self.lists)[:TESTED] / (NUMBERS - 1)
        metrics["test_mse"] = torch.mean(missed**2).item()
        return Snapshot(step=step, seconds=seconds, metrics=metrics, arrays=arrays)

    def weights(self) -> dict[str, Tensor]:
        """The averaged ones, because these are what is observed."""
        return self.average.weights()

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        self.average.load(weights)


def recall_of(spec: CopyingSpec, snapshot: Snapshot, numbers: Sequence[int]) -> list[int] | None:
    """What the net of this moment recalls of a list; None when its weights were not kept."""
    if not snapshot.weights:
        return None
    with torch.inference_mode():
        said: list[int] = _restored(spec, snapshot).recall(torch.tensor([numbers]))[0].tolist()
    return said


@lru_cache(maxsize=16)
def accuracy_by_length(spec: CopyingSpec, snapshot: Snapshot) -> tuple[LengthAccuracy, ...]:
    """From the shortest length to some that were never trained; nothing when the weights of this
    moment were not kept. Takes a fifth of a second and is computed once a moment.
    """
    if not snapshot.weights:
        return ()
    model = _restored(spec, snapshot)
    found = []
    with torch.inference_mode():
        for length in range(SHORTEST, spec.length + BEYOND + 1):
            ruled, _, by_chance = lists_to_recall(length, TESTED_OF_A_LENGTH)
            pattern, random = (
                _share((model.recall(lists) == lists).all(dim=1)) for lists in (ruled, by_chance)
            )
            found.append(LengthAccuracy(length, length <= spec.length, pattern, random))
    return tuple(found)


def _model(spec: CopyingSpec, generator: torch.Generator) -> RecurrentAutoencoder:
    return RecurrentAutoencoder(NUMBERS, EMBEDDING_DIM, spec.hidden_dim, generator)


def _restored(spec: CopyingSpec, snapshot: Snapshot) -> RecurrentAutoencoder:
    """The net that a snapshot saw, on the CPU."""
    model = _model(spec, torch.Generator())
    model.load_state_dict(as_tensors(snapshot.weights))
    return model


def _share(hits: Tensor) -> float:
    return hits.float().mean().item()


def _small(lists: Tensor) -> Array:
    """The first few, in as few bytes as numbers below 100 need."""
    return lists[:EXAMPLES].to(torch.uint8).cpu().numpy()
