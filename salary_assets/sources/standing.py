"""How a source stands: whether its collection is healthy, and which months are still owed.

Health compares a source with itself: the latest day of fetching against the 14 days before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import pandas as pd

from salary_assets.sources import archive
from salary_assets.sources.base import Feed
from salary_assets.sources.collect import served_months
from salary_assets.sources.live import Span
from salary_assets.sources.runs import last_asked, read_runs
from salary_assets.sources.sightings import months_before
from salary_assets.storage import Settings, TableStore
from salary_assets.storage.clock import month_of, next_month
from salary_assets.storage.schemas import Postings, RawAds, SourceRuns

BASELINE = timedelta(days=14)
FIELDS = (
    "title",
    "text",
    "employer_name",
    "area_name",
    "pay_raw",
    "experience_raw",
    "schedule_raw",
    "employment_raw",
    "work_formats_raw",
    "grades_raw",
    "roles_raw",
    "skills_raw",
)
"""Fields whose fill rate shows when a source changes its answers."""

DROP = 0.5
"""A field filled in less than this share of its usual rate has been lost."""

RARE = 0.05
"""Fields filled more rarely than this come and go by chance."""

STALE = timedelta(hours=36)
"""A nightly source that was not collected for longer missed a night."""

REFUSED = 0.05
"""More records in quarantine than this share of what a run received: the source changed its answers."""


@dataclass(frozen=True)
class SourceHealth:
    """One source, for people and checks. Times are ISO 8601, UTC.

    last: figures of the last run, as in the `source_runs` table; empty when there was none.
    last_ok: when the last run that ended ok or empty began.
    ads: payloads held, of all months.
    fill: share of ads with each field, of the latest day of fetching; usual: the same over the 14 days before it.
    problems: what is wrong and what to do, a sentence each; none when the source is healthy.
    """

    source: str
    title: str
    live: bool
    enabled: bool
    last: Mapping[str, Any] = field(default_factory=dict)
    last_ok: str | None = None
    ads: int = 0
    fill: Mapping[str, float] = field(default_factory=dict)
    usual: Mapping[str, float] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @property
    def blocked(self) -> str | None:
        """Why the source refused the last run, if it did."""
        return self.last["reason"] if self.last.get("status") == "blocked" else None

    @property
    def lost(self) -> list[str]:
        """Fields whose fill fell to less than half of the usual."""
        return _lost(self.fill, self.usual)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"blocked": self.blocked, "lost": self.lost}


@dataclass(frozen=True)
class Owed:
    """A month that the source can deliver and that is not in `raw_ads`, or not wholly.

    why: missing (never collected), failed (the last run that asked for it was blocked or broken), new_history (a
        history file that holds it was indexed after it was collected), or unfinished (it was not collected since it
        ended, so its last days are not here).
    reason: in words.
    """

    source: str
    month: str
    why: Literal["missing", "failed", "new_history", "unfinished"]
    reason: str


def health(store: TableStore, feed: Feed, now: datetime) -> SourceHealth:
    """The health of one source at `now`, from its runs and from what they brought."""
    runs = read_runs(store, feed.slug)
    good = runs[runs["status"].isin(["ok", "empty"])]
    fill, usual = fill_rates(_recent_postings(store, feed, now), now)
    last = _plain(SourceRuns.records(runs.tail(1))[0]) if len(runs) else {}
    last_ok = good["started_at"].iloc[-1].to_pydatetime() if len(good) else None
    return SourceHealth(
        source=feed.slug,
        title=feed.title,
        live=feed.live,
        enabled=feed.enabled,
        last=last,
        last_ok=last_ok.isoformat() if last_ok else None,
        ads=_held(store, feed),
        fill=fill,
        usual=usual,
        problems=tuple(_problems(feed, now, last, last_ok, fill, usual)),
    )


def owed(settings: Settings, store: TableStore, feed: Feed, now: datetime) -> list[Owed]:
    """Months of an enabled feed that history files or the site can give and that are not collected; ascending.

    A month that neither holds is not owed: nobody could deliver it.
    """
    if not feed.enabled:
        return []
    history = _indexed_at(settings, feed)
    held = {part.month for part in store.parts(RawAds, feed.slug)}
    collected, failed = last_asked(store, feed.slug)
    site = served_months(feed, _months(feed.since, now), now)
    found: list[Owed] = []
    for month in sorted(set(history) | set(site)):
        if month in failed:
            found.append(Owed(feed.slug, month, "failed", failed[month]))
        elif month not in held:
            found.append(Owed(feed.slug, month, "missing", "never collected: materialise raw_ads for it"))
        elif month in history and month in collected and history[month] > collected[month]:
            told = "a history file was indexed since it was collected: materialise raw_ads for it again"
            found.append(Owed(feed.slug, month, "new_history", told))
        elif month in site and month in collected and collected[month] < Span.of([month]).last < now - STALE:
            told = "it was last collected before it ended: materialise raw_ads for it again"
            found.append(Owed(feed.slug, month, "unfinished", told))
    return found


def fill_rates(postings: pd.DataFrame, now: datetime) -> tuple[dict[str, float], dict[str, float]]:
    """Share of postings with each field: of the latest day of fetching, and of the 14 days before that day.

    Both are empty when nothing was fetched in the last 15 days before `now`.
    """
    recent = postings[postings["fetched_at"] > pd.Timestamp(now - BASELINE - timedelta(days=1))]
    if len(recent) == 0:
        return {}, {}
    day = recent["fetched_at"] > recent["fetched_at"].max() - timedelta(hours=12)
    return fill_shares(recent[day]), fill_shares(recent[~day])


def fill_shares(postings: pd.DataFrame) -> dict[str, float]:
    """Share of postings with each field; nothing where there are none."""
    filled = pd.DataFrame({name: _is_filled(postings[name]) for name in FIELDS})
    return {str(name): float(share) for name, share in filled.mean().round(4).items()} if len(filled) else {}


def _held(store: TableStore, feed: Feed) -> int:
    manifests = (store.manifest(RawAds, part) for part in store.parts(RawAds, feed.slug))
    return sum(manifest.rows for manifest in manifests if manifest is not None)


def _problems(
    feed: Feed,
    now: datetime,
    last: Mapping[str, Any],
    last_ok: datetime | None,
    fill: Mapping[str, float],
    usual: Mapping[str, float],
) -> list[str]:
    found = []
    if last.get("status") in ("blocked", "broken"):
        found.append(f"the last run was {last['status']}: {last['reason']}")
    elif feed.live and feed.enabled and (last_ok is None or now - last_ok > STALE):
        since = f"since {last_ok:%Y-%m-%d %H:%M} UTC" if last_ok else "yet"
        found.append(f"not collected {since}: see whether the nightly schedule is on and the daemon runs")
    for name in _lost(fill, usual):
        found.append(
            f"{name} is filled in {fill.get(name, 0.0):.0%} of the latest ads, usually in {usual[name]:.0%}: the source"
            " changed its answers; `unknown_keys` of the latest postings show how"
        )
    received = sum(last.get(name, 0) for name in ("new", "changed", "quarantined"))
    if received and last["quarantined"] > REFUSED * received:
        found.append(
            f"{last['quarantined']} of {received} records of the last run went to quarantine: the table `quarantine`"
            f" has the reasons, source {feed.slug}"
        )
    return found


def _lost(fill: Mapping[str, float], usual: Mapping[str, float]) -> list[str]:
    return [name for name, rate in usual.items() if rate >= RARE and fill.get(name, 0.0) < DROP * rate]


def _recent_postings(store: TableStore, feed: Feed, now: datetime) -> pd.DataFrame:
    columns = ["fetched_at", *FIELDS]
    months = months_before([month_of(now)], 2)
    parts = [part for part in store.parts(Postings, feed.slug) if part.month in months]
    return store.read(Postings, parts=parts, columns=columns) if parts else Postings.no_rows()[columns]


def _months(since: str, now: datetime) -> list[str]:
    """From `since` to the running month."""
    months, month, running = [], since, month_of(now)
    while month <= running:
        months.append(month)
        month = next_month(month)
    return months


def _indexed_at(settings: Settings, feed: Feed) -> dict[str, datetime]:
    """When the latest history file that holds a month was indexed, by month."""
    found: dict[str, datetime] = {}
    for record in archive.indexed(settings):
        added = datetime.fromisoformat(record.added_at)
        for month in record.rows.get(feed.slug, ()):
            found[month] = max(added, found.get(month, added))
    return found


def _is_filled(values: pd.Series) -> pd.Series:
    if values.dtype == object:
        return values.str.len() > 0
    return values.notna() & (values != "")


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in row.items()}
