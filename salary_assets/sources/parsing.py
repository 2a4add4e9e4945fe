"""raw ads -> postings: the newest payload of each ad wins, what cannot be read is quarantined. No I/O."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

import pandas as pd

from salary_assets.postings import TEXT_VERSION, Posting, postings_frame, redact_contacts
from salary_assets.sources.base import BadRecord, Feed, Format, RawAd, Refused
from salary_assets.sources.formats import all_formats, format_named, getmatch, habr_career, hh, table
from salary_assets.storage import Part, quarantine
from salary_assets.storage.clock import month_of
from salary_assets.storage.schemas import Postings, Quarantine

CHUNK = 10_000
EXCERPTS = (hh.LIST_TYPE, getmatch.LIST_TYPE, habr_career.LIST_TYPE)
"""Content types of search results, which hold less than the ad itself."""


def parser_version(feed: Feed) -> str:
    """Changes when the feed's postings must be re-made: with its format, its table mapping, or text cleaning."""
    version = f"{feed.format}-{format_named(feed.format).version}.text-{TEXT_VERSION}"
    if "table" not in feed.options:
        return version
    mapping = json.dumps(feed.options["table"], sort_keys=True, ensure_ascii=False, default=str)
    return f"{version}.table-{table.FORMAT.version}-{hashlib.sha256(mapping.encode()).hexdigest()[:8]}"


PARSERS_VERSION = f"text-{TEXT_VERSION}." + ".".join(f"{known.name}-{known.version}" for known in all_formats())
"""Changes when any packaged parser does."""


def parse_raw(feed: Feed, raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of `raw_ads` of one source (and month) -> (postings, quarantine rows of stage `postings`).

    Of several payloads of one ad the newest that can be read becomes its posting, a whole ad before a search result's
    excerpt; `version` counts the payloads of its kind up to it. Unreadable payloads are quarantined, each.
    """
    frames: list[pd.DataFrame] = []
    refused: list[dict[str, str]] = []
    batch: list[Posting] = []
    for group in _grouped(raw):
        posting, bad = _newest_readable(feed, group)
        refused.extend(quarantine_row(feed, "postings", one, month_of(group[0].published_at)) for one in bad)
        if posting is not None:
            batch.append(posting)
        if len(batch) >= CHUNK:
            frames.append(postings_frame(batch))
            batch = []
    frames.append(postings_frame(batch))
    postings = pd.concat([frame for frame in frames if len(frame)] or [Postings.no_rows()], ignore_index=True)
    return postings, Quarantine.frame(refused)


def quarantine_row(feed: Feed, stage: str, bad: BadRecord, month: str = quarantine.UNKNOWN_MONTH) -> dict[str, str]:
    """A bad record as a quarantine row; contacts in what people see of it are redacted."""
    seen = redact_contacts(bad.record[: 4 * quarantine.MAX_RECORD].decode("utf-8", "replace"))
    return quarantine.row(Part(month, feed.slug), stage, bad.origin, bad.reason, seen, whole=bad.record)


def parser_of(feed: Feed, content_type: str) -> Format:
    """History tables of a feed are parsed by its table mapping, everything else by its format."""
    return table.FORMAT if content_type == table.ROW_TYPE else format_named(feed.format)


def _newest_readable(feed: Feed, group: list[RawAd]) -> tuple[Posting | None, list[BadRecord]]:
    """`group`: the payloads of one ad, best last."""
    bad = []
    for place in range(len(group) - 1, -1, -1):
        raw = group[place]
        try:
            posting = parser_of(feed, raw.content_type).parse(feed, raw)
        except Refused as refusal:
            bad.append(BadRecord(raw.origin, str(refusal), raw.payload))
            continue
        version = sum(one.content_type == raw.content_type for one in group[: place + 1])
        return (replace(posting, version=version) if version > 1 else posting), bad
    return None, bad


def _grouped(raw: pd.DataFrame) -> Iterator[list[RawAd]]:
    """Payloads by ad; of one ad the best last: excerpts first, then by time of fetching, then by place in the file."""
    ordered = raw.assign(
        excerpt=raw["content_type"].isin(EXCERPTS),
        line=pd.to_numeric(raw["origin"].str.extract(r":(\d+)$", expand=False), errors="coerce").fillna(0),
    ).sort_values(
        ["native_id", "excerpt", "fetched_at", "line", "payload_hash"], ascending=[True, False, True, True, True]
    )
    columns = [ordered[name].tolist() for name in _COLUMNS]
    rows = (_raw_ad(*values) for values in zip(*columns, strict=True))
    for _, group in groupby(rows, key=lambda one: one.native_id):
        yield list(group)


_COLUMNS = (
    "source",
    "native_id",
    "published_at",
    "fetched_at",
    "transport",
    "url",
    "content_type",
    "payload",
    "origin",
)


def _raw_ad(
    source: str,
    native_id: str,
    published_at: pd.Timestamp,
    fetched_at: pd.Timestamp,
    transport: Any,
    url: Any,
    content_type: str,
    payload: bytes,
    origin: str,
) -> RawAd:
    address = url if isinstance(url, str) else None
    times = published_at.to_pydatetime(), fetched_at.to_pydatetime()
    return RawAd(source, native_id, *times, transport, address, content_type, payload, origin)
