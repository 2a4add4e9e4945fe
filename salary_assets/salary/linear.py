"""The linear score: ridge on words and codes, cross-fitted by employer and split into one part per input.

An ad of an employer that training knows is always scored by the fold that never saw that employer, at training
and at serving alike, so what comes after learns from scores as honest as those it will meet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from salary_assets.salary.arrays import Floats, Ints, Sparse

UNSEEN = -1
"""Fold of an ad whose employer training never saw: any fold may score it, so the mean of all does."""


@dataclass(frozen=True)
class LinearScore:
    """names: blocks in column order; coefficients: per block (terms, folds); intercepts: (folds,), log RUB/month."""

    names: tuple[str, ...]
    coefficients: Mapping[str, Floats]
    intercepts: Floats

    def parts(self, matrices: Mapping[str, Sparse], fold: Ints) -> Floats:
        """(n, blocks + 1): contribution of each block in log units, the intercept last. fold: per row, or UNSEEN."""
        by_block = np.stack([matrices[name] @ self.coefficients[name] for name in self.names], axis=1)
        intercepts = np.broadcast_to(self.intercepts, (len(fold), 1, len(self.intercepts)))
        return np.hstack([_of_fold(by_block, fold), _of_fold(intercepts, fold)])


def fit_linear(
    matrices: Mapping[str, Sparse],
    weights_of_blocks: Mapping[str, float],
    target: Floats,
    row_weights: Floats,
    fold: Ints,
    folds: int,
    alpha: float,
) -> LinearScore:
    """Ridge once per fold, without that fold. target: log RUB/month; alpha: penalty.

    A block's weight scales its columns, which is a smaller penalty on its terms.
    """
    from sklearn.linear_model import Ridge

    names = tuple(matrices)
    scaled = sparse.hstack([matrices[name] * weights_of_blocks.get(name, 1.0) for name in names], format="csr")
    coefficients, intercepts = [], []
    for held_out in range(folds):
        rows = np.flatnonzero(fold != held_out)
        ridge = Ridge(alpha=alpha, solver="sparse_cg", tol=1e-3)
        ridge.fit(scaled[rows], target[rows], sample_weight=row_weights[rows])
        coefficients.append(ridge.coef_)
        intercepts.append(float(ridge.intercept_))
    stacked = np.column_stack(coefficients).astype(np.float32)
    ends = np.cumsum([0, *(matrices[name].shape[1] for name in names)])
    by_block = {
        name: stacked[ends[place] : ends[place + 1]] * np.float32(weights_of_blocks.get(name, 1.0))
        for place, name in enumerate(names)
    }
    return LinearScore(names, by_block, np.array(intercepts))


def _of_fold(by_fold: Floats, fold: Ints) -> Floats:
    """(n, blocks, folds) -> (n, blocks): what the fold of each row says, or the mean of all."""
    own = by_fold[np.arange(len(fold)), :, np.maximum(fold, 0)]
    return np.where((fold == UNSEEN)[:, np.newaxis], by_fold.mean(axis=2), own).astype(float)
