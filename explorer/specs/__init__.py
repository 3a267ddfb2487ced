"""Every setting of a run, declared once: frozen, validated, hashable; one file a lesson.

A spec *is* the run. The same value is the key under which the runner shares a training, the query
string of the page, the header of a checkpoint and the arguments of the command line.

    >>> spec = AnatomySpec().with_settings(["latent_dim=3", "hidden_widths=64,32"])
    >>> spec.to_query()
    {'hidden_widths': '64,32', 'latent_dim': '3'}
    >>> AnatomySpec.from_query(spec.to_query()) == (spec, [])
    True
"""

from explorer.specs.attention import AttentionSpec
from explorer.specs.autoencoder_anatomy import AnatomySpec
from explorer.specs.base import (
    MAX_SEED,
    Activation,
    AttentionKind,
    Budget,
    Cell,
    Dataset,
    Optimizer,
    PictureSpec,
    ReconstructionSpec,
    Spec,
)
from explorer.specs.copying_and_constraints import CopyingSpec
from explorer.specs.denoising import DenoisingSpec
from explorer.specs.evidence_and_culprit import EvidenceSpec
from explorer.specs.forgetting import ForgettingSpec
from explorer.specs.gradient_descent import GradientSpec
from explorer.specs.latent_walk import WalkSpec
from explorer.specs.latents_and_pca import LatentsSpec
from explorer.specs.pixels_and_neurons import PixelsSpec
from explorer.specs.seq2seq_steps import StepsSpec
from explorer.specs.sequences import SequenceSpec, Task
from explorer.specs.shared_meaning import MeaningSpec
from explorer.specs.stacked_features import StackedSpec

__all__ = [
    "MAX_SEED",
    "SPECS",
    "Activation",
    "AnatomySpec",
    "AttentionKind",
    "AttentionSpec",
    "Budget",
    "Cell",
    "CopyingSpec",
    "Dataset",
    "DenoisingSpec",
    "EvidenceSpec",
    "ForgettingSpec",
    "GradientSpec",
    "LatentsSpec",
    "MeaningSpec",
    "Optimizer",
    "PictureSpec",
    "PixelsSpec",
    "ReconstructionSpec",
    "SequenceSpec",
    "Spec",
    "StackedSpec",
    "StepsSpec",
    "Task",
    "WalkSpec",
]

SPECS: dict[str, type[Spec]] = {
    spec.lesson: spec
    for spec in (
        PixelsSpec,
        GradientSpec,
        AnatomySpec,
        EvidenceSpec,
        LatentsSpec,
        WalkSpec,
        DenoisingSpec,
        CopyingSpec,
        StackedSpec,
        StepsSpec,
        ForgettingSpec,
        AttentionSpec,
        MeaningSpec,
    )
}
