"""What each kind of job is: its usual name, skills, grades and pay, with the counts behind them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from salary_assets.storage.schemas.clusters import ClusterProfiles
from salary_assets.storage.vocabulary import GRADES

TOP_SKILLS = 15
TOP_TITLES = 20
LEAST_SHARE = 0.1
"""A skill that fewer of a group's vacancies name is not part of its profile."""


def profiles(vacancies: pd.DataFrame, mapped: pd.DataFrame, assigned: pd.DataFrame) -> pd.DataFrame:
    """Vacancies, their skills and groups -> the table cluster_profiles. Pay is net RUB a month."""
    columns = ["vacancy_id", "title", "employer_key", "grades", "pay_lower", "pay_upper"]
    rows = assigned[["vacancy_id", "job_cluster_id", "position", "family_id"]].merge(
        vacancies[columns], on="vacancy_id"
    )
    rows["pay"] = rows[["pay_lower", "pay_upper"]].mean(axis=1)
    by_group = rows.groupby("job_cluster_id", sort=True)
    table = by_group.agg(
        position=("position", "first"),
        family_id=("family_id", "first"),
        vacancies=("vacancy_id", "size"),
        employers=("employer_key", "nunique"),
        paid=("pay", "count"),
    ).astype({"vacancies": "Int64", "employers": "Int64", "paid": "Int64"})
    for name, share in (("pay_p25", 0.25), ("pay_p50", 0.5), ("pay_p75", 0.75)):
        table[name] = by_group["pay"].quantile(share)
    titles = _ranked(rows.dropna(subset=["title"]), "title", TOP_TITLES)
    table["titles"] = _lists(titles, table.index)
    table["name"] = table["titles"].map(lambda found: found[0] if found else "-").astype("str")
    largest = table.sort_values(["employers", "vacancies"], ascending=False, kind="stable").drop_duplicates("family_id")
    table["family"] = table["family_id"].map(largest.dropna(subset=["family_id"]).set_index("family_id")["name"])
    table["grades"] = _lists(
        _ranked(rows.explode("grades").dropna(subset=["grades"]), "grades", len(GRADES)), table.index
    )
    table["top_skills"] = _lists(_telling(mapped, assigned), table.index)
    return ClusterProfiles.checked(table.reset_index())


def _ranked(rows: pd.DataFrame, column: str, top: int) -> pd.Series:
    """Group -> values of a column, first what most employers name (one may repeat its title hundreds of times)."""
    by_value = rows.groupby(["job_cluster_id", column])
    counted = by_value.agg(employers=("employer_key", "nunique"), count=("vacancy_id", "size")).reset_index()
    order = ["job_cluster_id", "employers", "count", column]
    ordered = counted.sort_values(order, ascending=[True, False, False, True], kind="stable")
    return ordered.groupby("job_cluster_id")[column].agg(lambda values: list(values.head(top)))


def _telling(mapped: pd.DataFrame, assigned: pd.DataFrame) -> pd.Series:
    """Group -> its most telling skills: named by many of its vacancies and by few of the others."""
    named = mapped[["vacancy_id", "canon"]].merge(assigned[["vacancy_id", "job_cluster_id"]], on="vacancy_id")
    inside = named.groupby(["job_cluster_id", "canon"]).size().rename("count").reset_index()
    size = assigned.groupby("job_cluster_id").size()
    overall = named.groupby("canon").size() / max(len(assigned), 1)
    inside["share"] = inside["count"] / inside["job_cluster_id"].map(size).astype("float64")
    inside["telling"] = inside["share"] * (inside["share"] / inside["canon"].map(overall).astype("float64")).clip(
        lower=1
    ).pow(0.5)
    kept = inside[inside["share"] >= LEAST_SHARE]
    ordered = kept.sort_values(["job_cluster_id", "telling", "canon"], ascending=[True, False, True], kind="stable")
    return ordered.groupby("job_cluster_id")["canon"].agg(lambda values: list(values.head(TOP_SKILLS)))


def _lists(found: pd.Series, index: pd.Index) -> pd.Series:
    lookup: dict[Any, list[str]] = found.to_dict()
    return pd.Series([lookup.get(group, []) for group in index], index=index, dtype=object)
