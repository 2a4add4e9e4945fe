"""Vacancies as the report counts them: the Russian IT market, with the groups by which people compare pay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

MOSCOW_REGIONS = ("Москва", "Московская область")
PETERSBURG_REGIONS = ("Санкт-Петербург", "Ленинградская область")
NOT_STATED = "not_stated"


@dataclass(frozen=True)
class Kinds:
    """Tables vacancy_clusters and cluster_profiles."""

    clusters: pd.DataFrame
    profiles: pd.DataFrame


def report_frame(vacancies: pd.DataFrame, kinds: Kinds | None = None) -> pd.DataFrame:
    """The vacancies of the report, one row each, on a fresh index.

    Work in IT, in Russia or in no named country. Columns of the Vacancies contract, and: where (moscow, petersburg,
    regions, not_stated), year (YYYY), experience (0, 1-3, 3-6, 6+, not_stated), grade and work_format (lists,
    [not_stated] where the ad names none), family (line of work, null without one), disclosed (pay is stated),
    comparable (and could be made comparable). A profession that nobody read is the one that skills point to, if any.
    """
    at_home = vacancies["country"].isna() | (vacancies["country"] == "RU")
    frame = vacancies[at_home & vacancies["is_it"].fillna(False).astype(bool)].reset_index(drop=True)
    frame["where"] = np.select(
        [frame["region"].isin(MOSCOW_REGIONS), frame["region"].isin(PETERSBURG_REGIONS), frame["region"].notna()],
        ["moscow", "petersburg", "regions"],
        NOT_STATED,
    )
    frame["year"] = frame["month"].str[:4]
    frame["experience"] = experience_band(frame["experience_min"], frame["experience_max"])
    frame["grade"] = _or_not_stated(frame["grades"])
    frame["work_format"] = _or_not_stated(frame["work_formats"])
    frame["family"] = pd.Series(None, frame.index, dtype="str")
    if kinds is not None:
        assigned = kinds.clusters.set_index("vacancy_id").reindex(frame["vacancy_id"]).set_axis(frame.index)
        names = (
            kinds.profiles.dropna(subset=["family_id"]).drop_duplicates("family_id").set_index("family_id")["family"]
        )
        frame["family"] = assigned["family_id"].map(names).astype("str")
        frame["position"] = frame["position"].fillna(assigned["position_guessed"])
    frame["position"] = frame["position"].fillna(NOT_STATED)
    frame["federal_district"] = frame["federal_district"].fillna(NOT_STATED)
    frame["disclosed"] = frame["pay_status"] != "not_stated"
    frame["comparable"] = frame["pay_status"] == "comparable"
    return frame


def experience_band(least: pd.Series[float], most: pd.Series[float]) -> pd.Series[str]:
    """hh.ru's bands by the least experience asked; an ad that only names a most is taken by that."""
    years = least.fillna(most.where(most <= 1, np.nan) * 0)
    bands = [years.isna(), years < 1, years < 3, years < 6]
    names = np.select([band.to_numpy() for band in bands], [NOT_STATED, "0", "1-3", "3-6"], "6+")
    return pd.Series(names, index=least.index, dtype="str")


def _or_not_stated(lists: pd.Series[list[str]]) -> pd.Series[list[str]]:
    return pd.Series([one or [NOT_STATED] for one in lists], index=lists.index, dtype=object)
