"""CatBoost with the settings that every head shares: seeded, silent, writing nothing to the working folder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from salary_assets.salary.arrays import Floats
from salary_assets.salary.settings import Hyperparameters

Trees = Any
"""catboost.CatBoostRegressor; catboost ships no types."""

SMALL = {"iterations": 200, "depth": 4, "learning_rate": 0.05, "l2_leaf_reg": 5.0, "rsm": 0.3}
"""For the heads that shape the answer but do not carry it: width, tilt, spread."""


BORDERS = 64
"""Values at which an input may be split: a quarter of CatBoost's own, as accurate, and two thirds of the time
(docs/decisions/081)."""


FEW = 500
"""Rows up to which one thread learns the same trees: on 200 in 1.8 s where two take 2.3; on 1 000 two are sooner."""


def fit_trees(features: Floats, target: Floats, weights: Floats, seed: int, threads: int, **settings: Any) -> Trees:
    """A fitted regressor of `target` (any unit) on dense features.

    catboost refuses a target that is the same everywhere, as it reads it, so that one gets differences too small to
    matter.
    """
    from catboost import CatBoostRegressor

    if np.ptp(target.astype("float32")) == 0:
        target = target + np.linspace(-1e-6, 1e-6, len(target))
    trees = CatBoostRegressor(
        random_seed=seed,
        thread_count=threads_for(len(features), threads),
        border_count=BORDERS,
        verbose=False,
        allow_writing_files=False,
        **settings,
    )
    return trees.fit(features, target, sample_weight=weights)


def threads_for(rows: int, threads: int) -> int:
    """Threads that are worth using on so many rows, of those that may be used."""
    return 1 if rows <= FEW else threads


def once_read(features: Floats) -> Any:
    """The features as all heads of an answer read them: catboost takes longer to read one row than to answer.

    It reads doubles twice as slowly, to round them to the same floats, and starts threads for more time than they save.
    """
    from catboost import Pool

    return Pool(features.astype("float32"), thread_count=1)


def mean_of(heads: Sequence[Trees]) -> Trees:
    """One regressor that answers with the mean of these, at the price of one call.

    Worth it for one head too: catboost answers one row by a sum of models in a tenth of the time that it takes by the
    model that was trained.
    """
    from catboost import sum_models, to_regressor

    return to_regressor(sum_models(list(heads), weights=[1 / len(heads)] * len(heads)))


def settings_of(parameters: Hyperparameters) -> dict[str, Any]:
    """The part of the hyperparameters that is CatBoost's, for the heads that carry the estimate."""
    return {
        "iterations": parameters.iterations,
        "depth": parameters.depth,
        "learning_rate": parameters.learning_rate,
        "l2_leaf_reg": parameters.l2_leaf_reg,
        "rsm": parameters.rsm,
    }
