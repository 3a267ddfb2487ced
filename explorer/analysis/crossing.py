"""What a matrix of noises says: who is best under which noise, and who does harm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

AS_WELL = 1.0  # dB; closer than this to the net which knows the noise is as good as it


class Crossing(NamedTuple):
    """The gist of a matrix; gains are in dB over the noisy picture."""

    wins: int  # noises under which the net trained on them is the best of all
    worst_trained: str
    worst_tested: str
    worst_gain: float
    masking_on_gaussian: Literal["as_well", "somewhat", "harm"]


def crossing(metrics: Mapping[str, float]) -> Crossing:
    """From psnr_matrix.TRAINED.TESTED and noisy_psnr.TESTED."""
    start = "noisy_psnr."
    noises = [name.removeprefix(start) for name in metrics if name.startswith(start)]

    def psnr(trained: str, tested: str) -> float:
        return metrics[f"psnr_matrix.{trained}.{tested}"]

    gains = {
        (trained, tested): psnr(trained, tested) - metrics[f"{start}{tested}"]
        for trained in noises
        for tested in noises
    }
    worst = min(gains, key=gains.__getitem__)
    foreign, own = gains["masking", "gaussian"], gains["gaussian", "gaussian"]
    return Crossing(
        wins=sum(
            psnr(noise, noise) == max(psnr(trained, noise) for trained in noises)
            for noise in noises
        ),
        worst_trained=worst[0],
        worst_tested=worst[1],
        worst_gain=gains[worst],
        masking_on_gaussian=(
            "as_well" if foreign > own - AS_WELL else "somewhat" if foreign > 0 else "harm"
        ),
    )
