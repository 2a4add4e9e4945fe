"""When assets re-make themselves, as conditions named by what they mean.

`eager()` and `on_cron()` never fire for an unpartitioned table below the source x month grid: they wait until
every partition exists, and most never will. The conditions here ask only for what did change.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import dagster as dg

from salary_assets.defs import external
from salary_assets.defs.partitions import part_of
from salary_assets.sources import load_registry
from salary_assets.storage import load_settings

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

served_inputs_changed = (
    inputs_changed
    & ~dg.AutomationCondition.any_deps_match(dg.AutomationCondition.missing()).allow(
        dg.AssetSelection.assets("salary_bundle")
    )
).with_label("an input was re-made, and there is a model to ask")
"""For what asks the served model: before the first training a night would only fail."""


class _SinceItsFeedBegins(dg.AutomationCondition[dg.AssetKey]):
    """Partitions from the feed's first month on: a channel would be read to its end for each earlier year."""

    def evaluate(self, context: dg.AutomationContext[dg.AssetKey]) -> dg.AutomationResult[dg.AssetKey]:
        registry = load_registry(load_settings())
        asked = context.candidate_subset
        parts = {key: part_of(key) for key in asked.expensively_compute_partition_keys()}
        begun = {
            key for key, part in parts.items() if part.source in registry and part.month >= registry[part.source].since
        }
        return dg.AutomationResult(context, asked.compute_intersection_with_partition_keys(begun))


past_of_new_source = (
    dg.AutomationCondition.on_missing()
    .without(dg.AutomationCondition.in_latest_time_window())
    .ignore(dg.AssetSelection.groups(external.GROUP, include_sources=True))
    & _SinceItsFeedBegins()
).with_label("a source was added: its past is missing")
"""For the grid: exactly the months of a source that was just added, once. It fires on the change, so a request that is
lost is not repeated: the check `nothing_owed` lists what is still missing. Sites and files outside the graph are never
materialised, so waiting for them would be waiting for ever."""

collection_sensor = dg.AutomationConditionSensorDefinition(
    "past_of_new_sources",
    target=dg.AssetSelection.groups("collection", "labelling"),
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=60,
    use_user_code_server=True,  # for the condition of our own
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
