"""How pay goes with a skill once everything else that ads say is held equal. Never the raw gap.

The raw gap misleads: PostgreSQL and Docker went with +50 % in 2 668 real ads and with 0 and +3 % after controls
for title, experience, city and other skills. What is left is still an association in ads, not an effect of learning.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import t

COLUMNS = ["position", "canon_id", "vacancies", "paid", "employers", "raw", "adjusted", "low", "high", "clear"]
LEAST_PAID = 30
"""Skills named by fewer paid vacancies get no figure."""

LEAST_APART = 15.0
"""A skill that kind of job or other skills nearly imply cannot be told from them: its own variation, in ads, must
reach this."""

LEAST_POSITION = 80
SKILL_RIDGE, CONTROL_RIDGE = 2.0, 0.1
"""Skills are shrunk towards no difference; controls hardly, for a shrunk control leaves its share to the skills."""

CLEAR = 0.05
"""A difference is called clear at this error over all skills of a profession (Holm)."""


@dataclass(frozen=True)
class Design:
    """One profession's ads as numbers: columns of `features` are controls, then skills."""

    features: np.ndarray
    log_pay: np.ndarray
    groups: np.ndarray
    skills: list[str]
    skills_at: int


def skill_associations(market: pd.DataFrame, seed: int = 0, draws: int = 200) -> pd.DataFrame:
    """Per profession and skill: share of log pay that goes with the skill, with a 95 % interval.

    market: columns of `resume.market.MARKET_COLUMNS`, pay in net RUB/month. Returns COLUMNS: `vacancies` and `paid`
    count ads that name the skill, `employers` those of the paid ones; `raw`, `adjusted`, `low`, `high` are relative
    differences (0.05 = 5 % more). The interval is a bootstrap over employers. `clear` says that the difference is
    not chance even among the many skills looked at. Same input and seed, same figures.
    """
    frames = [
        _of_position(str(position), rows, seed, draws) for position, rows in market.groupby("position", sort=True)
    ]
    frames = [frame for frame in frames if len(frame)]
    if not frames:
        return pd.DataFrame(columns=COLUMNS)
    found = pd.concat(frames, ignore_index=True)
    return found.assign(clear=_holm(found["chance"].to_numpy(dtype=float)))[COLUMNS]


def _of_position(position: str, rows: pd.DataFrame, seed: int, draws: int) -> pd.DataFrame:
    named = rows["skills"].explode().value_counts()
    paid = rows[rows["pay_lower"].notna() | rows["pay_upper"].notna()]
    counts = paid["skills"].explode().value_counts()
    chosen = sorted(str(skill) for skill in counts.index[counts >= LEAST_PAID])
    if len(paid) < LEAST_POSITION or not chosen:
        return pd.DataFrame(columns=COLUMNS)
    design = _design(paid, chosen)
    adjusted, deviation = _ridge_with_deviation(design, seed, draws)
    has = design.features[:, design.skills_at :] > 0
    employers = paid["employer_key"].fillna("").to_numpy()
    counted = np.array([len(set(employers[has[:, column]])) for column in range(len(chosen))])
    reach = t.ppf(0.975, np.maximum(counted - 1, 1)) * deviation
    found = pd.DataFrame(
        {
            "position": position,
            "canon_id": chosen,
            "vacancies": [int(named[skill]) for skill in chosen],
            "paid": has.sum(axis=0),
            "employers": counted,
            "raw": [_raw_gap(design.log_pay, has[:, column]) for column in range(len(chosen))],
            "adjusted": np.expm1(adjusted),
            "low": np.expm1(adjusted - reach),
            "high": np.expm1(adjusted + reach),
            "chance": 2 * t.sf(np.abs(adjusted) / deviation, np.maximum(counted - 1, 1)),
        }
    )
    return found[_apart(design) >= LEAST_APART]


def _raw_gap(log_pay: np.ndarray, has: np.ndarray) -> float:
    return float(np.expm1(np.median(log_pay[has]) - np.median(log_pay[~has]))) if has.any() and not has.all() else 0.0


