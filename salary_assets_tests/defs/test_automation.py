"""What the automation conditions request, by real ticks on an instance of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

import dagster as dg
import pytest

from salary_assets.definitions import build_definitions
from salary_assets.defs import partitions, schedules
from salary_assets.defs.automation import new_ads_tonight, past_of_new_source, served_inputs_changed
from salary_assets.sources import load_registry
from salary_assets.storage import Part, clock, load_settings

NOON = datetime(2026, 11, 10, 12, 0, tzinfo=clock.MOSCOW)
REGISTRY = load_registry(load_settings())
MORNING = datetime(2026, 11, 11, 5, 1, tzinfo=clock.MOSCOW)


def grid(slugs: list[str]) -> dg.MultiPartitionsDefinition:
    months = dg.MonthlyPartitionsDefinition("2024-08-01", timezone="Europe/Moscow", end_offset=1)
    return dg.MultiPartitionsDefinition({"source": dg.StaticPartitionsDefinition(slugs), "month": months})


def market(slugs: list[str]) -> dg.Definitions:
    site = dg.AssetSpec("site", group_name="external")

    @dg.asset(partitions_def=grid(slugs), deps=[site], automation_condition=past_of_new_source)
    def collected() -> None: ...

    @dg.asset(deps=[collected], automation_condition=new_ads_tonight)
    def whole() -> None: ...

    return dg.Definitions([site, collected, whole])


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as one:
        yield one


def tick(definitions, instance, now, cursor=None):
    return dg.evaluate_automation_conditions(definitions, instance, cursor=cursor, evaluation_time=now)


def report(instance, slug, month):
    key = dg.MultiPartitionKey({"source": slug, "month": f"{month}-01"})
    instance.report_runless_asset_event(dg.AssetMaterialization("collected", partition=key))


def test_a_source_that_is_added_gets_its_past_months_once_and_the_others_nothing(instance):
    first = tick(market(["hh"]), instance, NOON)
    assert first.get_num_requested(dg.AssetKey("collected")) == 0
    added = tick(market(["hh", "tg_fordev"]), instance, NOON, first.cursor)
    requested = added.get_requested_partitions(dg.AssetKey("collected"))
    months, slugs = zip(*(key.split("|") for key in sorted(requested)), strict=True)
    assert set(slugs) == {"tg_fordev"}
    assert months[0] == f"{REGISTRY['tg_fordev'].since}-01" and len(months) >= 24
    again = tick(market(["hh", "tg_fordev"]), instance, NOON, added.cursor)
    assert again.get_num_requested(dg.AssetKey("collected")) == 0


def test_the_market_is_made_again_in_the_morning_after_new_ads_and_only_then(instance):
    definitions, whole = market(["hh"]), dg.AssetKey("whole")
    before = tick(definitions, instance, NOON)
    report(instance, "hh", "2026-10")
    in_the_day = tick(definitions, instance, NOON + timedelta(hours=1), before.cursor)
    assert in_the_day.get_num_requested(whole) == 0
    morning = tick(definitions, instance, MORNING, in_the_day.cursor)
    assert morning.get_num_requested(whole) == 1
    instance.report_runless_asset_event(dg.AssetMaterialization("whole"))
    next_morning = tick(definitions, instance, MORNING + timedelta(days=1), morning.cursor)
    assert next_morning.get_num_requested(whole) == 0


def test_the_night_asks_for_the_running_month_and_for_the_last_one_in_its_first_week():
    moscow = clock.MOSCOW
    assert schedules.months_to_refresh(datetime(2026, 3, 7, 3, 0, tzinfo=moscow)) == ["2026-02", "2026-03"]
    assert schedules.months_to_refresh(datetime(2026, 3, 8, 3, 0, tzinfo=moscow)) == ["2026-03"]
    assert schedules.months_to_refresh(datetime(2026, 1, 1, 3, 0, tzinfo=moscow)) == ["2025-12", "2026-01"]


def test_the_nightly_run_names_one_partition_of_the_grid_per_source_and_month(instance):
    night = datetime(2026, 11, 3, 3, 0, tzinfo=clock.MOSCOW)
    with dg.build_schedule_context(instance, scheduled_execution_time=night) as context:
        requests = schedules.nightly_refresh(context)
    keys = [request.partition_key for request in requests]
    assert len(keys) == len(set(keys)) and len(keys) % 2 == 0
    assert all(partitions.ads.has_partition_key(key) for key in keys)
    assert {"2026-10-01|hh", "2026-11-01|hh"} <= set(keys)
    assert not any("sample" in key for key in keys)
    assert {request.tags["salary_assets/source"] for request in requests} == {key.split("|")[1] for key in keys}


def test_partition_keys_and_parts_are_two_names_of_one_thing():
    part = Part("2026-11", "hh")
    assert partitions.key_of(part) == "2026-11-01|hh"
    assert partitions.part_of("2026-11-01|hh") == part


def test_every_condition_of_the_graph_can_be_evaluated(instance):
    result = tick(build_definitions(), instance, NOON)
    assert result.total_requested == 0


def test_what_asks_the_served_model_waits_for_the_first_one(instance):
    @dg.asset
    def vacancies() -> None: ...

    @dg.asset
    def salary_bundle() -> None: ...

    @dg.asset(deps=[vacancies, salary_bundle], automation_condition=served_inputs_changed)
    def advice() -> None: ...

    definitions = dg.Definitions([vacancies, salary_bundle, advice])
    asked = []
    cursor = tick(definitions, instance, NOON).cursor
    for made in ("vacancies", "salary_bundle", "vacancies"):
        instance.report_runless_asset_event(dg.AssetMaterialization(made))
        result = tick(definitions, instance, NOON, cursor)
        cursor = result.cursor
        asked.append(result.get_num_requested(dg.AssetKey("advice")))
        if asked[-1]:
            instance.report_runless_asset_event(dg.AssetMaterialization("advice"))
            cursor = tick(definitions, instance, NOON, cursor).cursor
    assert asked == [0, 1, 1]
