"""The whole graph through Dagster on a small sample market: every asset, its tables, the model it serves."""

from __future__ import annotations

import json
from dataclasses import dataclass

import dagster as dg
import pytest
from click.testing import CliRunner

from salary_assets.cli import launch, main, summary
from salary_assets.salary import promotion
from salary_assets.storage import Settings, TableStore, load_settings
from salary_assets.storage.schemas import Quarantine, RawAds, Vacancies
from salary_assets_tests.defs.markets import content, run_everything, sample_home

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

VOLATILE = ("source_runs",)
"""What a run writes about itself: when it ran."""

OF_MODELS = ("baselines", "model_evaluation", "advice_examples")
"""Half of a run's time, and but fits and answers of models, which tests of their own hold to giving the same twice."""


@dataclass(frozen=True)
class Made:
    settings: Settings
    costs: launch.Costs


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    settings = sample_home(tmp_path_factory.mktemp("market") / "home", scale=0.07)
    return Made(settings, run_everything(settings, trials=1))


def invoke(made: Made, *arguments: str) -> str:
    result = CliRunner().invoke(main, [*arguments, "--home", str(made.settings.home)])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_every_asset_is_made_and_none_fails(made):
    assert made.costs.failures == []
    with launch.graph_of(made.settings) as (instance, definitions):
        graph = definitions.resolve_asset_graph()
        ours = {key for key in graph.get_all_asset_keys() if graph.get(key).is_executable}
        assert {key for key in ours if instance.get_latest_materialization_event(key) is None} == set()


def test_checks_that_would_stop_the_line_pass_and_the_others_say_what_they_saw(made):
    with launch.graph_of(made.settings) as (instance, definitions):
        graph = definitions.resolve_asset_graph()
        seen = {}
        for key in graph.asset_check_keys:
            (record,) = instance.event_log_storage.get_asset_check_execution_history(key, limit=1)
            assert record.event.dagster_event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION, key
            evaluation = record.event.dagster_event.asset_check_evaluation_data
            assert evaluation.passed or evaluation.severity == dg.AssetCheckSeverity.WARN, key
            assert evaluation.description, key
            seen[key.name] = evaluation.passed
    assert seen["pay_reaches_no_input"] and seen["nothing_merged_that_must_not"] and seen["labels_right_on_gold"]
    # Live sources are enabled, and no night has passed yet.
    assert not seen["nothing_owed"]


def test_no_ad_is_lost_between_its_payload_and_the_market(made):
    store = TableStore(made.settings.tables_url)
    raw = store.read(RawAds, parts=store.parts(RawAds))
    vacancies = store.read(Vacancies)
    refused = store.read(Quarantine, parts=store.parts(Quarantine)) if store.parts(Quarantine) else None
    assert len(raw) > 400
    assert vacancies["vacancy_id"].is_unique
    assert 0.5 * len(raw) < len(vacancies) < len(raw)
    assert refused is None or refused["reason"].notna().all()


def test_the_end_table_tells_rows_costs_labels_and_tests(made):
    told = summary.of_home(made.settings, made.costs)
    steps = {step["step"]: step for step in told["steps"]}
    assert steps["vacancies"]["rows"] > 0 and steps["vacancies"]["seconds"] > 0
    assert steps["vacancies"]["peak_bytes"] > 50 * 2**20
    assert {row["test"] for row in told["tests"]} == {"random", "employer", "time"}
    assert {row["model"] for row in told["tests"]} >= {"median", "ridge", "forest", "catboost", "ours"}
    assert told["labels"]
    assert told["report"] and told["bundle"]
    json.dumps(told)


def test_a_second_run_makes_the_same_rows(made):
    before = {key: value for key, value in content(made.settings).items() if not key.startswith(VOLATILE)}
    assert run_everything(made.settings, trials=1, but=OF_MODELS).failures == []
    after = {key: value for key, value in content(made.settings).items() if not key.startswith(VOLATILE)}
    # Durations of trials are a measurement, not a result.
    assert {key for key in before if before[key] != after[key]} <= {"tuned_hyperparameters "}


def test_the_served_model_answers_a_request_with_its_range_and_what_it_rests_on(made):
    request = {"title": "Программист", "position": "Программист, разработчик", "skills": ["Python", "SQL"]}
    answer = json.loads(invoke(made, "predict", "--json", json.dumps(request)))
    assert answer["range"]["p10"] < answer["range"]["p50"] < answer["range"]["p90"]
    assert answer["basis"]["vacancies"] >= 1
    assert answer["comparable"]


def test_the_model_can_be_promoted_by_version_and_rolled_back(made):
    first = promotion.served(made.settings.models)["bundle"]
    told = json.loads(invoke(made, "promote"))
    assert told["bundle"] == first
    refused = CliRunner().invoke(main, ["rollback", "--home", str(made.settings.home)])
    assert refused.exit_code == 1
    assert "it is the first that was served" in refused.output
    unknown = CliRunner().invoke(main, ["promote", "2020-01-none", "--home", str(made.settings.home)])
    assert unknown.exit_code == 1
    assert "holds no bundle" in unknown.output
    assert promotion.served(made.settings.models)["bundle"] == first


def test_a_home_is_held_by_one_refresh_at_a_time(made):
    with launch.graph_of(made.settings):
        second = CliRunner().invoke(main, ["refresh", "--home", str(made.settings.home)])
    assert second.exit_code == 1
    assert "another refresh is running" in second.output


def test_an_unknown_feed_is_named_with_those_that_are_registered(tmp_path):
    result = CliRunner().invoke(main, ["refresh", "--sources", "hhh", "--home", str(tmp_path)])
    assert result.exit_code == 2
    assert "unknown feed hhh" in result.output
    assert "hh" in result.output
    assert load_settings(tmp_path).home == tmp_path
