"""What a prediction is made from, as plain columns: the same for a training set, for items and for one request.

Plain lists, because a pandas frame of one row costs more time than the whole prediction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from salary_assets.salary.arrays import Floats, Ints

EPOCH_YEAR = 2017
"""Months are counted from January of this year, where the bundled exchange rates begin."""


NOT_IN_A_RESUME = (
    "text",
    "roles",
    "specializations",
    "job_cluster_id",
    "schedule",
    "employment",
    "employer_key",
    "employer_ads",
)
"""Columns that an ad has and a person's request has not."""


@dataclass(frozen=True)
class Inputs:
    """Columns of n ads or requests. Missing: "" in text columns, NaN in numbers, empty list in lists.

    months: publication, months since January 2017. employer_ads: vacancies of the employer in the data.
    """

    title: list[str]
    text: list[str]
    skills: list[list[str]]
    position: list[str]
    job_cluster_id: list[str]
    grades: list[list[str]]
    roles: list[list[str]]
    specializations: list[list[str]]
    work_formats: list[list[str]]
    employment: list[str]
    schedule: list[str]
    city: list[str]
    region: list[str]
    country: list[str]
    source: list[str]
    employer_key: list[str]
    employer_ads: Floats
    experience_min: Floats
    experience_max: Floats
    months: Floats

    def __len__(self) -> int:
        return len(self.title)

    def take(self, rows: Ints) -> Inputs:
        """The given rows, in the given order."""
        chosen: dict[str, Any] = {}
        for field in fields(self):
            values = getattr(self, field.name)
            chosen[field.name] = values[rows] if isinstance(values, np.ndarray) else [values[row] for row in rows]
        return Inputs(**chosen)

    def without(self, names: Sequence[str]) -> Inputs:
        """These columns made missing in every row."""
        missing: dict[str, Any] = {}
        for name in names:
            values = getattr(self, name)
            if isinstance(values, np.ndarray):
                missing[name] = np.full(len(self), np.nan)
            else:
                empty: Any = [] if len(values) and isinstance(values[0], list) else ""
                missing[name] = [empty] * len(self)
        return replace(self, **missing)


def from_frame(frame: pd.DataFrame) -> Inputs:
    """Rows of table `training_set` (the pay columns are not read) -> Inputs."""
    published = frame["published_at"]
    months = (published.dt.year - EPOCH_YEAR) * 12 + published.dt.month - 1 + (published.dt.day - 1) / 31
    return Inputs(
        title=_texts(frame["title"]),
        text=_texts(frame["text"]),
        skills=_lists(frame["skills"]),
        position=_texts(frame["position"]),
        job_cluster_id=_texts(frame["job_cluster_id"]),
        grades=_lists(frame["grades"]),
        roles=_lists(frame["roles_raw"]),
        specializations=_lists(frame["specializations_raw"]),
        work_formats=_lists(frame["work_formats"]),
        employment=_texts(frame["employment"]),
        schedule=_texts(frame["schedule_raw"]),
        city=_texts(frame["city"]),
        region=_texts(frame["region"]),
        country=_texts(frame["country"]),
        source=_texts(frame["source"]),
        employer_key=_texts(frame["employer_key"]),
        employer_ads=frame["employer_ads"].to_numpy(dtype=float, na_value=np.nan),
        experience_min=frame["experience_min"].to_numpy(dtype=float),
        experience_max=frame["experience_max"].to_numpy(dtype=float),
        months=months.to_numpy(dtype=float),
    )


def months_since_epoch(moment: datetime) -> float:
    """Months since January 2017 of a time."""
    return (moment.year - EPOCH_YEAR) * 12 + moment.month - 1 + (moment.day - 1) / 31


def _texts(values: pd.Series) -> list[str]:
    return [value if isinstance(value, str) else "" for value in values.tolist()]


def _lists(values: pd.Series) -> list[list[str]]:
    return [list(value) if isinstance(value, Sequence | np.ndarray) else [] for value in values.tolist()]
