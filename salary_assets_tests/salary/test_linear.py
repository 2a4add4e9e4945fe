"""The linear score: each row's parts come from the fold that never saw it."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from salary_assets.salary.linear import UNSEEN, fit_linear

ROWS, FOLDS = 300, 4


def test_a_row_is_scored_by_the_fold_that_did_not_see_it() -> None:
    noise = np.random.default_rng(3).normal(size=ROWS)
    own = sparse.identity(ROWS, format="csr", dtype=np.float32)
    fold = np.arange(ROWS) % FOLDS
    score = fit_linear({"words": own}, {}, noise, np.ones(ROWS), fold, FOLDS, 0.01)
    assert np.abs(score.parts({"words": own}, fold)[:, 0]).max() == 0.0
    assert np.corrcoef(score.parts({"words": own}, (fold + 1) % FOLDS)[:, 0], noise)[0, 1] > 0.9


def test_a_row_counts_as_much_as_it_weighs() -> None:
    words = sparse.csr_matrix(np.ones((ROWS, 1), dtype=np.float32))
    target, trusted = np.where(np.arange(ROWS) < 100, 0.0, 1.0), np.where(np.arange(ROWS) < 100, 1e-6, 1.0)
    score = fit_linear({"words": words}, {}, target, trusted, np.arange(ROWS) % FOLDS, FOLDS, 1.0)
    np.testing.assert_allclose(score.parts({"words": words}, np.full(ROWS, UNSEEN)).sum(axis=1), 1, atol=1e-3)


def test_an_unseen_row_gets_the_mean_of_all_folds() -> None:
    words = sparse.random(ROWS, 20, 0.3, format="csr", dtype=np.float32, random_state=1)
    target = np.random.default_rng(1).normal(size=ROWS)
    score = fit_linear({"words": words}, {}, target, np.ones(ROWS), np.arange(ROWS) % FOLDS, FOLDS, 1.0)
    each = [score.parts({"words": words}, np.full(ROWS, fold)) for fold in range(FOLDS)]
    np.testing.assert_allclose(score.parts({"words": words}, np.full(ROWS, UNSEEN)), np.mean(each, axis=0), atol=1e-6)
