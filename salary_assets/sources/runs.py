"""How collecting went: a row per run in `source_runs`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd

from salary_assets.sources.base import CollectionOutcome, Feed
from salary_assets.storage import Part, TableStore
from salary_assets.storage.clock import month_of
from salary_assets.storage.schemas import SourceRuns
from salary_assets.storage.vocabulary import OUTCOMES

if TYPE_CHECKING:
    from salary_assets.sources.crawl import Crawl


def record_run(
    store: TableStore,
    feed: Feed,
    now: datetime,
    seconds: float,
    outcomes: Mapping[str, CollectionOutcome],
    run: Crawl,
    archive_new: int,
    archive_bad: int,
) -> None:
    """Add a row to `source_runs`: what the crawl brought, and the new and refused records of history files."""
    worst = max(outcomes.values(), key=lambda one: OUTCOMES.index(one.status))
    best = min(outcomes.values(), key=lambda one: OUTCOMES.index(one.status))
    shown = worst if worst.failed else best
    row = {
        "source": feed.slug,
        "started_at": now,
        "seconds": round(seconds, 3),
        "months": sorted(outcomes),
        "status": shown.status,
        "failed_months": sorted(month for month, one in outcomes.items() if one.failed),
        "reason": shown.reason or None,
        "requests": run.requests,
        "bytes": run.bytes,
        "found": run.found,
        "listed": run.listed,
        "completeness": run.completeness,
        "new": run.new + archive_new,
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


FIGURES = ("requests", "bytes", "found", "listed", "completeness", "new", "changed", "unchanged", "gone", "quarantined")


def last_run(store: TableStore, slug: str) -> dict[str, float]:
    """Figures of a source's last run, of all months that it collected together; without those that it could not have.

    A source that was never run has none.
    """
    rows = SourceRuns.records(read_runs(store, slug).tail(1))
    return {name: row[name] for row in rows for name in FIGURES if row[name] is not None}


def last_asked(store: TableStore, slug: str, live: bool = False) -> tuple[dict[str, datetime], dict[str, str]]:
    """By month: when the last run began that collected it well, and why it was not, where its last run failed.

    live: only of runs that asked the site.
    """
    collected: dict[str, datetime] = {}
    failed: dict[str, str] = {}
    for run in SourceRuns.records(read_runs(store, slug)):
        if live and not run["requests"]:
            continue
        bad = set(run["failed_months"] or ())
        for month in run["months"]:
            if month in bad:
                failed[month] = str(run["reason"])
            else:
                failed.pop(month, None)
                collected[month] = run["started_at"]
    return collected, failed


def asked_before(store: TableStore, slug: str) -> bool:
    """Whether a run of the source ever asked its site."""
    return bool((read_runs(store, slug)["requests"] > 0).any())
