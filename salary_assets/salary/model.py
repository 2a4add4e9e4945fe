"""The pay model: members that each left a fold of employers out, a width, a tilt, and a calibrated spread.

The estimate is the middle of the fork plus the tilt of how such ads state pay; the fork is the middle plus and
minus a positive half-width, so its ends cannot cross; the range is the estimate plus calibrated scores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from salary_assets.salary.arrays import Bools, Floats, Ints, Sparse
from salary_assets.salary.blocks import BLOCKS, EMPLOYER_FREE
from salary_assets.salary.features import FOLD_SALT, FOLDS, RECORD, Encoder, fit_encoder, forget_some
from salary_assets.salary.inputs import NOT_IN_A_RESUME, Inputs, from_frame
from salary_assets.salary.intervals import COVERAGE, Calibration, calibrate, groups_of
from salary_assets.salary.partial import in_part
from salary_assets.salary.settings import Hyperparameters
from salary_assets.salary.splits import employer_or_group, fold_of
from salary_assets.salary.target import log_bounds, log_pay
from salary_assets.salary.trees import SMALL, Trees, fit_trees, mean_of, once_read, settings_of

MODEL_VERSION = "4"
"""Version of how a model is trained. A served model of another one is stale, whatever its data."""

PERCENTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
CALIBRATION_HALF_LIFE = 0.5
"""Years after which an ad counts half in the calibration: ranges must hold for the newest ads."""

PARTIAL_WEIGHT = 0.5
"""How much an ad shown in part counts beside the whole ad (docs/decisions/085-asked-in-part.md)."""

LEAST_HALF_WIDTH = 0.02
"""Half-width in log units given to forks whose ends are equal: about 2 % to either side."""

LEAST_SPREAD = 0.05
SPREAD_PARTS = 2


@dataclass(frozen=True)
class Variant:
    """What a model may look at. blocks: names of sparse blocks; employer: whether it may know the employer.

    hidden: inputs it must not see, neither at training nor when answering. in_part: whether people ask it, who leave
    out what an ad says: it learns from every ad twice, the second time with parts left out.
    """

    name: str
    blocks: tuple[str, ...]
    employer: bool
    hidden: tuple[str, ...] = ()
    in_part: bool = False

    def visible(self, inputs: Inputs) -> Inputs:
        """The inputs with what is hidden made missing."""
        return inputs.without(self.hidden)


AD = Variant("ad", tuple(block.name for block in BLOCKS), employer=True)
PROFILE = Variant("profile", EMPLOYER_FREE, employer=False, hidden=NOT_IN_A_RESUME, in_part=True)
"""For a resume: no employer, no body of an ad, none of the codes that only a job site gives."""

VARIANTS = {variant.name: variant for variant in (AD, PROFILE)}


@dataclass(frozen=True)
class Estimates:
    """Answers for n ads or requests, RUB/month net, arrays of length n.

    y_hat: pay as such ads state it. lower, upper: 80 % range for it. fork_lower, fork_upper: the bounds that such an
    ad would state. percentiles: (n, 5) at PERCENTILES. spread: width factor, log units.
    """

    y_hat: Floats
    lower: Floats
    upper: Floats
    fork_lower: Floats
    fork_upper: Floats
    percentiles: Floats
    spread: Floats


@dataclass(frozen=True)
class Model:
    """A fitted variant. middle: mean of the members, a correction of `Encoder.start`, log units.

    width: log half-width of the fork; width_scale: makes its mean unbiased; tilt: stated pay minus middle of the
    fork; spread: what 80 % of residuals stay within, before calibration. All in log units.
    """

    variant: str
    parameters: Hyperparameters
    encoder: Encoder
    middle: Trees
    width: Trees
    width_scale: float
    tilt: Trees
    spread: Trees
    calibration: Calibration

    def predict(self, inputs: Inputs, matrices: Mapping[str, Sparse] | None = None) -> Estimates:
        """Estimates of ads or requests that training did not use. matrices: the sparse blocks of what the variant may
        see of them, if already made."""
        inputs = VARIANTS[self.variant].visible(inputs)
        features = self.encoder.transform(inputs, matrices)
        read = once_read(features)
        middle = self.encoder.start(features) + self.middle.predict(read)
        half = _half_width(self.width, read) * self.width_scale
        centre = middle + self.tilt.predict(read)
        spread = _spread(self.spread, read) * self.calibration.factor(groups_of(inputs, self.employer_known(inputs)))
        tail = (1 - COVERAGE) / 2
        return Estimates(
            y_hat=np.exp(centre),
            lower=np.exp(centre + spread * min(self.calibration.at(tail), 0.0)),
            upper=np.exp(centre + spread * max(self.calibration.at(1 - tail), 0.0)),
            fork_lower=np.exp(middle - half),
            fork_upper=np.exp(middle + half),
            percentiles=np.exp(
                np.column_stack([centre + spread * self.calibration.at(level) for level in PERCENTILES])
            ),
            spread=spread,
        )

    def employer_known(self, inputs: Inputs) -> list[bool]:
        """Whether training has other ads of each ad's employer."""
        known = self.encoder.employer.groups if self.encoder.employer else {}
        return [key in known for key in inputs.employer_key]


