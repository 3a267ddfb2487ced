"""What was measured of overfitting → tidy frames: curves that part, and all arms at one look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from explorer.analysis.frames import loss_history
from explorer.analysis.overfitting import COMPARED, Turn
from explorer.training.loop import Snapshot

HEADROOM = 1.4  # the curves begin where they come down to this many times the later test losses
ROOM_BELOW = 0.25  # of the chart's height must lie below a point whose label is to stand there


def parting_curves(
    snapshots: Sequence[Snapshot],
    arm: str,
    words: Mapping[str, str],
    turned: Turn,
) -> pd.DataFrame:
    """step, series, loss, top, label, place: an arm's train and test loss, and the plain test loss.

    `words` gives `train`, `test` and `plain` theirs; of the plain nets themselves there is no third
    curve. The steep beginning above `top` is left out, or nothing of what follows could be seen;
    `top` is the same for all arms. `label` is written where the test loss is newest, and where it
    was lowest after the first moment; `place` is then `last`, or `below` or `above` the curve, else
    empty.
    """
    series = {f"{arm}.train_loss": words["train"], f"{arm}.test_loss": words["test"]}
    if arm != "plain":
        series["plain.test_loss"] = words["plain"]
    history = loss_history(snapshots, series).rename(columns={"mse": "loss"})
    top = HEADROOM * max(s.metrics["plain.test_loss"] for s in snapshots if s.step >= turned.step)
    curves = history[history["loss"] <= top].reset_index(drop=True)
    tested = [int(row) for row in np.flatnonzero(curves["series"] == words["test"])]
    losses = curves["loss"].to_numpy()
    places = [""] * len(curves)
    if tested:
        learnt = [row for row in tested if curves["step"][row] > snapshots[0].step]
        best = min(learnt or tested, key=losses.__getitem__)
        places[best] = "below" if losses[best] > ROOM_BELOW * top else "above"
        places[tested[-1]] = "last"
    labels = [f"{loss:.2f}" if at else "" for at, loss in zip(places, losses, strict=True)]
    return curves.assign(
        top=top, label=pd.array(labels, dtype="str"), place=pd.array(places, dtype="str")
    )


def arm_rows(metrics: Mapping[str, float], words: Mapping[str, str]) -> pd.DataFrame:
    """place, arm, train_loss and, of each M of COMPARED, its mean, M_low and M_high.

    One row for each of `words`, from above; low and high are one standard deviation away. Losses in
    nats per image, accuracies in percent.
    """
    rows = []
    for place, (arm, word) in enumerate(words.items()):
        row: dict[str, object] = {
            "place": place,
            "arm": word,
            "train_loss": metrics[f"{arm}.train_loss"],
        }
        for measure in COMPARED:
            factor = 100 if measure == "test_accuracy" else 1
            mean, spread = metrics[f"{arm}.{measure}"], metrics[f"{arm}.spread.{measure}"]
            row |= {
                measure: factor * mean,
                f"{measure}_low": factor * (mean - spread),
                f"{measure}_high": factor * (mean + spread),
            }
        rows.append(row)
    return pd.DataFrame(rows).astype({"arm": "str"})
