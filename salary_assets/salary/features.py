"""Ads -> the dense features that CatBoost reads: parts of the linear score, employer effect, SVD, plain facts.

`fit` gives the training rows features that never saw their own employer or group; `transform` gives any other ad
the same features as if it were one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from salary_assets.salary.arrays import Floats, Ints, Sparse
from salary_assets.salary.blocks import BLOCKS, fit_blocks
from salary_assets.salary.effects import EmployerEffect, fit_employer_effect
from salary_assets.salary.inputs import Inputs
from salary_assets.salary.linear import UNSEEN, LinearScore, fit_linear
from salary_assets.salary.settings import Hyperparameters
from salary_assets.salary.splits import fold_of
from salary_assets.salary.terms import Terms
from salary_assets.storage.schemas.vocabulary import GRADES, WORK_FORMATS

DECOMPOSED = {"title_words": "title", "text": "text", "skills": "skills"}
"""Blocks whose terms CatBoost also gets as a few SVD columns, and the input these belong to."""

FOLDS = 4
FOLD_SALT = "members"
GROUP_OF_BLOCK = {block.name: block.group for block in BLOCKS}


@dataclass(frozen=True)
class Encoder:
    """Everything learned from training rows. employer: None in the employer-free variant."""

    terms: dict[str, Terms]
    linear: LinearScore
    components: dict[str, Floats]
    employer: EmployerEffect | None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the dense columns, in order."""
        parts = [f"linear_{name}" for name in (*self.linear.names, "base")]
        decomposed = [
            f"{name}_{column}" for name, matrix in self.components.items() for column in range(matrix.shape[1])
        ]
        return (*parts, "linear_total", *decomposed, *FACTS, *(EMPLOYER_FACTS if self.employer else ()))

    @property
    def groups(self) -> tuple[str, ...]:
        """The input that each dense column belongs to, for explanations."""
        parts = [GROUP_OF_BLOCK[name] for name in self.linear.names]
        decomposed = [DECOMPOSED[name] for name, matrix in self.components.items() for _ in range(matrix.shape[1])]
        employer = ["employer"] * len(EMPLOYER_FACTS) if self.employer else []
        return (*parts, "other", "other", *decomposed, *FACTS.values(), *employer)

    def folds_of(self, inputs: Inputs) -> Ints:
        """Fold that scores each ad: that of its employer where training knows it, else UNSEEN."""
        if self.employer is None:
            return np.full(len(inputs), UNSEEN)
        known = self.employer.groups
        keys = inputs.employer_key
        return np.array([fold_of(key, FOLDS, FOLD_SALT) if key in known else UNSEEN for key in keys], dtype=np.int64)

    def matrices(self, inputs: Inputs) -> dict[str, Sparse]:
        """The sparse blocks of these ads."""
        return {
            block.name: self.terms[block.name].transform(block.read(inputs))
            for block in BLOCKS
            if block.name in self.terms
        }

    def transform(self, inputs: Inputs, matrices: Mapping[str, Sparse] | None = None) -> Floats:
        """(n, len(names)) features of ads or requests that training did not use."""
        matrices = self.matrices(inputs) if matrices is None else matrices
        parts = self.linear.parts(matrices, self.folds_of(inputs))
        employer = None if self.employer is None else self.employer.transform(inputs.employer_key)
        return self._assemble(inputs, matrices, parts, employer)

    def _assemble(
        self, inputs: Inputs, matrices: Mapping[str, Sparse], parts: Floats, employer: Floats | None
    ) -> Floats:
        columns = [parts, parts.sum(axis=1, keepdims=True)]
        columns += [matrices[name] @ matrix for name, matrix in self.components.items()]
        columns.append(facts(inputs))
        if employer is not None:
            size = np.log1p(np.nan_to_num(inputs.employer_ads, nan=0.0))
            columns += [employer[:, :1], np.log1p(employer[:, 1:]), size[:, None]]
        return np.hstack(columns)


FACTS = {
    "experience_min": "experience",
    "experience_max": "experience",
    "months": "time",
    "title_length": "title",
    "text_length": "text",
    "skills_named": "skills",
    "specializations_named": "position",
    **{f"grade_{grade}": "grade" for grade in GRADES},
    **{f"format_{one}": "work_format" for one in WORK_FORMATS},
}
EMPLOYER_FACTS = ("employer_effect", "employer_groups", "employer_ads")


def facts(inputs: Inputs) -> Floats:
    """(n, len(FACTS)): numbers that need no learning."""
    columns = [
        inputs.experience_min,
        inputs.experience_max,
        inputs.months,
        _lengths(inputs.title),
        np.log1p(_lengths(inputs.text)),
        _lengths(inputs.skills),
        _lengths(inputs.specializations),
        *(np.array([grade in named for named in inputs.grades], dtype=float) for grade in GRADES),
        *(np.array([one in named for named in inputs.work_formats], dtype=float) for one in WORK_FORMATS),
    ]
    return np.column_stack(columns)


def fit_encoder(
    inputs: Inputs,
    groups: Sequence[str],
    target: Floats,
    weights: Floats,
    fold: Ints,
    parameters: Hyperparameters,
    blocks: Sequence[str],
    with_employer: bool,
) -> tuple[Encoder, Floats]:
    """Learn the encoder and return it with the features of its own training rows, cross-fitted.

    groups: near-duplicate group per row; target: log RUB/month; fold: 0..FOLDS-1 per row, one employer in one fold.
    """
    terms = fit_blocks(inputs, blocks)
    matrices = {block.name: terms[block.name].transform(block.read(inputs)) for block in BLOCKS if block.name in terms}
    linear = fit_linear(matrices, parameters.block_weights(), target, weights, fold, FOLDS, parameters.alpha)
    parts = linear.parts(matrices, fold)
    components = {name: _decompose(matrices[name], parameters.components) for name in DECOMPOSED if name in matrices}
    effect, employer = None, None
    if with_employer:
        residuals = target - parts.sum(axis=1)
        effect, employer = fit_employer_effect(inputs.employer_key, groups, residuals, parameters.smoothing)
    encoder = Encoder(terms, linear, components, effect)
    return encoder, encoder._assemble(inputs, matrices, parts, employer)


def _decompose(matrix: Sparse, count: int) -> Floats:
    """(terms, components) projection of a TF-IDF block; fewer components where the block is small."""
    from sklearn.decomposition import TruncatedSVD

    most = min(count, matrix.shape[0] - 1, matrix.shape[1] - 1)
    if most < 1:
        return np.zeros((matrix.shape[1], 0), dtype=np.float32)
    svd = TruncatedSVD(most, n_iter=4, random_state=0).fit(matrix)
    return np.asarray(svd.components_.T, dtype=np.float32)


def _lengths(values: Sequence[Sequence[str] | str]) -> Floats:
    return np.array([len(value) for value in values], dtype=float)
