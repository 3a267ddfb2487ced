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
    ratio_champion: str  # the largest error on foreign pictures ÷ error on familiar ones


def copy_findings(metrics: Mapping[str, float], nets: Sequence[str]) -> CopyFindings:
    """From mse.NET.noise, selectivity.NET and error_ratio.NET of each net."""

    def highest(metric: str) -> str:
        return max(nets, key=lambda net: metrics[metric.format(net)])

    return CopyFindings(
        noise_champion=min(nets, key=lambda net: metrics[f"mse.{net}.noise"]),
        connoisseur=highest("selectivity.{}"),
        copier=min(nets, key=lambda net: metrics[f"selectivity.{net}"]),
        ratio_champion=highest("error_ratio.{}"),
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
