"""The linear score: its penalty follows the ads, its parts belong to the fold that never saw them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import Ridge

from salary_assets.salary.linear import PENALTIES, fit_linear

ROWS, COLUMNS, FOLDS, ALPHA = 300, 60, 4, 8.0


@pytest.mark.parametrize(("signal", "factor"), [(0.95, min(PENALTIES)), (0.0, max(PENALTIES))])
def test_the_penalty_is_the_one_that_errs_least_on_what_was_left_out(signal, factor):
    rng = np.random.default_rng(1)
    words = sparse.random(ROWS, COLUMNS, density=0.3, format="csr", random_state=2, dtype=np.float32)
    target = signal * (words @ rng.normal(size=COLUMNS)) + (1 - signal) * rng.normal(size=ROWS)
    fold = np.arange(ROWS) % FOLDS
    score = fit_linear({"words": words}, {}, target, np.ones(ROWS), fold, FOLDS, ALPHA)
    alone = Ridge(alpha=ALPHA * factor, solver="sparse_cg", tol=1e-3).fit(words[fold != 0], target[fold != 0])
    np.testing.assert_allclose(score.coefficients["words"][:, 0], alone.coef_, rtol=1e-3)


def test_a_row_is_scored_by_the_fold_that_did_not_see_it():
    noise = np.random.default_rng(3).normal(size=ROWS)
    own = sparse.identity(ROWS, format="csr", dtype=np.float32)
    fold = np.arange(ROWS) % FOLDS
    score = fit_linear({"words": own}, {}, noise, np.ones(ROWS), fold, FOLDS, 0.01)
    assert np.abs(score.parts({"words": own}, fold)[:, 0]).max() == 0.0
    assert np.corrcoef(score.parts({"words": own}, (fold + 1) % FOLDS)[:, 0], noise)[0, 1] > 0.9
