"""Champion or challenger: a new model is served only when, on test ads that neither learned from, it is not worse.

A bundle carries its own answers to the tests, and the protocol keeps an ad in the same test for ever, so the two are
compared ad by ad: what counts is the bootstrap interval of the difference, not two separate figures.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from salary_assets.salary.metrics import CONFIDENCE

TOLERANCE = 0.005
"""Log units of mean absolute error that a challenger may lose at most: newer data are worth that much by themselves."""

LEAST_ADS = 200
COVERAGE_RANGE = (0.75, 0.86)
"""A challenger whose 80 % range covers less or more than this on the common ads is refused whatever its error."""

DRAWS = 1_000


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
    answered in the same test are compared.
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
    if len(both) < LEAST_ADS:
        return Verdict(
            False,
            f"only {len(both)} ads are in the tests of both models, at least {LEAST_ADS} are needed",
            len(both),
            coverage=covered,
        )
    difference, low, high = _paired(both, groups, seed)
    better = high <= TOLERANCE
    said = f"error {difference:+.4f} log units against the served model, 95 % interval {low:+.4f} to {high:+.4f}"
    reason = f"{said}: {'not worse' if better else f'may be worse by more than {TOLERANCE}'}"
    return Verdict(better, reason, len(both), difference, low, high, covered)


def _paired(both: pd.DataFrame, groups: pd.Series, seed: int) -> tuple[float, float, float]:
    log_y = np.log(both["y"].to_numpy(dtype=float))
    new, old = (np.abs(np.log(both[name].to_numpy(dtype=float)) - log_y) for name in ("y_hat", "y_hat_champion"))
    lost = new - old
    codes, labels = pd.factorize(groups.loc[both["vacancy_id"]].to_numpy())
    sums, sizes = np.bincount(codes, lost), np.bincount(codes).astype(float)
    count = len(labels)
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=DRAWS)
    means = drawn @ sums / (drawn @ sizes)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, (tail, 1 - tail))
    return float(lost.mean()), float(low), float(high)
