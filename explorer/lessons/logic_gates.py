"""What one neuron can separate and what it cannot: AND, OR and XOR, learnt from many starts."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from explorer.analysis.gates import cases_and_truths, losses_of, right_of
from explorer.data.logic_gates import GATES
from explorer.models.side_by_side import SideBySide
from explorer.specs import PixelsSpec
from explorer.training.loop import Array, Snapshot
from explorer.training.optimizers import OPTIMIZERS
from explorer.training.parameters import as_tensors, load_into, weights_of

ONE_NEURON, TWO_LAYERS = "one_neuron", "two_layers"
NETS = (ONE_NEURON, TWO_LAYERS)


def gate_nets(spec: PixelsSpec, generator: torch.Generator) -> dict[str, SideBySide]:
    """For each gate and start one neuron, and two layers, untrained; copies are (gates, starts).

    An output is a logit: above 0 it means 1.
    """
    widths = {ONE_NEURON: (2, 1), TWO_LAYERS: (2, spec.gate_units, 1)}
    copies = (len(GATES), spec.starts)
    return {name: SideBySide(widths[name], spec.activation, generator, copies) for name in NETS}


class GatesExperiment:
    """Every net sees all four cases at each step; none shares a weight with another.

    Measured after 1,500 steps with the default rate, 200 starts each (four seeds): one neuron
    solves AND and OR from all of them, and XOR from none. Two layers solve XOR with 2, 4 and 8
    hidden neurons from 0.55, 0.94 and 1.00 of the starts with tanh; 0.60, 0.95, 1.00 with the
    sigmoid; 0.16, 0.56, 0.90 with ReLU, where with 2 even AND fails from 0.4 of them; from all with
    GELU and SiLU, and from none with the identity. Long training changes little: 200 other starts
    with tanh and 2 neurons stood at 0.47 after 1,500 steps and at 0.49 after 12,000.
    """

    def __init__(self, spec: PixelsSpec, device: torch.device) -> None:
        self.nets = gate_nets(spec, torch.Generator(device).manual_seed(spec.seed))
        parameters = [weight for net in self.nets.values() for weight in net.parameters()]
        self.optimizer = OPTIMIZERS["adam"](parameters, spec.learning_rate)
        self.x, self.truths = cases_and_truths(device)

    def step(self) -> None:
        # Adam treats each weight by itself: in the sum every net learns as if it were alone.
        loss = sum(losses_of(net(self.x), self.truths).sum() for net in self.nets.values())
        assert isinstance(loss, Tensor)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()

    @torch.inference_mode()
    def observe(self, step: int, seconds: float) -> Snapshot:
        """metrics: loss (nats per case, the mean of all nets) and, of each net N and gate G,
        N.G.loss, N.G.solved (the share of the starts that get all four cases right), N.G.accuracy
        (the share of cases that are right) and N.G.best_accuracy (that of the best start); arrays:
        the parameters of all nets, as `weights` names them.
        """
        metrics: dict[str, float] = {}
        for name, net in self.nets.items():
            logits = net(self.x)  # (gates, S, 4, 1)
            losses = losses_of(logits, self.truths).mean(-1)  # (gates,)
            right = right_of(logits, self.truths)  # (gates, S, 4)
            for gate, hits, loss in zip(GATES, right, losses, strict=True):
                shares = hits.float().mean(-1)  # (S,)
                metrics |= {
                    f"{name}.{gate}.loss": loss.item(),
                    f"{name}.{gate}.solved": hits.all(-1).float().mean().item(),
                    f"{name}.{gate}.accuracy": shares.mean().item(),
                    f"{name}.{gate}.best_accuracy": shares.max().item(),
                }
        every = [value for metric, value in metrics.items() if metric.endswith(".loss")]
        metrics["loss"] = sum(every) / len(every)
        arrays = {name: value.cpu().numpy().copy() for name, value in self.weights().items()}
        return Snapshot(step=step, seconds=seconds, metrics=metrics, arrays=arrays)

    def weights(self) -> dict[str, Tensor]:
        return weights_of(self.nets)

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        load_into(self.nets, weights)


def nets_at(spec: PixelsSpec, arrays: Mapping[str, Array]) -> dict[str, SideBySide]:
    """The nets of any moment of a run, on the CPU, from the arrays of its snapshot."""
    nets = gate_nets(spec, torch.Generator())
    load_into(nets, as_tensors(arrays))
    return nets
