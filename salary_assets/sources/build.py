"""What every parser does last: a posting from what the source stated, with contacts out and the text measured.

And how parsers read JSON fields that may be absent, null, or of another type than they were: whatever cannot be read
is left null and kept raw under the posting's unknown keys, so that drift is seen and nothing is lost.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from salary_assets.postings import Posting, clean, content_hash, language_of, one_line, redact_contacts
from salary_assets.sources.base import RawAd
from salary_assets.sources.dates import Published

_ISO_CODE = re.compile(r"[A-Z]{3,4}")
_OLD_CODES = {"RUR": "RUB", "BYR": "BYN"}
"""hh.ru's currency dictionary keeps the codes that ISO 4217 replaced in 1998 and 2016; amounts are in today's."""

_NUMBER = re.compile(r"\d+(?:[\s\u00a0]\d{3})*(?:[.,]\d+)?")
HASHED = (
    "employer_name",
    "area_name",
    "pay_from",
    "pay_to",
    "currency",
    "tax",
    "period",
    "experience_raw",
    "schedule_raw",
    "employment_raw",
    "work_formats_raw",
    "grades_raw",
    "roles_raw",
    "specializations_raw",
    "skills_raw",
)
"""Stated fields that make two ads differ, beside title and text."""

_ONE_LINE = (
    "employer_id",
    "employer_name",
    "area_id",
    "area_name",
    "country",
    "pay_raw",
    "experience_raw",
    "schedule_raw",
    "employment_raw",
    "url",
)


def make_posting(
    raw: RawAd, published: Published, title: str | None, text: str, odd: Mapping[str, Any] | None = None, **stated: Any
) -> Posting:
    """A posting from a raw ad and what its parser read: `text` is plain already, `stated` are fields of Posting.

    odd: payload keys that the parser does not know, or whose values it could not read.
    """
    for name in _ONE_LINE:
        value = stated.get(name)
        if value is not None:
            stated[name] = one_line(value) or None
    title = redact_contacts(one_line(title)) or None if title else None
    text = redact_contacts(text)
    hashed = content_hash([title, text, *(stated.get(name) for name in HASHED)])
    return Posting(
        source=raw.source,
        native_id=raw.native_id,
        published_at=published.at,
        published_raw=one_line(published.raw),
        published_precision=published.precision,
        fetched_at=raw.fetched_at,
        transport=raw.transport,
        origin=raw.origin,
        title=title,
        text=text,
        language=language_of(f"{title}\n{text}" if title else text),
        content_hash=hashed,
        unknown_keys=clean(json.dumps(odd, ensure_ascii=False, sort_keys=True)) if odd else None,
        **stated,
    )


def currency_code(stated: object) -> str | None:
    """`RUR`, `₽`, `руб.` -> ISO 4217 code; None for anything that names no currency."""
    if not isinstance(stated, str) or not stated.strip():
        return None
    text = stated.strip()
    if _ISO_CODE.fullmatch(text):
        return _OLD_CODES.get(text, text)
    from salary_assets.money.pay_grammar import grammar

    return grammar().currency(text.lower())


def amount(value: object) -> float | None:
    """A stated amount as a positive number; None for null, non-numbers, and zero (written for "not stated")."""
    if isinstance(value, str):
        text = value.strip()
        if not _NUMBER.fullmatch(text):
            return None
        value = float(re.sub(r"[\s\u00a0]", "", text).replace(",", "."))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = float(value) if abs(value) < 1e15 else math.inf
    return number if math.isfinite(number) and number > 0 else None


def text_of(item: Mapping[str, Any], key: str, odd: dict[str, Any]) -> str | None:
    """A string field; numbers become strings, null and absent None, anything else goes to `odd`."""
    value = item.get(key)
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    odd[key] = value
    return None


def named(item: Mapping[str, Any], key: str, odd: dict[str, Any]) -> tuple[str | None, str | None]:
    """Id and name of a `{"id": ..., "name": ...}` field; a bare string is a name."""
    value = item.get(key)
    if value is None:
        return None, None
    if isinstance(value, str):
        return None, value or None
    if not isinstance(value, dict):
        odd[key] = value
        return None, None
    return _short(value.get("id")), _short(value.get("name"))


def many(item: Mapping[str, Any], key: str, odd: dict[str, Any], prefer: str = "id") -> tuple[str, ...]:
    """Ids (or names: `prefer`) of a list of `{"id", "name"}` or of strings, in order, once each."""
    value = item.get(key)
    if value is None:
        return ()
    if not isinstance(value, list):
        odd[key] = value
        return ()
    other = "name" if prefer == "id" else "id"
    return once(
        one
        for entry in value
        if (one := _short(entry.get(prefer) or entry.get(other) if isinstance(entry, dict) else entry)) is not None
    )


def once(values: Iterable[str]) -> tuple[str, ...]:
    """Values in one line each, not empty, in order, once each."""
    return tuple(dict.fromkeys(line for value in values if (line := one_line(value))))


def _short(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value) or None
