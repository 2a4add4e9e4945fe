"""hh.ru: items of GET /vacancies (list shape) and of GET /vacancies/{id} (detail shape), 2021 to 2026.

Also takes hh-shaped items that other collectors merged: fields may be missing, dates in any precision.
Field meanings: hh.ru OpenAPI 1.54.0 (github.com/hhru/api), and what live answers hold beside it.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from salary_assets.postings import Posting, plain_text
from salary_assets.sources.base import Feed, Format, RawAd, Refused
from salary_assets.sources.build import amount, currency_code, make_posting, many, named, text_of
from salary_assets.sources.dates import read_published
from salary_assets.sources.files import json_object
from salary_assets.sources.formats.json_lines import Identity, Item, json_lines, native_id
from salary_assets.sources.formats.known import unknown
from salary_assets.sources.live import Context, Live, LiveSource

LIST_TYPE = "application/vnd.hh.vacancy-item+json"
DETAIL_TYPE = "application/vnd.hh.vacancy+json"

PERIODS = {
    "MONTH": "month",
    "HOUR": "hour",
    "SHIFT": "shift",
    "SERVICE": "project",
    "FLY_IN_FLY_OUT": "project",
}
"""hh's `salary_range_mode`. A rotation (FLY_IN_FLY_OUT) has no fixed length, so it is no more comparable than a
service."""

_LIST_OF_IDS = re.compile(r"\[\s*'[A-Z_]+'(?:\s*,\s*'[A-Z_]+')*\s*\]")


def is_item(item: Item) -> bool:
    """Whether an object looks like a vacancy of hh.ru."""
    return (
        "name" in item and "published_at" in item and len(item.keys() & {"area", "employer", "salary", "snippet"}) > 1
    )


def identify(item: Item) -> Identity:
    if not is_item(item) and "name" not in item:
        raise Refused("not an item of hh.ru: it has no `name`")
    published = item.get("published_at") or item.get("created_at") or item.get("initial_created_at")
    return Identity(native_id(item), published, DETAIL_TYPE if "description" in item else LIST_TYPE)


def parse(feed: Feed, raw: RawAd) -> Posting:
    """An item of either shape -> posting. Raises Refused when it says nothing, or not when it was published."""
    item = json_object(raw.payload)
    odd = unknown(item, "hh")
    published = read_published(item.get("published_at") or item.get("created_at") or item.get("initial_created_at"))
    title = text_of(item, "name", odd)
    text = _body(item, odd)
    if not title and not text:
        raise Refused("neither title nor text: nothing to label")
    employer_id, employer_name = named(item, "employer", odd)
    area_id, area_name = named(item, "area", odd)
    formats = many(item, "work_format", odd)
    schedule_id, schedule_name = named(item, "schedule", odd)
    if schedule_name and not formats and _LIST_OF_IDS.fullmatch(schedule_name):
        # One collection of 2025 wrote hh's work_format as the text of a list into `schedule`.
        formats = tuple(ast.literal_eval(schedule_name))
    employment_id, employment_name = named(item, "employment", odd)
    form_id, form_name = named(item, "employment_form", odd)
    experience_id, experience_name = named(item, "experience", odd)
    archived = item.get("archived")
    url = text_of(item, "alternate_url", odd)
    return make_posting(
        raw,
        published,
        title,
        text,
        odd,
        employer_id=employer_id,
        employer_name=employer_name,
        area_id=area_id,
        area_name=area_name,
        experience_raw=experience_id or experience_name,
        schedule_raw=schedule_id or schedule_name,
        employment_raw=form_id or form_name or employment_id or employment_name,
        work_formats_raw=formats,
        roles_raw=many(item, "professional_roles", odd),
        specializations_raw=many(item, "specializations", odd),
        skills_raw=many(item, "key_skills", odd, prefer="name"),
        url=url or f"https://hh.ru/vacancy/{raw.native_id}",
        archived=archived if isinstance(archived, bool) else None,
        **_pay(item, odd),
    )


def _body(item: Item, odd: dict[str, Any]) -> str:
    description = text_of(item, "description", odd) or text_of(item, "branded_description", odd)
    if description:
        return plain_text(description)
    snippet = item.get("snippet")
    if snippet is None:
        return ""
    if not isinstance(snippet, dict):
        odd["snippet"] = snippet
        return ""
    said = (text_of(snippet, "responsibility", odd), text_of(snippet, "requirement", odd))
    return "\n".join(plain_text(one) for one in said if one)


def _pay(item: Item, odd: dict[str, Any]) -> dict[str, Any]:
    """`salary_range` first: `salary` is its older form, which has no period and means a month."""
    for key in ("salary_range", "salary"):
        value = item.get(key)
        if isinstance(value, dict) and (amount(value.get("from")) or amount(value.get("to"))):
            return _stated(value)
        if isinstance(value, str) and value.strip():
            # Amounts in words stay words: the labeller reads them as it reads the text.
            return {"pay_raw": value}
        if value is not None and not isinstance(value, dict):
            odd[key] = value
    return {}


def _stated(pay: Mapping[str, Any]) -> dict[str, Any]:
    mode = pay.get("mode")
    period = PERIODS.get(str(mode.get("id"))) if isinstance(mode, dict) else "month"
    gross = pay.get("gross")
    return {
        "pay_raw": json.dumps(pay, ensure_ascii=False),
        "pay_from": amount(pay.get("from")),
        "pay_to": amount(pay.get("to")),
        "currency": currency_code(pay.get("currency")),
        "tax": "gross" if gross is True else "net" if gross is False else "unknown",
        "period": period,
    }


def _open(context: Context) -> AbstractContextManager[LiveSource]:
    from salary_assets.sources.formats.hh_api import open_hh

    return open_hh(context)


FORMAT = Format(
    name="hh",
    version="1",
    shapes=(json_lines("hh-lines", "items of hh.ru's API, one JSON object a line", is_item, identify),),
    parse=parse,
    # Only open ads can be searched, and an ad is open for about a month.
    live=Live(_open, reach=35, steady=True),
)
