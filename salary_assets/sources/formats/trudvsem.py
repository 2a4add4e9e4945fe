"""Работа России (trudvsem.ru): the state's open vacancy data. Mostly state bodies, few IT jobs; contacts are dropped.

Field meanings: trudvsem.ru/opendata/api. Zero pay means that none is stated; amounts are per month.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from salary_assets.postings import Posting, plain_text
from salary_assets.sources.base import Feed, Format, RawAd, Refused
from salary_assets.sources.build import amount, currency_code, make_posting, many, named, once, text_of
from salary_assets.sources.dates import read_published
from salary_assets.sources.files import json_object
from salary_assets.sources.formats.json_lines import Identity, Item, json_lines, native_id
from salary_assets.sources.formats.known import unknown
from salary_assets.sources.live import Context, Live, LiveSource

ITEM_TYPE = "application/vnd.trudvsem.vacancy+json"


def is_item(item: Item) -> bool:
    return {"id", "job-name", "creation-date"} <= item.keys()


def identify(item: Item) -> Identity:
    """`creation-date` decides the month: `date_modify` moves whenever an employer touches the ad."""
    return Identity(native_id(item), item.get("creation-date"), ITEM_TYPE)


def parse(feed: Feed, raw: RawAd) -> Posting:
    """A vacancy -> posting. Raises Refused when it says nothing, or not when it was created."""
    item = json_object(raw.payload)
    odd = unknown(item, "trudvsem")
    title = text_of(item, "job-name", odd)
    requirement = _mapping(item, "requirement", odd)
    parts = [text_of(item, "duty", odd), text_of(requirement, "qualification", odd)]
    text = "\n".join(plain_text(part) for part in parts if part)
    if not title and not text:
        raise Refused("neither title nor text: nothing to label")
    company = _mapping(item, "company", odd)
    low, high = amount(item.get("salary_min")), amount(item.get("salary_max"))
    stated = low is not None or high is not None
    experience = requirement.get("experience")
    return make_posting(
        raw,
        read_published(item.get("creation-date")),
        title,
        text,
        odd,
        employer_id=text_of(company, "inn", odd) or text_of(company, "ogrn", odd),
        employer_name=text_of(company, "name", odd),
        area_id=text_of(_mapping(item, "region", odd), "region_code", odd),
        area_name=_place(item, odd),
        country="Россия",
        pay_raw=text_of(item, "salary", odd),
        pay_from=low,
        pay_to=high,
        currency=currency_code(str(item.get("currency") or "").strip("«»")) if stated else None,
        tax="unknown" if stated else None,
        period="month" if stated else None,
        experience_raw=None if experience is None else str(experience),
        schedule_raw=text_of(item, "schedule", odd),
        employment_raw=text_of(item, "employment", odd),
        skills_raw=many(item, "skills", odd, prefer="name"),
        url=text_of(item, "vac_url", odd),
    )


def _place(item: Item, odd: dict[str, Any]) -> str | None:
    """The address, else the region."""
    addresses = _mapping(item, "addresses", odd).get("address")
    entries = addresses if isinstance(addresses, list) else [addresses]
    found = once(
        entry["location"] for entry in entries if isinstance(entry, dict) and isinstance(entry.get("location"), str)
    )
    return found[0] if found else named(item, "region", odd)[1]


def _mapping(item: Mapping[str, Any], key: str, odd: dict[str, Any]) -> Mapping[str, Any]:
    value = item.get(key)
    if isinstance(value, dict):
        return value
    if value is not None:
        odd[key] = value
    return {}


def _open(context: Context) -> AbstractContextManager[LiveSource]:
    from salary_assets.sources.formats.trudvsem_api import open_trudvsem

    return open_trudvsem(context)


FORMAT = Format(
    name="trudvsem",
    version="1",
    shapes=(json_lines("trudvsem-lines", "vacancies of trudvsem.ru, one JSON object a line", is_item, identify),),
    parse=parse,
    # The service has current vacancies only.
    live=Live(_open, reach=90, steady=True),
)
