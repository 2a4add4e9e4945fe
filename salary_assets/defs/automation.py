"""When assets re-make themselves, as conditions named by what they mean.

`eager()` and `on_cron()` never fire for an unpartitioned table below the source x month grid: they wait until
every partition exists, and most never will. The conditions here ask only for what did change.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import dagster as dg

MISSED_NIGHT = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=36), warn_window=timedelta(hours=26))
"""Of the whole asset, whatever the partition: which sources were missed, the check `sources_healthy` tells."""

NIGHTLY_MARKET = "0 5 * * *"
"""Two hours after the nightly collection starts."""

_morning: dg.AutomationCondition[Any] = dg.AutomationCondition.cron_tick_passed(NIGHTLY_MARKET, "Europe/Moscow")
_changed: dg.AutomationCondition[Any] = dg.AutomationCondition.any_deps_updated().since_last_handled()


new_ads_tonight = (
    _morning.since_last_handled()
    & _changed
    & ~dg.AutomationCondition.in_progress()
    & ~dg.AutomationCondition.any_deps_in_progress()
).with_label("new ads since last night, and it is five in the morning")
"""For `vacancies`: once a night, and only when some partition above it was re-made."""

inputs_changed = (dg.AutomationCondition.eager().without(~dg.AutomationCondition.any_deps_missing())).with_label(
    "an input was re-made"
)
"""For whole tables below `vacancies`."""

past_of_new_source = (
    dg.AutomationCondition.on_missing()
    .without(dg.AutomationCondition.in_latest_time_window())
    .with_label("a source was added: its past is missing")
)
"""For the grid: exactly the months of a source that was just added, once. It fires on the change, so a request that is
lost is not repeated: the check `nothing_owed` lists what is still missing."""

collection_sensor = dg.AutomationConditionSensorDefinition(
    "past_of_new_sources",
    target=dg.AssetSelection.groups("collection", "labelling"),
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=60,
    description="Backfills the months of a source that was just added to the registry; switch off to do it by hand",
)

market_sensor = dg.AutomationConditionSensorDefinition(
    "nightly_market",
    target=dg.AssetSelection.groups("market", "skills", "clusters", "reports", "salary", "serving", "resume"),
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=60,
    description="Re-makes the market tables at five in the morning when new ads came in",
)
"""One sensor per layer, so that a slow layer does not hold the other."""
