"""The cells are PyTorch's, in what they say and in every gradient; a step is what a run does."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from explorer.models.recurrent import CELLS, RecurrentLayer
from explorer.specs import Cell, Spec

E, H, B, S = 5, 7, 4, 6
TORCH: dict[str, Any] = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}
GATES = {"rnn": 1, "gru": 3, "lstm": 4}
every_cell = pytest.mark.parametrize("cell", sorted(CELLS))


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def exact(cell: str) -> RecurrentLayer:
    """A layer in double precision, in which a wrong term cannot hide behind rounding."""
    return CELLS[cell](E, H, rng()).double()


def normal(*shape: int, seed: int = 1) -> Tensor:
    return torch.randn(shape, generator=rng(seed), dtype=torch.double).requires_grad_()


def torchs(cell: str, layer: RecurrentLayer) -> nn.Module:
    """PyTorch's layer with the same weights."""
    twin: nn.Module = TORCH[cell](E, H, batch_first=True).double()
    twin.load_state_dict({f"{name}_l0": weight for name, weight in layer.state_dict().items()})
    return twin


def torchs_state(cell: str, state: Tensor) -> Any:
    """(B, C) as PyTorch's layer takes it: (1, B, H), or two of them."""
    if cell == "lstm":
        return state[None, :, :H].contiguous(), state[None, :, H:].contiguous()
    return state[None]


def gradients(loss: Tensor, of: list[Tensor]) -> list[Tensor]:
    return list(torch.autograd.grad(loss, of))


def agree(ours: list[Tensor], theirs: list[Tensor]) -> bool:
    return all(torch.allclose(a, b, atol=1e-12) for a, b in zip(ours, theirs, strict=True))


def test_the_cells_are_those_a_spec_may_name() -> None:
    class Named(Spec):
        lesson = "named"
        cell: Cell = "gru"

    assert set(CELLS) == set(Named.choices("cell")) == set(TORCH)


@every_cell
def test_states_and_all_gradients_are_pytorchs(cell: str) -> None:
    layer, x = exact(cell), normal(B, S, E)
    start = normal(B, layer.state_dim, seed=2)
    twin, weigh = torchs(cell, layer), normal(B, S, H, seed=3).detach()
    states = layer(x, start)
    hidden, last = twin(x, torchs_state(cell, start))
    assert torch.allclose(layer.hidden(states), hidden, atol=1e-12)
    end = torch.cat([part[0] for part in last], dim=1) if cell == "lstm" else last[0]
    assert torch.allclose(states[:, -1], end, atol=1e-12)
    # The memory of an LSTM has a gradient of its own: it arrives from the last state alone.
    ours, theirs = (
        (layer.hidden(states) * weigh).sum() + states[:, -1].cos().sum(),
        (hidden * weigh).sum() + end.cos().sum(),
    )
    assert agree(
        gradients(ours, [x, start, *layer.parameters()]),
        gradients(theirs, [x, start, *twin.parameters()]),
    )


@every_cell
def test_in_single_precision_too(cell: str) -> None:
    layer = CELLS[cell](E, H, rng())
    twin = torchs(cell, layer).float()
    x = normal(B, S, E).detach().float()
    ours, theirs = layer.hidden(layer(x)), twin(x)[0]
    assert torch.allclose(ours, theirs, atol=1e-6)
    for one, other in zip(
        gradients(ours.square().sum(), [*layer.parameters()]),
        gradients(theirs.square().sum(), [*twin.parameters()]),
        strict=True,
    ):
        assert torch.allclose(one, other, atol=1e-5)


@every_cell
@pytest.mark.parametrize("ragged", [False, True])
def test_gradients_are_the_slopes_of_a_walk(cell: str, ragged: bool) -> None:
    """All states, the memory among them, and the last ones, by finite differences."""
    layer = CELLS[cell](2, 3, rng()).double()
    table, start = normal(4, layer.gates * 3), normal(2, layer.state_dim, seed=2)
    ids = torch.tensor([[1, 3, 1], [0, 2, 2]])
    ends = torch.tensor([2, 0]) if ragged else None

    def walk(table: Tensor, start: Tensor, *weights: Tensor) -> Any:
        return layer.recurrence.apply(table, ids.t(), start, ends, *weights)

    weights = [weight.detach().requires_grad_() for weight in layer._own_weights()]
    assert torch.autograd.gradcheck(walk, (table, start, *weights))


@every_cell
def test_a_step_is_what_a_run_does(cell: str) -> None:
    layer, x = exact(cell), normal(B, S, E)
    state = normal(B, layer.state_dim, seed=2)
    states = layer.run(layer.projected(x), state)
    for t in range(S):
        state, gates = layer.step(x[:, t], state)
        assert torch.allclose(state, states[:, t], atol=1e-12)
        assert all(gate.shape == (B, H) for gate in gates.values())
        assert len(gates) == layer.gates


