"""Vacancies with comparable pay -> the training set: inputs without a trace of pay, and the pay bounds as targets.

Nothing else in the product hands text to the model, so this is where pay is masked for good.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import pandas as pd

from salary_assets.money.pay import mask_pay
from salary_assets.storage.schemas import TrainingSet

_LONG_NUMBER = re.compile(r"\d[\d\s.,]{2,}\d")

COPIED = [
    "vacancy_id",
    "employer_key",
    "employer_name",
    "published_at",
    "month",
    "source",
    "position",
    "grades",
    "experience_min",
    "experience_max",
    "work_formats",
    "employment",
    "city",
    "region",
    "federal_district",
    "country",
    "roles_raw",
    "specializations_raw",
    "schedule_raw",
    "experience_raw",
    "pay_lower",
    "pay_upper",
]


def build_training_set(vacancies: pd.DataFrame, mapped: pd.DataFrame, clusters: pd.DataFrame) -> pd.DataFrame:
    """Tables `vacancies`, `mapped_skills`, `vacancy_clusters` -> table `training_set`, one row per vacancy with pay.

    Only vacancies whose pay is comparable are rows; the others are counted in `employer_ads`. Title and text lose
    every amount of money, the text every digit, and the title every number of four digits or more.
    """
    rows = inputs_of(vacancies, mapped, clusters)
    paid = (rows["pay_lower"].notna() | rows["pay_upper"].notna()).to_numpy()
    return TrainingSet.checked(rows[paid])


def inputs_of(vacancies: pd.DataFrame, mapped: pd.DataFrame, clusters: pd.DataFrame) -> pd.DataFrame:
    """The same rows for all vacancies, paid or not: what a prediction is made from."""
    rows = vacancies[COPIED].copy()
    comparable = (vacancies["pay_status"] == "comparable").to_numpy()
    rows.loc[~comparable, ["pay_lower", "pay_upper"]] = np.nan
    rows["group"] = vacancies["cluster_id"]
    rows["employer_ads"] = (
        vacancies.groupby("employer_key")["vacancy_id"].transform("size").astype("Int64").reindex(rows.index)
    )
    rows["title"] = masked_titles(vacancies["title"])
    rows["text"] = masked_texts(vacancies["text"])
    rows["job_cluster_id"] = _by_vacancy(rows, clusters.set_index("vacancy_id")["job_cluster_id"])
    skills = mapped.sort_values(["vacancy_id", "canon_id"]).groupby("vacancy_id")["canon_id"].agg(list)
    rows["skills"] = [found if isinstance(found, list) else [] for found in rows["vacancy_id"].map(skills)]
    return rows[TrainingSet.column_names()].sort_values("vacancy_id").reset_index(drop=True)


def masked_titles(titles: pd.Series) -> pd.Series:
    """Titles without amounts of money, as `masked_title` reads each."""
    unique = {title: masked_title(title) for title in titles.fillna("").unique()}
    return titles.fillna("").map(unique).astype("str")


@lru_cache(maxsize=50_000)
def masked_title(title: str) -> str:
    """A title without amounts of money. Short numbers stay: they name products (1C 8.3, level 2)."""
    masked = mask_pay(title, " ") if title else ""
    return " ".join(_LONG_NUMBER.sub(" ", masked).split())


def masked_texts(texts: pd.Series) -> pd.Series:
    """Texts without amounts of money and with every digit as 0, so that a missed amount says nothing either."""
    masked = pd.Series([mask_pay(text, " ") for text in texts.fillna("")], index=texts.index, dtype="str")
    return masked.str.replace(r"\d+", "0", regex=True)


def _by_vacancy(rows: pd.DataFrame, values: pd.Series) -> pd.Series:
    found = rows["vacancy_id"].map(values.to_dict())
    return found.astype("str").where(found.notna())
