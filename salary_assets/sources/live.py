"""Live collection: what a site lists now, against what is known of it.

A live source is a generator: it yields what the site lists, and fetches one ad when asked to. It knows nothing of
tables. Deciding what is new, changed or gone is done here, the same for every source.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from salary_assets.sources.base import BadRecord, Feed, RawAd
from salary_assets.sources.http import Blocked
from salary_assets.storage import Settings
from salary_assets.storage.clock import MOSCOW


class NotConfigured(Blocked):
    """The source needs credentials that are not there; the message says which and where to get them."""


@dataclass(frozen=True)
class Span:
    """Publication times asked for: from `first` up to, not including, `last`. Aware, UTC."""

    first: datetime
    last: datetime

    @staticmethod
    def of(months: list[str]) -> Span:
        """From the first day of the earliest month to the last of the latest, Europe/Moscow."""
        year, month = map(int, max(months).split("-"))
        first = datetime.fromisoformat(f"{min(months)}-01").replace(tzinfo=MOSCOW)
        last = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=MOSCOW)
        return Span(first.astimezone(UTC), last.astimezone(UTC))

    def __contains__(self, moment: datetime) -> bool:
        return self.first <= moment < self.last


@dataclass(frozen=True, slots=True)
class Listed:
    """An ad as a listing shows it.

    fingerprint: hash of what the listing says of the ad itself; views, bumps and the like leave it as it is.
    excerpt: the listing shows only a part: the whole ad is worth a request when it is new or changed.
    """

    raw: RawAd
    fingerprint: str
    excerpt: bool


@dataclass(frozen=True)
class Slice:
    """A finished part of a listing: how many ads the site said there are, and how many different ones it listed."""

    what: str
    found: int
    listed: int


@dataclass(frozen=True)
class Complete:
    """Everything published in this span was listed: a known ad of it that was not is gone."""

    span: Span


Heard = Listed | Slice | Complete | BadRecord
"""What a listing yields."""


class Counts(Protocol):
    """What a connection has cost so far."""

    requests: int
    bytes: int


class LiveSource(Protocol):
    """An open connection to a site. `http` counts its requests, where it is one over HTTP."""

    @property
    def http(self) -> Counts | None: ...

    def listing(self, span: Span) -> Iterator[Heard]:
        """Everything that the site lists for the span. Raises CollectionError."""

    def whole(self, listed: Listed) -> RawAd | BadRecord | None:
        """The whole ad; None when it is gone. Raises CollectionError."""


@dataclass(frozen=True)
class Context:
    """What a live source is opened with.

    known: fingerprints by native id of the ads of these months and the two before them, as far as runs that got
        through listed them; none that was published after a gap, so that reading may go on from the newest.
    """

    settings: Settings
    feed: Feed
    now: datetime
    known: Mapping[str, str]


@dataclass(frozen=True)
class Live:
    """How ads of a format are collected over the network.

    reach: days back that the source still serves; None means all of its history.
    steady: it always lists ads, so that an empty answer is a fault.
    """

    open: Callable[[Context], AbstractContextManager[LiveSource]]
    reach: int | None
    steady: bool

    def serves(self, month: str, now: datetime) -> bool:
        """Whether the source can still have ads of this month."""
        span = Span.of([month])
        begun = span.first <= now + timedelta(hours=2)
        return begun and (self.reach is None or span.last > now - timedelta(days=self.reach))


def fingerprint(said: Any) -> str:
    """Hash of JSON-like data, 16 hex digits."""
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()
