"""Who discloses pay: how likely an ad of a kind is to state it, and weights that make the disclosing ads speak for all.

Most ads are silent about pay, and not at random. A figure of disclosed pay is therefore shown beside the same figure
with each ad weighted by the inverse of its chance to disclose.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

FACTORS = ["position", "source", "where", "experience"]
LISTED = ["grade", "work_format"]
LEAST_CHANCE = 0.05
"""No ad speaks for more than twenty."""
LEAST_ROWS = 200


@dataclass(frozen=True)
class Disclosure:
    """chance: probability of each ad of the frame to have comparable pay, given what kind of ad it is.

    standardised: by factor and value, the share that would have comparable pay if all ads of the frame had that value
    and stayed as they are in everything else (g-computation).
    """

    chance: pd.Series[float]
    standardised: dict[str, dict[str, float]]


def disclosure(frame: pd.DataFrame) -> Disclosure:
    """Fitted to a frame of `report_frame` by a logistic regression.

    Where there are too few ads, or all or none disclose, the chance is the plain share and nothing is standardised.
    """
    comparable = frame["comparable"].to_numpy(bool)
    share = comparable.mean() if len(frame) else 0.0
    if len(frame) < LEAST_ROWS or share in (0.0, 1.0):
        return Disclosure(pd.Series(max(share, LEAST_CHANCE), index=frame.index, dtype="float64"), {})
    from scipy.special import expit
    from sklearn.linear_model import LogisticRegression

    features = kind_features(frame)
    model = LogisticRegression(C=1.0, max_iter=500).fit(features, comparable)
    effects = pd.Series(model.coef_[0], index=features.columns)
    score = features.to_numpy() @ effects.to_numpy() + model.intercept_[0]
    standardised: dict[str, dict[str, float]] = {}
    for factor in FACTORS + LISTED:
        own = [name for name in features.columns if name.startswith(f"{factor}_")]
        rest = score - features[own].to_numpy() @ effects[own].to_numpy()
        standardised[factor] = {name[len(factor) + 1 :]: float(expit(rest + effects[name]).mean()) for name in own}
    return Disclosure(pd.Series(np.clip(expit(score), LEAST_CHANCE, 1.0), index=frame.index), standardised)


def kind_features(frame: pd.DataFrame) -> pd.DataFrame:
    """Indicators of the kinds of ads, a column for each value of FACTORS and LISTED; columns sorted."""
    plain = pd.get_dummies(frame[FACTORS], dtype=float)
    listed = [_indicators(frame[name], name) for name in LISTED]
    return pd.concat([plain, *listed], axis=1)


def _indicators(lists: pd.Series[list[str]], name: str) -> pd.DataFrame:
    values = sorted({value for one in lists for value in one})
    columns = {f"{name}_{value}": [float(value in one) for one in lists] for value in values}
    return pd.DataFrame(columns, index=lists.index)
