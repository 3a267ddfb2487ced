"""The classifier: a picture in, one number for each class out."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from explorer.models.layers import ACTIVATIONS, linear_layers, through


class Classifier(nn.Module):
    """A multilayer perceptron; `widths` run from the pixels to the classes, such as (784, 64, 10).

    Its outputs are logits: softmax makes them probabilities, and the largest names the class.
    """

    def __init__(self, widths: Sequence[int], activation: str, generator: torch.Generator) -> None:
        super().__init__()
        self.activation = ACTIVATIONS[activation]
        self.layers = linear_layers(widths, generator)

    def forward(self, x: Tensor) -> Tensor:
        return through(self.layers, x, self.activation)  # (B, pixels) → (B, classes)
