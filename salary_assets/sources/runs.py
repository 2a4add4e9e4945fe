"""How collecting went: a row per run in `source_runs`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import pandas as pd

from salary_assets.sources.base import CollectionOutcome, Feed
from salary_assets.sources.crawl import Crawl
from salary_assets.storage import Part, TableStore
from salary_assets.storage.clock import month_of
from salary_assets.storage.schemas import SourceRuns
from salary_assets.storage.schemas.vocabulary import OUTCOMES


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
