"""Source x month: the one partition grid of everything that is collected.

Sources come from the registry, so a new feed is a new row of the grid after a reload. Months are publication
months in Moscow time; this module alone sets the grain. 100 feeds x 10 years stay at 12 000 keys, below the
15 000 from which Dagster slows down.
"""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg

from salary_assets.sources import load_registry
from salary_assets.storage import Part, load_settings

FIRST_MONTH = "2017-01-01"
"""Earliest month of the bundled exchange rates; older ads could not be made comparable."""

SOURCE, MONTH = "source", "month"

months = dg.MonthlyPartitionsDefinition(start_date=FIRST_MONTH, timezone="Europe/Moscow", end_offset=1)
"""`end_offset=1`: the running month is a partition too, re-made every night."""

sources = dg.StaticPartitionsDefinition(load_registry(load_settings()).slugs)
ads = dg.MultiPartitionsDefinition({SOURCE: sources, MONTH: months})

RUN_MONTHS = 12
IN_BATCHES = dg.BackfillPolicy.multi_run(RUN_MONTHS)
"""One run per twelve partitions: a year of a source, read in one pass, and a failure loses no more than that."""


def needs_reload(slug: str) -> str:
    """What to do about a feed that was registered after the grid was made; "" for one that the grid has."""
    if sources.has_partition_key(slug):
        return ""
    return (
        f"{slug} was registered after this code location was loaded: reload it (Deployment, Reload), it has no row yet"
    )


def part_of(key: str) -> Part:
    """`2026-11-01|hh` -> Part(month="2026-11", source="hh")."""
    month, source = key.split("|", 1)
    return Part(month[:7], source)


def key_of(part: Part) -> str:
    """Part(month="2026-11", source="hh") -> `2026-11-01|hh`."""
    return f"{part.month}-01|{part.source}"


def by_source(keys: Iterable[str]) -> dict[str, list[str]]:
    """Partition keys -> months (`YYYY-MM`, ascending) per source slug."""
    grouped: dict[str, list[str]] = {}
    for part in sorted(part_of(key) for key in keys):
        grouped.setdefault(part.source, []).append(part.month)
    return grouped
