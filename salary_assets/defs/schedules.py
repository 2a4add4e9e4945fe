"""What happens by the clock, in Moscow time."""

from __future__ import annotations

from datetime import datetime, timedelta

import dagster as dg

from salary_assets import sources
from salary_assets.defs.jobs import collect_job, rates_job
from salary_assets.defs.partitions import key_of, needs_reload
from salary_assets.storage import Part, clock, load_settings

FIRST_WEEK = 7
"""Days into a month during which last month's late ads and edits are still collected."""


def months_to_refresh(moment: datetime) -> list[str]:
    """The running month, and the one before it during the first week of a month (`YYYY-MM`, Moscow)."""
    local = moment.astimezone(clock.MOSCOW)
    running = local.strftime("%Y-%m")
    if local.day > FIRST_WEEK:
        return [running]
    return [(local.replace(day=1) - timedelta(days=1)).strftime("%Y-%m"), running]


@dg.schedule(
    job=collect_job,
    cron_schedule="0 3 * * *",
    execution_timezone="Europe/Moscow",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every enabled source: the running month, and the last one during its first week",
)
def nightly_refresh(context: dg.ScheduleEvaluationContext) -> list[dg.RunRequest] | dg.SkipReason:
    moment = context.scheduled_execution_time
    feeds = []
    for feed in sources.load_registry(load_settings()):
        if told := needs_reload(feed.slug):
            context.log.warning(told)
        elif not feed.sample:
            feeds.append(feed)
    if not feeds:
        return dg.SkipReason("no feed is enabled in the registry (salary-assets sources list)")
    return [
        dg.RunRequest(
            run_key=f"{moment:%Y-%m-%dT%H:%M}|{feed.slug}|{month}",
            partition_key=key_of(Part(month, feed.slug)),
            tags={"salary_assets/source": feed.slug},
        )
        for feed in feeds
        for month in months_to_refresh(moment)
    ]


@dg.schedule(
    job=rates_job,
    cron_schedule="30 2 * * *",
    execution_timezone="Europe/Moscow",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="The running month's exchange rates, before the ads that need them",
)
def nightly_rates(context: dg.ScheduleEvaluationContext) -> list[dg.RunRequest]:
    moment = context.scheduled_execution_time
    return [
        dg.RunRequest(run_key=f"{moment:%Y-%m-%dT%H:%M}|{month}", partition_key=f"{month}-01")
        for month in months_to_refresh(moment)
    ]


all_schedules = [nightly_rates, nightly_refresh]
