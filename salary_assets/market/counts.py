"""How many rows each step of the market tables keeps, from the tables themselves: a report needs no run's log."""

from __future__ import annotations

from collections import Counter

import pandas as pd


def step_counts(labels: pd.DataFrame, vacancies: pd.DataFrame) -> dict[str, int]:
    """Rows before and after each step from labelled postings to vacancies, in the order of the steps.

    labels: posting_id, published_at, kind of LabelledPostings (all parts that the vacancies were made of). vacancies:
    cluster_id, members, pay_status of Vacancies.
    """
    newest = newest_of_each(labels)
    counts = {"labelled": len(newest)}
    for kind in ("resume", "other"):
        counts[f"left out: {kind}"] = int((newest["kind"] == kind).sum())
    counts["vacancy ads"] = int((newest["kind"] == "vacancy").sum())
    counts["near-duplicate groups"] = int(vacancies["cluster_id"].nunique())
    kinds = Counter(member["kind"] for members in vacancies["members"] for member in members)
    counts |= {f"merged as {kind}": kinds[kind] for kind in sorted(kinds) if kind != "itself"}
    counts["vacancies"] = len(vacancies)
    statuses = vacancies["pay_status"].value_counts()
    return counts | {f"pay {status}": int(statuses[status]) for status in sorted(statuses.index)}


def newest_of_each(ads: pd.DataFrame) -> pd.DataFrame:
    """An ad published again in a later month is in both months' parts: one row each, of its last publication."""
    return ads.sort_values(["published_at", "posting_id"], kind="stable").drop_duplicates("posting_id", keep="last")
