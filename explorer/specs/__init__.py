"""Every setting of a run, declared once: frozen, validated, hashable; one file a lesson.

A spec *is* the run. The same value is the key under which the runner shares a training, the query
string of the page, the header of a checkpoint and the arguments of the command line.

    >>> spec = AnatomySpec().with_settings(["latent_dim=3", "hidden_widths=64,32"])
    >>> spec.to_query()
    {'hidden_widths': '64,32', 'latent_dim': '3'}
    >>> AnatomySpec.from_query(spec.to_query()) == (spec, [])
    True
"""

from explorer.specs.autoencoder_anatomy import AnatomySpec
from explorer.specs.base import MAX_SEED, Activation, Budget, Dataset, Optimizer, Spec
from explorer.specs.copying_and_constraints import CopyingSpec
from explorer.specs.denoising import DenoisingSpec
from explorer.specs.evidence_and_culprit import EvidenceSpec
from explorer.specs.latent_walk import WalkSpec
from explorer.specs.latents_and_pca import LatentsSpec
from explorer.specs.stacked_features import StackedSpec

__all__ = [
    "MAX_SEED",
    "SPECS",
    "Activation",
    "AnatomySpec",
    "Budget",
    "CopyingSpec",
    "Dataset",
    "DenoisingSpec",
    "EvidenceSpec",
    "LatentsSpec",
    "Optimizer",
    "Spec",
    "StackedSpec",
    "WalkSpec",
]

SPECS: dict[str, type[Spec]] = {
    spec.lesson: spec
    for spec in (
        AnatomySpec,
        EvidenceSpec,
        LatentsSpec,
        WalkSpec,
        DenoisingSpec,
        CopyingSpec,
        StackedSpec,
    )
}
