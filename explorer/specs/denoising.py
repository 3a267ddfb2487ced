"""Settings of the lesson on noise."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from explorer.specs.base import BatchSize, HiddenWidths, LearningRate, ReconstructionSpec, Share

Noise = Literal["gaussian", "salt-and-pepper", "masking", "blocks"]


class DenoisingSpec(ReconstructionSpec):
    """Denoisers side by side. `noise` and `strength` are those used in training.

    `experiment` is `pictures` (one noise, all methods), `matrix` (a net for each noise, tested on
    every noise; `noise` is then not used) or `photo` (the patches of a colour photo, cleaned by a
    net that saw patches of the other one; instead of `dataset` and `strength` it has `photo`, the
    one that is cleaned, and `photo_strength`: what leaves a digit readable drowns a photo).
    """

    lesson: ClassVar[str] = "denoising"

    experiment: Literal["pictures", "matrix", "photo"] = "pictures"
    noise: Noise = "gaussian"
    strength: Share = 0.5
    photo: Literal["china", "flower"] = "china"
    photo_strength: Share = 0.2
    latent_dim: Annotated[int, Field(ge=1, le=128)] = 64
    hidden_widths: HiddenWidths = (384,)
    learning_rate: LearningRate = 3e-3
    batch_size: BatchSize = 128
