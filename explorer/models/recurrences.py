"""Three recurrences walked through time by hand, forwards and back (Werbos 1990).

Each equals PyTorch's layer of that name. What makes it faster on a CPU: the numbers of a step stay
in the cache until they have been used, a token's share of the gates is looked up instead of
multiplied, and tanh is taken from σ, which is quicker to compute: tanh x = 2 σ(2x) − 1.

A walk is `apply(table, ids, start, ends, *weights) → (states, last)`. Time comes first here:

- `table` (V, G·H): a token's share of all gates, and the biases that are only added to it;
- `ids` (S, B): the rows of `table` that are read, step by step;
- `start` (B, C): the state before the first step;
- `ends` (B,): the last step of each row, or None where that is the last step of all;
- `states` (S, B, C): the state after each step; `last` (B, C): the one after a row's last step.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable


class SimpleRecurrence(Function):
    """h' = tanh(x + W h)."""

    @staticmethod
    def forward(
        ctx: Any, table: Tensor, ids: Tensor, start: Tensor, ends: Tensor | None, weight: Tensor
    ) -> tuple[Tensor, Tensor]:
        states = _room_for_states(ids, start)  # (S + 1, B, H)
        twice_table, twice_weight = 2 * table, 2 * weight.t()
        for read, (h, after) in zip(ids, pairwise(states), strict=True):
            torch.index_select(twice_table, 0, read, out=after).addmm_(h, twice_weight)
            after.sigmoid_().mul_(2).sub_(1)
        return _walked(ctx, table, ids, ends, weight, states)

    @staticmethod
    @once_differentiable
    def backward(
        ctx: Any, d_states: Tensor | None, d_last: Tensor | None
    ) -> tuple[Tensor | None, ...]:
        ids, ends, weight, states = ctx.saved_tensors
        arrivals = Arrivals(d_states, d_last, ends, len(ids))
        d_table, d_weight = weight.new_zeros(ctx.rows, len(weight)), torch.zeros_like(weight)
        d_h = torch.zeros_like(states[0])
        for t in reversed(range(len(ids))):
            arrivals.join(d_h, t)
            _through_tanh_(d_h, states[t + 1])
            _add_to_rows_(d_table, ids[t], d_h)
            d_weight.addmm_(d_h.t(), states[t])
            d_h = d_h @ weight
        return d_table, None, d_h, None, d_weight


class GatedRecurrence(Function):
    """The GRU of Cho 2014 as PyTorch has it, where `reset` stands behind the product with W.

    h' = (1 − update)·new + update·h with new = tanh(x + reset·heard) and heard = W h + bias.
    """

    @staticmethod
    def forward(
        ctx: Any,
        table: Tensor,
        ids: Tensor,
        start: Tensor,
        ends: Tensor | None,
        weight: Tensor,
        bias: Tensor,
    ) -> tuple[Tensor, Tensor]:
        width = start.shape[1]
        states = _room_for_states(ids, start)  # (S + 1, B, H)
        switches = table.new_empty(*ids.shape, 2 * width)  # reset and update
        heard, new = table.new_empty(2, *ids.shape, width)
        of_switches, of_new = (part.contiguous() for part in table.tensor_split([2 * width], 1))
        to_switches, to_heard = (part.t() for part in weight.tensor_split([2 * width]))
        for t, (read, (h, after)) in enumerate(zip(ids, pairwise(states), strict=True)):
            reset, update = _halves(switches[t])
            torch.index_select(of_switches, 0, read, out=switches[t])
            switches[t].addmm_(h, to_switches).sigmoid_()
            torch.addmm(bias, h, to_heard, out=heard[t])
            torch.index_select(of_new, 0, read, out=new[t]).addcmul_(reset, heard[t])
            _tanh_(new[t])
            torch.lerp(new[t], h, update, out=after)
        return _walked(ctx, table, ids, ends, weight, states, switches, heard, new)

    @staticmethod
    @once_differentiable
    def backward(
        ctx: Any, d_states: Tensor | None, d_last: Tensor | None
    ) -> tuple[Tensor | None, ...]:
        ids, ends, weight, states, switches, heard, new = ctx.saved_tensors
        width = states.shape[2]
        arrivals = Arrivals(d_states, d_last, ends, len(ids))
        d_of_switches = weight.new_zeros(ctx.rows, 2 * width)
        d_of_new = weight.new_zeros(ctx.rows, width)
        d_weight, d_bias = torch.zeros_like(weight), weight.new_zeros(width)
        to_switches, to_heard = weight.tensor_split([2 * width])
        d_to_switches, d_to_heard = d_weight.tensor_split([2 * width])
        d_switches = torch.empty_like(switches[0])
        d_reset, d_update = _halves(d_switches)
        d_h = torch.zeros_like(states[0])
        for t in reversed(range(len(ids))):
            arrivals.join(d_h, t)
            reset, update = _halves(switches[t])
            torch.sub(states[t], new[t], out=d_update).mul_(d_h)
            d_carried = d_h * update
            d_new = _through_tanh_(d_h.sub_(d_carried), new[t])
            torch.mul(d_new, heard[t], out=d_reset)
            _through_sigmoid_(d_switches, switches[t])
            d_heard = d_new * reset
            _add_to_rows_(d_of_switches, ids[t], d_switches)
            _add_to_rows_(d_of_new, ids[t], d_new)
            d_to_switches.addmm_(d_switches.t(), states[t])
            d_to_heard.addmm_(d_heard.t(), states[t])
            d_bias += d_heard.sum(dim=0)
            d_h = d_carried.addmm_(d_switches, to_switches).addmm_(d_heard, to_heard)
        d_table = torch.cat([d_of_switches, d_of_new], dim=1)
        return d_table, None, d_h, None, d_weight, d_bias


