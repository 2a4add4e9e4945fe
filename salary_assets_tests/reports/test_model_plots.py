"""Pictures of a model's run: real images of what the tables hold, nothing where they hold nothing."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
from matplotlib.image import imread

from salary_assets.reports import model_plots
from salary_assets.salary.card import GROUP_LEAST, large_groups
from salary_assets.storage.schemas import ModelEvaluation

TRIALS = pd.DataFrame(
    {
        "trial": [0, 1, 2, 3],
        "state": ["COMPLETE", "COMPLETE", "PRUNED", "COMPLETE"],
        "log_mae": [0.30, 0.28, np.nan, 0.29],
        "chosen": pd.array([False, True, False, False], dtype="boolean"),
    }
)


def _evaluation(rows: list[tuple[str, int, float]]) -> pd.DataFrame:
    about = {"test": "time", "model": "ours"}
    return ModelEvaluation.frame(
        [
            about | {"slice": name, "rows": count, "metric": metric, "value": value, "low": value - 0.05, "high": value}
            for name, count, covered in rows
            for metric, value in (("coverage_80", covered), ("width_80", 0.4))
        ]
    )


def _shape(image: bytes | None) -> tuple[int, ...]:
    assert image is not None
    return imread(io.BytesIO(image), format="png").shape


def test_a_study_is_drawn_with_its_importance() -> None:
    height, width, _ = _shape(model_plots.tuning_plot(TRIALS, {"alpha": 0.7, "depth": 0.3}))
    assert width > 2 * height


def test_a_study_whose_trials_all_failed_is_not_drawn() -> None:
    assert model_plots.tuning_plot(TRIALS[TRIALS["state"] == "PRUNED"], {}) is None


def test_each_test_has_its_picture_of_answers() -> None:
    pay = np.linspace(50_000, 400_000, 40)
    one = pd.DataFrame({"test": "random", "model": "ours", "y": pay, "y_hat": pay[::-1]})
    alone = _shape(model_plots.answers_plot(one))
    both = _shape(model_plots.answers_plot(pd.concat([one, one.assign(test="time")])))
    assert both[1] > 1.5 * alone[1]
    assert model_plots.answers_plot(one.assign(model="ridge")) is None


def test_large_groups_come_least_covered_first() -> None:
    table = _evaluation([("grade=lead", GROUP_LEAST, 0.65), ("grade=junior", 500, 0.81), ("grade=cto", 40, 0.2)])
    assert large_groups(table)["slice"].tolist() == ["grade=lead", "grade=junior"]
    assert _shape(model_plots.coverage_plot(table))[0] > 50


def test_without_large_groups_no_coverage_is_drawn() -> None:
    assert model_plots.coverage_plot(_evaluation([("grade=cto", 40, 0.2)])) is None
