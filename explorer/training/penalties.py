"""Weight decay as proximal steps: what a penalty takes off the weights after each descent."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor
from torch.optim import Optimizer

PENALTIES: dict[str, Callable[[Tensor, float], Tensor]] = {
    "group-lasso": lambda weight, length: shortened(weight, length),
    "l2": lambda weight, share: weight.div_(1 + share),
}
"""By name: (outputs, inputs) weights, changed in place, and the decay of one step."""


def shortened(weight: Tensor, length: float) -> Tensor:
    """Takes `length` off the norm of each input's weights (a column), in place; none goes below 0.

    The proximal step of the group lasso (Yuan & Lin 2006). An input that the gradient does not
    defend arrives at exactly 0, where L2 only ever halves what is left.
    """
    norms = weight.norm(dim=0, keepdim=True)
    return weight.mul_((1 - length / norms).clamp_min_(0).nan_to_num_(0))


def decay_of_a_step(weight_decay: float, optimizer: Optimizer) -> float:
    """What the penalty weighs in one step of SGD.

    Momentum makes each gradient count 1/(1 - momentum) times in the end, and the penalty must
    count as often, so that the run settles where loss + penalty is smallest.
    """
    group = optimizer.param_groups[0]
    return float(group["lr"] * weight_decay / (1 - group["momentum"]))
