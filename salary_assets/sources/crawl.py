"""One run of live collection: list, fetch what is new or changed, remember what was seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pandas as pd

from salary_assets.sources.base import BadRecord, Feed, RawAd
from salary_assets.sources.http import Blocked, Broken, CollectionError
from salary_assets.sources.intake import Intake
from salary_assets.sources.live import Complete, Context, Listed, Live, LiveSource, Slice, Span
from salary_assets.sources.runs import last_asked
from salary_assets.sources.sightings import (
    NOT_FOUND,
    NOT_LISTED,
    UNFINISHED,
    Journal,
    marked_gone,
    merged,
    months_before,
    not_listed,
    read_sightings,
    write_sightings,
)
from salary_assets.storage import Settings, TableStore

FLUSH_EVERY = 1_000
"""Ads between writes: what a killed run may have to fetch again."""

COMPLETE = 0.95
"""A listing moves while it is paged; below this share of what the site says it has, something is wrong."""

GONE_COMPLETE = 0.995
"""Only a listing this complete says that an ad which it lacks is gone."""

FEW = 20
"""So many ads may all close in a night."""

KNOWN_LISTED = 0.1
"""Ads do not close all at once: a list that lacks more of those that were open lately is not the list any more."""

LATELY = timedelta(days=3)

FAILURES_IN_A_ROW = 5
"""One ad's page may be broken; this many one after another are the site."""


@dataclass
class Crawl:
    """What a run did. `found` is None until the site says how many ads it has; `others` are ads of other months."""

    requests: int = 0
    bytes: int = 0
    found: int | None = None
    listed: int = 0
    others: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    bad: list[BadRecord] = field(default_factory=list)
    problem: CollectionError | None = None

    @property
    def completeness(self) -> float | None:
        return None if not self.found else min(1.0, self._in_slices / self.found)

    _in_slices: int = 0

    def finish_slice(self, part: Slice) -> None:
        self.found = (self.found or 0) + part.found
        self._in_slices += min(part.listed, part.found)


def crawl(
    settings: Settings, store: TableStore, feed: Feed, live: Live, months: list[str], now: datetime, intake: Intake
) -> Crawl:
    """Collect the months over the network into `intake`. Never raises CollectionError: it is the crawl's `problem`.

    Whatever was received before a problem is stored; sightings are written only by a run that got through.
    """
    span = Span.of(months)
    around = months_before(months, 2)
    before = read_sightings(store, feed.slug, around)
    journal = Journal(settings, feed.slug)
    known = dict(zip(before["native_id"], before["fingerprint"], strict=True))
    run = _Run(Crawl(), intake, journal, known | journal.read())
    whole = before[before["published_at"] < _first_gap(store, feed, months)]
    resume = dict(zip(whole["native_id"], whole["fingerprint"], strict=True))
    try:
        with live.open(Context(settings, feed, now, resume)) as source:
            try:
                run.through(source, span)
            finally:
                if source.http is not None:
                    run.crawl.requests, run.crawl.bytes = source.http.requests, source.http.bytes
        _judge(run.crawl, live, feed, span, before, now)
    except CollectionError as problem:
        run.crawl.problem = problem
    run.store()
    if run.crawl.problem is None:
        _remember(store, feed, run, around, before, now)
        journal.close()
    return run.crawl


def _first_gap(store: TableStore, feed: Feed, months: list[str]) -> datetime:
    """Until when all that the site listed is known: later ads may be known while some between are not.

    The end of the months, or of the first not asked for since it ended, or the beginning of the first never asked for.
    """
    collected, _ = last_asked(store, feed.slug, live=True)
    for month in sorted(months):
        span = Span.of([month])
        if month not in collected:
            return span.first
        if collected[month] < span.last:
            return span.last
    return Span.of(months).last


