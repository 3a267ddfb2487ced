"""The shelf: finished runs that come with the app, so that no page opens blank.

`python -m explorer checkpoints` builds them anew, and `--check` looks at them again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from explorer.data.pictures import source_of
from explorer.errors import CheckpointError, DataError, ExplorerError
from explorer.lessons.course import begin, data_of, material
from explorer.specs import (
    AnatomySpec,
    AttentionSpec,
    CopyingSpec,
    DenoisingSpec,
    EvidenceSpec,
    ForgettingSpec,
    GradientSpec,
    LatentsSpec,
    MeaningSpec,
    PictureSpec,
    PixelsSpec,
    Spec,
    StackedSpec,
    StepsSpec,
    WalkSpec,
)
from explorer.training.checkpoints import Checkpoint, S, load, versions
from explorer.training.devices import CPU, choose_device, device_name
from explorer.training.loop import EverySteps, Experiment, Snapshot, train
from explorer.training.timeline import Timeline

SHELF = Path(__file__).parents[2] / "checkpoints"
MOST_SNAPSHOTS = 48
MOST_BYTES = 700 * 2**10  # of the snapshots' arrays; a photo's are cut down to fewer moments
# Other processors and other builds of torch round otherwise.
RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE = 1e-4, 1e-6

# The first of a lesson is its default.
CHECKPOINTS: tuple[Spec, ...] = (
    PixelsSpec(),
    PixelsSpec(experiment="gates"),
    GradientSpec(),
    GradientSpec(experiment="edge"),
    AnatomySpec(),
    AnatomySpec(tied=True),
    EvidenceSpec(),
    EvidenceSpec(weight_decay=0),
    LatentsSpec(),
    LatentsSpec(latent_dim=8),
    LatentsSpec(experiment="sizes"),
    WalkSpec(),
    WalkSpec(latent_dim=3),
    DenoisingSpec(),
    DenoisingSpec(noise="masking"),
    DenoisingSpec(experiment="matrix"),
    DenoisingSpec(experiment="photo"),
    CopyingSpec(),
    CopyingSpec(experiment="patterns"),
    StackedSpec(),
    StackedSpec(experiment="labels"),
    StepsSpec(),
    StepsSpec(corpus="dates-words-figures"),
    StepsSpec(cell="lstm"),
    StepsSpec(attention="additive"),
    ForgettingSpec(),
    ForgettingSpec(task="copy"),
    ForgettingSpec(task="copy", reverse_source=True),
    ForgettingSpec(experiment="cells"),
    ForgettingSpec(experiment="sizes"),
    ForgettingSpec(experiment="delay"),
    AttentionSpec(),
    AttentionSpec(score="additive"),
    AttentionSpec(task="copy"),
    AttentionSpec(task="sort"),
    MeaningSpec(),
    MeaningSpec(pull=0),
    MeaningSpec(paired=0.05),
    MeaningSpec(code_noise=0),
)


def name_of(spec: Spec) -> str:
    """The lesson, and each setting that is not the default: `autoencoder-anatomy--tied=true`."""
    return "--".join([spec.lesson, *map("=".join, spec.to_query().items())])


def path_for(spec: Spec) -> Path:
    """Where the checkpoint of a spec stands, if it is on the shelf."""
    return SHELF / f"{name_of(spec)}.safetensors"


def shelved(spec: S, *, data_dir: Path | None = None) -> Checkpoint[S] | None:
    """The checkpoint of exactly this spec or, failing that, of the one on the shelf nearest to it.

    Its own `spec` says which. One whose data are not at hand is passed over: the page could not
    show them, nor colour the map by their labels. None if none is left; CheckpointError if a file
    is absent or damaged. Reads the file each time, so a page should keep what it gets.
    """
    kin = [other for other in CHECKPOINTS if isinstance(other, type(spec))]
    for stand_in in sorted(kin, key=lambda other: _distance(spec, other)):
        checkpoint = load(path_for(stand_in), type(spec))
        if _unavailable(checkpoint, data_dir) is None:
            return checkpoint
    return None


def build(
    spec: Spec,
    *,
    data_dir: Path | None = None,
    device: str = "cpu",
    watch: Callable[[Snapshot], object] = lambda _snapshot: None,
) -> Checkpoint[Spec]:
    """Trains the run of a spec that has a number of steps; `watch` sees each snapshot.

    Raises DataError or DeviceError when the data or the device cannot be had.
    """
    assert spec.steps is not None, "a run that ends by the clock cannot be rebuilt"
    where = choose_device(device)
    experiment = begin(spec, material(spec, data_dir, where))
    timeline = Timeline(MOST_SNAPSHOTS, MOST_BYTES)
    # The first and the last moment are seen whatever the interval.
    clock = EverySteps(math.ceil(spec.steps / (MOST_SNAPSHOTS - 2)))
    for snapshot in train(experiment, spec.budget, clock):
        timeline.append(snapshot)
        watch(snapshot)
    return Checkpoint(
        spec=spec,
        metrics=snapshot.metrics,
        timeline=timeline,
        weights=experiment.weights(),
        data=data_of(spec, data_dir),
        device=device_name(where),
        versions=versions(),
    )


@dataclass(frozen=True)
class Verdict:
    """What came of looking at a checkpoint again; sound when there is no problem."""

    problems: tuple[ExplorerError, ...] = ()
    unchecked: ExplorerError | None = None  # why its numbers could not be measured here


def verify(spec: Spec, *, data_dir: Path | None = None) -> Verdict:
    """Loads the weights of a checkpoint on the shelf into a fresh experiment and measures again.

    Every metric must be the one in the file, to within 1e-4 of itself or 1e-6.
    """
    try:
        checkpoint = load(path_for(spec), type(spec))
    except CheckpointError as problem:
        return Verdict((problem,))
    if checkpoint.spec != spec:
        return Verdict((_problem(spec, "other_run", run=name_of(checkpoint.spec)),))
    if (reason := _unavailable(checkpoint, data_dir)) is not None:
        # What is always there must be what it was.
        fetched = isinstance(spec, PictureSpec) and source_of(spec.dataset).folder is not None
        return Verdict(unchecked=reason) if fetched else Verdict((reason,))
    experiment = begin(spec, material(spec, data_dir, CPU))
    return Verdict(tuple(_differences(checkpoint, experiment)))


def _distance(spec: Spec, other: Spec) -> tuple[bool, int, int]:
    """Whether the experiment differs; how many other settings differ in kind (a choice, a switch),
    and how many in degree (a number).

    In this order: another code size still is the same picture, another experiment is not even the
    same view.
    """
    differing = {field: value for field, value in spec if value != getattr(other, field)}
    other_experiment = differing.pop("experiment", None) is not None
    in_kind = sum(isinstance(value, str | bool) for value in differing.values())
    return other_experiment, in_kind, len(differing) - in_kind


def _unavailable(checkpoint: Checkpoint[S], data_dir: Path | None) -> ExplorerError | None:
    """Why the data that the checkpoint has seen are not at hand; None if they are."""
    spec = checkpoint.spec
    try:
        here = data_of(spec, data_dir)
    except DataError as reason:
        return _problem(spec, "not_checked", reason=reason)
    if here != checkpoint.data:
        dataset = spec.dataset if isinstance(spec, PictureSpec) else spec.lesson
        return _problem(spec, "other_data", dataset=dataset)
    return None


def _differences(checkpoint: Checkpoint[S], experiment: Experiment) -> Iterator[CheckpointError]:
    spec, final = checkpoint.spec, checkpoint.timeline.newest
    assert final is not None, "a checkpoint has at least one snapshot"
    if _shapes(checkpoint.weights) != _shapes(experiment.weights()):
        yield _problem(spec, "other_weights", lesson=spec.lesson)
        return
    experiment.load_weights(checkpoint.weights)
    measured = experiment.observe(final.step, final.seconds).metrics
    for metric in sorted(measured.keys() | checkpoint.metrics.keys()):
        values = measured.get(metric, math.nan), checkpoint.metrics.get(metric, math.nan)
        if not math.isclose(*values, rel_tol=RELATIVE_TOLERANCE, abs_tol=ABSOLUTE_TOLERANCE):
            numbers = {"measured": values[0], "written": values[1]}
            yield _problem(spec, "differs", metric=metric, **numbers)


def _shapes(weights: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(weight.shape) for name, weight in weights.items()}


def _problem(spec: Spec, what: str, **values: object) -> CheckpointError:
    return CheckpointError(f"checkpoint.{what}", file=path_for(spec).name, **values)
