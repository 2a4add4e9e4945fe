"""Posting: one version of one advertisement as a typed row, the same whatever source it came from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter

import pandas as pd

from salary_assets.storage.schemas import Postings


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A row of the `postings` table; its contract says what each field means. Money stays as stated."""

    source: str
    native_id: str
    published_at: datetime
    published_raw: str
    published_precision: str
    fetched_at: datetime
    transport: str
    origin: str
    text: str
    content_hash: str
    version: int = 1
    title: str | None = None
    language: str | None = None
    employer_id: str | None = None
    employer_name: str | None = None
    area_id: str | None = None
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
    url: str | None = None
    archived: bool | None = None
    unknown_keys: str | None = None

    @property
    def posting_id(self) -> str:
        return f"{self.source}/{self.native_id}"


_NAMES = ("posting_id", *(field.name for field in fields(Posting)))
_VALUES = attrgetter(*_NAMES)


def postings_frame(postings: Iterable[Posting]) -> pd.DataFrame:
    """Postings -> a frame with the columns and types of the `postings` contract, in the given order."""
    return Postings.frame([dict(zip(_NAMES, _VALUES(posting), strict=True)) for posting in postings])


def content_hash(parts: Iterable[object]) -> str:
    """SHA-256 of what an ad says: letter case and blanks do not count, the order of parts does."""
    said = "\x1f".join("" if part is None else " ".join(str(part).casefold().split()) for part in parts)
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