def fit(
    frame: pd.DataFrame,
    parameters: Hyperparameters = Hyperparameters(),  # noqa: B008 - frozen
    variant: Variant = AD,
    seed: int = 0,
    threads: int = 2,
) -> Model:
    """Train one variant on a training set (any rows of table `training_set`).

    Same rows, parameters and seed give the same model. Raises ValueError when there are too few ads to hold a fold out.
    """
    fold, share = member_folds(frame), np.ones(len(frame))
    if len(set(fold)) < FOLDS:
        raise ValueError(f"{len(frame)} ads with pay are too few to train on: no ads for {FOLDS} folds of employers")
    if variant.in_part:
        fold, share = np.tile(fold, 2), np.concatenate([share, np.full(len(frame), PARTIAL_WEIGHT)])
        frame = pd.concat([frame, in_part(frame)], ignore_index=True)
    inputs, stated = variant.visible(from_frame(frame)), log_pay(frame)
    weights = share * row_weights(frame, parameters.half_life)
    encoder, features = fit_encoder(
        inputs, frame["group"].tolist(), stated, weights, fold, parameters, variant.blocks, variant.employer
    )
    lower, upper = log_bounds(frame)
    width, scale = _fit_width(features, lower, upper, weights, seed, threads)
    middle = middle_of_fork(lower, upper, _half_width(width, features) * scale)
    tilt = fit_trees(features, stated - middle, weights, seed, threads, **SMALL)
    members = tuple(
        _fit_member(encoder, features, middle, weights, fold != held_out, parameters, seed + held_out, threads)
        for held_out in range(FOLDS)
    )
    conditions = _conditions(encoder, features)
    residuals = [
        stated - encoder.start(seen) - tilt.predict(seen) - _held_out(members, seen, fold) for seen, _ in conditions
    ]
    newest = share * row_weights(frame, CALIBRATION_HALF_LIFE)
    spread, calibration = _calibrated(inputs, conditions, residuals, fold, newest, seed, threads)
    middle_of_members, width, tilt = mean_of(members), mean_of([width]), mean_of([tilt])
    return Model(variant.name, parameters, encoder, middle_of_members, width, scale, tilt, spread, calibration)


def member_folds(frame: pd.DataFrame) -> Ints:
    """The member that leaves each row out: all ads of an employer are left out by the same one."""
    keys = employer_or_group(frame)
    unique = {key: fold_of(str(key), FOLDS, FOLD_SALT) for key in keys.unique()}
    return keys.map(unique).to_numpy(dtype=np.int64)


def row_weights(frame: pd.DataFrame, half_life: float) -> Floats:
    """Near-duplicates share a weight (root of their number), and an ad `half_life` years old weighs half."""
    repeats = frame.groupby("group")["group"].transform("size").to_numpy(dtype=float)
    return np.asarray(repeats**-0.5 * recency(frame["published_at"], half_life))


