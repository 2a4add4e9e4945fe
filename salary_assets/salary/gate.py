"""Champion or challenger: a new model is served only when, on test ads that neither learned from, it is not worse.

A bundle carries its own answers to the tests, and the protocol keeps an ad in the same test for ever, so the two are
compared ad by ad: what counts is the bootstrap interval of the difference, not two separate figures.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from salary_assets.salary.metrics import paired_difference

TOLERANCE = 0.005
"""Log units of mean absolute error that a challenger may lose at most: newer data are worth that much by themselves."""

LEAST_ADS = 200
COVERAGE_RANGE = (0.75, 0.86)
"""A challenger whose 80 % range covers less or more than this on the common ads is refused whatever its error."""

LEAST_GROUP_COVERAGE = 0.74
"""Ads inside their 80 % range, for any profession, grade, region or source of `card.GROUP_LEAST` test ads: below this
share the range of that group is not what it says."""


@dataclass(frozen=True)
class Verdict:
    """promote: whether to serve the challenger. difference: its error minus the champion's, mean absolute error of
    log pay, with the ends of its 95 % interval (negative: better); None where nothing was compared. ads: compared.
    """

    promote: bool
    reason: str
    ads: int
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    coverage: float | None = None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def compare(challenger: pd.DataFrame, champion: pd.DataFrame | None, groups: pd.Series, seed: int = 0) -> Verdict:
    """Decide. challenger, champion: test predictions (test, vacancy_id, y, y_hat, lower, upper) of our model.

    groups: near-duplicate group by vacancy id. champion: None when nothing is served yet. Only ads that both
    answered in the same test, and that `groups` still has, are compared.
    """
    covered = float(((challenger["y"] >= challenger["lower"]) & (challenger["y"] <= challenger["upper"])).mean())
    low_end, high_end = COVERAGE_RANGE
    if len(challenger) >= LEAST_ADS and not low_end <= covered <= high_end:
        return Verdict(
            False,
            f"its 80 % range holds {covered:.0%} of {len(challenger)} unseen ads, outside {low_end:.0%}-{high_end:.0%}",
            len(challenger),
            coverage=covered,
        )
    if champion is None:
        return Verdict(True, "nothing is served yet", len(challenger), coverage=covered)
    both = challenger.merge(
        champion[["test", "vacancy_id", "y_hat"]], on=["test", "vacancy_id"], suffixes=("", "_champion")
    )
    both = both[both["vacancy_id"].isin(groups.index)]
    if len(both) < LEAST_ADS:
        return Verdict(
            False,
            f"only {len(both)} ads are in the tests of both models, at least {LEAST_ADS} are needed",
            len(both),
            coverage=covered,
        )
    y, new, old = (both[name].to_numpy(dtype=float) for name in ("y", "y_hat", "y_hat_champion"))
    lost = np.abs(np.log(new / y)) - np.abs(np.log(old / y))
    found = paired_difference(lost, groups.loc[both["vacancy_id"]].tolist(), seed)
    better = found.high <= TOLERANCE
    said = (
        f"error {found.value:+.4f} log units against the served model, "
        f"95 % interval {found.low:+.4f} to {found.high:+.4f}"
    )
    reason = f"{said}: {'not worse' if better else f'may be worse by more than {TOLERANCE}'}"
    return Verdict(better, reason, len(both), found.value, found.low, found.high, covered)
