"""Quantiles of pay that is known only as an interval, by the smoothed self-consistent estimate (EMS).

An ad that states 100 to 150 thousand pays something between; one that states a single bound pays something on that side
of it, up to the width that two-sided ads of this market usually have. No bound is copied and no middle is invented.
Turnbull, J. R. Statist. Soc. B 38 (1976), 290-295, finds the shares; they pile up at round amounts that end many
intervals, so each round is smoothed: Silverman et al., J. R. Statist. Soc. B 52 (1990), 271-324.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

STEP = 0.02
"""Width of a cell of the grid, in logs: two per cent of pay."""
BANDWIDTH = 0.08
"""Standard deviation of the smoothing, in logs: eight per cent of pay, about what ads are rounded to."""
ROUNDS = 100
TOLERANCE = 1e-4
MOST_MARGIN = 0.4
"""Where the interval of the median would reach past the deciles, as with one dominant employer, there is none."""
WIDEST = 0.9
"""A missing bound is looked for as far away as this share of two-sided ads have theirs."""


@dataclass(frozen=True)
class PayQuantiles:
    """Estimated quantiles, RUB/month net; low and high: an interval of 95 % for the median, or NaN."""

    p25: float
    p50: float
    p75: float
    low: float
    high: float


def usual_width(lower: pd.Series[float], upper: pd.Series[float]) -> float:
    """How many times the lower bound the upper one is at most in nine of ten two-sided ads (1.8 without any)."""
    ratio = (upper / lower).dropna()
    return float(ratio.quantile(WIDEST)) if len(ratio) else 1.8


def pay_quantiles(
    lower: pd.Series[float], upper: pd.Series[float], weights: pd.Series[float], employers: pd.Series[str], width: float
) -> PayQuantiles:
    """Quantiles of one group of ads (at least one, each with a bound).

    The interval of the median lets all ads of one employer count as one opinion repeated: the effective number of ads
    is n^2 / sum of n_e^2.
    """
    low = np.log(lower.fillna(upper / width).to_numpy(float))
    high = np.log(upper.fillna(lower * width).to_numpy(float))
    start = low.min() - 3 * BANDWIDTH
    first = np.floor((low - start) / STEP).astype(np.int64)
    last = np.maximum(np.ceil((high - start) / STEP).astype(np.int64) - 1, first)
    share = _shares(first, last, np.asarray(weights, np.float64))
    edges = np.exp(start + STEP * np.arange(len(share) + 1))
    below = np.concatenate([[0.0], np.cumsum(share)])

    counts = employers.fillna(pd.Series(employers.index.astype("str"), employers.index)).value_counts().to_numpy(float)
    margin = 1.96 * np.sqrt(0.25 * (counts**2).sum()) / counts.sum()
    levels = [0.25, 0.5, 0.75, 0.5 - margin, 0.5 + margin]
    if margin > MOST_MARGIN:
        levels[3:] = [np.nan, np.nan]
    return PayQuantiles(*np.exp(np.interp(levels, below, np.log(edges))).tolist())


def _shares(first: npt.NDArray[np.int64], last: npt.NDArray[np.int64], weights: Floats) -> Floats:
    """Share of each cell, given that observation k lies in cells first[k]..last[k]."""
    reach = int(3 * BANDWIDTH / STEP)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * STEP / BANDWIDTH) ** 2)
    cells = int(last.max()) + 1 + reach
    spans = pd.DataFrame({"first": first, "last": last, "weight": weights}).groupby(["first", "last"])["weight"].sum()
    begin = spans.index.get_level_values(0).to_numpy()
    end = spans.index.get_level_values(1).to_numpy() + 1
    weight = spans.to_numpy(float) / weights.sum()
    share: Floats = np.full(cells, 1.0 / cells)
    for _ in range(ROUNDS):
        below = np.concatenate([[0.0], np.cumsum(share)])
        pull = weight / np.maximum(below[end] - below[begin], 1e-12)
        steps = np.bincount(begin, pull, cells + 1) - np.bincount(end, pull, cells + 1)
        updated = np.convolve(share * np.cumsum(steps)[:-1], kernel / kernel.sum(), mode="same")
        updated = np.asarray(np.maximum(updated, 0.0) / updated.sum(), np.float64)
        if np.abs(updated - share).sum() < TOLERANCE:
            return updated
        share = updated
    return share
