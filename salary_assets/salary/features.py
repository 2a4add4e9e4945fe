"""Ads -> the dense features that CatBoost reads: parts of the linear score, employer effect, SVD, plain facts.

`fit` gives the training rows features that never saw their own employer or group; `transform` gives any other ad
the same features as if it were one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from salary_assets.salary.arrays import Floats, Ints, Sparse
from salary_assets.salary.blocks import BLOCKS, EMPLOYER_BLOCKS, fit_blocks, sparse_blocks
from salary_assets.salary.effects import EmployerEffect, fit_employer_effect
from salary_assets.salary.inputs import Inputs
from salary_assets.salary.linear import UNSEEN, LinearScore, fit_linear
from salary_assets.salary.settings import Hyperparameters
from salary_assets.salary.splits import fold_of, hash_fold
from salary_assets.salary.terms import Terms
from salary_assets.storage.vocabulary import GRADES, WORK_FORMATS

DECOMPOSED = {"title_words": "title", "text": "text", "skills": "skills"}
"""Blocks whose terms CatBoost also gets as a few SVD columns, and the input these belong to."""

FOLDS = 4
FOLD_SALT = "members"
GROUP_SALT = "joint"
GROUP_OF_BLOCK = {block.name: block.group for block in BLOCKS}


@dataclass(frozen=True)
class Encoder:
    """Everything learned from training rows.

    linear: the score that never knows the employer of the ad it scores; components: SVD per block; employer: None in
    the employer-free variant; joint: the score that knows the employer from its other ads, None with `employer`.
    """

    terms: dict[str, Terms]
    linear: LinearScore
    components: dict[str, Floats]
    employer: EmployerEffect | None
    joint: LinearScore | None

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

    def start(self, features: Floats) -> Floats:
        """What the trees correct, log RUB/month: the linear total, and TRUSTED of what knowing the employer adds."""
        total = features[:, self.names.index("linear_total")]
        if self.employer is None:
            return np.asarray(total)
        return np.asarray(total + TRUSTED * features[:, self.names.index("employer_words")])

    def folds_of(self, inputs: Inputs) -> Ints:
        """Fold that scores each ad: that of its employer where training knows it, else UNSEEN."""
        if self.employer is None:
            return np.full(len(inputs), UNSEEN)
        known = self.employer.groups
        keys = inputs.employer_key
        return np.array([fold_of(key, FOLDS, FOLD_SALT) if key in known else UNSEEN for key in keys], dtype=np.int64)

    def matrices(self, inputs: Inputs) -> dict[str, Sparse]:
        """The sparse blocks of these ads."""
        return sparse_blocks(inputs, BLOCKS, self.terms)

    def transform(self, inputs: Inputs, matrices: Mapping[str, Sparse] | None = None) -> Floats:
        """(n, len(names)) features of ads or requests that training did not use."""
        matrices = self.matrices(inputs) if matrices is None else matrices
        parts = self.linear.parts(matrices, self.folds_of(inputs))
        if self.employer is None or self.joint is None:
            return self._assemble(inputs, matrices, parts, None)
        own = sparse_blocks(inputs, EMPLOYER_BLOCKS, self.terms)
        joint = self.joint.parts({**matrices, **own}, np.full(len(inputs), UNSEEN)).sum(axis=1)
        employer = self.employer.transform(inputs.employer_key)
        return self._assemble(inputs, matrices, parts, employer_facts(inputs, employer, joint - parts.sum(axis=1)))

    def _assemble(
        self, inputs: Inputs, matrices: Mapping[str, Sparse], parts: Floats, employer: Floats | None
    ) -> Floats:
        columns = [parts, parts.sum(axis=1, keepdims=True)]
        columns += [matrices[name] @ matrix for name, matrix in self.components.items()]
        columns.append(facts(inputs))
        if employer is not None:
            columns.append(employer)
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
EMPLOYER_FACTS = ("employer_ads", "employer_effect", "employer_words", "employer_groups")
RECORD = slice(-3, None)
"""The last columns where an employer is known: what its other ads say. All zero for an employer never seen."""

TRUSTED = 0.5
"""Share of what an employer's own ads add to the linear score that the trees start from instead of having to find it
again step by step (docs/decisions/077-where-the-trees-start.md)."""

TERMS_OF_A_SNIPPET = 50
"""Words and pairs that training knows in what a list of hh.ru shows of an ad: the text that `text_weight` is for
(docs/decisions/070-linear-score-under-trees.md)."""

FORGOTTEN = 0.35
"""Share of training rows that trees are shown without their employer's record, so that they learn both questions: an
ad of an employer they know, and of one they do not (docs/decisions/071-employers-own-words.md)."""


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


def employer_facts(inputs: Inputs, effect: Floats, joint_gain: Floats) -> Floats:
    """(n, len(EMPLOYER_FACTS)). effect: (n, 2) of `EmployerEffect`; joint_gain: what knowing the employer adds to the
    linear score, log units, used only where the employer has other ads."""
    known = effect[:, 1] > 0
    size = np.log1p(np.nan_to_num(inputs.employer_ads, nan=0.0))
    return np.column_stack([size, effect[:, 0], np.where(known, joint_gain, 0.0), np.log1p(effect[:, 1])])


def forget_some(encoder: Encoder, features: Floats, seed: int) -> Floats:
    """Training features with the employer's record of FORGOTTEN of the rows set to that of an employer never seen."""
    if encoder.employer is None:
        return features
    shown = features.copy()
    shown[np.random.default_rng(seed).random(len(features)) < FORGOTTEN, RECORD] = 0.0
    return shown


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
    wanted = [block for block in BLOCKS if block.name in blocks]
    terms = fit_blocks(inputs, wanted)
    matrices = sparse_blocks(inputs, wanted, terms)
    scale = parameters.block_weights()
    if "text" in matrices:
        scale["text"] *= length_factor(matrices["text"])
    linear = fit_linear(matrices, scale, target, weights, fold, FOLDS, parameters.alpha)
    parts = linear.parts(matrices, fold)
    components = {name: _decompose(matrices[name], parameters.components) for name in DECOMPOSED if name in matrices}
    if not with_employer:
        encoder = Encoder(terms, linear, components, None, None)
        return encoder, encoder._assemble(inputs, matrices, parts, None)
    total = parts.sum(axis=1)
    effect, seen = fit_employer_effect(inputs.employer_key, groups, target - total, parameters.smoothing)
    terms |= fit_blocks(inputs, EMPLOYER_BLOCKS)
    known = matrices | sparse_blocks(inputs, EMPLOYER_BLOCKS, terms)
    part = hash_fold(pd.Series(list(groups), dtype="str"), FOLDS, GROUP_SALT)
    joint = fit_linear(known, scale, target, weights, part, FOLDS, parameters.alpha)
    gain = joint.parts(known, part).sum(axis=1) - total
    encoder = Encoder(terms, linear, components, effect, joint)
    return encoder, encoder._assemble(inputs, matrices, parts, employer_facts(inputs, seen, gain))


def length_factor(texts: Sparse) -> float:
    """How much more a block of texts may say than one of snippets: the root of their usual number of terms.

    A row has length 1 however long its text is, so each word of a long one weighs little.
    """
    terms = np.diff(texts.indptr)
    return float(np.sqrt(np.median(terms[terms > 0]) / TERMS_OF_A_SNIPPET)) if terms.any() else 1.0


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
