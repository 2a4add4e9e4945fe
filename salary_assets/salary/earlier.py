"""The protocol of earlier work on this problem, reproduced: NOT an estimate of how well anything generalises.

Ten professions, outliers cut by pay before the split, rows split at random with their copies on both sides, early
stopping and the best of several settings chosen on the test rows, and, where asked, grade imputed from pay.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from salary_assets.salary.baselines import plain_columns
from salary_assets.salary.inputs import from_frame
from salary_assets.salary.metrics import figures
from salary_assets.salary.model import fit
from salary_assets.salary.target import stated_pay

POSITIONS = (
    "Аналитик",
    "Бизнес-аналитик",
    "Дизайнер, художник",
    "Продуктовый аналитик",
    "Руководитель проектов",
    "Сетевой инженер",
    "Системный администратор",
    "Специалист по информационной безопасности",
    "Специалист технической поддержки",
    "Технический писатель",
)
"""The ten of hh.ru's professions that the earlier model was deployed for
(github.com/andreyshveduke/DS_IT_salary_predict, to_Deploy/filter_options.json)."""

TEST_SHARE = 0.2
SETTINGS = [
    {"depth": depth, "learning_rate": rate, "l2_leaf_reg": l2}
    for depth in (4, 6, 8, 10)
    for rate in (0.05, 0.1)
    for l2 in (1.0, 5.0)
]
LEAKED_GRADES = ("junior", "middle", "senior")
NOTE = "not a generalisation estimate"


def earlier_table(frame: pd.DataFrame, seed: int = 0, threads: int = 2) -> pd.DataFrame:
    """Training set -> columns system, note, rows, mae (RUB/month net), r2 (of roubles), r2_log, mape, median_ape.

    Earlier CatBoost with and without the grade leak, and our model on the same trimmed rows and random split, without
    the leak and with nothing chosen on the test rows.
    """
    rows = trimmed(frame)
    test = np.random.default_rng(seed).random(len(rows)) < TEST_SHARE
    leaked = rows.assign(grades=pd.Series(grades_from_pay(rows), index=rows.index))
    answers = {
        "earlier, grade imputed from pay": chosen_on_test(leaked, test, seed, threads),
        "earlier, grade as stated": chosen_on_test(rows, test, seed, threads),
        "ours, no leak, nothing chosen on the test": fit(rows[~test].reset_index(drop=True), seed=seed, threads=threads)
        .predict(from_frame(rows[test]))
        .y_hat,
    }
    return pd.DataFrame([{"system": name, "note": NOTE} | _figures(rows[test], y) for name, y in answers.items()])


def trimmed(frame: pd.DataFrame) -> pd.DataFrame:
    """Ads of POSITIONS whose pay is no outlier of its profession: within 1.5 interquartile ranges of the quartiles."""
    rows = frame[frame["position"].isin(POSITIONS)].reset_index(drop=True)
    pay = pd.Series(stated_pay(rows))
    by_position = pay.groupby(rows["position"])
    low, high = (by_position.transform("quantile", level) for level in (0.25, 0.75))
    reach = 1.5 * (high - low)
    return rows[((pay >= low - reach) & (pay <= high + reach)).to_numpy()].reset_index(drop=True)


def grades_from_pay(frame: pd.DataFrame) -> list[list[str]]:
    """The leak: an ad that names no grade gets that of the third of its profession's pay it falls into."""
    rank = pd.Series(stated_pay(frame)).groupby(frame["position"].to_numpy()).rank(pct=True).to_numpy()
    third = np.minimum((rank * len(LEAKED_GRADES)).astype(int), len(LEAKED_GRADES) - 1)
    return [
        list(named) if len(named) else [LEAKED_GRADES[place]]
        for named, place in zip(frame["grades"], third, strict=True)
    ]


def chosen_on_test(rows: pd.DataFrame, test: np.ndarray, seed: int, threads: int) -> np.ndarray:
    """RUB/month for the test rows by the setting of SETTINGS that the test rows themselves like best."""
    from catboost import CatBoostRegressor

    columns = plain_columns(from_frame(rows)).drop(columns=["employer", "months", "source"])
    categories = [name for name in columns if name != "experience_min"]
    pay = stated_pay(rows)
    best, least = np.array([]), np.inf
    for setting in SETTINGS:
        model = CatBoostRegressor(
            iterations=400,
            loss_function="MAE",
            early_stopping_rounds=40,
            random_seed=seed,
            thread_count=threads,
            verbose=False,
            allow_writing_files=False,
            **setting,
        )
        model.fit(columns[~test], pay[~test], cat_features=categories, eval_set=(columns[test], pay[test]))
        answered = model.predict(columns[test])
        error = float(np.abs(answered - pay[test]).mean())
        if error < least:
            best, least = answered, error
    return np.asarray(np.maximum(best, 1.0))


def _figures(ads: pd.DataFrame, y_hat: np.ndarray) -> dict[str, float]:
    y = stated_pay(ads)
    predictions = pd.DataFrame({"y": y, "y_hat": y_hat, "lower": np.nan, "upper": np.nan})
    found = figures(predictions, ads["group"].tolist())
    shown = {name: found[name].value for name in ("mae", "r2_log", "mape", "median_ape")}
    return {"rows": len(ads), "r2": float(1 - np.mean((y - y_hat) ** 2) / np.var(y)), **shown}
