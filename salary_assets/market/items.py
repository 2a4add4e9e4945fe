"""Ads handed over as JSON objects (items of hh.ru, posts) -> postings, so that a file can go where a partition goes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from salary_assets.sources import Feed, parse_raw
from salary_assets.sources.formats.hh import DETAIL_TYPE, LIST_TYPE
from salary_assets.sources.formats.telegram import DUMP_TYPE, slug_of
from salary_assets.storage.schemas import Postings, RawAds

HH = Feed("hh", "hh.ru", "hh", "2003-01")
NO_CHANNEL = "posts"


@dataclass(frozen=True)
class HandedAds:
    """postings: of the Postings contract, one per id. posting_ids: of each object in its order, None where it could
    not be read. reasons: why not, by the object's number from 0.
    """

    postings: pd.DataFrame
    posting_ids: list[str | None]
    reasons: dict[int, str]


def postings_of(items: Sequence[dict[str, Any]], now: datetime) -> HandedAds:
    """Parse objects: items of api.hh.ru (list or detail shape) or posts {"channel", "id", "date", "text"}.

    An object without a date counts as published `now`; of several with one id the fullest is parsed.
    """
    rows: dict[str, list[dict[str, Any]]] = {}
    posting_ids: list[str | None] = []
    reasons: dict[int, str] = {}
    for number, item in enumerate(items):
        raw = _raw(item, str(number), now)
        if isinstance(raw, str):
            reasons[number] = raw
            posting_ids.append(None)
            continue
        rows.setdefault(raw["source"], []).append(raw)
        posting_ids.append(f"{raw['source']}/{raw['native_id']}")
    frames = [Postings.no_rows()]
    for slug, of_feed in sorted(rows.items()):
        feed = HH if slug == HH.slug else Feed(slug, slug, "telegram", "2015-01")
        postings, refused = parse_raw(feed, RawAds.frame(of_feed))
        frames.append(postings)
        reasons |= {int(row["origin"]): str(row["reason"]) for row in refused.to_dict("records")}
    parsed = pd.concat([frame for frame in frames if len(frame)] or frames, ignore_index=True)
    read = set(parsed["posting_id"])
    return HandedAds(parsed, [one if one in read else None for one in posting_ids], reasons)


def _raw(item: dict[str, Any], origin: str, now: datetime) -> dict[str, Any] | str:
    """A row of `raw_ads`, or why there is none."""
    native = str(item.get("id") or "")
    if not native:
        return "it has no `id`"
    if "name" in item:
        source, dated = HH.slug, {**item, "published_at": item.get("published_at") or now.isoformat()}
        kind = DETAIL_TYPE if item.get("description") else LIST_TYPE
    elif isinstance(item.get("text"), str):
        source, kind = slug_of(str(item.get("channel") or NO_CHANNEL)), DUMP_TYPE
        dated = {"channel": NO_CHANNEL, **item, "date": item.get("date") or now.isoformat()}
    else:
        return "neither an item of hh.ru (id, name, ...) nor a post (channel, id, date, text)"
    payload = json.dumps(dated, ensure_ascii=False).encode("utf-8", "replace")
    return {
        "source": source,
        "native_id": native,
        "fetched_at": now,
        "published_at": now,
        "transport": "archive",
        "content_type": kind,
        "payload": payload,
        "payload_hash": origin,
        "origin": origin,
    }
