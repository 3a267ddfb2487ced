"""The autoencoder whose code is the label: from the clues to the culprit, and back."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from explorer.models.layers import linear_layers


class LabelOutput(NamedTuple):
    """What induction and deduction make of a batch of scenes."""

    scores: Tensor  # (B, classes), the logits
    code: Tensor  # (B, classes), the probability of each culprit
    reconstruction: Tensor  # (B, pixels), the evidence that this code would leave


class LabelAutoencoder(nn.Module):
    """Clues → probabilities of the classes → pixels; both halves are linear but for the softmax.

    A linear encoder is softmax regression: what a clue adds to the score of a culprit is its
    weight times its value, and nothing else. A linear decoder has one column a culprit; of a code
    that is not sure it gives the mixture.
    """

    def __init__(self, clues: int, classes: int, pixels: int, generator: torch.Generator) -> None:
        super().__init__()
        (encoder,) = linear_layers((clues, classes), generator)
        assert isinstance(encoder, nn.Linear)
        self.encoder = encoder
        self.decoder = nn.Parameter(torch.empty(pixels, classes, device=generator.device))
        nn.init.xavier_uniform_(self.decoder, generator=generator)

    def induce(self, clues: Tensor) -> Tensor:
        """(B, clues) → (B, classes): the scores; their softmax is the code."""
        return self.encoder(clues)  # type: ignore[no-any-return]

    def deduce(self, code: Tensor) -> Tensor:
        """(B, classes) → (B, pixels): the evidence."""
        return code @ self.decoder.T

    def forward(self, clues: Tensor) -> LabelOutput:
        scores = self.induce(clues)
        code = scores.softmax(dim=1)
        return LabelOutput(scores=scores, code=code, reconstruction=self.deduce(code))
