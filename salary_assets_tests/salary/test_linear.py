"""The linear score: each row's parts come from the fold that never saw it."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from salary_assets.salary.linear import fit_linear

ROWS, FOLDS = 300, 4


def test_a_row_is_scored_by_the_fold_that_did_not_see_it():
    noise = np.random.default_rng(3).normal(size=ROWS)
    own = sparse.identity(ROWS, format="csr", dtype=np.float32)
    fold = np.arange(ROWS) % FOLDS
    score = fit_linear({"words": own}, {}, noise, np.ones(ROWS), fold, FOLDS, 0.01)
    assert np.abs(score.parts({"words": own}, fold)[:, 0]).max() == 0.0
    assert np.corrcoef(score.parts({"words": own}, (fold + 1) % FOLDS)[:, 0], noise)[0, 1] > 0.9
