"""The ads that advice is measured on: one row per IT vacancy with its skills, and the ads nearest to a resume."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

MARKET_COLUMNS = [
    "vacancy_id",
    "position",
    "title",
    "job_cluster_id",
    "grades",
    "experience_min",
    "city",
    "work_formats",
    "month",
    "employer_key",
    "skills",
    "pay_lower",
    "pay_upper",
]
LEAST_NEIGHBOURS = 30
MOST_NEIGHBOURS = 300
COVERED = 0.6


@dataclass(frozen=True)
class Market:
    """ads: MARKET_COLUMNS, `skills` as canonical ids. names: canonical id -> name, IT skills only.

    associations: `associations.skill_associations(ads)`.
    """

    ads: pd.DataFrame
    names: dict[str, str]
    associations: pd.DataFrame


@dataclass(frozen=True)
class Neighbourhood:
    """Ads nearest to a resume. `shares`: share of them that names a skill."""

    ads: pd.DataFrame
    shares: pd.Series
    employers: int

    @property
    def first_month(self) -> str:
        return str(self.ads["month"].min())

    @property
    def last_month(self) -> str:
        return str(self.ads["month"].max())


def market_ads(vacancies: pd.DataFrame, mapped: pd.DataFrame, clusters: pd.DataFrame | None = None) -> pd.DataFrame:
    """Vacancies (table `vacancies`) with IT skills (table `mapped_skills`) and kinds of job -> MARKET_COLUMNS."""
    it_skills = mapped[mapped["is_it"].fillna(False).astype(bool)]
    by_vacancy = it_skills.sort_values(["vacancy_id", "canon_id"]).groupby("vacancy_id")["canon_id"].agg(list)
    ads = vacancies[vacancies["is_it"].fillna(False).astype(bool) & vacancies["position"].notna()].copy()
    listed = ads["vacancy_id"].map(by_vacancy)
    ads["skills"] = [value if isinstance(value, list) else [] for value in listed]
    if clusters is None or clusters.empty:
        ads["job_cluster_id"] = pd.Series(pd.NA, index=ads.index, dtype="str")
    else:
        ads["job_cluster_id"] = ads["vacancy_id"].map(clusters.set_index("vacancy_id")["job_cluster_id"])
    return ads[MARKET_COLUMNS].sort_values("vacancy_id").reset_index(drop=True)


def neighbourhood(market: Market, position: str | None, skills: Sequence[str]) -> Neighbourhood | None:
    """The MOST_NEIGHBOURS ads of a profession whose skills are nearest to these (cosine, rare skills count more).

    None when fewer than LEAST_NEIGHBOURS share at least two skills: then nothing should be said of demand. How near the
    nearest are is no reason for silence: two skills from another trade, rare in this one, would make all of them far.
    """
    known = [skill for skill in dict.fromkeys(skills) if skill in market.names]
    ads = market.ads if position is None else market.ads[market.ads["position"] == position]
    if len(known) < 2 or ads.empty:
        return None
    exploded = ads["skills"].explode().dropna()
    counts = exploded.value_counts()
    rarity = pd.Series(np.log(len(ads) / counts.to_numpy()), index=counts.index)
    weights = exploded.map(rarity.to_dict()).astype(float)
    norms = (weights**2).groupby(level=0).sum() ** 0.5
    shared = exploded.isin(known)
    overlap = (weights[shared] ** 2).groupby(level=0).sum()
    enough = shared.groupby(level=0).sum().reindex(overlap.index) >= 2
    nearness = (overlap / norms.reindex(overlap.index))[enough]
    nearness = nearness.sort_values(ascending=False, kind="stable").head(MOST_NEIGHBOURS)
    if len(nearness) < LEAST_NEIGHBOURS:
        return None
    near = ads.loc[nearness.index]
    shares = near["skills"].explode().value_counts() / len(near)
    return Neighbourhood(near, shares, int(near["employer_key"].nunique()))


def covered(ads: pd.DataFrame, skills: set[str]) -> int:
    """Ads of which these skills cover at least COVERED of the skills named."""
    return sum(len(skills & set(asked)) >= COVERED * len(asked) for asked in ads["skills"] if asked)