@every_cell
def test_gates_that_switch_lie_between_0_and_1(cell: str) -> None:
    layer, x = exact(cell), 9 * normal(B, E)
    for name, gate in layer.step(x, layer.start(B)).gates.items():
        low = -1 if name in ("candidate", "cell", "hidden") else 0
        assert low <= gate.min() <= gate.max() <= 1
        assert (gate < 0).any() == (low < 0)


def test_one_unit_by_hand() -> None:
    """All weights 1, no biases, x = 1, h = 0.5 (and c = 0.5), worked out with a pocket calculator.

    σ(1.5) = 0.81757, tanh(1.5) = 0.90515; GRU: candidate tanh(1 + 0.81757 · 0.5) = 0.88724;
    LSTM: c = 1.14881, tanh c = 0.81737.
    """
    expected = {
        "rnn": [0.90515],
        "gru": [0.18243 * 0.88724 + 0.81757 * 0.5],
        "lstm": [0.81757 * 0.81737, 0.81757 * 0.5 + 0.81757 * 0.90515],
    }
    for cell, state in expected.items():
        layer = CELLS[cell](1, 1, rng())
        for name, weight in layer.named_parameters():
            nn.init.constant_(weight, float(name.startswith("weight")))
        start = torch.full((1, layer.state_dim), 0.5)
        reached = layer(torch.ones(1, 1, 1), start)[0, 0]
        assert reached.tolist() == pytest.approx(state, abs=2e-4)


@every_cell
def test_each_row_ends_when_it_ends(cell: str) -> None:
    layer, x = exact(cell), normal(B, S, E)
    table, ids = layer.projected(x).flatten(0, 1), torch.arange(B * S).view(B, S)
    ends = torch.tensor([0, 5, 3, 2])
    states, last = layer.walk(table, ids, layer.start(B), ends)
    assert torch.equal(last, states[torch.arange(B), ends])
    ours = gradients(last.cos().sum(), [x, *layer.parameters()])
    states = layer(x)
    theirs = gradients(states[torch.arange(B), ends].cos().sum(), [x, *layer.parameters()])
    assert agree(ours, theirs)
    for row, end in enumerate(ends):
        assert ours[0][row, end].abs().max() > 0
        assert not ours[0][row, end + 1 :].any()


@every_cell
def test_the_gradient_flows_back_from_the_last_state_alone(cell: str) -> None:
    layer, x = exact(cell), normal(B, S, E)
    table, ids = layer.projected(x).flatten(0, 1), torch.arange(B * S).view(B, S)
    last = layer.walk(table, ids, layer.start(B)).last
    everything: list[Tensor] = [x, *layer.parameters()]
    ours = gradients(last.sum(), everything)
    theirs = gradients(layer(x)[:, -1].sum(), everything)
    assert agree(ours, theirs)
    assert ours[0].abs().amax(dim=(0, 2)).min() > 0  # every position of x counts


@every_cell
def test_a_gradient_may_be_asked_for_twice(cell: str) -> None:
    """Whoever takes one gradient after another finds the walk as it was."""
    layer, x = exact(cell), normal(B, S, E)
    loss = layer(x).square().sum()
    first = torch.autograd.grad(loss, [x, *layer.parameters()], retain_graph=True)
    assert agree(list(first), gradients(loss, [x, *layer.parameters()]))


@every_cell
def test_a_second_derivative_is_refused_and_not_wrong(cell: str) -> None:
    layer, x = exact(cell), normal(B, S, E)
    (slope,) = torch.autograd.grad(layer(x).square().sum(), x, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        slope.sum().backward()  # type: ignore[no-untyped-call]


@every_cell
def test_exact_parameter_count(cell: str) -> None:
    layer = CELLS[cell](E, H, rng())
    count = sum(parameter.numel() for parameter in layer.parameters())
    assert count == GATES[cell] * (H * E + H * H + 2 * H)
    assert layer.state_dim == layer.start(B).shape[1] == (2 * H if cell == "lstm" else H)


@every_cell
def test_the_generator_decides_every_weight_and_nothing_global_does(cell: str) -> None:
    before = torch.get_rng_state()
    one, twin, other = (CELLS[cell](E, H, rng(seed)).state_dict() for seed in (3, 3, 4))
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(weight, twin[name]) for name, weight in one.items())
    assert not any(torch.equal(weight, other[name]) for name, weight in one.items())


@every_cell
def test_weights_begin_within_pytorchs_bounds(cell: str) -> None:
    layer = CELLS[cell](16, 64, rng())
    if cell == "lstm":  # what is further open than PyTorch's
        with torch.no_grad():
            layer.bias_ih[64:128] -= 1
    for weight in layer.parameters():
        assert weight.abs().max() <= 1 / 8
        assert weight.std().item() == pytest.approx(1 / 8 / 3**0.5, rel=0.15)


def test_an_lstm_begins_with_its_forget_gate_open() -> None:
    layer = CELLS["lstm"](E, H, rng())
    gates = layer.step(torch.zeros(B, E), layer.start(B)).gates
    assert gates["forget"].mean().item() == pytest.approx(
        torch.sigmoid(torch.ones(())).item(), abs=0.05
    )
    assert gates["input"].mean().item() == pytest.approx(0.5, abs=0.05)
