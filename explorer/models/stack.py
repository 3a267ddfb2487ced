"""A stack of layers that is learnt one layer at a time, and the classifier that stands on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from explorer.models.layers import ACTIVATIONS, Layer


class Stack(nn.Module):
    """Encoders that lead up and decoders that lead down again, one pair a layer.

    `widths` run from the pixels to the topmost layer, such as (784, 128, 128, 128). Every layer
    ends in the activation, except that pixels are rebuilt by a sigmoid (by an identity in a stack
    of identities). Layers are counted from 0.
    """

    def __init__(
        self,
        widths: Sequence[int],
        activation: str,
        initialisation: str,
        generator: torch.Generator,
        copies: tuple[int, ...] = (),
    ) -> None:
        super().__init__()
        self.widths, self.copies = tuple(widths), copies
        self.activation = ACTIVATIONS[activation]
        self.squash = ACTIVATIONS["identity" if activation == "identity" else "sigmoid"]
        self.encoders = nn.ModuleList(
            Layer(low, high, initialisation, generator, copies) for low, high in pairwise(widths)
        )
        self.decoders = nn.ModuleList(
            Layer(high, low, initialisation, generator, copies) for low, high in pairwise(widths)
        )

    def up(self, h: Tensor, layer: int) -> Tensor:
        """What `layer` makes of the layer below, of which the lowest are the pixels."""
        return self.activation(self.encoders[layer](h))

    def down(self, h: Tensor, layer: int) -> Tensor:
        """What `layer` believes the layer below to have been."""
        below = self.decoders[layer](h)
        return self.squash(below) if layer == 0 else self.activation(below)

    def alone(self, h: Tensor, layer: int) -> Tensor:
        """One layer by itself, as an autoencoder of the layer below it."""
        return self.down(self.up(h, layer), layer)

    @torch.no_grad()
    def below(self, x: Tensor, layer: int) -> Tensor:
        """What `layer` gets to see of the pictures x; it does not teach the layers below it."""
        for lower in range(layer):
            x = self.up(x, lower)
        return x

    def parameters_of(self, layer: int) -> Iterator[nn.Parameter]:
        """The weights and biases of one layer, up and down."""
        yield from self.encoders[layer].parameters()
        yield from self.decoders[layer].parameters()

    def forward(self, x: Tensor, depth: int | None = None) -> Tensor:
        """x up through the `depth` lowest layers, of all if None, and down again."""
        layers = range(len(self.encoders) if depth is None else depth)
        for layer in layers:
            x = self.up(x, layer)
        for layer in reversed(layers):
            x = self.down(x, layer)
        return x


class StackClassifier(nn.Module):
    """The encoders of a stack with a linear layer on top that scores each class.

    The first half of its `copies` begins where a pretrained stack has ended, the other half begins
    from random weights: copies (2, *those of the stack).
    """

    def __init__(
        self,
        widths: Sequence[int],
        activation: str,
        initialisation: str,
        generator: torch.Generator,
        pretrained: Stack,
    ) -> None:
        super().__init__()
        copies = (2, *pretrained.copies)
        self.activation = ACTIVATIONS[activation]
        self.layers = nn.ModuleList(
            Layer(low, high, initialisation, generator, copies) for low, high in pairwise(widths)
        )
        with torch.no_grad():
            for layer, learnt in zip(self.layers, pretrained.encoders, strict=False):
                for mine, theirs in zip(layer.parameters(), learnt.parameters(), strict=True):
                    mine[0] = theirs

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers[:-1]:
            x = self.activation(layer(x))
        return self.layers[-1](x)  # type: ignore[no-any-return]  # (2, …, B, classes)


def masked(x: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """x with a random `share` of its elements set to 0 (masking noise, Vincent 2010)."""
    if share == 0:
        return x
    return x * (torch.rand(x.shape, generator=generator, device=x.device) >= share)
