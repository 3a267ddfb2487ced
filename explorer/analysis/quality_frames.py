"""What was measured of denoisers → tidy frames: over the training, side by side, noises crossed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from explorer.analysis.frames import loss_history
from explorer.training.loop import Snapshot


def psnr_history(snapshots: Sequence[Snapshot], methods: Mapping[str, str]) -> pd.DataFrame:
    """step, method, psnr (dB): each of `methods` under its word; as thinned as `loss_history`."""
    series = {f"{method}_psnr": word for method, word in methods.items()}
    history = loss_history(snapshots, series)
    return history.rename(columns={"series": "method", "mse": "psnr"})


def quality_scores(metrics: Mapping[str, float], methods: Mapping[str, str]) -> pd.DataFrame:
    """method, psnr (dB), ssim: one row for each of `methods`, under its word; the best first."""
    names = sorted(methods, key=lambda name: -metrics[f"{name}_psnr"])
    columns = {
        "method": pd.array([methods[name] for name in names], dtype="str"),
        "psnr": [metrics[f"{name}_psnr"] for name in names],
        "ssim": [metrics[f"{name}_ssim"] for name in names],
    }
    return pd.DataFrame(columns)


def noise_matrix(
    metrics: Mapping[str, float], noises: Mapping[str, str], untreated: str
) -> pd.DataFrame:
    """trained, tested, psnr, gain (dB), own: one row a pair of `noises`, under their words.

    `gain` is over the noisy picture, whose own PSNR stands in the rows that `untreated` names as
    trained. `own` is true where a net meets the noise of its training.
    """
    rows = []
    for tested, tested_word in noises.items():
        noisy = metrics[f"noisy_psnr.{tested}"]
        for trained, word in noises.items():
            psnr = metrics[f"psnr_matrix.{trained}.{tested}"]
            rows.append((word, tested_word, psnr, psnr - noisy, trained == tested))
        rows.append((untreated, tested_word, noisy, 0.0, False))
    return pd.DataFrame(rows, columns=["trained", "tested", "psnr", "gain", "own"])
