"""What a labeller is given of a posting: its words and what its source stated in markup."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from salary_assets.storage.schemas import Postings


@dataclass(frozen=True, slots=True, kw_only=True)
class Ad:
    """A posting to label. `*_raw` are the source's ids or words; pay as stated, currency ISO 4217."""

    text: str
    posting_id: str = ""
    content_hash: str = ""
    title: str | None = None
    area_name: str | None = None
    country: str | None = None
    pay_raw: str | None = None
    pay_from: float | None = None
    pay_to: float | None = None
    currency: str | None = None
    tax: str | None = None
    period: str | None = None
    experience_raw: str | None = None
    schedule_raw: str | None = None
    employment_raw: str | None = None
    work_formats_raw: tuple[str, ...] = ()
    grades_raw: tuple[str, ...] = ()
    roles_raw: tuple[str, ...] = ()
    specializations_raw: tuple[str, ...] = ()
    skills_raw: tuple[str, ...] = ()


_COLUMNS = list(Ad.__slots__)


def ads_of(postings: pd.DataFrame) -> Iterator[Ad]:
    """The ads of a frame of the `postings` contract, in its order."""
    for record in Postings.records(postings[_COLUMNS]):
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in record.items()
        }
        yield Ad(**values)
