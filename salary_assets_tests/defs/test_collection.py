"""What the collection assets show of a run in the UI: figures of each partition, or why it has none."""

from __future__ import annotations

import dagster as dg
import pytest

from salary_assets.cli import launch
from salary_assets.cli.common import Failed
from salary_assets.sources.collect import only_one
from salary_assets.storage import load_settings
from salary_assets_tests.defs.markets import quiet
from salary_assets_tests.emulators.hh import HhEmulator
from salary_assets_tests.emulators.server import Fault
from salary_assets_tests.emulators.table import environment
from salary_assets_tests.sources.making import hh_item

NIGHT = "2024-05-20T03:00:00+03:00"
KEY = "2024-05-01|hh"


@pytest.fixture
def emulator(monkeypatch):
    with HhEmulator(hh_item(at, name=f"Разработчик {at}") for at in range(1, 11)) as server:
        for name, value in (environment("hh", server) | {"SALARY_ASSETS_NOW": NIGHT}).items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
def running(tmp_path):
    """The instance of a home, and a way to run assets there."""
    with launch.graph_of(load_settings(tmp_path / "home")) as (instance, definitions):
        yield instance, lambda: launch.Graph(instance, definitions).run(["raw_ads", "postings"], quiet, (KEY, KEY))


def shown(instance, asset):
    """Metadata of the partition's newest materialisation."""
    asked = dg.AssetRecordsFilter(dg.AssetKey(asset), asset_partitions=[KEY])
    (record,) = instance.fetch_materializations(asked, limit=1).records
    return {name: entry.value for name, entry in record.asset_materialization.metadata.items()}


def test_a_partition_shows_what_its_run_cost_and_brought(running, emulator):
    instance, run = running
    assert run()
    raw = shown(instance, "raw_ads")
    assert (raw["run/new"], raw["run/changed"], raw["run/gone"], raw["run/quarantined"]) == (10, 0, 0, 0)
    assert (raw["run/requests"], raw["run/completeness"]) == (len(emulator.requests), 1.0)
    assert raw["run/bytes"] > 1000
    fill = shown(instance, "postings")["fill"]
    assert (fill["title"], fill["pay_raw"], fill["skills_raw"]) == (1.0, 1.0, 0.0)


def test_a_blocked_partition_is_failed_with_the_reason_and_not_made(running, emulator):
    instance, run = running
    emulator.faults.append(Fault("page", on="/vacancies$", times=-1, status=403))
    assert not run()
    assert KEY not in instance.get_materialized_partitions(dg.AssetKey("raw_ads"))
    (failed,) = instance.get_runs()
    (failure,) = instance.all_logs(failed.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    reason = failure.dagster_event.event_specific_data.user_failure_data.metadata[KEY].value
    assert reason.startswith("blocked:") and "page instead of data" in reason


def test_the_command_line_says_what_the_step_said_and_not_what_that_came_from(home):
    with launch.graph_of(home) as (instance, definitions), only_one(home, "hh"):
        graph = launch.Graph(instance, definitions)
        assert not graph.run(["raw_ads"], quiet, (KEY, KEY))
    assert f"raw_ads: hh is being collected by another run on {home.home}: wait until it ends" in graph.costs.failures


def test_records_of_runs_that_cannot_be_written_are_told_without_a_trace(home):
    (home.dagster_storage / "history" / "runs.db").mkdir(parents=True)
    with pytest.raises(Failed, match=r"Dagster's records in .* cannot be written"), launch.graph_of(home):
        pass
