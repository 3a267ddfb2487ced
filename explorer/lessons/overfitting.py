"""Overfitting: nets with too few pictures, one left alone, one for each remedy, one with all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.analysis.overfitting import arm_metrics, arms_of, judged
from explorer.data.exhibit import exhibit
from explorer.data.pictures import PictureSet
from explorer.models.side_by_side import SideBySide, dropped
from explorer.specs import GradientSpec
from explorer.training.loop import Snapshot
from explorer.training.optimizers import OPTIMIZERS

BATCH = 50  # pictures a step, whatever there are to choose from
VALIDATION = 100  # pictures of each draw that early stopping looks at, and nobody learns from
LOOK = 10  # steps from one look at them to the next
PIXEL_SHARE = 0.4  # of `dropout`: 20 % of the pixels beside 50 % of the hidden units (Srivastava)


class Arm(NamedTuple):
    """Nets that are trained alike, one a draw, and what they have that others have not."""

    name: str
    pictures: int
    weight_decay: float = 0.0
    dropout: float = 0.0
    stops: bool = False  # whether the weights with the lowest validation loss are kept


def trained_arms(spec: GradientSpec) -> tuple[Arm, ...]:
    """The arms that take steps; early stopping takes none, it is a look back at the plain nets."""

    def arm(name: str) -> Arm:
        def given(remedy: str) -> bool:
            return name in (remedy, "together")

        return Arm(
            name,
            spec.pictures + spec.more_pictures * given("more_pictures"),
            spec.weight_decay * given("weight_decay"),
            spec.dropout * given("dropout"),
            spec.early_stopping and name in ("plain", "together"),
        )

    return tuple(arm(name) for name in arms_of(spec) if name != "early_stopping")


class Labelled(NamedTuple):
    """Pictures and their classes: x (…, N, pixels), labels (…, N)."""

    x: Tensor
    labels: Tensor


def draw_pictures(
    train: Labelled, draws: int, count: int, generator: torch.Generator
) -> tuple[Labelled, Labelled]:
    """For each draw `count` pictures to learn from and VALIDATION others, from (N, …) pictures.

    The first few to learn from are the same, however many are asked for.
    """
    orders = [
        torch.randperm(len(train.x), generator=generator, device=train.x.device)
        for _ in range(draws)
    ]
    rows = torch.stack(orders)
    assert count + VALIDATION <= rows.shape[1], "there are not so many pictures"
    own, validation = rows[:, :count], rows[:, -VALIDATION:]
    return (
        Labelled(train.x[own], train.labels[own]),
        Labelled(train.x[validation], train.labels[validation]),
    )


def repeat_nets(nets: SideBySide, times: int) -> None:
    """From copies (draws,) to copies (times, draws), all `times` with the same weights."""
    for layer in nets.layers:
        for name, value in list(layer.named_parameters()):
            repeated = value.detach().expand(times, *value.shape).clone()
            setattr(layer, name, nn.Parameter(repeated))


def squared_weights(nets: SideBySide) -> Tensor:
    """(*copies): the sum of the squares of each net's weights, without the biases."""
    weights = [value for name, value in nets.named_parameters() if name.endswith("weight")]
    return torch.stack([weight.square().sum((-2, -1)) for weight in weights]).sum(0)


class Kept:
    """Weights at each net's lowest validation loss so far: early stopping in hindsight.

    `weights` are a state dict, such as that of the nets, and `steps` (arms, draws) when they were.
    """

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        self.weights = {name: value.clone() for name, value in weights.items()}
        copies = next(iter(self.weights.values())).shape[:2]
        device = next(iter(self.weights.values())).device
        self.losses = torch.full(copies, torch.inf, device=device)
        self.steps = torch.zeros(copies, device=device)

    def look(self, weights: Mapping[str, Tensor], losses: Tensor, step: int) -> None:
        """Takes over the weights of those nets whose `losses` (arms, draws) are the lowest yet."""
        better = losses < self.losses
        self.losses = torch.where(better, losses, self.losses)
        self.steps = torch.where(better, step, self.steps)
        for name, value in weights.items():
            self.weights[name] = torch.where(better[..., None, None], value, self.weights[name])


def measured(
    nets: SideBySide, weights: Mapping[str, Tensor], own: Labelled, test: Labelled
) -> dict[str, Tensor]:
    """MEASURES of nets with these weights, (draws,) each: on what they learn from, and on others.

    Losses are nats per image, with no unit silenced; train_test_gap is test_loss − train_loss.
    """
    on_train, on_test = (
        judged(functional_call(nets, dict(weights), (x,)), labels) for x, labels in (own, test)
    )
    return {
        "train_loss": on_train.loss,
        "test_loss": on_test.loss,
        "train_test_gap": on_test.loss - on_train.loss,
        "train_accuracy": on_train.accuracy,
        "test_accuracy": on_test.accuracy,
        "wrong_certainty": on_test.wrong_certainty,
    }


