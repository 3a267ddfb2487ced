"""Settings of the lesson on noise."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from explorer.specs.base import BatchSize, HiddenWidths, LearningRate, Share, Spec


class DenoisingSpec(Spec):
    """Denoisers side by side. `noise` and `strength` are those used in training.

    `experiment` is `pictures` (one noise, all methods), `matrix` (a net for each noise, tested on
    every noise) or `photo` (patches of a colour photo).
    """

    lesson: ClassVar[str] = "denoising"

    experiment: Literal["pictures", "matrix", "photo"] = "pictures"
    noise: Literal["gaussian", "salt-and-pepper", "masking", "blocks"] = "gaussian"
    strength: Share = 0.5
    latent_dim: Annotated[int, Field(ge=1, le=128)] = 64
    hidden_widths: HiddenWidths = (256,)
    learning_rate: LearningRate = 1e-3
    batch_size: BatchSize = 128
