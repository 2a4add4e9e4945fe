"""Partition keys of the grid as run requests: consecutive months of a source together, as a backfill would run them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import dagster as dg

from salary_assets.defs.partitions import RUN_MONTHS, by_source, key_of
from salary_assets.storage import Part
from salary_assets.storage.clock import consecutive

RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
SOURCE_TAG = "salary_assets/source"
"""dagster.yaml lets one run at a time hold each value of this tag."""


def range_requests(
    keys: Iterable[str], job_name: str, run_key: str | None = None, tags: Mapping[str, str] | None = None
) -> list[dg.RunRequest]:
    """One request per run of consecutive months.

    run_key: what makes a request the only one of its kind: Dagster remembers run keys for ever, whatever became of the
    runs. None: asking again runs again.
    """
    return [
        dg.RunRequest(
            run_key=f"{run_key}:{run[0]}:{run[-1]}:{slug}" if run_key else None,
            job_name=job_name,
            tags={
                **(tags or {}),
                RANGE_START: key_of(Part(run[0], slug)),
                RANGE_END: key_of(Part(run[-1], slug)),
                SOURCE_TAG: slug,
            },
        )
        for slug, months in by_source(keys).items()
        for run in consecutive(months, RUN_MONTHS)
    ]
