"""Has the market moved away from what the model learned? Inputs by PSI and KS, ranges by their coverage on new ads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from salary_assets.salary.arrays import Floats
from salary_assets.salary.blocks import bracket
from salary_assets.salary.intervals import COVERAGE
from salary_assets.salary.model import Model
from salary_assets.salary.target import log_pay, stated_pay

PSI_LIMIT = 0.25
"""The usual reading of the population stability index: below 0.1 stable, above 0.25 shifted."""

LEAST_COVERAGE = 0.75
"""Coverage of the 80 % range on the newest ads below which the ranges are no longer to be trusted."""

LEAST_ROWS = 100
KS_LIMIT = 0.15
RARE = 0.005
"""Shares below this count as this, so that a value seen once does not make the index infinite."""


@dataclass(frozen=True)
class Drift:
    """One input. measure: psi (categories) or ks (numbers); value; limit: above it the input has shifted."""

    column: str
    measure: str
    value: float
    limit: float

    @property
    def shifted(self) -> bool:
        return self.value > self.limit

    def to_dict(self) -> dict[str, str | float | bool]:
        """For JSON and asset metadata."""
        return {
            "column": self.column,
            "measure": self.measure,
            "value": round(self.value, 4),
            "limit": self.limit,
            "shifted": self.shifted,
        }


def input_drift(reference: pd.DataFrame, newest: pd.DataFrame) -> list[Drift]:
    """Rows of table `training_set` the model learned from, and newer ones -> drift of every input that has a mix.

    Fewer than LEAST_ROWS on a side say nothing: the list is empty.
    """
    if min(len(reference), len(newest)) < LEAST_ROWS:
        return []
    found = []
    for column, old, new in _categories(reference, newest):
        found.append(Drift(column, "psi", population_stability(old, new), PSI_LIMIT))
    for column, before, after in _numbers(reference, newest):
        if min(len(before), len(after)) >= LEAST_ROWS:
            found.append(Drift(column, "ks", kolmogorov_smirnov(before, after), KS_LIMIT))
    return found


def coverage_drift(model: Model, newest: pd.DataFrame) -> Drift | None:
    """How far coverage of the 80 % range on newer ads with pay is below its target; None for too few ads."""
    from salary_assets.salary.inputs import from_frame

    if len(newest) < LEAST_ROWS:
        return None
    estimates, stated = model.predict(from_frame(newest)), stated_pay(newest)
    inside = (stated >= estimates.lower) & (stated <= estimates.upper)
    return Drift("coverage_80", "shortfall", float(COVERAGE - inside.mean()), COVERAGE - LEAST_COVERAGE)


def retraining_reasons(model: Model, reference: pd.DataFrame, newest: pd.DataFrame, enough_new: int) -> list[str]:
    """Why to train again, in words; empty when there is no reason. enough_new: new paid ads that alone are one."""
    reasons = []
    if len(newest) >= enough_new:
        reasons.append(f"{len(newest)} new ads with pay since the model's data")
    covered = coverage_drift(model, newest)
    if covered is not None and covered.shifted:
        reasons.append(f"the 80 % range holds {COVERAGE - covered.value:.0%} of {len(newest)} newest ads")
    reasons += [
        f"{one.column} has shifted ({one.measure} {one.value:.2f} > {one.limit})"
        for one in input_drift(reference, newest)
        if one.shifted
    ]
    return reasons


def population_stability(old: pd.Series, new: pd.Series) -> float:
    """PSI of two samples of categories."""
    shares = pd.concat([old.value_counts(normalize=True), new.value_counts(normalize=True)], axis=1).fillna(0.0)
    before, after = (np.maximum(shares.iloc[:, side].to_numpy(), RARE) for side in (0, 1))
    return float(np.sum((after - before) * np.log(after / before)))


def kolmogorov_smirnov(before: Floats, after: Floats) -> float:
    """Largest distance between two samples' distribution functions, 0 to 1."""
    from scipy.stats import ks_2samp

    return float(ks_2samp(before, after).statistic)


def _categories(reference: pd.DataFrame, newest: pd.DataFrame) -> list[tuple[str, pd.Series, pd.Series]]:
    def of(frame: pd.DataFrame) -> dict[str, pd.Series]:
        return {
            "position": frame["position"].fillna("-"),
            "source": frame["source"],
            "region": frame["region"].fillna("-"),
            "experience": pd.Series([bracket(years) for years in frame["experience_min"].to_numpy(dtype=float)]),
            "grade": pd.Series([named[0] if len(named) else "-" for named in frame["grades"]], dtype="str"),
            "work_format": pd.Series(["+".join(sorted(named)) or "-" for named in frame["work_formats"]], dtype="str"),
        }

    old, new = of(reference), of(newest)
    return [(name, old[name], new[name]) for name in old]


def _numbers(reference: pd.DataFrame, newest: pd.DataFrame) -> list[tuple[str, Floats, Floats]]:
    def of(frame: pd.DataFrame) -> dict[str, Floats]:
        return {
            "log_pay": log_pay(frame),
            "skills_named": np.array([len(named) for named in frame["skills"]], dtype=float),
            "text_length": np.log1p(frame["text"].str.len().to_numpy(dtype=float)),
        }

    old, new = of(reference), of(newest)
    return [(name, old[name], new[name]) for name in old]
