"""Markup -> labels: what hh.ru, Habr Career, geekjob and others state in fields of their own.

Ids and words of the sources are read through the same lexicons as text, so that a new source needs no code here.
"""

from __future__ import annotations

import functools
import re
from typing import cast

from salary_assets.labelling.ad import Ad
from salary_assets.labelling.experience import find_experience
from salary_assets.labelling.grades import GradeMention, grade_hits, in_order
from salary_assets.labelling.lexicon import read_table
from salary_assets.labelling.places import Place, place_of
from salary_assets.labelling.professions import profession_of
from salary_assets.labelling.reading import read
from salary_assets.labelling.schema import Pay
from salary_assets.labelling.terms import find_formats, stated_employment
from salary_assets.money.pay_text import flatten
from salary_assets.storage.vocabulary import (
    NOT_IT,
    POSITIONS,
    WORK_FORMATS,
    Employment,
    Grade,
    Period,
    Tax,
    WorkFormat,
)

_EXPERIENCE_IDS = {
    "noExperience": (0.0, 1.0),
    "between1And3": (1.0, 3.0),
    "between3And6": (3.0, 6.0),
    "moreThan6": (6.0, None),
}
"""hh.ru's dictionary `experience` (api.hh.ru/dictionaries), in years."""

_FORMAT_IDS = {"REMOTE": "remote", "HYBRID": "hybrid", "ON_SITE": "office", "remote": "remote"}
"""hh.ru's dictionaries `work_format` and, before 2024, `schedule`. FIELD_WORK and the other schedules name none."""

_NO_FORMATS = frozenset(("fullDay", "shift", "flexible", "flyInFlyOut", "FIELD_WORK"))
_NUMBER = re.compile(r"\d{1,2}(?:\.\d)?")


def stated_position(ad: Ad) -> str | None:
    """The catalogue's profession that the source's role stands for; None where it states none of IT."""
    for role in ad.roles_raw:
        if role in _roles():
            return _roles()[role]
        if role in POSITIONS:
            return role
        position, weight = profession_of(flatten(role).text)
        if position and position != NOT_IT and weight >= 20:
            return position
    return None


def specialised_position(ad: Ad) -> str | None:
    """The profession that hh.ru's earlier specializations hint at, the most telling first."""
    named = set(ad.specializations_raw)
    return next((position for mark, position in _specializations() if mark in named), None)


def stated_grades(ad: Ad) -> list[Grade]:
    """Grades of the source's own field, lowest first."""
    mentions = [
        GradeMention(hit.meaning.grade, hit.start, hit.end)
        for raw in ad.grades_raw
        for hit in grade_hits(flatten(raw).text)
    ]
    return in_order(mentions)


def stated_experience(ad: Ad) -> tuple[float | None, float | None] | None:
    """Years asked for (least, most), or None where the source states nothing that can be read."""
    raw = ad.experience_raw
    if raw is None:
        return None
    return _experience(raw)


@functools.lru_cache(maxsize=1000)
def _experience(raw: str) -> tuple[float | None, float | None] | None:
    if raw in _EXPERIENCE_IDS:
        return _EXPERIENCE_IDS[raw]
    if _NUMBER.fullmatch(raw):
        return float(raw), None
    words = flatten(raw).text
    if words in ("нет опыта", "не требуется", "без опыта", "no experience") or "no exp" in words:
        return _EXPERIENCE_IDS["noExperience"]
    found = find_experience(read(f"опыт: {words}"))
    return (found.least, found.most) if found else None


def stated_formats(ad: Ad) -> list[WorkFormat]:
    """Work formats of the source's fields."""
    named: set[str] = set()
    for raw in (*ad.work_formats_raw, *([ad.schedule_raw] if ad.schedule_raw else [])):
        named.update(_formats(raw))
    return [value for value in WORK_FORMATS if value in named]


@functools.lru_cache(maxsize=1000)
def _formats(raw: str) -> tuple[str, ...]:
    if raw in _FORMAT_IDS:
        return (_FORMAT_IDS[raw],)
    if raw in _NO_FORMATS:
        return ()
    return tuple(mention.value for mention in find_formats(read(f"формат работы: {raw}")))


def stated_employment_of(ad: Ad) -> Employment | None:
    """Kind of employment of the source's fields."""
    for raw in (ad.employment_raw, ad.schedule_raw):
        words = flatten(raw).text.strip() if raw else ""
        for part in (words, *words.split(", ")):
            if part in stated_employment():
                return cast(Employment, stated_employment()[part])
    return None


def stated_place(ad: Ad) -> Place | None:
    """The place that the source states; a town that the gazetteer does not know keeps its name and country."""
    place = _place(ad.area_name) if ad.area_name else None
    country = _place(ad.country) if ad.country else None
    if place:
        return place
    if ad.area_name and country:
        return Place(ad.area_name, None, None, country.country)
    return country


@functools.lru_cache(maxsize=5000)
def _place(name: str) -> Place | None:
    return place_of(name)


def stated_pay(ad: Ad) -> Pay | None:
    """Pay that the source states in numbers."""
    if ad.pay_from is None and ad.pay_to is None:
        return None
    return Pay.model_construct(
        raw=ad.pay_raw or "",
        amount_from=ad.pay_from,
        amount_to=ad.pay_to,
        currency=ad.currency,
        tax=cast(Tax, ad.tax or "unknown"),
        period=cast(Period, ad.period or "month"),
        bonus=False,
    )


@functools.cache
def _roles() -> dict[str, str]:
    return {row["id"]: row["position"] for row in read_table("specializations.csv") if row["markup"] == "role"}


@functools.cache
def _specializations() -> tuple[tuple[str, str], ...]:
    rows = read_table("specializations.csv")
    return tuple((row["id"], row["position"]) for row in rows if row["markup"] == "specialization")