class _Run:
    """The loop's state: what is known, what waits to be written, what was listed."""

    def __init__(self, crawl: Crawl, intake: Intake, journal: Journal, known: dict[str, str]) -> None:
        self.crawl, self.not_found, self.complete = crawl, set[str](), list[Span]()
        self._intake, self._journal, self._known = intake, journal, known
        self._seen: set[str] = set()
        self._rows: list[tuple[str, datetime, str]] = []
        self._waiting: dict[str, str] = {}
        self._failures = 0

    @property
    def rows(self) -> pd.DataFrame:
        return pd.DataFrame(self._rows, columns=["native_id", "published_at", "fingerprint"])

    def through(self, source: LiveSource, span: Span) -> None:
        for one in source.listing(span):
            if isinstance(one, Slice):
                self.crawl.finish_slice(one)
            elif isinstance(one, Complete):
                self.complete.append(one.span)
            elif isinstance(one, BadRecord):
                self.crawl.bad.append(one)
            elif one.raw.native_id not in self._seen:
                self._meet(source, one)

    def store(self) -> None:
        """Write what waits; only then note in the journal that it is there."""
        self._intake.flush()
        if self._waiting:
            self._journal.note(self._waiting)
            self._waiting = {}

    def _meet(self, source: LiveSource, one: Listed) -> None:
        native_id = one.raw.native_id
        if not self._intake.wants(one.raw):
            self.crawl.others += 1
            return
        self._seen.add(native_id)
        self.crawl.listed += 1
        before = self._known.get(native_id)
        if before == one.fingerprint:
            self.crawl.unchanged += 1
            self._rows.append((native_id, one.raw.published_at, one.fingerprint))
            return
        failures = len(self.crawl.bad)
        whole = self._whole(source, one) if one.excerpt else None
        mark = one.fingerprint if len(self.crawl.bad) == failures else UNFINISHED
        self._rows.append((native_id, one.raw.published_at, mark))
        taken = [self._intake.add(raw) for raw in (one.raw, whole) if raw is not None]
        if before is None:
            self.crawl.new += 1
        elif any(taken):
            self.crawl.changed += 1
        else:
            self.crawl.unchanged += 1
        self._waiting[native_id] = mark
        if len(self._waiting) >= FLUSH_EVERY:
            self.store()

    def _whole(self, source: LiveSource, one: Listed) -> RawAd | None:
        try:
            whole = source.whole(one)
        except Blocked:
            raise
        except CollectionError as error:
            self._failures += 1
            if self._failures >= FAILURES_IN_A_ROW:
                raise
            whole = BadRecord(one.raw.origin, f"the whole ad could not be fetched: {error}", one.raw.payload)
        else:
            self._failures = 0
        if isinstance(whole, BadRecord):
            self.crawl.bad.append(whole)
            return None
        if whole is None:
            self.not_found.add(one.raw.native_id)
        return whole


def _judge(crawl: Crawl, live: Live, feed: Feed, span: Span, before: pd.DataFrame, now: datetime) -> None:
    """Raises Broken when what the site lists cannot be all it has."""
    if crawl.listed == crawl.others == 0 and crawl.bad:
        raise Broken(
            f"{feed.title} lists {len(crawl.bad)} records and none that can be read ({crawl.bad[0].reason}): it changed"
            f" its answers; the table `quarantine` has them, source {feed.slug}"
        )
    expected = _expected(before, span, now) if live.steady else 0.0
    if crawl.listed == 0 and expected >= FEW:
        raise Broken(
            f"{feed.title} lists no ad where about {expected:.0f} were expected: nothing was marked gone; look at the"
            " site, and if it really is empty, disable the feed in the registry"
        )
    lately = _open_lately(before, span, now) if live.steady else 0
    if lately >= FEW and crawl.listed < KNOWN_LISTED * lately:
        raise Broken(
            f"{feed.title} lists {crawl.listed} of the {lately} ads that were open a few days ago: nothing was marked"
            " gone; look at the site, and run again when it lists its ads"
        )
    share = crawl.completeness
    if share is not None and share < COMPLETE:
        raise Broken(
            f"{feed.title} says that it has {crawl.found} ads but listed {share:.1%} of them: what was listed is kept,"
            " run again"
        )


def _open_lately(before: pd.DataFrame, span: Span, now: datetime) -> int:
    """Ads of the span that were listed in the last days; those listed longer ago may all have run out since."""
    lately = before["gone_at"].isna() & (before["last_seen"] > pd.Timestamp(now - LATELY))
    return int((lately & (before["published_at"] >= span.first) & (before["published_at"] < span.last)).sum())


def _expected(before: pd.DataFrame, span: Span, now: datetime) -> float:
    """How many ads the span should list by what is known: those not gone in it, else the earlier months' pace."""
    alive = before[before["gone_at"].isna()]
    inside = (alive["published_at"] >= span.first) & (alive["published_at"] < span.last)
    earlier = before[before["published_at"] < span.first]
    if inside.any() or len(earlier) == 0:
        return float(inside.sum())
    days = (span.first - earlier["published_at"].min()).days or 1
    return len(earlier) / days * max(0.0, (min(now, span.last) - span.first).total_seconds() / 86_400)


def _remember(store: TableStore, feed: Feed, run: _Run, around: list[str], before: pd.DataFrame, now: datetime) -> None:
    listed = run.rows.assign(source=feed.slug)
    after = merged(before, listed, now)
    after = marked_gone(after, after["native_id"].isin(run.not_found), NOT_FOUND, now)
    share = run.crawl.completeness
    for span in run.complete if share is None or share >= GONE_COMPLETE else []:
        after = marked_gone(after, not_listed(after, span, now), NOT_LISTED, now)
    run.crawl.gone = int((after["gone_at"] == pd.Timestamp(now)).sum())
    write_sightings(store, feed.slug, after, around)
