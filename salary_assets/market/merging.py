"""Ads of one group -> vacancies: a job advertised in one place without a long pause is one vacancy.

The near-duplicate group is wider: it holds one text in every city and year, so that training and test never share it.
A chain that seeks people in forty cities has forty vacancies of one group; an ad repeated a year later is a new one.
"""

from __future__ import annotations

import pandas as pd

from salary_assets.postings.duplicates import DESCRIBING_COLUMNS, repeats_of

PAUSE = pd.Timedelta(days=45)
"""hh.ru publishes an ad for 30 days; half as much again is left for a late renewal."""


def merge_ads(ads: pd.DataFrame) -> pd.DataFrame:
    """Which vacancy each ad belongs to.

    `ads` has posting_id, cluster_id, place (null where the ad names none) and what `repeats_of` asks for. Returns, on
    its index: vacancy_id (posting id of the vacancy's representative), kind (how the ad repeats it).
    """
    numbers = _runs(ads)
    roles = repeats_of(ads[["posting_id", *DESCRIBING_COLUMNS]], numbers)
    return pd.DataFrame({"vacancy_id": roles["representative"], "kind": roles["kind"]}, index=ads.index)


def _runs(ads: pd.DataFrame) -> pd.Series[str]:
    """Name of each ad's run: ads of one group and place, each at most PAUSE after the one before.

    An ad that names no place joins the nearest run of its group in time, if one is within PAUSE.
    """
    placed = ads[ads["place"].notna()].sort_values(["cluster_id", "place", "published_at", "posting_id"], kind="stable")
    runs = _numbered(placed, ["cluster_id", "place"])
    placeless = ads[ads["place"].isna()].sort_values(["published_at", "posting_id"], kind="stable")
    by_time = placed.assign(run=runs)[["cluster_id", "published_at", "run"]].sort_values(["published_at", "run"])
    nearest = pd.merge_asof(
        placeless[["cluster_id", "published_at"]],
        by_time,
        on="published_at",
        by="cluster_id",
        direction="nearest",
        tolerance=PAUSE,
    )
    joined = pd.Series(nearest["run"].to_numpy(), index=placeless.index, dtype="str")
    alone = placeless[joined.isna()].sort_values(["cluster_id", "published_at", "posting_id"], kind="stable")
    everyone: pd.Series[str] = pd.concat([runs, joined.dropna(), _numbered(alone, ["cluster_id"])])
    return everyone.reindex(ads.index)


def _numbered(ads: pd.DataFrame, key: list[str]) -> pd.Series[str]:
    """Runs of sorted ads, each named by its first ad's posting id."""
    new = (ads[key] != ads[key].shift()).any(axis=1) | (ads["published_at"].diff() > PAUSE)
    return ads["posting_id"].where(new).ffill().astype("str")
