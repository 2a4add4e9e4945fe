"""Collecting: everything a feed has for some months goes to `raw_ads`, in one pass over its sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from filelock import FileLock, Timeout

from salary_assets.sources import archive
from salary_assets.sources.base import BadRecord, CollectionOutcome, Feed, Route
from salary_assets.sources.intake import Intake
from salary_assets.storage import Part, Settings, TableStore
from salary_assets.storage.schemas import RawAds


class SourceBusy(RuntimeError):
    """Another run is collecting the same source."""


@contextmanager
def only_one(settings: Settings, slug: str) -> Iterator[None]:
    """Hold the source: two runs at once would ask the site twice. Raises SourceBusy at once when it is held."""
    settings.locks.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.locks / f"source-{slug}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise SourceBusy(f"{slug} is being collected by another run on {settings.home}: wait until it ends") from error
    try:
        yield
    finally:
        lock.release()


def collect(
    settings: Settings, store: TableStore, feed: Feed, months: Sequence[str], now: datetime
) -> dict[str, CollectionOutcome]:
    """Collect `months` (YYYY-MM) of a feed into `raw_ads` and say how each ended.

    A month that ends ok or empty has a published part afterwards; what was received before a failure stays.
    Raises SourceBusy, and OSError when the disk refuses a write.
    """
    with only_one(settings, feed.slug):
        intake = Intake(store, feed, months)
        broken = _from_archives(settings, store, feed, months, intake)
        intake.flush()
        return {month: _outcome(store, feed, month, intake, broken) for month in sorted(set(months))}


def _from_archives(
    settings: Settings, store: TableStore, feed: Feed, months: Sequence[str], intake: Intake
) -> dict[str, str]:
    """One pass over each indexed file that holds these months. Returns months that failed, with the reason."""
    broken: dict[str, str] = {}
    for record in archive.holding(settings, feed.slug, months):
        try:
            file, shape = archive.reopen(record), archive.shape_of(record)
        except archive.ArchiveRefused as refusal:
            broken |= {month: str(refusal) for month in record.rows[feed.slug] if month in months}
            continue
        bad = []
        for one in shape.read(file, _to(feed)):
            if isinstance(one, BadRecord):
                bad.append(one)
            else:
                intake.add(one)
        if record.feeds[0] == feed.slug:
            archive.put_in_quarantine(store, feed, file, bad)
    return broken


def _to(feed: Feed) -> Route:
    channel = str(feed.options.get("channel", "")).lower()
    return lambda name: feed if name is None or name.lower() == channel else None


def _outcome(store: TableStore, feed: Feed, month: str, intake: Intake, broken: dict[str, str]) -> CollectionOutcome:
    part = Part(month, feed.slug)
    manifest = store.manifest(RawAds, part)
    total = manifest.rows if manifest else 0
    if month in broken:
        return CollectionOutcome("broken", intake.new[month], total, broken[month])
    if total:
        return CollectionOutcome("ok", intake.new[month], total)
    if manifest is None:
        store.append(RawAds, RawAds.no_rows(), part)
    return CollectionOutcome("empty", 0, 0, f"no indexed history file has ads of {feed.slug} for {month}")
