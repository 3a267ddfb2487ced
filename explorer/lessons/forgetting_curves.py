"""How much a context vector carries: three cells, six sizes and a long wait, on equal steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from explorer.analysis.capacity import (
    IN_BITS,
    answer_bits,
    bits_through,
    longest_recalled,
    most_bits,
    taught,
    taught_by_length,
)
from explorer.data.delayed_recall import DELAY_CHANCE, DELAY_VOCABULARY_SIZE, draw_delayed
from explorer.data.token_tasks import HELD_OUT_FROM, SYMBOLS, Task
from explorer.lessons.recalling import TEST_SEED, model_of, test_sources, training_batch
from explorer.models.seq2seq import Seq2Seq, masked_cross_entropy, seq2seq
from explorer.specs import Cell, ForgettingSpec
from explorer.training.loop import Experiment, Snapshot
from explorer.training.optimizers import OPTIMIZERS
from explorer.training.parameters import load_into, weights_of
from explorer.training.weight_average import WeightAverage

CELL_NAMES: tuple[Cell, ...] = ("rnn", "gru", "lstm")
SIZES = (8, 16, 32, 64, 128, 256)
BEYOND = 4  # so many words more than were trained are tried
BATCH_SHARE = 4  # a batch is this part of the spec's, because several nets take it in each step
TESTED = 40  # held-out sources of each length, asked again and again while a run goes on
TESTED_OF_SIZES = 20  # fewer, because the widest of six nets takes long to answer
TESTED_OF_DELAYS = 64  # rows of symbols, after each number of blanks
AVERAGED_STEPS = 100  # the weights that are looked at are a mean of about so many


class NamedNets:
    """Nets by name, each with its optimiser and the mean of its newest weights."""

    def __init__(self, models: Mapping[str, Seq2Seq], learning_rate: float) -> None:
        self.models = models
        self.averages = {net: WeightAverage(each, AVERAGED_STEPS) for net, each in models.items()}
        self.optimizers = {
            net: OPTIMIZERS["adam"](each.parameters(), learning_rate)
            for net, each in models.items()
        }

    def descend(self, net: str, src: Tensor, tgt: Tensor) -> None:
        """One step of one net."""
        loss = masked_cross_entropy(self.models[net](src, tgt).logits, tgt)
        self.optimizers[net].zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizers[net].step()
        self.averages[net].update()

    def weights(self) -> dict[str, Tensor]:
        """The averaged ones, because these are what is observed."""
        return weights_of({net: average.model for net, average in self.averages.items()})

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        load_into(self.models, weights)
        load_into({net: average.model for net, average in self.averages.items()}, weights)


# Three cells, or six sizes ------------------------------------------------------------------------


class LengthsExperiment(NamedNets):
    """Nets that say back what they read, with the three cells or of all SIZES; see ForgettingSpec.

    All begin with the same seed, and in each step all learn from the same batch, of one length.

    Measured with the default settings (three seeds): nine of ten sentences come back whole up to 6
    words from the RNN and the GRU and up to 7 or 8 from the LSTM; 36–38, 41–43 and 52–53 bits of 64
    come through. Of the sizes (one seed) 8 units bring 7 bits through, 32 units 32, 256 units 51.
    """

    def __init__(self, spec: ForgettingSpec, device: torch.device) -> None:
        self.spec = spec
        self.generator = torch.Generator(device)

        def net(cell: Cell, hidden_dim: int) -> Seq2Seq:
            shaped = spec.but(cell=cell, hidden_dim=hidden_dim)
            return model_of(shaped, self.generator.manual_seed(spec.seed))

        of_cells = spec.experiment == "cells"
        super().__init__(
            {cell: net(cell, spec.hidden_dim) for cell in CELL_NAMES}
            if of_cells
            else {str(size): net(spec.cell, size) for size in SIZES},
            spec.learning_rate,
        )
        asked = (
            test_sources(spec.task, range(1, spec.max_length + BEYOND + 1), TESTED)
            if of_cells
            else test_sources(spec.task, range(1, spec.max_length + 1), TESTED_OF_SIZES)
        )
        self.sources = {length: src.to(device) for length, src in asked.items()}

    def step(self) -> None:
        spec = self.spec
        batch_size = spec.batch_size // BATCH_SHARE
        src, tgt = training_batch(spec.task, spec.max_length, batch_size, self.generator)
        for net in self.models:
            self.descend(net, src, tgt)

    @torch.no_grad()
    def observe(self, step: int, seconds: float) -> Snapshot:
        """metrics: of each net those of `measured_by_length`, its name being a cell's or a number
        of units; test_loss, the mean of their losses, and `chance`, that a guessed word is right.
        """
        metrics = {"chance": 1 / SYMBOLS}
        for net, average in self.averages.items():
            found = measured_by_length(
                average.model, net, self.spec.task, self.sources, self.spec.max_length
            )
            metrics |= found
        metrics["test_loss"] = mean_loss(metrics)
        return Snapshot(step, seconds, metrics)


def measured_by_length(
    model: Seq2Seq, net: str, task: Task, sources: Mapping[int, Tensor], longest: int
) -> dict[str, float]:
    """What a net makes of held-out `sources`, (N, L) for each length L; `longest` was trained.

    loss.NET (nats per token with <eos>, trained lengths of which sources are held out counting the
    same), longest_recalled.NET and, of each length, sequence_accuracy_by_length.NET.L and
    told_accuracy_by_length.NET.L (of words, the right ones before them being told). Of trained
    lengths of IN_BITS alone bits_by_length.NET.L, and the most that any of them shows: bits.NET.
    Each is a lower bound of what the context carries, so the highest holds.
    """
    metrics, losses, whole, bits = {}, [], {}, {}
    for length, (right, nats) in taught_by_length(model, task, sources).items():  # (N, L + 1)
        share = right.all(dim=1).float().mean().item()
        metrics[f"sequence_accuracy_by_length.{net}.{length}"] = share
        metrics[f"told_accuracy_by_length.{net}.{length}"] = right[:, :-1].float().mean().item()
        if length <= longest:
            whole[length] = share
        if HELD_OUT_FROM <= length <= longest:
            losses.append(nats.mean().item())
        if length <= longest and task in IN_BITS:
            bits[length] = bits_through(answer_bits(task, sources[length]), nats[:, :-1])
            metrics[f"bits_by_length.{net}.{length}"] = max(0.0, bits[length].mean().item())
    metrics[f"longest_recalled.{net}"] = float(longest_recalled(whole))
    metrics[f"loss.{net}"] = sum(losses) / len(losses)
    if bits:
        metrics[f"bits.{net}"] = most_bits(bits)
    return metrics


def mean_loss(metrics: Mapping[str, float]) -> float:
    """The mean of loss.NET over the nets."""
    losses = [value for name, value in metrics.items() if name.startswith("loss.")]
    return sum(losses) / len(losses)


# A long wait --------------------------------------------------------------------------------------


def waits(longest: int) -> list[int]:
    """For how long the nets learn to wait: each of these is the longest for one net a cell."""
    return sorted({0, longest // 4, longest // 2, longest})


def tried_delays(longest: int) -> list[int]:
    """How many blanks the nets that learnt to wait the longest are tried on, half as long again
    as they were trained on."""
    trained = {longest * quarter // 4 for quarter in range(5)}
    return sorted({*trained, longest + max(1, longest // 4), longest + max(2, longest // 2)})


class DelayExperiment(NamedNets):
    """Five symbols recalled after 0 … W blanks, a net for each cell and W; see ForgettingSpec.

    All begin with the same seed; in each step the three cells of one W learn from the same batch.

    Measured with the default settings for W of 5, 20 and 50 (three seeds): the GRU and the LSTM
    recall 0.99 of the symbols or more, also after half as many blanks again; the RNN 0.15–0.25
    after 5 and 0.12–0.17 after 20 or 50, where 0.125 is chance. With W = 0 all three recall 1.00.
    On a wait of one fixed length the RNN does better: 0.42 after exactly 5 blanks (3,000 steps at a
    rate of 0.001, one seed).
    """

    def __init__(self, spec: ForgettingSpec, device: torch.device) -> None:
        self.spec = spec
        self.generator = torch.Generator(device)

        def net(cell: Cell) -> Seq2Seq:
            return seq2seq(
                DELAY_VOCABULARY_SIZE,
                DELAY_VOCABULARY_SIZE,
                embedding_dim=spec.embedding_dim,
                hidden_dim=spec.hidden_dim,
                cell=cell,
                generator=self.generator.manual_seed(spec.seed),
            )

        nets = {f"{cell}_{wait}": net(cell) for wait in waits(spec.delay) for cell in CELL_NAMES}
        super().__init__(nets, spec.learning_rate)
        tried = {*waits(spec.delay), *tried_delays(spec.delay)}
        self.asked = {
            delay: tuple(part.to(device) for part in delayed_to_recall(delay)) for delay in tried
        }

    def step(self) -> None:
        for wait in waits(self.spec.delay):
            batch_size = self.spec.batch_size // BATCH_SHARE
            src, tgt = delayed_batch(wait, batch_size, self.generator)
            for cell in CELL_NAMES:
                self.descend(f"{cell}_{wait}", src, tgt)

    @torch.no_grad()
    def observe(self, step: int, seconds: float) -> Snapshot:
        """metrics of each cell C: loss.C (nats per symbol, the mean over the waits W; these answers
        have five symbols and no <eos>, so unlike in the other lessons none is counted),
        told_accuracy_by_wait.C.W (of symbols after W blanks, by the net that learnt to wait for so
        many), told_accuracy_by_delay.C.D (after D blanks, by the net that learnt the longest wait;
        some D are longer); test_loss, the mean of the losses, and `chance`. The right symbols
        before each are told.
        """
        metrics = {"chance": DELAY_CHANCE}
        longest = self.spec.delay
        for cell in CELL_NAMES:
            losses = []
            for wait in waits(longest):
                model = self.averages[f"{cell}_{wait}"].model
                right, nats = taught(model, *self.asked[wait])  # (N, 5)
                metrics[f"told_accuracy_by_wait.{cell}.{wait}"] = right.float().mean().item()
                losses.append(nats.mean().item())
            for delay in tried_delays(longest):
                right, _ = taught(model, *self.asked[delay])
                metrics[f"told_accuracy_by_delay.{cell}.{delay}"] = right.float().mean().item()
            metrics[f"loss.{cell}"] = sum(losses) / len(losses)
        metrics["test_loss"] = mean_loss(metrics)
        return Snapshot(step, seconds, metrics)


def delayed_batch(
    longest: int, batch_size: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """(B, 5 + D + 1), (B, 5): symbols to recall after D blanks, uniform in 0 … longest."""
    delay = torch.randint(0, longest + 1, (), generator=generator, device=generator.device)
    return draw_delayed(batch_size, int(delay), "train", generator)


def delayed_to_recall(delay: int) -> tuple[Tensor, Tensor]:
    """Held-out sources with their answers, drawn on the CPU: the same for all devices."""
    generator = torch.Generator().manual_seed(TEST_SEED)
    return draw_delayed(TESTED_OF_DELAYS, delay, "test", generator)


EXPERIMENTS: dict[str, Callable[[ForgettingSpec, torch.device], Experiment]] = {
    "cells": LengthsExperiment,
    "sizes": LengthsExperiment,
    "delay": DelayExperiment,
}


def curves_experiment(spec: ForgettingSpec, device: torch.device) -> Experiment:
    """The experiment that `spec.experiment` names, if it is one of these three."""
    return EXPERIMENTS[spec.experiment](spec, device)
