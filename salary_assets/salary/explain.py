"""Why an estimate is what it is: each input's contribution, in roubles against the average ad.

The linear parts add up by themselves and CatBoost's corrections are split by its exact SHAP values, so the
contributions sum to the distance from the average. They describe the ads, not what would follow for a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from salary_assets.salary.arrays import Floats
from salary_assets.salary.features import TRUSTED
from salary_assets.salary.inputs import Inputs
from salary_assets.salary.model import VARIANTS, Model

REFERENCE_ROWS = 500


@dataclass(frozen=True)
class Reference:
    """The average ad: `centre` in log RUB/month, `parts` per input in log units (linear parts and corrections)."""

    centre: float
    parts: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        return {"centre": self.centre, "parts": dict(self.parts)}

    @staticmethod
    def from_dict(raw: Mapping[str, Any]) -> Reference:
        return Reference(raw["centre"], raw["parts"])


@dataclass(frozen=True)
class Contribution:
    """group: input; roubles: RUB/month net above or below the average ad; share: the same in log units."""

    group: str
    roubles: float
    share: float

    def to_dict(self) -> dict[str, Any]:
        return {"group": self.group, "roubles": round(self.roubles), "share": round(self.share, 4)}


def log_parts(model: Model, inputs: Inputs) -> tuple[list[str], Floats]:
    """Inputs' names and their additive parts (n, names) of the log estimate; `base` is what no input carries."""
    from catboost import Pool

    encoder = model.encoder
    features = encoder.transform(VARIANTS[model.variant].visible(inputs))
    heads = (model.middle, model.tilt)
    shap = np.sum([head.get_feature_importance(Pool(features), type="ShapValues") for head in heads], axis=0)
    groups = list(encoder.groups)
    names = sorted(set(groups) - {"other"})
    columns = {
        name: shap[:, [place for place, group in enumerate(groups) if group == name]].sum(axis=1) for name in names
    }
    for place in range(len(encoder.linear.names)):
        columns[groups[place]] = columns[groups[place]] + features[:, place]
    if encoder.employer is not None:
        columns["employer"] = columns["employer"] + TRUSTED * features[:, encoder.names.index("employer_words")]
    _spread_total(
        columns, shap[:, encoder.names.index("linear_total")], features[:, : len(encoder.linear.names)], groups
    )
    base = features[:, encoder.names.index("linear_base")] + shap[:, encoder.names.index("linear_base")] + shap[:, -1]
    return [*names, "base"], np.column_stack([*(columns[name] for name in names), base])


def contributions(model: Model, reference: Reference, inputs: Inputs) -> list[list[Contribution]]:
    """Per ad or request: contributions against the average ad, the largest first; they sum to the distance up to
    what no input carries, less than a percent."""
    names, parts = log_parts(model, inputs)
    average = np.array([reference.parts[name] for name in names])
    shares = (parts - average)[:, :-1]
    total = shares.sum(axis=1)
    distance = np.exp(reference.centre + total) - np.exp(reference.centre)
    scale = np.divide(distance, total, out=np.full(len(total), np.exp(reference.centre)), where=np.abs(total) > 1e-9)
    answers = []
    for row in range(len(parts)):
        order = np.argsort(-np.abs(shares[row]), kind="stable")
        answers.append(
            [
                Contribution(names[place], float(shares[row, place] * scale[row]), float(shares[row, place]))
                for place in order
            ]
        )
    return answers


def reference_of(model: Model, inputs: Inputs) -> Reference:
    """The average over evenly chosen ads."""
    rows = np.unique(np.linspace(0, len(inputs) - 1, min(REFERENCE_ROWS, len(inputs))).astype(np.int64))
    names, parts = log_parts(model, inputs.take(rows))
    means = parts.mean(axis=0)
    return Reference(float(means.sum()), dict(zip(names, means.tolist(), strict=True)))


def _spread_total(columns: dict[str, Floats], shap_of_total: Floats, linear: Floats, groups: list[str]) -> None:
    """Share CatBoost's correction for the linear total out over the inputs by the size of their linear parts."""
    size = np.abs(linear)
    weight = size / np.maximum(size.sum(axis=1, keepdims=True), 1e-9)
    for place in range(linear.shape[1]):
        columns[groups[place]] = columns[groups[place]] + shap_of_total * weight[:, place]
