"""The figures that estimates are judged by, each with a bootstrap interval that resamples whole clusters of ads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from salary_assets.salary.arrays import Floats

POINT_METRICS = ("r2_log", "log_mae", "mape", "median_ape", "within_20", "mae")
RANGE_METRICS = ("coverage_80", "width_80")
DRAWS = 300
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Figure:
    """A value with the ends of its 95 % bootstrap interval."""

    value: float
    low: float
    high: float

    def to_dict(self) -> dict[str, float | None]:
        """For JSON: NaN, where a figure is not defined, becomes null."""
        numbers = {"value": self.value, "low": self.low, "high": self.high}
        return {name: round(float(number), 6) if np.isfinite(number) else None for name, number in numbers.items()}


def figures(predictions: pd.DataFrame, clusters: Sequence[str], seed: int = 0, draws: int = DRAWS) -> dict[str, Figure]:
    """Every metric of predictions (columns y, y_hat, lower, upper in RUB/month net; lower and upper may be NaN).

    clusters: ads with the same label are drawn together (near-duplicate group, or employer). r2_log is the share of
    variance of log pay; log_mae in log units; mape, median_ape, within_20, coverage_80 as shares; width_80 is half
    the 80 % range over the estimate, median; mae in RUB/month. Empty predictions raise ValueError.
    """
    if predictions.empty:
        raise ValueError("no predictions to score")
    point = _measure(predictions, np.ones((1, len(predictions))))
    codes, _ = pd.factorize(pd.Series(list(clusters), dtype="str"))
    count = int(codes.max()) + 1
    random = np.random.default_rng(seed)
    drawn = random.multinomial(count, np.full(count, 1 / count), size=draws).astype(float)[:, codes]
    drawn = drawn[drawn.sum(axis=1) > 0]
    tail = (1 - CONFIDENCE) / 2
    resampled = _measure(predictions, drawn)
    result = {}
    for name, value in point.items():
        low, high = np.nanquantile(resampled[name], (tail, 1 - tail)) if np.isfinite(value[0]) else (np.nan, np.nan)
        result[name] = Figure(float(value[0]), float(low), float(high))
    return result


def paired_difference(differences: Floats, clusters: Sequence[str], seed: int = 0, draws: int = 1_000) -> Figure:
    """Mean of differences between two models' errors on the same ads, with its interval; clusters are drawn whole."""
    codes, labels = pd.factorize(pd.Series(list(clusters), dtype="str"))
    sums, sizes = np.bincount(codes, differences), np.bincount(codes).astype(float)
    count = len(labels)
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=draws)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(drawn @ sums / (drawn @ sizes), (tail, 1 - tail))
    return Figure(float(differences.mean()), float(low), float(high))


def _measure(predictions: pd.DataFrame, weights: Floats) -> Mapping[str, Floats]:
    """Metrics per row of weights (draws, n)."""
    y, y_hat = (predictions[name].to_numpy(dtype=float) for name in ("y", "y_hat"))
    log_y = np.log(y)
    error = np.log(y_hat) - log_y
    relative = np.abs(y_hat / y - 1)
    total = weights.sum(axis=1)
    mean = weights @ log_y / total
    variance = weights @ log_y**2 / total - mean**2
    with np.errstate(divide="ignore", invalid="ignore"):
        r2 = np.where(variance > 1e-12, 1 - weights @ error**2 / total / variance, np.nan)
    measured = {
        "r2_log": r2,
        "log_mae": weights @ np.abs(error) / total,
        "mape": weights @ relative / total,
        "median_ape": _medians(relative, weights),
        "within_20": weights @ (relative <= 0.2) / total,
        "mae": weights @ np.abs(y_hat - y) / total,
    }
    lower, upper = (predictions[name].to_numpy(dtype=float) for name in ("lower", "upper"))
    if not np.isfinite(lower).all():
        return {**measured, **dict.fromkeys(RANGE_METRICS, np.full(len(weights), np.nan))}
    covered = (y >= lower) & (y <= upper)
    return {
        **measured,
        "coverage_80": weights @ covered / total,
        "width_80": _medians((upper - lower) / 2 / y_hat, weights),
    }


def _medians(values: Floats, weights: Floats) -> Floats:
    order = np.argsort(values, kind="stable")
    cumulated = np.cumsum(weights[:, order], axis=1)
    place = (cumulated < cumulated[:, -1:] / 2).sum(axis=1)
    return np.asarray(values[order][np.minimum(place, len(values) - 1)])
