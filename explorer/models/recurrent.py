"""Recurrent cells: RNN, GRU and LSTM with the weights, the layout and the results of torch.nn's.

The state of a cell is one tensor (B, C), so that a context vector is one too: C = H, but for the
LSTM, whose state is [h, c] with C = 2H.
"""

from __future__ import annotations

from math import sqrt
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor, nn
from torch.autograd import Function
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.models.recurrences import (
    GatedRecurrence,
    LongShortTermRecurrence,
    SimpleRecurrence,
)


class Step(NamedTuple):
    """What a cell makes of one token, with all that it computed on the way."""

    state: Tensor  # (B, C)
    gates: dict[str, Tensor]  # (B, H) each, by the name that the equations give it


class Walk(NamedTuple):
    """What a cell makes of whole sequences."""

    states: Tensor  # (B, S, C): the state after each step
    last: Tensor  # (B, C): the state after each row's own last step


class RecurrentLayer(nn.Module):
    """What the three cells share; one of them is `CELLS[name](input_dim, hidden_dim, generator)`.

    weight_ih (G·H, E), weight_hh (G·H, H), bias_ih and bias_hh (G·H) are laid out as in torch.nn,
    so that either loads the other's. They are drawn from U(−1/√H, 1/√H) with `generator`, on its
    device.
    """

    recurrence: ClassVar[type[Function]]
    gates: ClassVar[int]  # G
    memories: ClassVar[int] = 1  # C / H

    def __init__(self, input_dim: int, hidden_dim: int, generator: torch.Generator) -> None:
        super().__init__()
        self.hidden_dim, self.state_dim = hidden_dim, self.memories * hidden_dim
        bound, rows = 1 / sqrt(hidden_dim), self.gates * hidden_dim

        def drawn(*shape: int) -> nn.Parameter:
            weight = torch.empty(shape, device=generator.device)
            return nn.Parameter(nn.init.uniform_(weight, -bound, bound, generator=generator))

        self.weight_ih, self.weight_hh = drawn(rows, input_dim), drawn(rows, hidden_dim)
        self.bias_ih, self.bias_hh = drawn(rows), drawn(rows)

    def start(self, batch: int) -> Tensor:
        """(B, C): the state before anything was read."""
        return self.weight_hh.new_zeros(batch, self.state_dim)

    def projected(self, x: Tensor) -> Tensor:
        """(…, E) → (…, G·H): the input's share of all gates, and every bias that is only added."""
        return F.linear(x, self.weight_ih, self.bias_ih + self._added_bias())

    def _added_bias(self) -> Tensor:
        return self.bias_hh

    def walk(self, table: Tensor, ids: Tensor, state: Tensor, ends: Tensor | None = None) -> Walk:
        """Reads rows `ids` (B, S) of `table` (V, G·H), one a step, from `state` (B, C) on.

        The table holds what `projected` makes of each token of a vocabulary, so that this is
        computed once a token and not once a position. `ends` (B,) is the last step of each row;
        without it all rows end with the last step of all.
        """
        states, last = self.recurrence.apply(table, ids.t(), state, ends, *self._own_weights())
        return Walk(states.transpose(0, 1), last)

    def _own_weights(self) -> tuple[Tensor, ...]:
        """What the recurrence needs to know beside its input's share of the gates."""
        return (self.weight_hh,)

    def run(self, projected: Tensor, state: Tensor) -> Tensor:
        """The states after each of S inputs: (B, S, G·H), (B, C) → (B, S, C)."""
        places = torch.arange(projected.shape[:2].numel(), device=projected.device)
        return self.walk(projected.flatten(0, 1), places.view(projected.shape[:2]), state).states

    def forward(self, x: Tensor, state: Tensor | None = None) -> Tensor:
        """(B, S, E) → (B, S, C), from `state` (B, C) or, without one, from zeros."""
        return self.run(self.projected(x), self.start(len(x)) if state is None else state)

    def hidden(self, states: Tensor) -> Tensor:
        """(…, C) → (…, H): the part of a state that is read out."""
        return states[..., : self.hidden_dim]

    def step(self, x: Tensor, state: Tensor) -> Step:
        """One input (B, E) as the textbook writes it; `run` gives the same states, but faster."""
        raise NotImplementedError

    def _shares(self, x: Tensor, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """W x + b and U h + b for all gates, (G, B, H) each."""
        of_input = F.linear(x, self.weight_ih, self.bias_ih)  # (B, G·H)
        of_state = F.linear(hidden, self.weight_hh, self.bias_hh)
        shape = (len(x), self.gates, self.hidden_dim)
        return of_input.view(shape).transpose(0, 1), of_state.view(shape).transpose(0, 1)


class SimpleLayer(RecurrentLayer):
    """The plain recurrent net (Elman 1990)."""

    recurrence = SimpleRecurrence
    gates = 1

    def step(self, x: Tensor, state: Tensor) -> Step:
        (of_input,), (of_state,) = self._shares(x, state)
        hidden = torch.tanh(of_input + of_state)
        return Step(hidden, {"hidden": hidden})


class GatedLayer(RecurrentLayer):
    """The gated recurrent unit (Cho 2014)."""

    recurrence = GatedRecurrence
    gates = 3

    def _added_bias(self) -> Tensor:
        switches, candidate = self.bias_hh.tensor_split([2 * self.hidden_dim])
        return torch.cat([switches, torch.zeros_like(candidate)])  # `reset` acts on the other

    def _own_weights(self) -> tuple[Tensor, ...]:
        return (self.weight_hh, self.bias_hh[2 * self.hidden_dim :])

    def step(self, x: Tensor, state: Tensor) -> Step:
        of_input, of_state = self._shares(x, state)
        reset = torch.sigmoid(of_input[0] + of_state[0])
        update = torch.sigmoid(of_input[1] + of_state[1])
        candidate = torch.tanh(of_input[2] + reset * of_state[2])
        hidden = (1 - update) * candidate + update * state
        return Step(hidden, {"reset": reset, "update": update, "candidate": candidate})


class LongShortTermLayer(RecurrentLayer):
    """The LSTM (Hochreiter 1997). Its forget gate begins one further open (Jozefowicz 2015)."""

    recurrence = LongShortTermRecurrence
    gates, memories = 4, 2

    def __init__(self, input_dim: int, hidden_dim: int, generator: torch.Generator) -> None:
        super().__init__(input_dim, hidden_dim, generator)
        with torch.no_grad():
            self.bias_ih[hidden_dim : 2 * hidden_dim] += 1

    def step(self, x: Tensor, state: Tensor) -> Step:
        hidden, memory = state.chunk(2, dim=1)
        of_input, of_state = self._shares(x, hidden)
        enter, forget, cell, leave = of_input + of_state
        enter, forget, leave = torch.sigmoid(enter), torch.sigmoid(forget), torch.sigmoid(leave)
        cell = torch.tanh(cell)
        memory = forget * memory + enter * cell
        state = torch.cat([leave * torch.tanh(memory), memory], dim=1)
        return Step(state, {"input": enter, "forget": forget, "cell": cell, "output": leave})


CELLS: dict[str, type[RecurrentLayer]] = {
    "rnn": SimpleLayer,
    "gru": GatedLayer,
    "lstm": LongShortTermLayer,
}
