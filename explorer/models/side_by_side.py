"""Many small nets side by side: independent, but one product serves them all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from explorer.models.layers import ACTIVATIONS, Layer


class SideBySide(nn.Module):
    """Multilayer perceptrons of one shape, `copies` of them, such as (3, 20).

    `widths` run from the inputs to the outputs, such as (64, 128, 10); the last layer is linear, so
    that its outputs are logits. No two nets share a weight: the sum of their losses teaches each of
    them as if it were alone.
    """

    def __init__(
        self,
        widths: Sequence[int],
        activation: str,
        generator: torch.Generator,
        copies: tuple[int, ...],
    ) -> None:
        super().__init__()
        self.activation = ACTIVATIONS[activation]
        self.layers = nn.ModuleList(
            Layer(low, high, "classic", generator, copies) for low, high in pairwise(widths)
        )

    def forward(
        self, x: Tensor, shares: Tensor | None = None, generator: torch.Generator | None = None
    ) -> Tensor:
        """(B, inputs), or (*copies, B, inputs) with each net's own batch → (*copies, B, outputs).

        `shares` (*copies), if given, are the shares of hidden units which `dropped` silences.
        """
        for layer in self.layers[:-1]:
            x = self.activation(layer(x))
            if shares is not None:
                assert generator is not None, "dropout draws from a generator"
                x = dropped(x, shares[..., None, None], generator)
        return self.layers[-1](x)  # type: ignore[no-any-return]


def dropped(h: Tensor, share: Tensor, generator: torch.Generator) -> Tensor:
    """h with a random `share` of its units at 0 and the others raised by 1 / (1 − share).

    So the mean stays, and nothing has to change when no unit is dropped (Srivastava et al. 2014,
    "inverted"). `share`, in [0, 1), is broadcast over h; `nn.Dropout` takes no generator.
    """
    kept = torch.rand(h.shape, generator=generator, device=h.device) >= share
    return h * kept / (1 - share)
