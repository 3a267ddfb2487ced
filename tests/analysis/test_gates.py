"""Planes, lines and folds of nets whose weights were worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import log

import numpy as np
import pytest
import torch

from explorer.analysis.gates import (
    HIGH,
    LOW,
    SURE,
    UNDECIDED,
    Line,
    cases_and_truths,
    chosen_starts,
    fold_of,
    last_rise,
    losses_of,
    never_learnt,
    outcome,
    planes,
    right_of,
    small_planes,
    solved_history,
    three_of_four,
)
from explorer.data.logic_gates import CASES, GATES, TRUTHS
from explorer.models.layers import ACTIVATIONS
from explorer.models.side_by_side import SideBySide
from explorer.training.loop import Snapshot

# For AND, OR and XOR, in this order: weights of the hidden neurons with their bias, then those of
# the last one. With ReLU, h = (x + y, x + y − 1) makes of XOR the line h₁ − 2h₂ = ½.
BY_HAND = {
    "and": ([[1, 1, 0], [0, 0, 0]], [1, 0, -1.5]),
    "or": ([[1, 1, 0], [0, 0, 0]], [1, 0, -0.5]),
    "xor": ([[1, 1, 0], [1, 1, -1]], [1, -2, -0.5]),
}


def one_neuron(weights: Mapping[str, Sequence[float]], starts: int = 1) -> SideBySide:
    """A neuron for each gate: two weights and a bias."""
    net = SideBySide((2, 1), "tanh", torch.Generator(), (3, starts))
    parts = net.state_dict()  # its tensors are the net's own
    for index, gate in enumerate(GATES):
        parts["layers.0.weight"][index] = torch.tensor([weights[gate][:2]])
        parts["layers.0.bias"][index] = weights[gate][2]
    return net


def two_layers(scale: float = 8) -> SideBySide:
    net = SideBySide((2, 2, 1), "relu", torch.Generator(), (3, 1))
    parts = net.state_dict()
    for index, gate in enumerate(GATES):
        hidden, last = (torch.tensor(part, dtype=torch.float32) for part in BY_HAND[gate])
        parts["layers.0.weight"][index, 0] = hidden[:, :2]
        parts["layers.0.bias"][index, 0, 0] = hidden[:, 2]
        parts["layers.1.weight"][index, 0, 0] = scale * last[:2]
        parts["layers.1.bias"][index, 0] = scale * last[2]
    return net


SEPARATING = {"and": [10, 10, -15], "or": [10, 10, -5], "xor": [10, 10, -5]}


def test_one_neuron_with_these_weights_is_and_is_or_and_three_quarters_of_xor() -> None:
    shown = planes(one_neuron(SEPARATING), [0, 0, 0], side=5)
    assert {gate: plane.score for gate, plane in shown.items()} == {"and": 4, "or": 4, "xor": 3}
    assert shown["xor"].right == (True, True, True, False)


def test_two_layers_with_these_weights_are_all_three() -> None:
    shown = planes(two_layers(), [0, 0, 0], side=5)
    for gate in GATES:
        assert shown[gate].right == (True,) * 4
        assert tuple(round(said) for said in shown[gate].said) == TRUTHS[gate]


def test_no_single_line_does_xor_and_three_of_four_is_the_most() -> None:
    ticks = torch.linspace(-1, 1, 21)
    weights = torch.cartesian_prod(ticks, ticks, ticks)  # every direction, and every place near
    cases, truths = cases_and_truths()
    logits = (cases @ weights[:, :2].T + weights[:, 2]).T[None, ..., None]  # (1, lines, 4, 1)
    score = right_of(100 * logits.expand(3, -1, -1, -1), truths).sum(-1).amax(1)
    assert dict(zip(GATES, score.tolist(), strict=True)) == {"and": 4, "or": 4, "xor": 3}


def test_of_all_gates_with_two_inputs_only_xor_and_its_opposite_need_more_than_a_line() -> None:
    found = set()
    for a, b, bias in product((-2, -1, 0, 1, 2), (-2, -1, 0, 1, 2), np.arange(-3.5, 4)):
        found.add(tuple(int(a * x + b * y + bias > 0) for x, y in CASES))
    missing = set(product((0, 1), repeat=4)) - found
    assert missing == {TRUTHS["xor"], tuple(1 - truth for truth in TRUTHS["xor"])}


def test_who_says_a_half_is_not_right() -> None:
    truths = cases_and_truths()[1]
    edge = log((0.5 + UNDECIDED) / (0.5 - UNDECIDED))
    for logit, right in ((0.0, 0), (0.9 * edge, 0), (-0.9 * edge, 0), (1.1 * edge, 1)):
        said = torch.full((3, 1, 4, 1), logit)
        ones = right_of(said, truths)[:, 0].int().tolist()
        assert ones == [[right * truth for truth in TRUTHS[gate]] for gate in GATES]
    plane = planes(one_neuron({gate: [0, 0, 0] for gate in GATES}), [0, 0, 0], side=3)["xor"]
    assert (plane.score, plane.undecided) == (0, 4)
    assert np.allclose(plane.answers, 0.5)


def test_a_case_is_signed_by_what_was_said() -> None:
    edges = {"and": [0, 0, 9], "or": [0, 0, 0], "xor": [0, 0, -9]}
    shown = planes(one_neuron(edges), [0, 0, 0], side=3)
    assert shown["and"].signs == ("✗", "✗", "✗", "")
    assert shown["or"].signs == ("?",) * 4
    assert shown["xor"].signs == ("", "✗", "✗", "")
    for gate, plane in shown.items():
        logits = torch.full((3, 1, 4, 1), float(edges[gate][2]))
        loss = losses_of(logits, cases_and_truths()[1])[GATES.index(gate), 0]
        assert plane.loss(TRUTHS[gate]) == pytest.approx(loss.item(), rel=1e-3)


@pytest.mark.parametrize("sure", [0.55, SURE, 0.9])
def test_three_of_four_cost_more_than_four_halves_whatever_the_neuron(sure: float) -> None:
    ticks = torch.linspace(-8, 8, 65)
    weights = torch.cartesian_prod(ticks, ticks, ticks)
    cases, truths = cases_and_truths()
    logits = cases @ weights[:, :2].T + weights[:, 2:].T  # (4, neurons)
    beside = (logits * (2 * truths[2, 0] - 1)[:, None]).sigmoid()  # of the right answer
    losses = -beside.log().mean(0)
    firm = losses[(beside >= sure).sum(0) == 3]
    cheapest = three_of_four(sure)
    assert len(firm) > 100
    assert log(2) < cheapest.loss <= firm.min() + 1e-6
    logit = log(sure / (1 - sure))  # the neuron itself: 0, 0 → −, and so on, but for 1, 1
    net = one_neuron({gate: [2 * logit, 2 * logit, -logit] for gate in GATES})
    plane = planes(net, [0, 0, 0], side=3)["xor"]
    assert plane.right == (True, True, True, False)
    assert plane.said[3] == pytest.approx(cheapest.wrong, abs=1e-5)
    assert plane.loss(TRUTHS["xor"]) == pytest.approx(cheapest.loss, abs=1e-5)


def test_the_loss_of_not_knowing_is_one_bit_per_case() -> None:
    losses = losses_of(torch.zeros(3, 2, 4, 1), cases_and_truths()[1])
    torch.testing.assert_close(losses, torch.full((3, 2), log(2)))


def test_a_plane_has_the_second_input_upwards() -> None:
    plane = planes(one_neuron({gate: [0, 8, -4] for gate in GATES}), [0, 0, 0], side=9)["and"]
    assert (plane.answers[0] > 0.9).all()
    assert (plane.answers[-1] < 0.1).all()
    right = planes(one_neuron({gate: [8, 0, -4] for gate in GATES}), [0, 0, 0], side=9)["and"]
    assert (right.answers[:, -1] > 0.9).all()


def test_a_line_runs_from_edge_to_edge_where_the_sum_is_0() -> None:
    (line,) = planes(one_neuron(SEPARATING), [0, 0, 0], side=3)["and"].lines
    ends = sorted([line.start, line.end])
    np.testing.assert_allclose(ends, [(1.5 - HIGH, HIGH), (HIGH, 1.5 - HIGH)], atol=1e-6)
    assert line.firmness == 1
    assert (
        planes(one_neuron({gate: [1, 1, 9] for gate in GATES}), [0] * 3, side=3)["or"].lines == ()
    )


def test_a_line_is_as_firm_as_what_it_does_to_the_answer() -> None:
    lines = planes(two_layers(scale=0.5), [0, 0, 0], side=3)["xor"].lines
    assert [line.firmness for line in lines] == pytest.approx([0.5 * 2 / 2, 0.5 * 2 * 1 / 2])
    (faint,) = planes(one_neuron({gate: [0.1, 0, -0.05] for gate in GATES}), [0] * 3, 3)["or"].lines
    assert faint.firmness == pytest.approx(0.05)
    assert isinstance(faint, Line)


def test_the_best_and_the_worst_start_are_found_for_each_gate() -> None:
    net = one_neuron(SEPARATING, starts=3)
    biases = net.state_dict()["layers.0.bias"]  # (gates, starts, 1, 1)
    biases[0, 1] += 20  # spoils AND in the second start
    biases[1, 2] -= 20  # spoils OR in the third
    assert chosen_starts(net, "worst")[:2] == [1, 2]
    assert chosen_starts(net, "best")[0] in (0, 2)
    assert chosen_starts(net, 2) == [2, 2, 2]


def test_the_small_planes_are_the_planes_and_know_who_made_it() -> None:
    net = SideBySide((2, 3, 1), "tanh", torch.Generator().manual_seed(1), (3, 5))
    answers, solved = small_planes(net, "or", side=7)
    assert answers.shape == (5, 7, 7)
    for start in range(5):
        plane = planes(net, [start] * 3, side=7)["or"]
        np.testing.assert_allclose(answers[start], plane.answers, atol=1e-6)
        assert solved[start] == (plane.score == 4)
    assert small_planes(two_layers(), "xor", side=3)[1].tolist() == [True]


@pytest.mark.parametrize("units", [2, 3, 8])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_fold_answers_as_its_net_and_its_border_is_straight(activation: str, units: int) -> None:
    generator = torch.Generator().manual_seed(units)
    net = SideBySide((2, units, 1), activation, generator, (3, 2))
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator))
    fold = fold_of(net, "or", 1)
    x = torch.rand(20, 2, generator=generator)
    codes = ACTIVATIONS[activation](x @ torch.tensor(fold.weights).T + torch.tensor(fold.biases))
    logits = codes.numpy() @ fold.tops + fold.top
    np.testing.assert_allclose(logits, net(x)[1, 1, :, 0].detach().numpy(), atol=1e-5)
    np.testing.assert_allclose(fold.frame @ fold.frame.T, np.eye(2), atol=1e-5)
    seen = codes.numpy() @ fold.frame.T  # (20, 2), where the page draws them
    np.testing.assert_allclose(seen @ (fold.frame @ fold.tops) + fold.top, logits, atol=1e-4)


@pytest.mark.parametrize("units", [3, 8])
def test_a_layer_without_weights_still_has_a_frame(units: int) -> None:
    net = SideBySide((2, units, 1), "relu", torch.Generator(), (3, 1))
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.zero_()
    frame = fold_of(net, "xor", 0).frame
    np.testing.assert_allclose(frame @ frame.T, np.eye(2), atol=1e-6)


def test_by_hand_the_fold_puts_both_ones_of_xor_on_one_spot() -> None:
    fold = fold_of(two_layers(), "xor", 0)
    cases = np.array(CASES, dtype=np.float32)
    codes = np.maximum(cases @ fold.weights.T + fold.biases, 0) @ fold.frame.T
    assert codes.tolist() == [[0, 0], [1, 0], [1, 0], [2, 1]]


def measured(**solved: float) -> dict[str, float]:
    return {f"one_neuron.{gate}.solved": solved[gate] for gate in GATES}


def test_the_gate_that_is_never_learnt() -> None:
    assert never_learnt(measured(**{"and": 1, "or": 0.2, "xor": 0})) == "xor"
    assert never_learnt(measured(**{"and": 1, "or": 0.2, "xor": 0.1})) == "none"
    assert never_learnt(measured(**{"and": 0, "or": 0.2, "xor": 0})) is None, "too early to tell"
    assert [outcome(share) for share in (0, 0.05, 1)] == ["none", "some", "all"]


def test_the_history_of_a_gate_has_a_row_for_each_net_and_moment() -> None:
    history = [
        Snapshot(step, 0.0, {"one_neuron.or.solved": step / 8, "two_layers.or.solved": 1.0})
        for step in (0, 4)
    ]
    frame = solved_history(history, "or", {"one_neuron": "ONE", "two_layers": "TWO"})
    assert frame.columns.tolist() == ["step", "net", "share"]
    assert frame.values.tolist() == [[0, "ONE", 0], [4, "ONE", 0.5], [0, "TWO", 1], [4, "TWO", 1]]


def test_since_when_a_metric_has_its_value() -> None:
    def history(*values: float) -> list[Snapshot]:
        return [Snapshot(10 * i, 0.0, {"m": value}) for i, value in enumerate(values)]

    assert last_rise(history(0, 0.5, 0.5, 1, 1), "m") == 30
    assert last_rise(history(0, 1, 0.5, 1), "m") == 30
    assert last_rise(history(0.5, 0.5), "m") == 0
    assert last_rise(history(0.5), "m") == 0


def test_the_cases_lie_inside_the_plane() -> None:
    assert LOW < 0 < 1 < HIGH
