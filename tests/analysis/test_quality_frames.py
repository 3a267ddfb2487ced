"""The frames of the denoising charts hold what was measured, under the reader's words."""

from __future__ import annotations

from explorer.analysis.quality_frames import noise_matrix, psnr_history, quality_scores
from explorer.training.loop import Snapshot


def test_the_history_has_a_row_a_step_and_method() -> None:
    snapshots = [Snapshot(step, 0.0, {"dae_psnr": 10.0 + step, "pca_psnr": 9.0}) for step in (0, 5)]
    frame = psnr_history(snapshots, {"dae": "DAE", "pca": "PCA"})
    assert list(frame.columns) == ["step", "method", "psnr"]
    assert frame.to_dict("list") == {
        "step": [0, 5, 0, 5],
        "method": ["DAE", "DAE", "PCA", "PCA"],
        "psnr": [10.0, 15.0, 9.0, 9.0],
    }


def test_the_scores_begin_with_the_best() -> None:
    metrics = {"pca_psnr": 14.0, "pca_ssim": 0.7, "dae_psnr": 16.0, "dae_ssim": 0.8, "other": 1.0}
    frame = quality_scores(metrics, {"pca": "PCA", "dae": "DAE"})
    assert frame.to_dict("records") == [
        {"method": "DAE", "psnr": 16.0, "ssim": 0.8},
        {"method": "PCA", "psnr": 14.0, "ssim": 0.7},
    ]


def test_the_matrix_has_a_row_a_pair_and_one_for_each_noise_untreated() -> None:
    metrics = {
        "noisy_psnr.a": 9.0,
        "noisy_psnr.b-c": 8.0,
        "psnr_matrix.a.a": 15.0,
        "psnr_matrix.a.b-c": 7.0,
        "psnr_matrix.b-c.a": 10.0,
        "psnr_matrix.b-c.b-c": 14.0,
    }
    frame = noise_matrix(metrics, {"a": "A", "b-c": "B"}, "RAW")
    assert list(frame.columns) == ["trained", "tested", "psnr", "gain", "own"]
    rows = set(frame.itertuples(index=False, name=None))
    assert rows == {
        ("A", "A", 15.0, 6.0, True),
        ("A", "B", 7.0, -1.0, False),
        ("B", "A", 10.0, 1.0, False),
        ("B", "B", 14.0, 6.0, True),
        ("RAW", "A", 9.0, 0.0, False),
        ("RAW", "B", 8.0, 0.0, False),
    }
