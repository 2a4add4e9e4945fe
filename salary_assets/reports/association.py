"""How pay goes together with skills and with time, other things stated by the ad being equal.

One linear regression of log pay on everything else the ad states. These are associations: a skill named beside higher
pay may mark a kind of firm or project, and learning it does not by itself raise anybody's pay.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from salary_assets.reports.selection import kind_features

Floats = npt.NDArray[np.float64]

LEAST_VACANCIES = 60
LEAST_EMPLOYERS = 15
MOST_SKILLS = 250
LEAST_ROWS = 300
RIDGE = 1.0
"""Shrinks differences that few ads support; in units of one ad."""


@dataclass(frozen=True)
class Association:
    """What a term goes with: difference of log pay with a 95 % interval that is robust to repeats of an employer."""

    kind: str
    name: str
    difference: float
    low: float
    high: float
    vacancies: int
    employers: int


def associations(frame: pd.DataFrame, skills: pd.Series[list[str]]) -> list[Association]:
    """Differences of pay by skill and by month, from the ads of `frame` (see `report_frame`) with comparable pay.

    skills: names of skills of each row. Months are compared with the one that has most ads. Nothing is returned where
    fewer than LEAST_ROWS ads are comparable.
    """
    paid = frame[frame["comparable"]].reset_index(drop=True)
    if len(paid) < LEAST_ROWS:
        return []
    named = [frozenset(one) for one in skills[frame["comparable"]]]
    employers = paid["employer_key"].fillna("?" + paid["vacancy_id"])
    chosen = _frequent(named, employers)
    month = paid["month"].astype("category")
    usual = month.value_counts().idxmax()
    months = pd.get_dummies(month, dtype=float).drop(columns=[usual])
    skill_columns = pd.DataFrame({skill: [float(skill in one) for one in named] for skill in chosen}, index=paid.index)
    rest = kind_features(paid)
    only_lower, only_upper = paid["pay_upper"].isna(), paid["pay_lower"].isna()
    bounds = pd.DataFrame({"only_lower": only_lower, "only_upper": only_upper, "one": True}, dtype=float)
    design = np.hstack([skill_columns.to_numpy(), months.to_numpy(), rest.to_numpy(), bounds.to_numpy()])
    # An ad with one bound enters by it; the indicators of such ads take up the usual distance to the middle.
    lower, upper = paid["pay_lower"].fillna(paid["pay_upper"]), paid["pay_upper"].fillna(paid["pay_lower"])
    pay = np.asarray((np.log(lower) + np.log(upper)) / 2, np.float64)

    slope, error = _ridge(design, pay, pd.factorize(employers)[0])
    terms = [("skill", name) for name in chosen] + [("month", str(name)) for name in months.columns]
    found = []
    for place, (kind, name) in enumerate(terms):
        rows = design[:, place] > 0
        if kind == "month" and rows.sum() < LEAST_VACANCIES:
            continue
        half = 1.96 * error[place]
        counts = int(rows.sum()), int(employers[rows].nunique())
        found.append(Association(kind, name, slope[place], slope[place] - half, slope[place] + half, *counts))
    return found


def _frequent(named: list[frozenset[str]], employers: pd.Series[str]) -> list[str]:
    """Skills with enough vacancies and employers, most frequent first."""
    counts = Counter(skill for one in named for skill in one)
    firms: dict[str, set[str]] = {skill: set() for skill, count in counts.items() if count >= LEAST_VACANCIES}
    for one, employer in zip(named, employers, strict=True):
        for skill in one & firms.keys():
            firms[skill].add(employer)
    enough = [skill for skill, seen in firms.items() if len(seen) >= LEAST_EMPLOYERS]
    return sorted(enough, key=lambda skill: (-counts[skill], skill))[:MOST_SKILLS]


def _ridge(design: Floats, target: Floats, groups: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Coefficients and their errors, with residuals of one group free to be correlated (a cluster sandwich)."""
    centre = target.mean()
    inverse = np.linalg.inv(design.T @ design + RIDGE * np.eye(design.shape[1]))
    slope = inverse @ design.T @ (target - centre)
    scores = design * (target - centre - design @ slope)[:, None]
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    sums = np.add.reduceat(scores[order], starts, axis=0)
    spread = inverse @ (sums.T @ sums) @ inverse
    return slope, np.sqrt(np.diag(spread) * len(starts) / max(len(starts) - 1, 1))
