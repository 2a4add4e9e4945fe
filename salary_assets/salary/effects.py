"""What an employer pays above or below what its ads read like: smoothed, and never from the ad's own group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from salary_assets.salary.arrays import Floats


@dataclass(frozen=True)
class EmployerEffect:
    """sums, groups: per employer key, the sum of group-mean residuals (log units) and how many groups they are.

    smoothing: groups' worth of belief that an employer pays like any other.
    """

    sums: dict[str, float]
    groups: dict[str, int]
    smoothing: float

    def transform(self, employers: Sequence[str]) -> Floats:
        """(n, 2): effect in log units and groups behind it; zeros for an employer never seen."""
        sums = np.array([self.sums.get(key, 0.0) for key in employers])
        groups = np.array([self.groups.get(key, 0) for key in employers], dtype=float)
        return np.column_stack([sums / (groups + self.smoothing), groups])


def fit_employer_effect(
    employers: Sequence[str], groups: Sequence[str], residuals: Floats, smoothing: float
) -> tuple[EmployerEffect, Floats]:
    """residuals: log pay minus a score that did not see the employer. Returns the effect and its training values.

    In the training values each row's own near-duplicate group is left out. A group counts once however often it is
    posted. Rows without employer ("") get no effect.
    """
    rows = pd.DataFrame({"employer": employers, "group": groups, "residual": residuals})
    named = rows[rows["employer"] != ""]
    means = named.groupby(["employer", "group"], sort=True)["residual"].mean()
    per_employer = means.groupby(level="employer").agg(["sum", "size"])
    effect = EmployerEffect(
        {str(key): float(value) for key, value in per_employer["sum"].items()},
        {str(key): int(value) for key, value in per_employer["size"].items()},
        smoothing,
    )
    own = pd.Series(means.reindex(pd.MultiIndex.from_frame(rows[["employer", "group"]])).to_numpy(), index=rows.index)
    others = effect.transform(employers)
    left_out = own.notna().to_numpy()
    total = others[:, 0] * (others[:, 1] + smoothing) - own.fillna(0.0).to_numpy()
    count = others[:, 1] - left_out
    return effect, np.column_stack([total / (count + smoothing), count])
