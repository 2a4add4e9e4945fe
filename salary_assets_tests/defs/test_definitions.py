"""The graph's shape: what a data engineer sees of every asset before anything ran."""

from __future__ import annotations

import os
import subprocess
import sys

import dagster as dg
import pytest

from salary_assets.cli import launch
from salary_assets.definitions import build_definitions
from salary_assets.defs.tables import CONTRACTS
from salary_assets.storage import load_settings
from salary_assets_tests.conftest import PROJECT

EXTERNAL = {"hh_ru", "telegram", "trudvsem", "habr_career", "getmatch", "archives", "cbr_feed", "mistral_api"}
GROUPS = {
    "collection": {"raw_ads", "postings"},
    "labelling": {"labelled_postings", "label_audit"},
    "market": {"exchange_rates", "vacancies"},
    "reports": {"market_report"},
    "skills": {
        "raw_skills",
        "skill_candidates",
        "skill_verdicts",
        "skill_canon",
        "skill_aliases",
        "company_skills",
        "mapped_skills",
    },
    "clusters": {"vacancy_clusters", "cluster_profiles", "position_skills"},
    "salary": {"training_set", "baselines", "tuned_hyperparameters", "salary_model", "model_evaluation"},
    "serving": {"salary_bundle"},
    "resume": {"advice_examples", "advice_model"},
}


@pytest.fixture(scope="module")
def definitions():
    return build_definitions()


@pytest.fixture(scope="module")
def graph(definitions):
    return definitions.resolve_asset_graph()


def test_the_graph_consists_of_these_assets_in_these_groups(graph):
    found: dict[str, set[str]] = {}
    for key in graph.get_all_asset_keys():
        found.setdefault(graph.get(key).group_name, set()).add(key.path[-1])
    assert found == GROUPS | {"external": EXTERNAL}


def test_every_asset_says_what_it_is_and_whose(graph):
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description and len(node.description) > 20, key
        assert node.owners, key
        assert node.kinds, key
        if node.is_executable:
            assert node.code_version, key


def test_every_table_shows_its_columns_with_units_and_meaning(graph):
    for key in graph.get_all_asset_keys():
        contract = CONTRACTS.get(key.path[-1])
        if contract is None:
            continue
        schema = graph.get(key).metadata["dagster/column_schema"]
        assert [column.name for column in schema.columns] == contract.arrow_schema().names
        assert all(column.description for column in schema.columns), key


def test_everything_but_the_external_assets_hangs_together(graph):
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.parent_keys or node.group_name == "external", key
    ends = {key.path[-1] for key in graph.get_all_asset_keys() if not graph.get(key).child_keys}
    assert ends == {"market_report", "label_audit", "advice_model", "company_skills"}


def test_collected_tables_are_partitioned_by_source_and_month_in_batches(graph):
    for name in ("raw_ads", "postings", "labelled_postings", "label_audit"):
        node = graph.get(dg.AssetKey(name))
        assert set(node.partitions_def.partition_dimension_names) == {"source", "month"}
        assert node.backfill_policy == dg.BackfillPolicy.multi_run(12)


def test_jobs_schedules_and_sensors_are_the_ones_the_manual_names(definitions):
    names = {job.name for job in definitions.jobs}
    assert names == {"collect", "reparse", "rates", "market", "train", "promote", "rollback"}
    assert {one.name for one in definitions.schedules} == {"nightly_refresh", "nightly_rates"}
    assert {one.name for one in definitions.sensors} == {
        "inbox_sensor",
        "parser_refresh_sensor",
        "retraining_sensor",
        "failure_alert",
        "past_of_new_sources",
        "nightly_market",
    }


def test_dagster_without_its_home_is_refused_with_what_to_do():
    env = {key: value for key, value in os.environ.items() if key != "DAGSTER_HOME"}
    command = [sys.executable, "-m", "dagster", "definitions", "validate", "-m", "salary_assets.definitions"]
    result = subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode != 0
    assert "DAGSTER_HOME is not set" in result.stdout + result.stderr
    assert "make ui" in result.stdout + result.stderr


def test_opening_the_graph_loads_no_model_library():
    heavy = "catboost sklearn hdbscan matplotlib mistralai telethon optuna"
    program = (
        "import sys; import salary_assets.definitions;"
        f"print([name for name in {heavy.split()!r} if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True)
    assert result.stdout.strip().splitlines()[-1] == "[]"


def test_of_two_runs_that_make_a_model_the_second_waits(tmp_path):
    with launch.open_instance(load_settings(tmp_path)) as instance:
        queue = instance.get_concurrency_config().run_queue_config
    one_at_a_time = {limit["key"] for limit in queue.tag_concurrency_limits if limit["limit"] == 1}
    jobs = build_definitions().resolve_all_job_defs()
    trains = {job.name: job.tags.keys() & one_at_a_time for job in jobs if job.name in {"train", "market"}}
    assert trains == {"train": {"salary_assets/trains"}, "market": {"salary_assets/trains"}}


def test_the_ui_of_another_home_shows_the_runs_that_the_command_line_made_there(tmp_path):
    settings = load_settings(tmp_path / "home")
    configured = settings.dagster_storage / "dagster.yaml"
    env = os.environ | {"SALARY_ASSETS_HOME": str(settings.home)}
    subprocess.run(["make", str(configured)], cwd=PROJECT, env=env, capture_output=True, timeout=60, check=True)
    run = dg.DagsterRun(job_name="collect")
    with launch.open_instance(settings) as command_line, dg.DagsterInstance.from_config(str(configured.parent)) as ui:
        command_line.add_run(run)
        assert [one.run_id for one in ui.get_runs()] == [run.run_id]
