"""Collecting: everything a feed has for some months goes to `raw_ads`: from history files, then over the network."""

from __future__ import annotations

import errno
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Literal

from filelock import FileLock, Timeout

from salary_assets.sources import archive
from salary_assets.sources.base import BadRecord, CollectionOutcome, Feed, Refused, Route
from salary_assets.sources.crawl import Crawl, crawl
from salary_assets.sources.formats import format_named
from salary_assets.sources.http import Blocked
from salary_assets.sources.intake import Intake
from salary_assets.sources.live import NotConfigured, Span
from salary_assets.sources.parsing import quarantine_row
from salary_assets.sources.runs import record_run
from salary_assets.storage import Part, Settings, TableStore, quarantine
from salary_assets.storage.schemas import Quarantine, RawAds

NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


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
    """Collect `months` (YYYY-MM) of a feed into `raw_ads` and say how each ended; the run is noted in `source_runs`.

    A month that ends ok or empty has a published part afterwards; what was received before a failure stays, and a run
    that was killed is taken up by the next. Raises SourceBusy when the source is being collected already.
    """
    wanted = sorted(set(months))
    with only_one(settings, feed.slug):
        begun = time.monotonic()
        intake = Intake(store, feed, wanted)
        try:
            broken, bad = _from_archives(settings, store, feed, wanted, intake)
            from_files = intake.new.total()
            asked, run = _from_network(settings, store, feed, wanted, now, intake)
            outcomes = {
                month: _outcome(settings, store, feed, month, now, intake, broken, asked, run) for month in wanted
            }
        except OSError as error:
            if error.errno not in NO_SPACE:
                raise
            reason = f"no space left under {store.root}: free some and run again; nothing that was stored is lost"
            return {month: CollectionOutcome("broken", intake.new[month], 0, reason) for month in wanted}
        record_run(store, feed, now, time.monotonic() - begun, outcomes, run, from_files, bad)
        return outcomes


def live_months(settings: Settings, feed: Feed, months: Sequence[str], now: datetime) -> list[str]:
    """Months that are asked for over the network: the site still serves them, and no history file holds them."""
    held = archive.months_of(settings, feed.slug)
    return [month for month in served_months(feed, months, now) if month not in held or _is_recent(month, now)]


def served_months(feed: Feed, months: Sequence[str], now: datetime) -> list[str]:
    """Those of the months of which the feed's site still has ads; none where it is not collected over the network."""
    live = format_named(feed.format).live
    return [month for month in months if live.serves(month, now)] if feed.live and live is not None else []


def _is_recent(month: str, now: datetime) -> bool:
    """The running month, and the last one during its first week."""
    return Span.of([month]).last > now - timedelta(days=8)


def _from_archives(
    settings: Settings, store: TableStore, feed: Feed, months: Sequence[str], intake: Intake
) -> tuple[dict[str, str], int]:
    """One pass over each indexed file that holds these months: months that failed with the reason, bad records."""
    broken: dict[str, str] = {}
    count = 0
    for record in archive.holding(settings, feed.slug, months):
        try:
            file, shape = archive.reopen(record), archive.shape_of(record)
        except archive.ArchiveRefused as refusal:
            broken |= {month: str(refusal) for month in record.rows[feed.slug] if month in months}
            continue
        bad = []
        try:
            for one in archive.read_ads(file, shape, _to(feed), datetime.fromisoformat(record.added_at)):
                if isinstance(one, BadRecord):
                    bad.append(one)
                else:
                    intake.add(one)
        except Refused as refusal:
            # The registry entry was changed since the file was indexed by it.
            broken |= {month: str(refusal) for month in record.rows[feed.slug] if month in months}
            continue
        finally:
            intake.flush()
        if record.feeds[0] == feed.slug:
            count += archive.put_in_quarantine(store, feed, file, bad)
    return broken, count


def _to(feed: Feed) -> Route:
    channel = str(feed.options.get("channel", "")).lower()
    return lambda name: feed if name is None or name.lower() == channel else None


def _from_network(
    settings: Settings, store: TableStore, feed: Feed, months: Sequence[str], now: datetime, intake: Intake
) -> tuple[list[str], Crawl]:
    """The months that were asked for over the network, and how that went."""
    asked = live_months(settings, feed, months, now)
    live = format_named(feed.format).live
    if not asked or live is None:
        return [], Crawl()
    if settings.env.get("SALARY_ASSETS_LIVE", "1") == "0":
        return asked, Crawl(problem=NotConfigured("live collection is switched off (SALARY_ASSETS_LIVE=0)"))
    run = crawl(settings, store, feed, live, asked, now, intake)
    rows = [quarantine_row(feed, "raw_ads", one) for one in run.bad]
    quarantine.add(store, Part(quarantine.UNKNOWN_MONTH, feed.slug), "raw_ads", Quarantine.frame(rows))
    return asked, run


def _outcome(
    settings: Settings,
    store: TableStore,
    feed: Feed,
    month: str,
    now: datetime,
    intake: Intake,
    broken: dict[str, str],
    asked: Sequence[str],
    run: Crawl,
) -> CollectionOutcome:
    part = Part(month, feed.slug)
    manifest = store.manifest(RawAds, part)
    new, total = intake.new[month], manifest.rows if manifest else 0
    if month in broken:
        return CollectionOutcome("broken", new, total, broken[month])
    note = ""
    if month in asked and run.problem is not None:
        held = isinstance(run.problem, NotConfigured) and month in archive.months_of(settings, feed.slug)
        note = str(run.problem)
        if not held:
            status: Literal["blocked", "broken"] = "blocked" if isinstance(run.problem, Blocked) else "broken"
            return CollectionOutcome(status, new, total, note)
    if total:
        return CollectionOutcome("ok", new, total, f"from history files only: {note}" if note else "")
    if manifest is None:
        store.append(RawAds, RawAds.no_rows(), part)
    return CollectionOutcome("empty", 0, 0, _why_empty(feed, month, now, month in asked))


def _why_empty(feed: Feed, month: str, now: datetime, was_asked: bool) -> str:
    if was_asked:
        return f"{feed.title} has no ad of {month}"
    live = format_named(feed.format).live
    told = f"no indexed history file has ads of {feed.slug} for {month}"
    if not feed.live or live is None or live.serves(month, now):
        return told
    if Span.of([month]).first > now:
        return f"{month} has not begun"
    return (
        f"{told}, and {feed.title} serves only ads of the last {live.reach} days: past months come from history files,"
        f" salary-assets archive add {feed.slug} FILE"
    )
