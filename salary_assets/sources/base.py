"""The protocol of collection. A source yields `RawAd`s and knows nothing of where they go; a parser is a pure
function from one raw ad to one posting, or it raises `Refused` with the reason.

A `Format` holds both for one way of writing ads down. Feeds of the registry name their format.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from salary_assets.postings import Posting

if TYPE_CHECKING:
    from salary_assets.sources.files import ArchiveFile
    from salary_assets.sources.live import Live


class Refused(ValueError):
    """A record that cannot be used. The message is the reason that goes to quarantine."""


@dataclass(frozen=True)
class Feed:
    """One entry of the registry: a feed of ads, the rows of one `source` in every table.

    slug: `[a-z0-9_]+`, at most 40 characters; the source partition key.
    format: module of `sources.formats` (or a dotted path) that reads, parses and collects it.
    since: first publication month, `YYYY-MM`.
    live: whether it is collected over the network.
    sample: generated ads, used only while no real feed has any.
    options: what its format needs to know (channel, table columns); each format documents its own.
    """

    slug: str
    title: str
    format: str
    since: str
    live: bool = False
    enabled: bool = True
    sample: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RawAd:
    """One ad exactly as received. Times are aware, UTC. `origin` says where to find it again: file and line, or
    request."""

    source: str
    native_id: str
    published_at: datetime
    fetched_at: datetime
    transport: Literal["api", "page", "archive", "export"]
    url: str | None
    content_type: str
    payload: bytes
    origin: str

    @property
    def payload_hash(self) -> str:
        return hashlib.sha256(self.payload).hexdigest()


@dataclass(frozen=True, slots=True)
class BadRecord:
    """Something received that is not an ad, or not wholly: it goes to quarantine with its reason."""

    origin: str
    reason: str
    record: bytes


Received = RawAd | BadRecord


Route = Callable[[str | None], Feed | None]
"""Which feed a record belongs to, by the name that the file gives it (None where it gives none); None: not wanted."""


@dataclass(frozen=True)
class Shape:
    """One way in which files of a format are written.

    name: unique among all shapes; kept in the archive index.
    says: what such a file is, for messages.
    fits: whether the beginning of a file looks so (for this feed, if one is given).
    read: every record of the file whose route leads to a feed, and every broken one.
    names_feeds: whether each record names its feed, so that one file may serve several.
    """

    name: str
    says: str
    fits: Callable[[ArchiveFile, Feed | None], bool]
    read: Callable[[ArchiveFile, Route], Iterator[Received]]
    names_feeds: bool = False


@dataclass(frozen=True)
class Format:
    """How ads of one kind are read from files, collected, and parsed.

    version: bump when `parse` gives another posting for the same payload; its partitions are then re-made.
    parse: raises Refused. Pure: the same raw ad always gives the same posting.
    live: how such ads are collected over the network; None for what comes in files only.
    """

    name: str
    version: str
    shapes: tuple[Shape, ...]
    parse: Callable[[Feed, RawAd], Posting]
    live: Live | None = None


@dataclass(frozen=True)
class CollectionOutcome:
    """How collecting one month of one source ended. Blocked is not empty.

    status: ok (rows are there), empty (confirmed: there is nothing to have), blocked (the source refuses us) or
        broken (it answered, or a file holds, something unusable).
    new, total: payloads added now, payloads in the part.
    reason: why, and what to do now; for people.
    """

    status: Literal["ok", "empty", "blocked", "broken"]
    new: int
    total: int
    reason: str = ""

    @property
    def failed(self) -> bool:
        return self.status in ("blocked", "broken")

    @property
    def message(self) -> str:
        counts = f"{self.new} new, {self.total} in all" if self.status == "ok" else ""
        return ": ".join(part for part in (self.status, "; ".join(x for x in (counts, self.reason) if x)) if part)
