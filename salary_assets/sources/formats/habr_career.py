"""Habr Career: entries of the list that its pages embed as JSON, with the description of the ad's own page.

Field meanings: the embedded state of career.habr.com pages, seen in public repositories of 2023-2026. Amounts are per
month; whether before or after tax the site does not say. Older ads come as tables (the feed's `table`).
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from salary_assets.postings import Posting, plain_text
from salary_assets.sources.base import Feed, Format, RawAd, Refused
from salary_assets.sources.build import amount, currency_code, make_posting, many, once, text_of
from salary_assets.sources.dates import read_published
from salary_assets.sources.files import json_object
from salary_assets.sources.formats.json_lines import Identity, Item, json_lines, native_id
from salary_assets.sources.formats.known import unknown
from salary_assets.sources.live import Context, Live, LiveSource

LIST_TYPE = "application/vnd.habr-career.vacancy-item+json"
ENTRY_TYPE = "application/vnd.habr-career.vacancy+json"
SITE = "https://career.habr.com"
REMOTE = "Можно удаленно"
"""How the site itself words its `remoteWork` flag."""


def is_item(item: Item) -> bool:
    return {"id", "title", "publishedDate"} <= item.keys()


def identify(item: Item) -> Identity:
    return Identity(native_id(item), published_of(item), ENTRY_TYPE)


def published_of(item: Item) -> object:
    """The ISO date inside `publishedDate`."""
    published = item.get("publishedDate")
    return published.get("date") if isinstance(published, dict) else published


def parse(feed: Feed, raw: RawAd) -> Posting:
    """A list entry -> posting. Raises Refused when it says nothing, or not when it was published."""
    item = json_object(raw.payload)
    odd = unknown(item, "habr_career")
    title = text_of(item, "title", odd)
    text = plain_text(text_of(item, "description", odd) or "")
    if not title and not text:
        raise Refused("neither title nor text: nothing to label")
    company = item.get("company")
    company = company if isinstance(company, dict) else {}
    grade = item.get("salaryQualification")
    href = text_of(item, "href", odd)
    return make_posting(
        raw,
        read_published(published_of(item)),
        title,
        text,
        odd,
        employer_id=text_of(company, "alias_name", odd),
        employer_name=text_of(company, "title", odd),
        area_name=", ".join(_titles(item, "locations", odd)) or None,
        employment_raw=text_of(item, "employment", odd),
        work_formats_raw=(REMOTE,) if item.get("remoteWork") is True else (),
        grades_raw=once([grade["title"]] if isinstance(grade, dict) and isinstance(grade.get("title"), str) else []),
        roles_raw=_titles(item, "divisions", odd),
        skills_raw=_titles(item, "skills", odd),
        url=f"{SITE}{href}" if href and href.startswith("/") else href,
        **_pay(item, odd),
    )


def _titles(item: Item, key: str, odd: dict[str, Any]) -> tuple[str, ...]:
    """`title` of each entry of a list."""
    value = item.get(key)
    if isinstance(value, list):
        item = {key: [{"name": entry.get("title")} if isinstance(entry, dict) else entry for entry in value]}
    return many(item, key, odd, prefer="name")


def _pay(item: Item, odd: dict[str, Any]) -> dict[str, Any]:
    pay = item.get("salary")
    if pay is None:
        return {}
    if not isinstance(pay, dict):
        odd["salary"] = pay
        return {}
    low, high = amount(pay.get("from")), amount(pay.get("to"))
    formatted = pay.get("formatted") or None
    if low is None and high is None:
        return {"pay_raw": str(formatted)} if formatted else {}
    currency = pay.get("currency")
    return {
        "pay_raw": str(formatted or f"{pay.get('from')} {pay.get('to')} {currency}"),
        "pay_from": low,
        "pay_to": high,
        "currency": currency_code(currency.upper() if isinstance(currency, str) else currency),
        "tax": "unknown",
        "period": "month",
    }


def _open(context: Context) -> AbstractContextManager[LiveSource]:
    from salary_assets.sources.formats.habr_career_site import open_habr_career

    return open_habr_career(context)


FORMAT = Format(
    name="habr_career",
    version="1",
    shapes=(json_lines("habr-career-lines", "vacancies of Habr Career, one JSON object a line", is_item, identify),),
    parse=parse,
    # The site lists open vacancies only.
    live=Live(_open, reach=60, steady=True),
)
