"""What overfitting costs and what each remedy changes: metrics of a run, and what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Literal, NamedTuple

from scipy.stats import t as student
from torch import Tensor
from torch.nn import functional as F  # noqa: N812  (the field's own abbreviation)

from explorer.specs import GradientSpec

REMEDIES = ("early_stopping", "weight_decay", "dropout", "more_pictures")
ARMS = ("plain", *REMEDIES, "together")
MEASURES = (
    *("train_loss", "test_loss", "train_test_gap"),
    *("train_accuracy", "test_accuracy", "wrong_certainty"),
)
COMPARED = ("test_loss", "train_test_gap", "test_accuracy")  # what a remedy is judged by
SURE = 0.95  # of what is called a difference: by chance it would be one in twenty

Effect = Literal["helps", "nothing", "hurts"]


def remedies_of(spec: GradientSpec) -> tuple[str, ...]:
    """Those which are switched on."""
    return tuple(remedy for remedy in REMEDIES if getattr(spec, remedy))


def arms_of(spec: GradientSpec) -> tuple[str, ...]:
    """The nets of a run: the plain one, one for each remedy, and one for all of them together.

    Together needs two remedies; with one it would be that one once more.
    """
    remedies = remedies_of(spec)
    return ("plain", *remedies, *(("together",) if len(remedies) > 1 else ()))


class Judged(NamedTuple):
    """Of many nets, each (…,): mean cross-entropy (nats per image), accuracy, and the probability
    that they give their answer where it is wrong, on average; 0 where none is."""

    loss: Tensor
    accuracy: Tensor
    wrong_certainty: Tensor


def judged(logits: Tensor, labels: Tensor) -> Judged:
    """Of logits (…, B, classes) against labels that broadcast to (…, B)."""
    truth = labels.expand(logits.shape[:-1])
    losses = F.cross_entropy(logits.flatten(0, -2), truth.flatten(), reduction="none")
    certainty, answer = logits.softmax(-1).max(-1)  # (…, B)
    wrong = (answer != truth).float()
    return Judged(
        losses.view(truth.shape).mean(-1),
        1 - wrong.mean(-1),
        (certainty * wrong).sum(-1) / wrong.sum(-1).clamp(min=1),
    )


def arm_metrics(values: Mapping[str, Mapping[str, Tensor]]) -> dict[str, float]:
    """Metrics from `values[arm][measure]`, each (draws,), of ARMS and of MEASURES.

    `draws` is how many there are, `A.M` the mean over them and, of COMPARED, `A.spread.M` their
    standard deviation (n − 1). Beside those, for all arms but the plain one, `A.change.M` and
    `A.change_error.M`: mean and standard error of the differences from the plain net of the same
    draw.
    """
    metrics: dict[str, float] = {"draws": len(values["plain"]["test_loss"])}
    for arm, measured in values.items():
        for measure, numbers in measured.items():
            metrics[f"{arm}.{measure}"] = numbers.double().mean().item()
        for measure in COMPARED:
            numbers = measured[measure].double()
            metrics[f"{arm}.spread.{measure}"] = numbers.std().item()
            if arm != "plain":
                change = numbers - values["plain"][measure].double()
                metrics[f"{arm}.change.{measure}"] = change.mean().item()
                error = change.std().item() / sqrt(len(change))
                metrics[f"{arm}.change_error.{measure}"] = error
    return metrics


def errors_apart(draws: int) -> float:
    """Standard errors that a mean over so many draws must lie from 0 to be called a difference.

    By Student's t, two-sided: of few draws the standard error itself is known badly.
    """
    return float(student.ppf((1 + SURE) / 2, draws - 1))


class Change(NamedTuple):
    """What a remedy changes in the mean over the draws, with the standard error of that."""

    mean: float
    error: float
    wanted: Literal[-1, 1]  # the sign of a change for the better
    draws: int

    @property
    def effect(self) -> Effect:
        """`nothing` while the mean lies within `errors_apart` standard errors of 0."""
        if abs(self.mean) <= errors_apart(self.draws) * self.error:
            return "nothing"
        return "helps" if self.mean * self.wanted > 0 else "hurts"


def change(metrics: Mapping[str, float], arm: str, measure: str) -> Change:
    """Of `arm` against the plain net; losses and gaps should fall, accuracies rise."""
    return Change(
        metrics[f"{arm}.change.{measure}"],
        metrics[f"{arm}.change_error.{measure}"],
        1 if measure.endswith("accuracy") else -1,
        int(metrics["draws"]),
    )


def best_remedy(metrics: Mapping[str, float]) -> str | None:
    """The single remedy that ends at the lowest test loss; `none` if the plain net does.

    None while fewer than all four have been measured: then the question is another one.
    """
    if any(f"{remedy}.test_loss" not in metrics for remedy in REMEDIES):
        return None
    best = min(("plain", *REMEDIES), key=lambda arm: metrics[f"{arm}.test_loss"])
    return "none" if best == "plain" else best


class Turn(NamedTuple):
    """The moment at which the plain nets' test loss was lowest, and what came after it."""

    place: int  # of that moment in the history
    step: int
    test_loss: float
    rise: float  # of the test loss from there to the newest moment, as a share of it
    fell: bool  # whether it was ever lower than at first


def turn(steps: Sequence[int], history: Sequence[Mapping[str, float]]) -> Turn:
    """Among the moments that were seen after the first, in the mean over the draws.

    The first has learnt nothing yet. It is taken only while there is no other.
    """
    losses = [metrics["plain.test_loss"] for metrics in history]
    best = min(range(len(losses))[1:] or [0], key=losses.__getitem__)
    return Turn(
        best, steps[best], losses[best], losses[-1] / losses[best] - 1, losses[best] < losses[0]
    )


Mistakes = Literal["more", "fewer", "surer", "as_before"]
ALIKE = 0.02  # shares of the test pictures, and certainties, that differ by less are called alike


def mistakes(then: Mapping[str, float], now: Mapping[str, float]) -> Mistakes:
    """What became of the plain nets' mistakes on test pictures from one moment to another.

    `more` of them; or `fewer`, or as many (`surer`), of which the nets are surer; or none of these.
    """
    gained, surer = (
        now[measure] - then[measure] for measure in ("plain.test_accuracy", "plain.wrong_certainty")
    )
    if gained < -ALIKE:
        return "more"
    if surer <= ALIKE:
        return "as_before"
    return "fewer" if gained > ALIKE else "surer"


Caveat = Literal["quieter", "misread", "narrower", "harmful", "louder", "idle"]


def caveat(metrics: Mapping[str, float], arm: str) -> Caveat | None:
    """What must be said of a remedy beside its numbers; None if they say it all.

    `quieter`: a better loss, and as many read rightly; `misread`: a better loss, and fewer read
    rightly; `narrower`: a smaller gap, and yet a worse loss; `louder`: a worse loss, and yet more
    read rightly; `harmful`: a worse loss, and nothing for it; `idle`: the same loss.
    """
    loss, gap, right = (change(metrics, arm, measure).effect for measure in COMPARED)
    if loss == "nothing":
        return "idle"
    if loss == "helps":
        by_reading: dict[Effect, Caveat] = {"nothing": "quieter", "hurts": "misread"}
        return by_reading.get(right)
    if right == "helps":
        return "louder"
    return "narrower" if gap == "helps" else "harmful"
