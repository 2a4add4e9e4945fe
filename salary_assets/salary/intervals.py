"""From residuals of ads that a model did not see to ranges that hold: conformal quantiles in log space.

A residual is divided by how large residuals of such ads usually are (the spread head); the quantiles of these
scores are the same for everyone, and each group of ads widens or narrows them by what its own scores say,
shrunk towards no change where the group is small.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from salary_assets.salary.arrays import Floats
from salary_assets.salary.blocks import bracket
from salary_assets.salary.inputs import Inputs

COVERAGE = 0.8
LEVELS = tuple(round(0.01 * step, 2) for step in range(1, 100))
SHRINKAGE = 100.0
"""Ads' worth of belief that a group's residuals are like everyone's."""

PASSES = 3
DIMENSIONS = ("position", "grade", "experience", "region", "source", "employer")


@dataclass(frozen=True)
class Calibration:
    """quantiles: scores at LEVELS, unitless. factors: dimension -> group -> width factor. rows: behind it."""

    quantiles: Floats
    factors: Mapping[str, Mapping[str, float]]
    rows: int

    def at(self, level: float) -> float:
        """The score that a share `level` of ads stays below."""
        return float(np.interp(level, LEVELS, self.quantiles))

    def factor(self, groups: Mapping[str, Sequence[str]]) -> Floats:
        """Width factor of each ad, by its groups; a group never seen changes nothing."""
        product: Floats = np.ones(len(next(iter(groups.values()))))
        for dimension, known in self.factors.items():
            product = product * np.array([known.get(value, 1.0) for value in groups[dimension]])
        return product

    def to_dict(self) -> dict[str, Any]:
        factors = {dimension: dict(known) for dimension, known in self.factors.items()}
        return {"levels": list(LEVELS), "quantiles": self.quantiles.tolist(), "factors": factors, "rows": self.rows}

    @staticmethod
    def from_dict(raw: Mapping[str, Any]) -> Calibration:
        return Calibration(np.array(raw["quantiles"]), raw["factors"], raw["rows"])


def groups_of(inputs: Inputs, employer_known: Sequence[bool]) -> dict[str, list[str]]:
    """The groups by which ranges are widened and coverage is reported."""
    return {
        "position": inputs.position,
        "grade": [grades[0] if grades else "-" for grades in inputs.grades],
        "experience": [bracket(years) for years in inputs.experience_min],
        "region": [region or city for region, city in zip(inputs.region, inputs.city, strict=True)],
        "source": inputs.source,
        "employer": ["known" if known else "unknown" for known in employer_known],
    }


def calibrate(residuals: Floats, spread: Floats, groups: Mapping[str, Sequence[str]], weights: Floats) -> Calibration:
    """residuals, spread: log units, of ads that neither the estimate nor the spread was learned from.

    weights: how much each ad counts; newer ads more.
    """
    scores = residuals / spread
    factors: dict[str, dict[str, float]] = {dimension: {} for dimension in DIMENSIONS}
    factor: Floats = np.ones(len(scores))
    for _ in range(PASSES):
        for dimension in DIMENSIONS:
            factor = _refine(scores, factor, np.asarray(groups[dimension], dtype=object), weights, factors[dimension])
    quantiles = weighted_quantiles(scores / factor, weights, LEVELS)
    return Calibration(quantiles, factors, len(scores))


def weighted_quantiles(values: Floats, weights: Floats, levels: Sequence[float]) -> Floats:
    """Quantiles of a weighted sample, between its points by straight lines."""
    order = np.argsort(values, kind="stable")
    cumulated = np.cumsum(weights[order])
    middle = (cumulated - weights[order] / 2) / cumulated[-1]
    return np.interp(levels, middle, values[order])


def _refine(scores: Floats, factor: Floats, labels: Any, weights: Floats, known: dict[str, float]) -> Floats:
    """One pass over one dimension: move each group's factor towards covering COVERAGE of its own ads."""
    tail = (1 - COVERAGE) / 2
    current = scores / factor
    low, high = weighted_quantiles(current, weights, (tail, 1 - tail))
    reach = np.where(current < 0, current / min(low, -1e-6), current / max(high, 1e-6))
    refined = factor.copy()
    for label in sorted(set(labels)):
        rows = labels == label
        if label == "" or not rows.any():
            continue
        size = weights[rows].sum() ** 2 / (weights[rows] ** 2).sum()
        own = weighted_quantiles(reach[rows], weights[rows], (COVERAGE,))[0]
        step = float(np.exp(np.log(max(own, 1e-3)) * size / (size + SHRINKAGE)))
        known[label] = known.get(label, 1.0) * step
        refined[rows] *= step
    return refined
