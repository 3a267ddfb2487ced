"""Who copies everything, and who knows what it was trained on: errors on familiar and foreign
pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from explorer.analysis.reconstruction import reconstruction_mse
from explorer.data.foreign import FOREIGN, KINDS


def share_returned(x: Tensor, x_hat: Tensor, mean: Tensor) -> float:
    """How much of the pictures came back: 1 − error ÷ that of the answer `mean` to all of them.

    1 is a perfect copy; 0 is no better than to answer everything with the average training picture,
    `mean` (pixels,), and below 0 is worse than that.
    """
    return 1 - reconstruction_mse(x, x_hat) / torch.mean((x - mean) ** 2).item()


def selectivity(returned: Mapping[str, float]) -> float:
    """How much more of the familiar pictures comes back than of the foreign ones, −1 … 1.

    `returned` holds the share of each of KINDS; less than nothing cannot come back. 0 for a net
    that copies whatever it is shown, and for one that can do nothing.
    """
    foreign = [max(0.0, returned[kind]) for kind in FOREIGN]
    return max(0.0, returned["digits"]) - float(np.mean(foreign))


class CopyFindings(NamedTuple):
    """What the numbers of a run come to; nets by name."""

    noise_champion: str  # rebuilds pure noise with the least error
    connoisseur: str  # the most selective
    copier: str  # the least selective
    # The most selective of those that look worse than the copier when judged by the simple ratio,
    # error on foreign pictures ÷ error on familiar ones; None where the ratio does not mislead.
    misjudged: str | None


def copy_findings(metrics: Mapping[str, float], nets: Sequence[str]) -> CopyFindings:
    """From mse.NET.noise, selectivity.NET and error_ratio.NET of each net."""
    by_selectivity = sorted(nets, key=lambda net: metrics[f"selectivity.{net}"])
    copier, connoisseur = by_selectivity[0], by_selectivity[-1]
    ratio = metrics[f"error_ratio.{copier}"]
    below = [net for net in by_selectivity[1:] if metrics[f"error_ratio.{net}"] < ratio]
    return CopyFindings(
        noise_champion=min(nets, key=lambda net: metrics[f"mse.{net}.noise"]),
        connoisseur=connoisseur,
        copier=copier,
        misjudged=below[-1] if below else None,
    )


def returned_shares(
    metrics: Mapping[str, float], nets: Mapping[str, str], kinds: Mapping[str, str]
) -> pd.DataFrame:
    """net, kind, returned, mse: one row a cell, under the words that `nets` and `kinds` give."""
    rows = [
        (net_word, kind_word, metrics[f"returned.{net}.{kind}"], metrics[f"mse.{net}.{kind}"])
        for net, net_word in nets.items()
        for kind, kind_word in kinds.items()
    ]
    return pd.DataFrame(rows, columns=["net", "kind", "returned", "mse"])


def error_ratio(errors: Mapping[str, float]) -> float:
    """The mean error on the foreign kinds ÷ the error on the familiar one."""
    return float(np.mean([errors[kind] for kind in KINDS if kind in FOREIGN])) / errors["digits"]
