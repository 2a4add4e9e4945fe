"""The ladder that the model has to climb: from one number for everybody to a plain CatBoost, on the same splits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import sparse

from salary_assets.salary.arrays import Floats, Sparse
from salary_assets.salary.blocks import bracket
from salary_assets.salary.inputs import Inputs, from_frame
from salary_assets.salary.intervals import COVERAGE
from salary_assets.salary.splits import inner_folds
from salary_assets.salary.target import log_pay
from salary_assets.salary.terms import Terms, fit_terms, words_and_pairs
from salary_assets.salary.trees import threads_for

Baseline = Callable[[pd.DataFrame, pd.DataFrame, int, int], Floats]
"""(train, test, seed, threads) -> log RUB/month of the test rows."""

CELL_LEAST = 10
RIDGE_ALPHA = 2.0
FOREST_TREES = 100


def global_median(train: pd.DataFrame, test: pd.DataFrame, _seed: int, _threads: int) -> Floats:
    """One number for all."""
    return np.full(len(test), np.median(log_pay(train)))


def cell_median(train: pd.DataFrame, test: pd.DataFrame, _seed: int, _threads: int) -> Floats:
    """Median of profession x grade x region; cells of fewer than CELL_LEAST ads lose region, then grade."""
    log, known, asked = pd.Series(log_pay(train)), _cells(train), _cells(test)
    answer = pd.Series(np.nan, index=asked.index)
    for columns in (["position", "grade", "region"], ["position", "grade"], ["grade", "region"], ["grade"]):
        cells = log.groupby([known[column] for column in columns]).agg(["median", "size"])
        found = cells["median"].where(cells["size"] >= CELL_LEAST)
        keys = pd.MultiIndex.from_frame(asked[columns]) if len(columns) > 1 else pd.Index(asked[columns[0]])
        answer = answer.fillna(pd.Series(found.reindex(keys).to_numpy(), index=answer.index))
    return answer.fillna(log.median()).to_numpy(dtype=float)


def ridge(train: pd.DataFrame, test: pd.DataFrame, _seed: int, _threads: int) -> Floats:
    """Untuned ridge on TF-IDF of title, text and skills and on one-hot codes, the employer among them."""
    from sklearn.linear_model import Ridge

    learn, answer = _sparse(from_frame(train), from_frame(test))
    return np.asarray(Ridge(alpha=RIDGE_ALPHA, solver="sparse_cg", tol=1e-3).fit(learn, log_pay(train)).predict(answer))


def forest(train: pd.DataFrame, test: pd.DataFrame, seed: int, threads: int) -> Floats:
    """Random forest on one-hot title, place, experience, profession and grade, as the earlier work had it."""
    from sklearn.ensemble import RandomForestRegressor

    learn, answer = _one_hot(from_frame(train), from_frame(test))
    model = RandomForestRegressor(FOREST_TREES, max_features=0.3, min_samples_leaf=2, n_jobs=threads, random_state=seed)
    model.fit(learn, log_pay(train))
    # Threads add the trees' answers up in the order they finish, and sums of floats depend on it.
    return np.asarray(model.set_params(n_jobs=1).predict(answer))


def catboost(train: pd.DataFrame, test: pd.DataFrame, seed: int, threads: int) -> Floats:
    """CatBoost on the plain columns as categories and the title's and text's SVD: no stacking, no tuning."""
    from catboost import CatBoostRegressor
    from sklearn.decomposition import TruncatedSVD

    ads, asked = from_frame(train), from_frame(test)
    columns, categories = [plain_columns(ads), plain_columns(asked)], list(plain_columns(ads).columns[2:])
    for read in (_titles, _texts):
        terms = fit_terms(read(ads), True, 3, 40_000)
        learn, answer = terms.transform(read(ads)), terms.transform(read(asked))
        count = min(32, learn.shape[1] - 1)
        if count < 1:
            continue
        svd = TruncatedSVD(count, random_state=seed).fit(learn)
        for place, matrix in enumerate((learn, answer)):
            reduced = pd.DataFrame(svd.transform(matrix)).add_prefix(f"{read.__name__}_")
            columns[place] = pd.concat([columns[place], reduced], axis=1)
    model = CatBoostRegressor(
        iterations=500,
        random_seed=seed,
        thread_count=threads_for(len(ads), threads),
        verbose=False,
        allow_writing_files=False,
    )
    return np.asarray(model.fit(columns[0], log_pay(train), cat_features=categories).predict(columns[1]))


LADDER: dict[str, Baseline] = {
    "median": global_median,
    "cells": cell_median,
    "ridge": ridge,
    "forest": forest,
    "catboost": catboost,
}
"""Rungs in climbing order."""


def with_range(
    baseline: Baseline, train: pd.DataFrame, test: pd.DataFrame, seed: int, threads: int
) -> tuple[Floats, Floats, Floats]:
    """Estimate and the plainest honest 80 % range, RUB/month net: the same factors for every ad.

    The factors are quantiles of the errors on one fold of employers that a first fit left out.
    """
    held_out = inner_folds(train, 5) == 0
    centre = baseline(train, test, seed, threads)
    if held_out.all() or not held_out.any():
        return np.exp(centre), np.full(len(test), np.nan), np.full(len(test), np.nan)
    error = log_pay(train[held_out]) - baseline(train[~held_out], train[held_out], seed, threads)
    tail = (1 - COVERAGE) / 2
    low, high = np.quantile(error, (tail, 1 - tail))
    return np.exp(centre), np.exp(centre + low), np.exp(centre + high)


def _cells(frame: pd.DataFrame) -> pd.DataFrame:
    grades = [
        named[0] if len(named) else f"{bracket(years)} years"
        for named, years in zip(frame["grades"], frame["experience_min"].to_numpy(dtype=float), strict=True)
    ]
    regions = frame["region"].where(frame["region"].notna(), frame["city"])
    columns = {
        "position": frame["position"].fillna("-").tolist(),
        "grade": grades,
        "region": regions.fillna("-").tolist(),
    }
    return pd.DataFrame(columns)


def _titles(inputs: Inputs) -> list[list[str]]:
    return [words_and_pairs(title) for title in inputs.title]


def _texts(inputs: Inputs) -> list[list[str]]:
    return [words_and_pairs(text) for text in inputs.text]


def _codes(inputs: Inputs) -> list[list[str]]:
    rows = zip(
        inputs.city,
        inputs.employer_key,
        inputs.schedule,
        inputs.position,
        inputs.experience_min,
        inputs.grades,
        inputs.specializations,
        inputs.work_formats,
        strict=True,
    )
    return [
        [
            *(f"city:{city}", f"employer:{employer}", f"schedule:{schedule}", f"position:{position}", bracket(years)),
            *(*grades, *specializations, *formats),
        ]
        for city, employer, schedule, position, years, grades, specializations, formats in rows
    ]


def _sparse(ads: Inputs, asked: Inputs) -> tuple[Sparse, Sparse]:
    learn, answer = [], []
    for read, unit, least in (
        (_titles, True, 3),
        (_texts, True, 3),
        (lambda inputs: inputs.skills, True, 2),
        (_codes, False, 2),
    ):
        terms: Terms = fit_terms(read(ads), unit, least, 100_000)
        learn.append(terms.transform(read(ads)))
        answer.append(terms.transform(read(asked)))
    return sparse.hstack(learn, format="csr"), sparse.hstack(answer, format="csr")


def _one_hot(ads: Inputs, asked: Inputs) -> tuple[Sparse, Sparse]:
    def read(inputs: Inputs) -> list[list[str]]:
        rows = zip(inputs.title, inputs.city, inputs.experience_min, inputs.position, inputs.grades, strict=True)
        return [
            [f"title:{title.lower()}", f"city:{city}", bracket(years), f"position:{position}", *grades]
            for title, city, years, position, grades in rows
        ]

    terms = fit_terms(read(ads), False, 5, 600)
    return terms.transform(read(ads)), terms.transform(read(asked))


def plain_columns(inputs: Inputs) -> pd.DataFrame:
    """Numbers first (experience, months), then categories, as CatBoost takes them; missing categories are ""."""
    return pd.DataFrame(
        {
            "experience_min": inputs.experience_min,
            "months": inputs.months,
            "position": inputs.position,
            "job_cluster_id": inputs.job_cluster_id,
            "city": inputs.city,
            "employer": inputs.employer_key,
            "schedule": inputs.schedule,
            "source": inputs.source,
            "grade": [grades[0] if grades else "" for grades in inputs.grades],
        }
    )
