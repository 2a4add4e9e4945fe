"""Publication dates as sources write them -> a moment, and how exact it is."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NamedTuple

from salary_assets.sources.base import Refused
from salary_assets.storage.clock import MOSCOW

_MONTH = re.compile(r"(\d{4}-\d{2})(?:/\d{2})?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORDS = re.compile(r"(\d{1,2})\s+([а-яё]{3,})\.?(?:\s+(\d{4}))?", re.IGNORECASE)
_OBJECT_ID = re.compile(r"[0-9a-f]{24}", re.IGNORECASE)
_MONTHS = ("янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""hh.ru, the oldest source, opened in 2000."""


class Published(NamedTuple):
    """When an ad was published: `at` is aware, UTC; `precision` is second, day or month; `raw` is what was written.

    Days and months begin at midnight in Moscow.
    """

    at: datetime
    precision: str
    raw: str


def read_published(raw: object) -> Published:
    """ISO 8601 in any of its spellings, a day, a month (`2025-10`) or two (`2025-11/12`: the first counts).

    A time without a zone is Moscow time.

    Raises Refused for anything else, and for years in which no source existed.
    """
    text = raw.strip() if isinstance(raw, str) else ""
    if not text:
        raise Refused(f"no publication date (found {raw!r})")
    month = _MONTH.fullmatch(text)
    precision = "month" if month else "day" if _DAY.fullmatch(text) else "second"
    try:
        moment = datetime.fromisoformat(f"{month[1]}-01" if month else text)
        return Published(_in_utc(moment), precision, text)
    except (ValueError, OverflowError) as error:
        raise Refused(f"publication date {text[:40]!r} is not one that can be read: {error}") from None


def in_russian_words(raw: str) -> bool:
    """Whether a date is written like `2 июня`."""
    return _WORDS.fullmatch(raw.strip()) is not None


def read_russian_date(raw: str, created: datetime | None) -> Published:
    """`17 мая 2023`, or `2 июня` whose year follows from when the ad was created: its first such day since then.

    Raises Refused when it is not such a date, or has no year and the creation is not known.
    """
    found = _WORDS.fullmatch(raw.strip())
    month = next((at for at, name in enumerate(_MONTHS, 1) if found and found[2].lower().startswith(name)), None)
    if found is None or month is None:
        raise Refused(f"publication date {raw[:40]!r} is not like `2 июня` or `17 мая 2023`")
    try:
        if found[3]:
            moment = datetime(int(found[3]), month, int(found[1]), tzinfo=MOSCOW)
        elif created is None:
            raise Refused(
                f"publication date {raw!r} has no year, and the ad's creation time is not known: where the site's ids"
                " are MongoDB ObjectIds, say where one stands, `published: {column: ..., created: {column: ...}}`"
            )
        else:
            day = created.astimezone(MOSCOW)
            moment = datetime(day.year, month, int(found[1]), tzinfo=MOSCOW)
            if (day - moment).days > 1:
                moment = moment.replace(year=day.year + 1)
        return Published(_in_utc(moment), "day", raw.strip())
    except ValueError as error:
        raise Refused(f"publication date {raw[:40]!r} is not one that can be read: {error}") from None


def created_of_object_id(object_id: str) -> datetime:
    """Creation time of a MongoDB ObjectId: its first four bytes are Unix seconds (BSON specification, ObjectId).

    Raises Refused for anything else.
    """
    if not _OBJECT_ID.fullmatch(object_id):
        raise Refused(f"{object_id[:40]!r} is no MongoDB ObjectId (24 hexadecimal digits), so it has no creation time")
    return datetime.fromtimestamp(int(object_id[:8], 16), UTC)


def _in_utc(moment: datetime) -> datetime:
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=MOSCOW)
    result = aware.astimezone(UTC)
    if not EARLIEST <= result < LATEST:
        raise ValueError(f"the year {moment.year} is not plausible")
    return result