class OverfittingExperiment:
    """All arms side by side on `draws` draws of pictures and first weights; see GradientSpec.

    The nets of one draw begin with the same weights and see the same batches of the same pictures,
    except that those with more pictures draw from more. Batches and silenced units have generators
    of their own, so that a remedy that is switched off changes nothing for the others.
    """

    def __init__(self, spec: GradientSpec, pictures: PictureSet) -> None:
        self.spec = spec
        device = pictures.device
        self.generator = torch.Generator(device).manual_seed(spec.seed)
        self.silencer = torch.Generator(device).manual_seed(spec.seed + 1)
        self.arms = trained_arms(spec)
        train = Labelled(pictures.train, pictures.train_labels)
        most = max(arm.pictures for arm in self.arms)
        self.own, self.validation = draw_pictures(train, spec.draws, most, self.generator)
        widths = (pictures.pixels, spec.hidden_dim, spec.hidden_dim, len(pictures.classes))
        self.nets = SideBySide(widths, "relu", self.generator, (spec.draws,))
        repeat_nets(self.nets, len(self.arms))
        self.optimizer = OPTIMIZERS["adam"](self.nets.parameters(), spec.learning_rate)
        self.counts = torch.tensor([arm.pictures for arm in self.arms], device=device)
        self.decays = torch.tensor([arm.weight_decay for arm in self.arms], device=device)
        shares = torch.tensor([arm.dropout for arm in self.arms], device=device)
        self.shares = shares[:, None].expand(-1, spec.draws) if spec.dropout else None
        self.stopping = [index for index, arm in enumerate(self.arms) if arm.stops]
        self.kept = Kept(self._stopping_weights())
        self.taken = 0
        shown = exhibit(pictures).x
        self.test = Labelled(shown, pictures.test_labels[: len(shown)])

    def step(self) -> None:
        size = (self.spec.draws, BATCH)
        device = self.generator.device
        # In double precision, or a share close to 1 could be rounded up to a row that is not there.
        shares = torch.rand(size, generator=self.generator, device=device, dtype=torch.float64)
        rows = (shares * self.counts[:, None, None]).long()  # (arms, draws, B)
        draw = torch.arange(self.spec.draws, device=device)[:, None]
        x, labels = self.own.x[draw, rows], self.own.labels[draw, rows]
        if self.shares is not None:
            x = dropped(x, PIXEL_SHARE * self.shares[..., None, None], self.silencer)
        logits = self.nets(x, self.shares, self.silencer)  # (arms, draws, B, classes)
        # Each net's own mean, added up.
        loss = F.cross_entropy(logits.flatten(0, 2), labels.flatten(), reduction="sum") / BATCH
        penalty = (self.decays[:, None] / 2 * squared_weights(self.nets)).sum()
        self.optimizer.zero_grad()
        (loss + penalty).backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.taken += 1
        if self.stopping and self.taken % LOOK == 0:
            self._look()

    @torch.no_grad()
    def _look(self) -> None:
        weights = self._stopping_weights()
        logits = functional_call(self.nets, weights, (self.validation.x,))
        losses = judged(logits, self.validation.labels).loss
        self.kept.look(weights, losses, self.taken)

    @torch.no_grad()
    def observe(self, step: int, seconds: float) -> Snapshot:
        """metrics: what `arm_metrics` makes of all arms, `stopped_at` of those that stop (the mean
        step over the draws) and, as the run's own, those of the plain nets without their name.
        """
        values, metrics = {}, {}
        for name in arms_of(self.spec):
            arm, kept = self._place(name)
            own = Labelled(*(part[:, : self.arms[arm].pictures] for part in self.own))
            values[name] = measured(self.nets, self._weights_of(name), own, self.test)
            if kept is not None:
                metrics[f"{name}.stopped_at"] = self.kept.steps[kept].mean().item()
        metrics |= arm_metrics(values)
        metrics |= {measure: metrics[f"plain.{measure}"] for measure in values["plain"]}
        return Snapshot(step=step, seconds=seconds, metrics=metrics)

    def weights(self) -> dict[str, Tensor]:
        """Those of the nets that are shown, (arms, draws, …), and when the kept ones were kept."""
        shown = [self._weights_of(arm) for arm in arms_of(self.spec)]
        stacked = {name: torch.stack([each[name] for each in shown]) for name in shown[0]}
        return {**stacked, "stopped_at": self.kept.steps.clone()}

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        for row, arm in enumerate(arms_of(self.spec)):
            for name, value in self._weights_of(arm).items():
                value.copy_(weights[name][row])
        self.kept.steps.copy_(weights["stopped_at"])

    def _weights_of(self, name: str) -> dict[str, Tensor]:
        """The parameters (draws, …) of an arm that is shown, where they stand."""
        arm, kept = self._place(name)
        if kept is not None:
            return {key: value[kept] for key, value in self.kept.weights.items()}
        return {key: value[arm] for key, value in self.nets.state_dict().items()}

    def _place(self, name: str) -> tuple[int, int | None]:
        """Of an arm that is shown: which one trains it, and its place among the kept weights."""
        trainer = "plain" if name == "early_stopping" else name
        arm = [arm.name for arm in self.arms].index(trainer)
        kept = name != "plain" and self.arms[arm].stops
        return arm, self.stopping.index(arm) if kept else None

    def _stopping_weights(self) -> dict[str, Tensor]:
        return {name: value[self.stopping] for name, value in self.nets.state_dict().items()}
