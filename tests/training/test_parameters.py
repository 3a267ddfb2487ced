"""Several nets under one roof: what is taken from them can be given back."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from explorer.training.parameters import as_tensors, load_into, weights_of, weights_under


def nets() -> dict[str, nn.Module]:
    """One name begins as the other does."""
    return {"deep": nn.Linear(2, 1), "deeper": nn.Linear(2, 2)}


def test_each_parameter_is_named_after_its_net() -> None:
    weights = weights_of({"a": nn.Linear(2, 1), "b": nn.Linear(1, 1, bias=False)})
    assert list(weights) == ["a.weight", "a.bias", "b.weight"]
    assert not any(weight.requires_grad for weight in weights.values())
    assert list(weights_under("a", weights)) == ["weight", "bias"]


def test_what_is_taken_can_be_given_back() -> None:
    given, taker = nets(), nets()
    load_into(taker, weights_of(given))
    for net, module in given.items():
        for name, value in module.state_dict().items():
            assert torch.equal(taker[net].state_dict()[name], value)


def test_what_is_missing_is_refused() -> None:
    weights = weights_of({"a": nn.Linear(2, 1)})
    del weights["a.bias"]
    with pytest.raises(RuntimeError, match="bias"):
        load_into({"a": nn.Linear(2, 1)}, weights)


def test_arrays_become_tensors_of_their_own() -> None:
    arrays = {"a.weight": np.ones((2, 1), np.float32), "a.bias": np.zeros(1, np.float32)}
    tensors = as_tensors(arrays)
    assert tensors["a.weight"].dtype == torch.float32
    tensors["a.bias"] += 1
    assert arrays["a.bias"] == 0
    net = nn.Linear(1, 2)
    net.load_state_dict({"weight": tensors["a.weight"], "bias": torch.zeros(2)})
    assert net.weight.tolist() == [[1], [1]]