class LongShortTermRecurrence(Function):
    """The LSTM (Hochreiter 1997, with the forget gate of Gers 2000); the state is [h, c].

    c' = forget·c + enter·cell and h' = leave·tanh(c'); the four gates are x + W h through σ, but
    `cell`, which goes through tanh.
    """

    @staticmethod
    def forward(
        ctx: Any, table: Tensor, ids: Tensor, start: Tensor, ends: Tensor | None, weight: Tensor
    ) -> tuple[Tensor, Tensor]:
        states = _room_for_states(ids, start)  # (S + 1, B, 2H)
        gates = table.new_empty(*ids.shape, len(weight))  # enter, forget, cell, leave
        shown = table.new_empty(*ids.shape, weight.shape[1])  # tanh c'
        scale = table.new_tensor([1, 1, 2, 1]).repeat_interleave(weight.shape[1])
        scaled_table, scaled_weight = scale * table, scale * weight.t()
        for t, (read, (before, after)) in enumerate(zip(ids, pairwise(states), strict=True)):
            (h, c), (h_after, c_after) = _halves(before), _halves(after)
            torch.index_select(scaled_table, 0, read, out=gates[t])
            gates[t].addmm_(h, scaled_weight).sigmoid_()
            enter, forget, cell, leave = gates[t].chunk(4, dim=1)
            cell.mul_(2).sub_(1)
            torch.mul(enter, cell, out=c_after).addcmul_(forget, c)
            torch.mul(c_after, 2, out=shown[t]).sigmoid_().mul_(2).sub_(1)
            torch.mul(leave, shown[t], out=h_after)
        return _walked(ctx, table, ids, ends, weight, states, gates, shown)

    @staticmethod
    @once_differentiable
    def backward(
        ctx: Any, d_states: Tensor | None, d_last: Tensor | None
    ) -> tuple[Tensor | None, ...]:
        ids, ends, weight, states, gates, shown = ctx.saved_tensors
        arrivals = Arrivals(d_states, d_last, ends, len(ids))
        d_table, d_weight = weight.new_zeros(ctx.rows, len(weight)), torch.zeros_like(weight)
        d_gates = torch.empty_like(gates[0])
        d_enter, d_forget, d_cell, d_leave = d_gates.chunk(4, dim=1)
        d_state = torch.zeros_like(states[0])
        d_h, d_c = _halves(d_state)
        for t in reversed(range(len(ids))):
            arrivals.join(d_state, t)
            h, c = _halves(states[t])
            enter, forget, cell, leave = gates[t].chunk(4, dim=1)
            torch.mul(d_h, shown[t], out=d_leave)
            d_c += _through_tanh_(d_h.mul_(leave), shown[t])
            torch.mul(d_c, cell, out=d_enter)
            torch.mul(d_c, c, out=d_forget)
            through_cell = _through_tanh_(d_c * enter, cell)
            _through_sigmoid_(d_gates, gates[t])
            d_cell.copy_(through_cell)  # it alone went through tanh
            _add_to_rows_(d_table, ids[t], d_gates)
            d_weight.addmm_(d_gates.t(), h)
            torch.mm(d_gates, weight, out=d_h)
            d_c *= forget
        return d_table, None, d_state, None, d_weight


