"""One sentence through a seq2seq model in single steps, with every number that comes up on the way.

What a cell computes is the model's own (`RecurrentLayer.step`); beside it stand the three parts of
each gate before its squashing: what the input adds, what the state adds, and the bias.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.data.vocabulary import EOS, PAD, SOS
from explorer.models.decoding import decode
from explorer.models.recurrent import RecurrentLayer
from explorer.models.seq2seq import Decoder, Encoder, EncoderOutput, Seq2Seq

Floats = npt.NDArray[np.float32]

TOP_WORDS = 6  # of the next words, so many are named with their probability


@dataclass(frozen=True, eq=False)
class CellStep:
    """One token in a cell. G gates of H units; a state has C numbers (H, for the LSTM [h, c])."""

    token: int
    embedding: Floats  # (E,)
    before: Floats  # (C,)
    of_input: Floats  # (G, H): w·x, without any bias
    of_state: Floats  # (G, H): u·h, without any bias
    gates: dict[str, Floats]  # (H,) each, in the order of the G rows
    state: Floats  # (C,)
    jump: float  # how far the hidden part moved: the length of h' − h


class ReadStep(NamedTuple):
    """One word read; `answer` is what the decoder would say if the sentence ended here."""

    cell: CellStep
    answer: tuple[int, ...]


class WriteStep(NamedTuple):
    """One word said: `cell.token` goes in, `chosen` comes out."""

    cell: CellStep
    probabilities: Floats  # (V,): softmax of the logits; PAD and SOS too have their share
    chosen: int
    attention_weights: Floats | None  # (S,) in the order of the source; None without attention

    @property
    def top(self) -> list[tuple[int, float]]:
        """The TOP_WORDS likeliest next tokens with their probabilities, likeliest first."""
        best = np.argsort(-self.probabilities, kind="stable")[:TOP_WORDS]
        return [(int(token), float(self.probabilities[token])) for token in best]


class Biases(NamedTuple):
    """(G, H) each: the one beside the input's weights, and the one beside the state's."""

    of_input: Floats
    of_state: Floats


@dataclass(frozen=True, eq=False)
class Trace:
    """A sentence's whole way: the words read, the context vector, the words said."""

    source: tuple[int, ...]
    backwards: bool  # whether it was read from its last word to its first
    reads: tuple[ReadStep, ...]  # in the order of reading
    context: Floats  # (C,)
    writes: tuple[WriteStep, ...]  # up to <eos>, or to the most that were allowed
    encoder_biases: Biases
    decoder_biases: Biases

    @property
    def cells(self) -> list[CellStep]:
        """What was computed on each word read and then on each word fed to the decoder."""
        return [step.cell for step in self.reads] + [step.cell for step in self.writes]

    @property
    def said(self) -> tuple[int, ...]:
        return tuple(step.chosen for step in self.writes)

    @property
    def log_probability(self) -> float:
        """Of the answer with its <eos>, in nats, all words together."""
        return float(sum(np.log(step.probabilities[step.chosen]) for step in self.writes))

    @property
    def biggest_jump(self) -> int:
        """Which word read, from 0, moved the state furthest."""
        return int(np.argmax([step.cell.jump for step in self.reads]))


@torch.no_grad()
def trace(model: Seq2Seq, source: Sequence[int], most: int) -> Trace:
    """Follows one sentence of at least one token on the CPU; at most `most` words are said."""
    src = torch.tensor([list(source)])  # (1, S)
    encoded = model.encoder(src)
    context = encoded.context
    return Trace(
        source=tuple(source),
        backwards=model.encoder.reverse,
        reads=tuple(_read(model, src, encoded, most)),
        context=_flat(context),
        writes=tuple(_written(model, encoded, most)),
        encoder_biases=_biases(model.encoder.layer),
        decoder_biases=_biases(model.decoder.layer),
    )


def _read(model: Seq2Seq, src: Tensor, encoded: EncoderOutput, most: int) -> list[ReadStep]:
    encoder, count = model.encoder, src.shape[1]
    positions = range(count - 1, -1, -1) if encoder.reverse else range(count)
    answers = _answers_so_far(model, encoded, list(positions), most)
    state, steps = encoder.layer.start(1), []
    for position, answer in zip(positions, answers, strict=True):
        cell, state = _cell_step(encoder, src[:, position], state)
        steps.append(ReadStep(cell, answer))
    return steps


def _answers_so_far(
    model: Seq2Seq, encoded: EncoderOutput, positions: list[int], most: int
) -> list[tuple[int, ...]]:
    """What is said from each of the states, given only the words that had been read by then."""
    count = len(positions)
    read = torch.zeros(count, count, dtype=torch.bool)  # (moment, source position)
    for moment in range(count):
        read[moment, positions[: moment + 1]] = True
    states = encoded.states.expand(count, -1, -1)  # (moment, S, C)
    so_far = EncoderOutput(states, encoded.states[0, positions], read)
    said = decode(model.decoder, so_far, most).tolist()
    return [tuple(token for token in row if token != PAD) for row in said]


def _written(model: Seq2Seq, encoded: EncoderOutput, most: int) -> list[WriteStep]:
    """Greedily, as `decoding.greedy` does."""
    decoder, state = model.decoder, encoded.context
    steps: list[WriteStep] = []
    previous = torch.tensor([SOS])
    while len(steps) < most and (not steps or steps[-1].chosen != EOS):
        said = decoder.step(previous, state, encoded)
        cell, state = _cell_step(decoder, previous, state)
        previous = said.logits[:, EOS:].argmax(dim=1) + EOS
        looked = said.attention_weights
        weights = None if looked is None else _flat(looked)
        steps.append(WriteStep(cell, _flat(said.logits.softmax(dim=1)), int(previous), weights))
    return steps


def _cell_step(half: Encoder | Decoder, token: Tensor, state: Tensor) -> tuple[CellStep, Tensor]:
    """One token (1,) in the cell of one half of the model, and the state (1, C) after it."""
    layer, x = half.layer, half.embedding(token)
    step = layer.step(x, state)
    hidden, rows = layer.hidden(state), (layer.gates, layer.hidden_dim)
    cell = CellStep(
        token=int(token),
        embedding=_flat(x),
        before=_flat(state),
        of_input=_flat(F.linear(x, layer.weight_ih)).reshape(rows),
        of_state=_flat(F.linear(hidden, layer.weight_hh)).reshape(rows),
        gates={name: _flat(values) for name, values in step.gates.items()},
        state=_flat(step.state),
        jump=(layer.hidden(step.state) - hidden).norm().item(),
    )
    return cell, step.state


def _biases(layer: RecurrentLayer) -> Biases:
    rows = (layer.gates, layer.hidden_dim)
    return Biases(*(_flat(bias).reshape(rows) for bias in (layer.bias_ih, layer.bias_hh)))


def _flat(row: Tensor) -> Floats:
    values: Floats = row.detach().flatten().numpy().astype(np.float32)
    return values
