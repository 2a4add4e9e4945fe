"""What the listings of all sites share: an item of JSON becomes a raw ad or a bad record, and each counts once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, Literal

from salary_assets.sources.base import BadRecord, RawAd, Refused
from salary_assets.sources.dates import read_published
from salary_assets.sources.formats.json_lines import Identity, Item
from salary_assets.sources.live import Context


def written(item: Any) -> bytes:
    """An item of a listing as the payload that is stored."""
    return json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def received(
    context: Context,
    item: Any,
    payload: bytes,
    identify: Callable[[Item], Identity],
    content_type: str,
    transport: Literal["api", "page"],
    origin: str,
    url: Callable[[str], str | None],
) -> RawAd | BadRecord:
    """A raw ad of the context's feed, or why the item is none. `url` makes an address of its id."""
    try:
        if not isinstance(item, dict):
            raise Refused(f"expected a JSON object, found {type(item).__name__}")
        identity = identify(item)
        published_at = read_published(identity.published).at
    except Refused as refusal:
        return BadRecord(origin, str(refusal), payload)
    return RawAd(
        source=context.feed.slug,
        native_id=identity.native_id,
        published_at=published_at,
        fetched_at=context.now,
        transport=transport,
        url=url(identity.native_id),
        content_type=content_type,
        payload=payload,
        origin=origin,
    )


def mark_of(one: RawAd | BadRecord) -> str:
    """What tells an entry of a listing from the others: its id, or for one that cannot be read its content."""
    return one.native_id if isinstance(one, RawAd) else f"bad {hashlib.sha256(one.record).hexdigest()}"