class Arrivals:
    """The gradients that come from outside: at each state, and at the last one of each row."""

    def __init__(
        self, d_states: Tensor | None, d_last: Tensor | None, ends: Tensor | None, steps: int
    ) -> None:
        self.d_states, self.d_last, self.steps = d_states, d_last, steps
        self.ending: Tensor | None = None  # (S, B, 1): 1 at the step at which a row ends
        if ends is not None and d_last is not None:
            all_steps = torch.arange(steps, device=ends.device).unsqueeze(1)
            self.ending = (ends == all_steps).unsqueeze(2).to(d_last.dtype)

    def join(self, d_state: Tensor, t: int) -> None:
        """Adds to `d_state` (B, C) what arrives at the state after step t."""
        if self.d_states is not None:
            d_state += self.d_states[t]
        if self.d_last is not None:
            if self.ending is not None:
                d_state.addcmul_(self.d_last, self.ending[t])
            elif t == self.steps - 1:
                d_state += self.d_last


def _room_for_states(ids: Tensor, start: Tensor) -> Tensor:
    """(S + 1, B, C): the start, and room for the state after each step."""
    states = start.new_empty(len(ids) + 1, *start.shape)
    states[0] = start
    return states


def _walked(
    ctx: Any, table: Tensor, ids: Tensor, ends: Tensor | None, *kept: Tensor
) -> tuple[Tensor, Tensor]:
    """(states, last) of a walk; `kept` (weight, states (S + 1, B, C), …) is for the way back."""
    ctx.save_for_backward(ids, ends, *kept)
    ctx.rows = len(table)
    ctx.set_materialize_grads(False)  # None, and no zeros to be added, where nothing arrives
    states = kept[1]
    return states[1:], _last(states, ends)


def _last(states: Tensor, ends: Tensor | None) -> Tensor:
    """(B, C): the state after the last step of each row, out of (S + 1, B, C)."""
    if ends is None:
        return states[-1]
    return states[ends + 1, torch.arange(len(ends), device=ends.device)]


def _add_to_rows_(table: Tensor, rows: Tensor, d: Tensor) -> None:
    """table[rows[b]] += d[b] for all b, in the same order whenever it is done again."""
    if table.is_cuda:  # index_add_ adds up in any order there, and so rounds differently each time
        table.index_put_((rows,), d, accumulate=True)
    else:
        table.index_add_(0, rows, d)


def _halves(x: Tensor) -> tuple[Tensor, Tensor]:
    """(B, 2H) → twice (B, H)."""
    width = x.shape[1] // 2
    return x[:, :width], x[:, width:]


def _tanh_(x: Tensor) -> Tensor:
    """tanh in place."""
    return x.mul_(2).sigmoid_().mul_(2).sub_(1)


def _through_tanh_(d: Tensor, y: Tensor) -> Tensor:
    """The gradient `d` of y = tanh x becomes that of x, in place: d·(1 − y²)."""
    return d.addcmul_(d * y, y, value=-1)


def _through_sigmoid_(d: Tensor, y: Tensor) -> Tensor:
    """The gradient `d` of y = σ(x) becomes that of x, in place: d·(y − y²)."""
    return d.mul_(torch.addcmul(y, y, y, value=-1))