def recency(published: pd.Series, half_life: float) -> Floats:
    """1 for the newest ad, half of it `half_life` years earlier."""
    age = (published.max() - published).dt.total_seconds().to_numpy(dtype=float) / (365.25 * 86_400)
    return np.asarray(0.5 ** (age / half_life))


def middle_of_fork(lower: Floats, upper: Floats, half: Floats) -> Floats:
    """Log middle of each fork; where one end is censored, half an expected width from the end that is stated."""
    both = np.isfinite(lower) & np.isfinite(upper)
    one_sided = np.where(np.isfinite(lower), lower + half, upper - half)
    return np.where(both, (lower + upper) / 2, one_sided)


def _fit_member(
    encoder: Encoder,
    features: Floats,
    middle: Floats,
    weights: Floats,
    rows: Bools,
    parameters: Hyperparameters,
    seed: int,
    threads: int,
) -> Trees:
    """Corrections of where the trees start, towards the middle of the fork, learned from the given rows."""
    shown = forget_some(encoder, features, seed)
    correction = middle - encoder.start(shown)
    return fit_trees(shown[rows], correction[rows], weights[rows], seed, threads, **settings_of(parameters))


def _fit_width(
    features: Floats, lower: Floats, upper: Floats, weights: Floats, seed: int, threads: int
) -> tuple[Trees, float]:
    """Log half-width learned from forks with both ends, and the scale that makes its mean unbiased."""
    rows = np.isfinite(lower) & np.isfinite(upper)
    if not rows.any():
        raise ValueError("no ad states both ends of its pay, so the width of a fork cannot be learned")
    half = np.maximum((upper - lower)[rows] / 2, LEAST_HALF_WIDTH)
    width = fit_trees(features[rows], np.log(half), weights[rows], seed, threads, **SMALL)
    scale = np.average(half, weights=weights[rows]) / np.average(
        _half_width(width, features[rows]), weights=weights[rows]
    )
    return width, float(scale)


def _conditions(encoder: Encoder, features: Floats) -> list[tuple[Floats, Bools]]:
    """Training features as ads will be met: with the employer's record, and as if the employer were new."""
    if encoder.employer is None:
        return [(features, np.zeros(len(features), dtype=bool))]
    unseen = features.copy()
    unseen[:, RECORD] = 0.0
    return [(features, features[:, -1] > 0), (unseen, np.zeros(len(features), dtype=bool))]


def _held_out(members: Sequence[Trees], features: Floats, fold: Ints) -> Floats:
    predicted = np.zeros(len(features))
    for held_out, member in enumerate(members):
        predicted[fold == held_out] = member.predict(features[fold == held_out])
    return predicted


def _calibrated(
    inputs: Inputs,
    conditions: list[tuple[Floats, Bools]],
    residuals: list[Floats],
    fold: Ints,
    counts: Floats,
    seed: int,
    threads: int,
) -> tuple[Trees, Calibration]:
    """The spread head, its halves learned on parts of the folds, and the calibration of scores of the other part."""
    features = np.vstack([seen for seen, _ in conditions])
    residual = np.concatenate(residuals)
    part = np.tile(fold % SPREAD_PARTS, len(conditions))
    weights = np.tile(counts, len(conditions))
    heads = tuple(
        fit_trees(
            features[part != held_out],
            np.abs(residual[part != held_out]),
            weights[part != held_out],
            seed,
            threads,
            loss_function=f"Quantile:alpha={COVERAGE}",
            **SMALL,
        )
        for held_out in range(SPREAD_PARTS)
    )
    spread = np.zeros(len(residual))
    for held_out, head in enumerate(heads):
        spread[part == held_out] = _spread(head, features[part == held_out])
    groups = [groups_of(inputs, known.tolist()) for _, known in conditions]
    stacked = {name: [value for one in groups for value in one[name]] for name in groups[0]}
    return mean_of(heads), calibrate(residual, spread, stacked, weights)


def _half_width(width: Trees, features: Any) -> Floats:
    return np.asarray(np.exp(width.predict(features)))


def _spread(spread: Trees, features: Any) -> Floats:
    return np.asarray(np.maximum(spread.predict(features), LEAST_SPREAD))
