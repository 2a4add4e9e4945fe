"""The one place that knows what time it is, so that everything else can be given a time instead."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from salary_assets.storage.settings import BadSetting

MOSCOW = ZoneInfo("Europe/Moscow")
"""Publication months are cut in this zone: hh.ru and the Russian job sites print Moscow time."""


def now(env: os._Environ[str] | dict[str, str] = os.environ) -> datetime:
    """The current time, aware, UTC. SALARY_ASSETS_NOW (ISO 8601 with a zone) fixes it for a repeatable run.

    Raises BadSetting when SALARY_ASSETS_NOW is not an ISO time with a zone.
    """
    fixed = env.get("SALARY_ASSETS_NOW")
    if not fixed:
        return datetime.now(UTC)
    example = "write it like 2026-11-01T03:00:00+03:00"
    try:
        moment = datetime.fromisoformat(fixed)
    except ValueError as error:
        raise BadSetting(f"SALARY_ASSETS_NOW={fixed!r} is not an ISO time; {example}") from error
    if moment.tzinfo is None:
        raise BadSetting(f"SALARY_ASSETS_NOW={fixed!r} has no time zone; {example}")
    return moment.astimezone(UTC)


def month_of(moment: datetime) -> str:
    """The publication month (`YYYY-MM`, Europe/Moscow) of an aware time."""
    local = moment.astimezone(MOSCOW)
    return f"{local.year:04d}-{local.month:02d}"


def next_month(month: str) -> str:
    """`2026-12` -> `2027-01`."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12}-{number % 12 + 1:02d}"


def consecutive(months: Iterable[str], longest: int) -> list[list[str]]:
    """Months (`YYYY-MM`) in any order -> runs of consecutive ones, ascending, each of at most `longest`."""
    runs: list[list[str]] = []
    for month in sorted(set(months)):
        if runs and len(runs[-1]) < longest and next_month(runs[-1][-1]) == month:
            runs[-1].append(month)
        else:
            runs.append([month])
    return runs
