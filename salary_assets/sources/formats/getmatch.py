"""getmatch: IT jobs with pay, and the one site that says whether it is net or gross.

Field meanings: getmatch.ru/api/offers (undocumented), as seen in public repositories of 2025. `published_at` has
no zone and is Moscow time; amounts are per month.
"""

from __future__ import annotations

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
from salary_assets.storage.vocabulary import TAXES

LIST_TYPE = "application/vnd.getmatch.offer-item+json"
OFFER_TYPE = "application/vnd.getmatch.offer+json"
SITE = "https://getmatch.ru"


def is_item(item: Item) -> bool:
    return {"id", "position", "published_at"} <= item.keys()


def identify(item: Item) -> Identity:
    return Identity(native_id(item), item.get("published_at"), OFFER_TYPE)


def parse(feed: Feed, raw: RawAd) -> Posting:
    """An offer -> posting. Raises Refused when it says nothing, or not when it was published."""
    item = json_object(raw.payload)
    odd = unknown(item, "getmatch")
    title = text_of(item, "position", odd)
    text = plain_text(next(filter(None, (text_of(item, key, odd) for key in _TEXTS)), ""))
    if not title and not text:
        raise Refused("neither title nor text: nothing to label")
    employer_id, employer_name = named(item, "company", odd)
    places = _places(item, odd)
    seniority = item.get("seniority")
    years = item.get("required_years_of_experience")
    active = item.get("is_active")
    url = text_of(item, "url", odd)
    return make_posting(
        raw,
        read_published(item.get("published_at")),
        title,
        text,
        odd,
        employer_id=employer_id,
        employer_name=employer_name,
        area_name=", ".join(once(label for label, _ in places)) or None,
        work_formats_raw=once(form for _, form in places),
        grades_raw=once([seniority] if isinstance(seniority, str) else []),
        experience_raw=None if years is None else str(years),
        skills_raw=many(item, "skills_objects", odd, prefer="name"),
        url=f"{SITE}{url}" if url and url.startswith("/") else url,
        archived=not active if isinstance(active, bool) else None,
        **_pay(item),
    )


_TEXTS = ("description_html", "description", "offer_description")


def _places(item: Item, odd: dict[str, Any]) -> list[tuple[str, str]]:
    """(label, format) of every place that is not excluded."""
    entries = item.get("location_items") or []
    if not isinstance(entries, list):
        odd["location_items"] = entries
        return []
    kept = [entry for entry in entries if isinstance(entry, dict) and not entry.get("exclude")]
    return [(str(entry.get("label") or ""), str(entry.get("format") or "")) for entry in kept]


def _pay(item: Item) -> dict[str, Any]:
    low, high = amount(item.get("salary_display_from")), amount(item.get("salary_display_to"))
    if item.get("salary_hidden") is True or (low is None and high is None):
        return {}
    tax = item.get("salary_taxes")
    said = (item.get("salary_display_from"), item.get("salary_display_to"), item.get("salary_currency"), tax)
    return {
        "pay_raw": " ".join(str(one) for one in said if one is not None),
        "pay_from": low,
        "pay_to": high,
        "currency": currency_code(item.get("salary_currency")),
        "tax": tax if tax in TAXES else "unknown",
        "period": "month",
    }


def _open(context: Context) -> AbstractContextManager[LiveSource]:
    from salary_assets.sources.formats.getmatch_api import open_getmatch

    return open_getmatch(context)


FORMAT = Format(
    name="getmatch",
    version="1",
    shapes=(json_lines("getmatch-lines", "offers of getmatch.ru, one JSON object a line", is_item, identify),),
    parse=parse,
    # The site lists open offers only.
    live=Live(_open, reach=60, steady=True),
)
