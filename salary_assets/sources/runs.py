"""How collecting went: a row per run, and the state of every source made from them and from what they brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from salary_assets.sources.base import CollectionOutcome, Feed
from salary_assets.sources.crawl import Crawl
from salary_assets.sources.registry import Registry
from salary_assets.sources.sightings import months_before
from salary_assets.storage import Part, TableStore
from salary_assets.storage.clock import month_of
from salary_assets.storage.schemas import Postings, SourceRuns
from salary_assets.storage.schemas.vocabulary import OUTCOMES

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


@dataclass(frozen=True)
class SourceStatus:
    """One source, for people and checks. Times are ISO 8601, UTC.

    last: figures of the last run, as in the `source_runs` table; empty when there was none.
    fill: share of ads with each field, of the latest day of fetching; usual: the same over the 14 days before it.
    lost: fields whose fill fell to less than half of the usual.
    """

    source: str
    title: str
    live: bool
    enabled: bool
    last: Mapping[str, Any] = field(default_factory=dict)
    last_ok: str | None = None
    fill: Mapping[str, float] = field(default_factory=dict)
    usual: Mapping[str, float] = field(default_factory=dict)

    @property
    def lost(self) -> list[str]:
        return [name for name, rate in self.usual.items() if rate >= 0.05 and self.fill.get(name, 0.0) < DROP * rate]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"lost": self.lost}


def record_run(
    store: TableStore,
    feed: Feed,
    now: datetime,
    seconds: float,
    outcomes: Mapping[str, CollectionOutcome],
    run: Crawl,
    archive_bad: int,
) -> None:
    """Add a row to `source_runs`."""
    worst = max(outcomes.values(), key=lambda one: OUTCOMES.index(one.status))
    best = min(outcomes.values(), key=lambda one: OUTCOMES.index(one.status))
    shown = worst if worst.failed else best
    row = {
        "source": feed.slug,
        "started_at": now,
        "seconds": round(seconds, 3),
        "months": sorted(outcomes),
        "status": shown.status,
        "reason": shown.reason or None,
        "requests": run.requests,
        "bytes": run.bytes,
        "found": run.found,
        "listed": run.listed,
        "completeness": run.completeness,
        "new": run.new,
        "changed": run.changed,
        "unchanged": run.unchanged,
        "gone": run.gone,
        "quarantined": len(run.bad) + archive_bad,
    }

    def change(current: pd.DataFrame) -> pd.DataFrame:
        both = pd.concat([current, SourceRuns.frame([row])], ignore_index=True)
        return both.drop_duplicates(SourceRuns.row_key(), keep="last", ignore_index=True)

    store.update(SourceRuns, change, Part(month_of(now), feed.slug))


def read_runs(store: TableStore, slug: str, months: Sequence[str] | None = None) -> pd.DataFrame:
    """Runs of a source (in these months of running), oldest first; no rows where there are none."""
    parts = [part for part in store.parts(SourceRuns, slug) if months is None or part.month in months]
    runs = store.read(SourceRuns, parts=parts) if parts else SourceRuns.no_rows()
    return runs.sort_values("started_at", ignore_index=True)


def fill_rates(postings: pd.DataFrame, now: datetime) -> tuple[dict[str, float], dict[str, float]]:
    """Share of postings with each field: of the latest day of fetching, and of the 14 days before that day.

    Both are empty when nothing was fetched in the last 15 days before `now`.
    """
    recent = postings[postings["fetched_at"] > pd.Timestamp(now - BASELINE - timedelta(days=1))]
    if len(recent) == 0:
        return {}, {}
    filled = pd.DataFrame({name: _is_filled(recent[name]) for name in FIELDS})
    day = recent["fetched_at"] > recent["fetched_at"].max() - timedelta(days=1)
    rates = [filled[which].mean().round(4).to_dict() if which.any() else {} for which in (day, ~day)]
    return rates[0], rates[1]


def status(store: TableStore, registry: Registry, now: datetime) -> list[SourceStatus]:
    """The state of every feed of the registry, by slug."""
    months = months_before([month_of(now)], 2)
    states = []
    for feed in sorted(registry.feeds.values(), key=lambda one: one.slug):
        runs = read_runs(store, feed.slug)
        good = runs[runs["status"].isin(["ok", "empty"])]
        parts = [part for part in store.parts(Postings, feed.slug) if part.month in months]
        columns = ["fetched_at", *FIELDS]
        postings = store.read(Postings, parts=parts, columns=columns) if parts else Postings.no_rows()[columns]
        fill, usual = fill_rates(postings, now)
        states.append(
            SourceStatus(
                source=feed.slug,
                title=feed.title,
                live=feed.live,
                enabled=feed.enabled,
                last=_plain(SourceRuns.records(runs.tail(1))[0]) if len(runs) else {},
                last_ok=good["started_at"].iloc[-1].isoformat() if len(good) else None,
                fill=fill,
                usual=usual,
            )
        )
    return states


def _is_filled(values: pd.Series) -> pd.Series:
    if values.dtype == object:
        return values.str.len() > 0
    return values.notna() & (values != "")


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in row.items()}
