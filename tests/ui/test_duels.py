"""The table of two nets: every measure has its row, its words and its winner."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from explorer.text import LANGUAGES, catalogue


def page(language: str) -> None:  # run without this module's imports
    from explorer.analysis.prior import duels
    from explorer.text import catalogue
    from explorer.ui.duels import duel_table

    say = catalogue(language)
    metrics = {
        "ae_test_mse": 0.04,
        "vae_test_mse": 0.041,
        "ae_label_agreement": 0.7,
        "vae_label_agreement": 0.6,
        "ae_prior_class_entropy": 1.5,
        "vae_prior_class_entropy": 3.14159,
        "ae_code_std": 12.0,
        "vae_code_std": 1.234,
        "ae_code_mean": 10.0,
        "vae_code_mean": 0.005,
    }
    duel_table(duels(metrics), metrics, lambda key: say(f"latent_walk.{key}"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_measure_has_a_row(language: str) -> None:
    app = AppTest.from_function(page, args=(language,)).run()
    assert not app.exception
    say = catalogue(language)
    (table,) = app.markdown
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.value.split("\n")
    ]
    word = {key: say(f"latent_walk.{key}") for key in ("ae", "vae", "tie", "measure", "ahead")}
    assert rows[0] == [word["measure"], word["ae"], word["vae"], word["ahead"]]
    assert [row[1:] for row in rows[2:]] == [
        ["0.0400", "0.0410", word["tie"]],
        ["0.70", "0.60", word["ae"]],
        ["1.50", "3.14", word["vae"]],
        ["12.00", "1.23", ""],
        ["10.00", "0.01", ""],
    ]
    names = ("test_mse", "label_agreement", "prior_class_entropy", "code_std", "code_mean")
    assert [row[0] for row in rows[2:]] == [say(f"latent_walk.{name}") for name in names]
