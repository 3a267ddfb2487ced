"""A stack grows layer by layer; copies of it learn side by side without touching one another."""

from __future__ import annotations

import math

import pytest
import torch

from explorer.models.layers import INITIALISATIONS, Layer
from explorer.models.stack import Stack, StackClassifier, masked

WIDTHS = (6, 5, 4)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def stack(*copies: int, activation: str = "sigmoid") -> Stack:
    return Stack(WIDTHS, activation, "classic", generator(), copies)


# Layers -------------------------------------------------------------------------------------------


def test_a_layer_is_a_linear_layer() -> None:
    layer = Layer(3, 2, "classic", generator())
    layer.weight.data = torch.tensor([[1.0, 0.0, 2.0], [0.0, -1.0, 0.5]])
    layer.bias.data = torch.tensor([[0.5, -1.0]])
    torch.testing.assert_close(
        layer(torch.tensor([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]])),
        torch.tensor([[7.5, -1.5], [0.5, -1.0]]),
    )


@pytest.mark.parametrize(
    ("name", "bound"), [("classic", 1 / math.sqrt(400)), ("xavier", math.sqrt(6 / 500))]
)
def test_first_weights_fill_their_range(name: str, bound: float) -> None:
    layer = Layer(400, 100, name, generator())
    assert layer.weight.abs().max() <= bound
    assert layer.weight.std().item() == pytest.approx(bound / math.sqrt(3), rel=0.02)
    assert layer.bias.abs().max() == 0
    assert set(INITIALISATIONS) == {"classic", "xavier"}


def test_copies_are_as_many_nets_of_their_own() -> None:
    layer = Layer(3, 2, "classic", generator(), (2, 4))
    assert layer.weight.shape == (2, 4, 2, 3)
    x = torch.rand(4, 7, 3, generator=generator(1))  # a batch for each of the four
    together = layer(x)
    assert together.shape == (2, 4, 7, 2)
    for i in range(2):
        for j in range(4):
            alone = x[j] @ layer.weight[i, j].T + layer.bias[i, j]
            torch.testing.assert_close(together[i, j], alone)
    shared = layer(x[0])  # and one batch for all
    torch.testing.assert_close(shared[1, 2], x[0] @ layer.weight[1, 2].T + layer.bias[1, 2])


# Stacks -------------------------------------------------------------------------------------------


def test_a_stack_has_a_pair_of_layers_for_each_width() -> None:
    count = sum(weight.numel() for weight in stack().parameters())
    assert count == (6 * 5 + 5 + 5 * 4 + 4) + (5 * 6 + 6 + 4 * 5 + 5)
    assert stack(3).state_dict()["encoders.0.weight"].shape == (3, 5, 6)


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
def test_up_and_down_by_hand(activation: str) -> None:
    net, x = stack(activation=activation), torch.rand(9, 6, generator=generator(1))
    bend = torch.sigmoid if activation == "sigmoid" else torch.relu
    state = net.state_dict()

    def linear(name: str, h: torch.Tensor) -> torch.Tensor:
        return torch.addmm(state[f"{name}.bias"], h, state[f"{name}.weight"].T)

    low = bend(linear("encoders.0", x))
    high = bend(linear("encoders.1", low))
    one_layer = torch.sigmoid(linear("decoders.0", low))
    both = torch.sigmoid(linear("decoders.0", bend(linear("decoders.1", high))))
    torch.testing.assert_close(net(x, 1), one_layer)
    torch.testing.assert_close(net(x), both)
    torch.testing.assert_close(net(x, 2), both)
    torch.testing.assert_close(net.below(x, 1), low)
    torch.testing.assert_close(net.alone(low, 1), bend(linear("decoders.1", high)))


def test_an_identity_stack_is_linear_to_the_pixels() -> None:
    net, x = stack(activation="identity"), torch.rand(4, 6, generator=generator(1))
    torch.testing.assert_close(net(2 * x), 2 * net(x))  # zero biases


def test_a_layer_alone_teaches_no_other() -> None:
    net, x = stack(), torch.rand(9, 6, generator=generator(1))
    torch.autograd.backward(net.alone(net.below(x, 1), 1).sum())
    touched = {name for name, weight in net.named_parameters() if weight.grad is not None}
    names = {f"{half}.1.{part}" for half in ("encoders", "decoders") for part in ("weight", "bias")}
    assert touched == names
    own = {id(weight) for weight in net.parameters_of(1)}
    assert own == {id(weight) for name, weight in net.named_parameters() if name in names}


def test_copies_learn_as_if_they_were_alone() -> None:
    many, x = stack(3), torch.rand(3, 9, 6, generator=generator(1))
    one = stack()
    one.load_state_dict({name: value[1] for name, value in many.state_dict().items()})
    torch.autograd.backward((many(x) ** 2).mean((1, 2)).sum())
    torch.autograd.backward((one(x[1]) ** 2).mean())
    for (name, theirs), ours in zip(many.named_parameters(), one.parameters(), strict=True):
        assert theirs.grad is not None, name
        torch.testing.assert_close(theirs.grad[1], ours.grad)


# Classifiers and masks ----------------------------------------------------------------------------


def test_half_of_the_classifiers_begin_where_the_stack_ended() -> None:
    learnt = stack(3)
    for weight in learnt.parameters():
        weight.data += 0.25
    classifier = StackClassifier((*WIDTHS, 10), "sigmoid", "classic", generator(5), learnt)
    x = torch.rand(3, 7, 6, generator=generator(1))
    assert classifier(x).shape == (2, 3, 7, 10)
    own, old = classifier.state_dict(), learnt.state_dict()
    for index in range(2):
        for part in ("weight", "bias"):
            mine, theirs = own[f"layers.{index}.{part}"], old[f"encoders.{index}.{part}"]
            assert torch.equal(mine[0], theirs)
            assert not torch.equal(mine[1], theirs)
        assert own[f"layers.{index}.bias"][1].abs().max() == 0
    features = learnt.below(x, 2)
    expected = features @ own["layers.2.weight"][0].mT + own["layers.2.bias"][0]
    torch.testing.assert_close(classifier(x)[0], expected)
    own["layers.0.weight"].zero_()
    assert old["encoders.0.weight"].abs().max() > 0  # copied, not shared


def test_masks_take_their_share() -> None:
    x = torch.ones(200, 500)
    seen = masked(x, 0.25, generator())
    assert set(seen.flatten().tolist()) == {0.0, 1.0}
    assert seen.mean().item() == pytest.approx(0.75, abs=0.01)
    assert torch.equal(seen, masked(x, 0.25, generator()))
    assert masked(x, 0, generator()) is x
    assert masked(x, 1, generator()).max() == 0
