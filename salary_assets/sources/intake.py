"""Into `raw_ads`: append-only, each payload once.

Payloads are written in chunks cut by their place in the input, so a run that was killed and run again leaves the same
files as one that was not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from salary_assets.sources.base import Feed, RawAd
from salary_assets.storage import Part, TableStore
from salary_assets.storage.clock import month_of
from salary_assets.storage.schemas import RawAds

CHUNK_ROWS = 20_000
CHUNK_BYTES = 32 << 20
"""A month is written whenever this much of it was received: what is held in memory does not grow with the month."""


@dataclass
class Intake:
    """Where received ads go: the parts of `raw_ads` of some months, each payload once."""

    store: TableStore
    feed: Feed
    months: Sequence[str]
    new: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._parts = {month: _MonthIntake(self.store, Part(month, self.feed.slug)) for month in self.months}

    def wants(self, raw: RawAd) -> bool:
        """Whether the ad is of one of the months."""
        return month_of(raw.published_at) in self._parts

    def add(self, raw: RawAd) -> bool:
        """Take an ad in: whether its payload is new. One of another month is left out."""
        month = month_of(raw.published_at)
        part = self._parts.get(month)
        added = part is not None and part.add(raw)
        self.new[month] += added
        return added

    def flush(self) -> None:
        for part in self._parts.values():
            part.flush()


class _MonthIntake:
    """One part of `raw_ads`: knows the payloads that it has, holds those not yet written."""

    def __init__(self, store: TableStore, part: Part) -> None:
        self._store, self._part = store, part
        self._held: list[RawAd] = []
        self._rows = self._bytes = 0
        self._seen: set[bytes] | None = None

    def add(self, raw: RawAd) -> bool:
        if self._seen is None:
            self._seen = self._stored()
        digest = bytes.fromhex(raw.payload_hash)[:16]
        is_new = digest not in self._seen
        if is_new:
            self._seen.add(digest)
            self._held.append(raw)
        self._rows += 1
        self._bytes += len(raw.payload)
        if self._rows >= CHUNK_ROWS or self._bytes >= CHUNK_BYTES:
            self.flush()
        return is_new

    def flush(self) -> None:
        if self._held:
            self._store.append(RawAds, RawAds.frame([_row(raw) for raw in self._held]), self._part)
        self._held, self._rows, self._bytes = [], 0, 0

    def _stored(self) -> set[bytes]:
        if self._store.manifest(RawAds, self._part) is None:
            return set()
        hashes = self._store.read(RawAds, self._part, ["payload_hash"])["payload_hash"]
        return {bytes.fromhex(one)[:16] for one in hashes}


def _row(raw: RawAd) -> dict[str, object]:
    return {
        "source": raw.source,
        "native_id": raw.native_id,
        "fetched_at": raw.fetched_at,
        "published_at": raw.published_at,
        "transport": raw.transport,
        "url": raw.url,
        "content_type": raw.content_type,
        "payload": raw.payload,
        "payload_hash": raw.payload_hash,
        "origin": raw.origin,
    }