def _design(paid: pd.DataFrame, skills: list[str]) -> Design:
    """Controls: kind of job, grade, experience, city, format, month, which bound the ad states; then skills.

    An ad with one bound enters by that bound, beside a control that says so: what a missing bound would have been is
    never made up.
    """
    grade = paid["grades"].str[0].fillna("unknown")
    city = paid["city"].fillna("unknown")
    city = city.where(city.map(city.value_counts()) >= 10, "elsewhere")
    title = paid["job_cluster_id"].fillna("unknown")
    title = title.where(title.map(title.value_counts()) >= 8, "other")
    months = pd.to_datetime(paid["month"]).dt.year * 12 + pd.to_datetime(paid["month"]).dt.month
    spread = pd.concat(
        [
            pd.get_dummies(grade, prefix="grade", dtype=float),
            pd.get_dummies(city, prefix="city", dtype=float),
            pd.get_dummies(title, prefix="title", dtype=float),
        ],
        axis=1,
    )
    spread["remote"] = [float("remote" in formats) for formats in paid["work_formats"]]
    spread["experience"] = paid["experience_min"].fillna(paid["experience_min"].median()).fillna(0.0) / 5
    spread["month"] = (months - months.mean()) / 12
    spread["only_lower"] = paid["pay_upper"].isna().astype(float)
    spread["only_upper"] = paid["pay_lower"].isna().astype(float)
    position = {skill: column for column, skill in enumerate(skills)}
    has = np.zeros((len(paid), len(skills)))
    for row, names in enumerate(paid["skills"]):
        for name in names:
            if name in position:
                has[row, position[name]] = 1.0
    pay = paid[["pay_lower", "pay_upper"]].mean(axis=1).to_numpy(dtype=float)
    alone = pd.Series(paid.index.astype(str), index=paid.index)
    groups = pd.factorize(paid["employer_key"].fillna(alone))[0]
    return Design(np.hstack([spread.to_numpy(), has]), np.log(pay), groups, skills, spread.shape[1])


def _apart(design: Design) -> np.ndarray:
    """Sum of squares of each skill after all other columns explain what they can: about the number of ads in which
    it comes or goes on its own."""
    centred = design.features - design.features.mean(axis=0)
    inverse = np.linalg.inv(centred.T @ centred + 1e-3 * np.eye(centred.shape[1]))
    return 1 / np.diag(inverse)[design.skills_at :]


def _holm(chances: np.ndarray) -> np.ndarray:
    """Which of several findings stand at CLEAR when all were looked for at once (Holm 1979)."""
    order = np.argsort(chances, kind="stable")
    allowed = CLEAR / (len(chances) - np.arange(len(chances)))
    stands = np.cumprod(chances[order] <= allowed).astype(bool)
    result = np.empty(len(chances), dtype=bool)
    result[order] = stands
    return result


def _ridge_with_deviation(design: Design, seed: int, draws: int) -> tuple[np.ndarray, np.ndarray]:
    """Skill coefficients of a ridge regression and their standard deviation when employers are drawn whole."""
    rng = np.random.default_rng(seed)
    count = int(design.groups.max()) + 1
    point = _ridge(design, np.ones(len(design.log_pay)))
    repeated = np.empty((draws, len(point)))
    for draw in range(draws):
        weights = np.bincount(rng.integers(0, count, count), minlength=count)[design.groups].astype(float)
        repeated[draw] = _ridge(design, weights)
    return point, repeated.std(axis=0, ddof=1)


def _ridge(design: Design, weights: np.ndarray) -> np.ndarray:
    mean_x = np.average(design.features, axis=0, weights=weights)
    mean_y = np.average(design.log_pay, weights=weights)
    centred = design.features - mean_x
    weighted = centred * weights[:, None]
    penalty = np.full(centred.shape[1], CONTROL_RIDGE)
    penalty[design.skills_at :] = SKILL_RIDGE
    gram = weighted.T @ centred + np.diag(penalty)
    coefficients: np.ndarray = np.linalg.solve(gram, weighted.T @ (design.log_pay - mean_y))
    return coefficients[design.skills_at :]
