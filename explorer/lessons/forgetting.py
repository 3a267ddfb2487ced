"""What does the context vector forget? One net says back what it read, and is looked into."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor
from torch.optim.lr_scheduler import LambdaLR

from explorer.analysis.probes import nonlinear_probes, share_read
from explorer.analysis.sensitivity import gradient_norms, moved_by_swaps
from explorer.data import delayed_recall, token_tasks
from explorer.data.once import once
from explorer.data.token_tasks import FIRST, SYMBOLS
from explorer.lessons.forgetting_curves import curves_experiment
from explorer.lessons.memory_questions import (
    LIVE,
    PROBE_SEED,
    STILL,
    begun,
    by_position,
    contexts,
    questions,
    recall_metrics,
    shares_at_places,
)
from explorer.lessons.recalling import model_of, training_batch
from explorer.models.seq2seq import Encoder, Seq2Seq, masked_cross_entropy
from explorer.specs import ForgettingSpec
from explorer.training.devices import CPU
from explorer.training.loop import Experiment, Snapshot
from explorer.training.optimizers import OPTIMIZERS
from explorer.training.parameters import as_tensors
from explorer.training.weight_average import WeightAverage

AVERAGED_STEPS = 200  # the weights that are looked at are a mean of about so many
FALLING = 500  # steps after which the rate has fallen to 1/√2
DERIVED, SWAPPED = 32, 64  # sentences over which derivatives and swaps are averaged
FEWEST_DERIVED = 4  # of a wide net's
MULTIPLIED = 25 * 10**9  # numbers, about, on the way back from all context vectors


def falling(step: int) -> float:
    """What the learning rate is multiplied by: 1/√(1 + step / FALLING).

    Long first steps learn the short sentences soon; short ones later, what is hard.
    """
    return float((1 + step / FALLING) ** -0.5)


class MemoryExperiment:
    """One seq2seq net without attention, on batches of one length each; see ForgettingSpec.

    Measured on held-out sentences (160 of 4 words, 1,000 of 16) with batches of 256, GRU, 64 units,
    seeds 0 … 2. `reverse`, after 500 and 1,000 steps: of 4 words all come back in 0.92–0.95 and
    0.98–0.99 of cases; of 16 the last one in 0.89–0.93 and 0.90–0.93, the first in 0.01–0.03 and
    0.04–0.07. `copy`, the other way round: of 4 words 0.84–0.86 and 0.94–0.97; of 16 the first in
    0.86–0.90 and 0.95–0.96, the last in 0.01–0.03 and 0.01–0.02.
    """

    def __init__(self, spec: ForgettingSpec, device: torch.device) -> None:
        self.spec = spec
        self.model, seed = begun(spec)
        self.model.to(device)
        self.generator = torch.Generator(device).manual_seed(seed)
        self.average = WeightAverage(self.model, AVERAGED_STEPS)
        self.optimizer = OPTIMIZERS["adam"](self.model.parameters(), spec.learning_rate)
        self.rate = LambdaLR(self.optimizer, falling)
        numbers = self.model.encoder.layer.state_dim
        self.asked = questions(spec.task, spec.max_length, numbers, LIVE, device)
        untrained = self.asked.probed_in(self.model.encoder)
        self.untrained = by_position("untrained_probe", untrained.linear)

    def step(self) -> None:
        spec = self.spec
        src, tgt = training_batch(spec.task, spec.max_length, spec.batch_size, self.generator)
        loss = masked_cross_entropy(self.model(src, tgt).logits, tgt)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.rate.step()
        self.average.update()

    @torch.no_grad()
    def observe(self, step: int, seconds: float) -> Snapshot:
        """What the averaged weights make of sentences that were never trained on.

        metrics: those of `recall_metrics`; chance, of a word; and, for each place P of a source of
        the longest trained length, what linear probes read out of the context vector:
        probe_by_position.P, probe_control_by_position.P (shuffled labels) and
        untrained_probe_by_position.P (the encoder before its first step). arrays: `places`
        (lengths, places), see `shares_at_places`.
        """
        model = self.average.model
        found, probed = self.asked.answered_by(model), self.asked.probed_in(model.encoder)
        metrics = {
            "chance": 1 / SYMBOLS,
            **recall_metrics(self.asked, found),
            **by_position("probe", probed.linear),
            **by_position("probe_control", probed.control),
            **self.untrained,
        }
        arrays = {"places": shares_at_places(self.asked, found).numpy()}
        return Snapshot(step, seconds, metrics, arrays)

    def weights(self) -> dict[str, Tensor]:
        """The averaged ones, because these are what is observed."""
        return self.average.weights()

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        self.average.load(weights)


# What is measured once, when a run stands still ---------------------------------------------------


def examine(spec: ForgettingSpec, snapshot: Snapshot) -> Mapping[str, float]:
    """What `observe` measures anew on more sentences, and what takes seconds.

    Besides: nonlinear_probe_by_position.P (probes.NonlinearProbes), gradient_by_position.P (mean
    Frobenius norm of ∂ context / ∂ embedding), swap_distance_by_position.P and
    swap_words_by_position.P (sensitivity.Moved); sentences_asked (of each length; all that there
    are, where they are fewer), sentences_held_out (of the longest trained length), by which
    standard errors are told, and sentences_derived and sentences_swapped, over which gradients and
    swaps are averaged. Nothing when the weights of this moment were not kept, or the experiment is
    another one.
    """
    if spec.experiment != "memory" or not snapshot.weights:
        return {}
    return _examined(spec, snapshot)


@once(keep=16)
def _examined(spec: ForgettingSpec, snapshot: Snapshot) -> Mapping[str, float]:
    model = _restored(spec, snapshot)
    width = model.encoder.layer.state_dim
    asked = questions(spec.task, spec.max_length, width, STILL, CPU)
    train, test = (contexts(model.encoder, src) for src in (asked.learnt_from, asked.held_out))
    probed = asked.probed(train, test)
    generator = torch.Generator().manual_seed(PROBE_SEED)
    nonlinear = nonlinear_probes(train, asked.learnt_from - FIRST, SYMBOLS, generator)
    derived = asked.held_out[: sentences_derived(model.encoder, spec.max_length)]
    few = asked.held_out[:SWAPPED]
    moved = moved_by_swaps(model, few, torch.Generator().manual_seed(PROBE_SEED))
    slopes = gradient_norms(model.encoder, derived).mean(dim=0)
    return {
        **recall_metrics(asked, asked.answered_by(model)),
        **by_position("probe", probed.linear),
        **by_position("probe_control", probed.control),
        **by_position("untrained_probe", asked.probed_in(begun(spec)[0].encoder).linear),
        **by_position("nonlinear_probe", share_read(nonlinear.read(test), asked.held_out - FIRST)),
        **by_position("gradient", slopes.tolist()),
        **by_position("swap_distance", moved.distance.tolist()),
        **by_position("swap_words", moved.words.tolist()),
        "sentences_asked": STILL.asked,
        "sentences_held_out": len(asked.held_out),
        "sentences_derived": len(derived),
        "sentences_swapped": len(few),
    }


def sentences_derived(encoder: Encoder, length: int) -> int:
    """How many sentences derivatives are averaged over: the wider the net, the fewer.

    Each number of the context vector takes a walk of its own back through the sentence.
    """
    a_sentence = encoder.layer.state_dim * length * encoder.layer.weight_hh.numel()
    return min(DERIVED, max(FEWEST_DERIVED, MULTIPLIED // a_sentence))


# What the page asks of a moment -------------------------------------------------------------------


@lru_cache(maxsize=16)
def net_of(spec: ForgettingSpec, snapshot: Snapshot) -> Seq2Seq | None:
    """The net that a snapshot saw, on the CPU; None when its weights were not kept."""
    return _restored(spec, snapshot) if snapshot.weights else None


def _restored(spec: ForgettingSpec, snapshot: Snapshot) -> Seq2Seq:
    model = model_of(spec, torch.Generator())
    model.load_state_dict(as_tensors(snapshot.weights))
    return model.requires_grad_(requires_grad=False)


# The door -----------------------------------------------------------------------------------------


def forgetting_experiment(spec: ForgettingSpec, device: torch.device) -> Experiment:
    """The experiment that `spec.experiment` names."""
    start = MemoryExperiment if spec.experiment == "memory" else curves_experiment
    return start(spec, device)


def forgetting_data(spec: ForgettingSpec, _data_dir: Path | None = None) -> str:
    """The sha256 of the sentences, or of the symbols with their blanks."""
    if spec.experiment == "delay":
        return delayed_recall.fingerprint()
    return token_tasks.fingerprint()
